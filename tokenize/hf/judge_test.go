//go:build hftokenizers

package hf

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/daulet/tokenizers"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

var (
	judgeTexts = flag.Int("judge.texts", 10_000, "texts for each vocabulary that Hugging Face's tokenizers judge")
	judgeSeed  = flag.Uint64("judge.seed", 1, "where the texts begin")
)

// judgeShown is how many differences of a vocabulary are printed.
const judgeShown = 12

// judgeNumber is how many texts a vocabulary gets.
func judgeNumber() int {
	if testing.Short() {
		return *judgeTexts / 10
	}
	return *judgeTexts
}

// judged returns the tokenizer.json files that the two engines are compared on:
// those of the module, those beside the clone, and the bundled one.
func judged(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, name := range []string{
		"Meta-Llama-3-8B-Instruct.json", "cohere-tokenizer.json", "bert-base-uncased.json", "all-minilm-l6-v2.json", "sentence-transformers-labse.json",
	} {
		paths = append(paths, moduleFile(t, name))
	}
	shared, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "tokenizers", "kitoken", "models", "tokenizers", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(shared) == 0 {
		t.Log("reference data is not there: ../shared/tokenizers/kitoken")
	}
	paths = append(paths, shared...)
	return append(paths, filepath.Join("..", "..", "internal", "sample", "fable-4m", "tokenizer.json"))
}

// TestJudge: on generated texts, package tokenize has the tokens, offsets and
// masks of Hugging Face's tokenizers, and decodes to the same text.
func TestJudge(t *testing.T) {
	for _, path := range judged(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			t.Parallel()
			j := newJudge(t, path)
			for i, text := range textgen.New(*judgeSeed, textgen.Valid, j.specials...).Texts(judgeNumber()) {
				for _, o := range []tokenize.Options{{AddSpecial: i%2 == 0}, {Special: tokenize.PlainSpecial}} {
					if difference := j.encode(text, o); difference != "" {
						small := shrink(text, func(s string) bool { return j.encode(s, o) != "" })
						j.report("text %d, %+q: %s", i, small, j.encode(small, o))
					}
				}
			}
			j.notUTF8(judgeNumber() / 5)
			j.summary(judgeNumber(), "texts")
		})
	}
}

// notUTF8 goes through texts that are not UTF-8. The library sees U+FFFD in
// them, so it judges the texts with that; as they are they must have tokens
// within their bounds.
func (j *judge) notUTF8(n int) {
	o := tokenize.Options{AddSpecial: true}
	for i, text := range textgen.New(*judgeSeed, textgen.All, j.specials...).Texts(n) {
		seen := strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
		if difference := j.encode(seen, o); difference != "" {
			j.report("text %d, %+q: %s", i, seen, difference)
		}
		e, err := j.ours.Encode(text, o)
		if errors.Is(err, tokenize.ErrUnknownToken) {
			continue
		}
		if err != nil {
			j.report("text %d, %+q: %v", i, text, err)
			continue
		}
		for _, span := range e.Offsets {
			if span.Start < 0 || span.Start > span.End || span.End > len(text) {
				j.report("text %d, %+q: offsets %v", i, text, span)
			}
		}
	}
}

// TestJudgeDecode: so do ids in an order that no text has.
func TestJudgeDecode(t *testing.T) {
	for _, path := range judged(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			t.Parallel()
			j := newJudge(t, path)
			ids := idLists{state: *judgeSeed, tokenizer: j.ours}
			for i := range judgeNumber() {
				list, o := ids.next(), tokenize.DecodeOptions{SkipSpecial: i%2 == 0, ReplaceInvalid: true}
				if difference := j.decode(list, o); difference != "" {
					for k := 0; k < len(list); { // shrink
						if shorter := slices.Delete(slices.Clone(list), k, k+1); j.decode(shorter, o) != "" {
							list = shorter
						} else {
							k++
						}
					}
					j.report("list %d, %d: %s", i, list, j.decode(list, o))
				}
			}
			j.summary(judgeNumber(), "lists of ids")
		})
	}
}

