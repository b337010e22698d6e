package tokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A postProcessor puts special tokens around one text or two. It gets and
// returns a list of encodings that are then joined.
type postProcessor interface {
	// added returns how many special tokens it adds to one text, or to two.
	added(pair bool) int

	process(parts []*Encoding, addSpecial bool) []*Encoding
}

// newPostProcessor reads the post_processor of a tokenizer.json.
func newPostProcessor(o *jsonread.Object, depth int) (postProcessor, error) {
	if o == nil {
		return nil, nil
	}
	kind, err := config.Or(o, "type", config.String, "")
	if err != nil {
		return nil, err
	}
	if kind == "" {
		kind = guessPostProcessor(o)
	}
	switch kind {
	case "TemplateProcessing", "BertProcessing", "RobertaProcessing", "Sequence":
		return newAround(o, kind, depth)
	case "ByteLevel":
		return newByteLevelProcessing(o)
	case "":
		return nil, config.Malformed("no type, and the members of none")
	}
	return nil, config.In("type", config.Unsupported("no post-processor "+fault.Quote(kind)))
}

// guessPostProcessor returns the type of an object that does not say it, in the
// order in which Hugging Face tries them.
func guessPostProcessor(o *jsonread.Object) string {
	switch {
	case o.Has("sep") && o.Has("cls") && o.Has("trim_offsets") && o.Has("add_prefix_space"):
		return "RobertaProcessing"
	case o.Has("sep") && o.Has("cls"):
		return "BertProcessing"
	case o.Has("trim_offsets"):
		return "ByteLevel"
	case o.Has("single") && o.Has("pair"):
		return "TemplateProcessing"
	case o.Has("processors"):
		return "Sequence"
	}
	return ""
}

// postProcess joins one encoding or two to the one that is returned.
func postProcess(p postProcessor, parts []*Encoding, addSpecial bool) *Encoding {
	if p != nil || len(parts) > 1 {
		for i, part := range parts {
			part.setSequence(i)
			part.setTypeID(uint32(i))
			for _, o := range part.Overflowing {
				o.setSequence(i)
			}
		}
	}
	if p != nil {
		parts = p.process(parts, addSpecial)
	}
	if len(parts) == 0 {
		return &Encoding{}
	}
	joined := parts[0]
	for _, part := range parts[1:] {
		joined.append(part)
	}
	return joined
}

// A namedToken is a token with its id, as post-processors are given them.
type namedToken struct {
	text string
	id   uint32
}

func (t namedToken) encoding(typeID uint32) *Encoding {
	e := &Encoding{}
	e.addOutside(t.id, t.text, typeID, 1)
	return e
}

// byteLevelProcessing takes the white space that a token begins or ends with
// out of its offsets.
type byteLevelProcessing struct {
	addPrefixSpace bool
	trimOffsets    bool
}

func newByteLevelProcessing(o *jsonread.Object) (postProcessor, error) {
	var p byteLevelProcessing
	var err error
	if p.trimOffsets, err = config.Or(o, "trim_offsets", config.Bool, true); err != nil {
		return nil, err
	}
	p.addPrefixSpace, err = config.Or(o, "add_prefix_space", config.Bool, true)
	return &p, err
}

func (p *byteLevelProcessing) added(bool) int { return 0 }

func (p *byteLevelProcessing) process(parts []*Encoding, _ bool) []*Encoding {
	if p.trimOffsets {
		for _, part := range parts {
			part.each(p.trim)
		}
	}
	return parts
}

// trim follows Hugging Face's process_offsets: lengths are counted in
// characters of the token and taken off byte offsets, which is the same for the
// spaces that occur in tokens; a space in front that the pre-tokenizer may have
// added, which is a single one, is not taken off.
func (p *byteLevelProcessing) trim(e *Encoding) {
	for i, token := range e.Tokens {
		span := &e.Offsets[i]
		leading := utf8.RuneCountInString(token) - utf8.RuneCountInString(strings.TrimLeftFunc(token, isTokenSpace))
		trailing := utf8.RuneCountInString(token) - utf8.RuneCountInString(strings.TrimRightFunc(token, isTokenSpace))
		if leading > 0 {
			if p.addPrefixSpace && leading == 1 && (i == 0 || span.Start == 0) {
				leading = 0
			}
			span.Start = min(span.Start+leading, span.End)
		}
		if trailing > 0 && span.End >= trailing {
			span.End = max(span.End-trailing, span.Start)
		}
	}
}

// isTokenSpace reports whether r is white space or Ġ, a space in the byte-level
// alphabet.
func isTokenSpace(r rune) bool { return r == 'Ġ' || ucd.IsSpace(r) }
