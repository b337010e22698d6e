//go:build !nibbletext

package tokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/scan"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// cut returns where a text that goes on can be cut, within what stands between
// added tokens. What stands before the cut has the same ids whatever follows,
// and what follows has the same ids as if it were a text of its own, that of a
// request which continues. 0: nowhere. Behind an added token the stages start
// afresh, as they must not behind a cut, so that there is none.
func (p *pipeline) cut(s string, r request) (int, error) {
	if p.cuts == cutsNowhere {
		return 0, nil
	}
	// An added token that starts before limit is in s as a whole.
	limit := len(s) - max(p.original.longestPattern(), p.normalized.longestPattern())
	best := 0
	err := p.original.split(s, r, func(start, end int, token *addedToken) error {
		if token == nil && start < limit {
			if c := p.certain(s[start:min(end, limit)]); c > 0 {
				best = start + c
			}
		}
		return nil
	})
	return best, err
}

// The places where the texts of a pipeline can be cut.
type cutPlaces uint8

const (
	cutsNowhere  cutPlaces = iota
	cutsAtPieces           // where a piece ends of which the scanner is certain
	cutsAtSpaces           // where a space begins that a word stands before and another behind
	cutsAtMarks            // the same, where spaces are written as ▁ and the pre-tokenizer does not split
)

// certain returns the last place where s can be cut, 0 if there is none.
func (p *pipeline) certain(s string) int {
	if p.cuts == cutsAtPieces {
		last, certain := 0, scan.Certain(s)
		for end := p.scan(s, 0); end <= certain; end = p.scan(s, end) {
			if utf8.RuneStart(s[end]) { // Falcon's pieces may end within a character
				last = end
			}
		}
		return last
	}
	for c := strings.LastIndexByte(strings.TrimRight(s, asciiSpace), ' '); c > 0; c = strings.LastIndexByte(s[:c], ' ') {
		if p.cuts == cutsAtMarks {
			if p.marked[s[c-1]] {
				return c
			}
		} else if before, _ := utf8.DecodeLastRuneInString(s[:c]); !ucd.IsSpace(before) {
			return c
		}
	}
	return 0
}

const asciiSpace = " \t\r\n\v\f"

// findCuts finds out where the texts of the pipeline can be cut.
//
// Normalizers must be of those that do the same to a text whatever follows the
// space that it ends before. Added tokens must not reach over the start of
// white space: none may have white space behind something else, and those that
// are found in the normalized text must not take white space along.
func (p *pipeline) findCuts(normalizer *jsonread.Object, steps []pretokenize.Step) {
	if p.original.reachesOverSpace() || p.normalized.reachesOverSpace() || p.normalized.strips() {
		return
	}
	normalizers := stageTypes(normalizer)
	if p.marksSpaces(normalizer, steps) {
		p.findMarked()
		return
	}
	for _, kind := range normalizers {
		if !spaceLocal[kind] {
			return
		}
	}
	if p.scan != nil {
		switch {
		case p.family == "whole" || p.family == "spaces":
		case p.normalizer == nil && !p.prefixSpace && !p.original.looksAround() && !p.normalized.looksAround():
			p.cuts = cutsAtPieces
		default: // pieces are of the normalized text, or what stands before a cut is looked at
			p.cuts = cutsAtSpaces
		}
		return
	}
	for _, step := range steps {
		switch step.Kind {
		case pretokenize.BertPreTokenizer, pretokenize.WhitespaceSplit, pretokenize.Whitespace:
			p.cuts = cutsAtSpaces
			return
		case pretokenize.Metaspace:
			if step.Split {
				p.cuts = cutsAtSpaces
			}
			return
		default:
			return
		}
	}
}

// spaceMark is what vocabularies of characters write for a space.
const spaceMark = "▁"

// marksSpaces reports whether all that happens to a text before the model is
// that spaces become ▁, with one more in front: by Metaspace, as in Mistral, or
// by normalizers, as in Llama 2 and Gemma. A text that goes on starts with a
// space, before which Metaspace puts none; what Prepend would put there is left
// out by restNormalizer.
func (p *pipeline) marksSpaces(normalizer *jsonread.Object, steps []pretokenize.Step) bool {
	if p.bpe == nil || p.bytewise {
		return false
	}
	if normalizer == nil {
		return len(steps) == 1 && steps[0].Kind == pretokenize.Metaspace && !steps[0].Split && string(steps[0].Replacement) == spaceMark
	}
	if p.normalized != nil || len(steps) > 0 && p.family != "spaces" {
		return false
	}
	for _, o := range stages(normalizer) {
		kind, _ := o.String("type")
		pattern, _ := o.Object("pattern")
		from, _ := pattern.String("String")
		to, _ := o.String("content")
		switch {
		case kind == "Prepend":
		case kind == "Replace" && from == " " && to == spaceMark && p.restNormalizer == nil:
			var err error
			if p.restNormalizer, err = newNormalizer(o); err != nil {
				return false
			}
		default:
			return false
		}
	}
	return p.restNormalizer != nil
}

// findMarked finds the bytes behind which a text can be cut if a space follows:
// those of ASCII characters that are tokens, if no token has one of them and
// then ▁ inside. Then no merge reaches over the cut.
func (p *pipeline) findMarked() {
	if _, ok := p.vocab.id(spaceMark); !ok {
		return
	}
	p.cuts = cutsAtMarks
	for b := range byte(utf8.RuneSelf) {
		_, isToken := p.vocab.id(string(rune(b)))
		p.marked[b] = isToken && strings.IndexByte(asciiSpace, b) < 0
	}
	for id := range uint32(p.vocab.size()) {
		text := p.vocab.text(id)
		for i := strings.Index(text, spaceMark); i >= 0; {
			if i > 0 {
				p.marked[text[i-1]] = false
			}
			next := strings.Index(text[i+1:], spaceMark)
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
}

// spaceLocal are the normalizers that look at no more than a character and the
// marks behind it.
var spaceLocal = map[string]bool{
	"NFC": true, "NFD": true, "NFKC": true, "NFKD": true, "Lowercase": true, "BertNormalizer": true,
	"StripAccents": true, "Nmt": true, "Precompiled": true,
}