// TestJudgeTiktoken: ranks are merged as tiktoken merges them, which daulet's
// module has beside Hugging Face's tokenizers. It gives ids alone.
func TestJudgeTiktoken(t *testing.T) {
	for _, c := range []struct{ dir, pattern string }{
		{"meta-llama-3-8b-instruct", patternLlama3},
		{"kimi-k2-instruct", patternKimi},
	} {
		t.Run(c.dir, func(t *testing.T) {
			t.Parallel()
			ranks, settings := moduleFile(t, filepath.Join(c.dir, "tiktoken.model")), moduleFile(t, filepath.Join(c.dir, "tokenizer_config.json"))
			theirs, err := tokenizers.FromTiktoken(ranks, settings, c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			defer theirs.Close()
			ours, err := tokenize.Open(ranks)
			if err != nil {
				t.Fatal(err)
			}
			j := &judge{t: t, ours: ours, specials: addedTexts(t, settings)}
			differ := func(text string, o tokenize.Options) string {
				ids, err := ours.AppendIDs(nil, text, o)
				if err != nil {
					return err.Error()
				}
				// What the library takes for adding special tokens is parsing them.
				want := theirs.EncodeWithOptions(text, o.Special == tokenize.ParseSpecial).IDs
				return unequal("ids", ids, want)
			}
			for i, text := range textgen.New(*judgeSeed, textgen.Valid, j.specials...).Texts(judgeNumber()) {
				for _, o := range []tokenize.Options{{Special: tokenize.PlainSpecial}, {Special: tokenize.ParseSpecial}} {
					if differ(text, o) != "" {
						small := shrink(text, func(s string) bool { return differ(s, o) != "" })
						j.report("text %d, %+q: %s", i, small, differ(small, o))
					}
				}
			}
			j.summary(judgeNumber(), "texts")
		})
	}
}

const (
	patternLlama3 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

	patternKimi = `[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// A judge compares the engines on one vocabulary.
type judge struct {
	t           *testing.T
	ours        *tokenize.Tokenizer
	theirs      *Tokenizer
	specials    []string
	bare        bool // the file says nothing of truncation and padding
	noDecode    bool // the library's decoder may panic
	differences int
}

func newJudge(t *testing.T, path string) *judge {
	t.Helper()
	ours, err := tokenize.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	var file struct{ Truncation, Padding any }
	if err := json.Unmarshal(readFile(t, path), &file); err != nil {
		t.Fatal(err)
	}
	return &judge{t: t, ours: ours, theirs: theirs, specials: addedTexts(t, path), bare: file.Truncation == nil && file.Padding == nil}
}

// encode returns what the engines differ in, or "".
func (j *judge) encode(text string, o tokenize.Options) (difference string) {
	defer func() {
		if r := recover(); r != nil {
			difference = fmt.Sprintf("panic: %v", r)
		}
	}()
	want, err := j.theirs.Encode(text, o)
	if err != nil {
		j.t.Fatal(err)
	}
	got, err := j.ours.Encode(text, o)
	switch {
	case want.Len() == 0 && (errors.Is(err, tokenize.ErrUnknownToken) || errors.Is(err, tokenize.ErrTruncation)):
		return "" // the library has an error too, which it cannot say
	case err != nil:
		return err.Error()
	}
	if j.bare {
		ids, err := j.ours.AppendIDs(nil, text, o)
		count, errCount := j.ours.Count(text, o)
		if err != nil || errCount != nil || count != len(ids) || !slices.Equal(ids, got.IDs) {
			return fmt.Sprintf("ids alone: %v %v %d %d, with tokens %d", err, errCount, count, ids, got.IDs)
		}
	}
	for _, difference := range []string{
		unequal("ids", got.IDs, want.IDs), unequal("tokens", got.Tokens, want.Tokens), unequal("offsets", got.Offsets, want.Offsets),
		unequal("type ids", got.TypeIDs, want.TypeIDs), unequal("special tokens mask", got.SpecialTokensMask, want.SpecialTokensMask),
		unequal("attention mask", got.AttentionMask, want.AttentionMask),
	} {
		if difference != "" {
			return difference
		}
	}
	if len(got.IDs) == 0 || j.noDecode {
		return ""
	}
	return j.decode(got.IDs, tokenize.DecodeOptions{SkipSpecial: len(text)%2 == 0, ReplaceInvalid: true})
}

func (j *judge) decode(ids []uint32, o tokenize.DecodeOptions) string {
	want, err := j.theirs.Decode(ids, o)
	if err != nil {
		j.t.Fatal(err)
	}
	got := j.ours.Decode(ids, o)
	if strings.IndexByte(got, 0) >= 0 && want == "" {
		return "" // the library cannot say it
	}
	if got != want {
		return fmt.Sprintf("decoded %+q, want %+q", got, want)
	}
	return ""
}

func unequal[T comparable](what string, got, want []T) string {
	if slices.Equal(got, want) {
		return ""
	}
	return fmt.Sprintf("%s %+v, want %+v", what, got, want)
}

func (j *judge) report(format string, args ...any) {
	j.t.Helper()
	if j.differences++; j.differences <= judgeShown {
		j.t.Errorf(format, args...)
	}
}

func (j *judge) summary(n int, what string) {
	j.t.Helper()
	if j.differences > 0 {
		j.t.Errorf("%d differences in %d %s", j.differences, n, what)
	}
}

// shrink takes characters from text as long as it fails.
func shrink(text string, fails func(string) bool) string {
	for size := len(text) / 2; size > 0; size /= 2 {
		for at := 0; at < len(text); {
			end := min(at+size, len(text))
			for end < len(text) && !utf8.RuneStart(text[end]) {
				end++
			}
			if shorter := text[:at] + text[end:]; fails(shorter) {
				text = shorter
			} else {
				for at++; at < len(text) && !utf8.RuneStart(text[at]); at++ {
				}
			}
		}
	}
	return text
}

// addedTexts returns the texts of the added tokens of a tokenizer.json or a
// tokenizer_config.json, as many as a generator has use for.
func addedTexts(t *testing.T, path string) []string {
	t.Helper()
	type token struct{ Content string }
	var file struct {
		List    []token          `json:"added_tokens"`
		Decoder map[string]token `json:"added_tokens_decoder"`
	}
	if err := json.Unmarshal(readFile(t, path), &file); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, added := range file.List {
		texts = append(texts, added.Content)
	}
	for _, added := range file.Decoder {
		texts = append(texts, added.Content)
	}
	slices.Sort(texts) // a map has no order
	return texts
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// idLists makes lists of ids: by chance, in runs, with special tokens, with
// some that the vocabulary does not have.
type idLists struct {
	state     uint64
	tokenizer *tokenize.Tokenizer
}

func (l *idLists) next() []uint32 {
	size := l.tokenizer.VocabSize()
	list := make([]uint32, 0, 20)
	for range 1 + l.n(20) {
		switch l.n(8) {
		case 0:
			list = append(list, uint32(l.n(min(size, 300)))) // bytes and special tokens
		case 1:
			list = append(list, uint32(size-1-l.n(min(size, 300))))
		case 2:
			list = append(list, uint32(l.n(2*size)))
		case 3:
			if len(list) > 0 {
				list = append(list, list[len(list)-1])
			}
		default:
			list = append(list, uint32(l.n(size)))
		}
	}
	return list
}

// n returns a number below n.
func (l *idLists) n(n int) int {
	l.state = l.state*6364136223846793005 + 1442695040888963407
	return int(l.state >> 33 % uint64(n))
}
