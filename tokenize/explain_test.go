//go:build !nibbletext

package tokenize_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// checkExplanation: the pieces have the tokens that Encode returns, and stand in
// the text one behind the other.
func checkExplanation(tb testing.TB, tok *tokenize.Tokenizer, text string) {
	tb.Helper()
	cut, pad := &tokenize.Truncation{}, &tokenize.Padding{}
	want, err := tok.Encode(text, tokenize.Options{AddSpecial: true, Truncation: cut, Padding: pad})
	x, explained := tok.Explain(text, tokenize.Options{AddSpecial: true})
	if (err == nil) != (explained == nil) {
		tb.Fatalf("%q: Encode %v, Explain %v", text, err, explained)
	}
	if err != nil {
		return
	}
	if !reflect.DeepEqual(x.Encoding, want) {
		tb.Fatalf("%q: explained %+v, encoded %+v", text, x.Encoding, want)
	}
	alone, err := tok.Encode(text, tokenize.Options{Truncation: cut, Padding: pad})
	if err != nil {
		tb.Fatal(err)
	}
	var ids []uint32
	var tokens []string
	last := 0
	var before tokenize.Span
	for _, s := range x.Segments {
		if s.Added && len(s.Pieces) != 1 || s.Span.Start > s.Span.End || s.Span.End > len(text) || s.Span.Start < before.Start {
			tb.Fatalf("%q: segment %+v behind %+v", text, s, before)
		}
		if tok.Info().Source == "GGUF" && s.Span.Start < before.End {
			tb.Fatalf("%q: segment %+v overlaps %+v", text, s, before)
		}
		before = s.Span
		var pieces strings.Builder
		for _, p := range s.Pieces {
			if p.Span.Start > p.Span.End || p.Span.End > len(text) || p.Span.End < last || len(p.IDs) != len(p.Tokens) {
				tb.Fatalf("%q: piece %+v behind %d", text, p, last)
			}
			last = p.Span.End
			ids = append(ids, p.IDs...)
			tokens = append(tokens, p.Tokens...)
			pieces.WriteString(p.Text)
		}
		if tok.Info().ByteComplete && (pieces.String() != s.Normalized || s.Normalized != text[s.Span.Start:s.Span.End]) {
			tb.Fatalf("%q: segment %+v: pieces %q", text, s, pieces.String())
		}
	}
	if !equal(ids, alone.IDs) || strings.Join(tokens, "\n") != strings.Join(alone.Tokens, "\n") {
		tb.Fatalf("%q: pieces have %v %q, the text %v %q", text, ids, tokens, alone.IDs, alone.Tokens)
	}
}

// TestGoldenExplanations: so it is with small vocabularies of every kind.
func TestGoldenExplanations(t *testing.T) {
	g := textgen.New(6, 0, "<s>", "</s>", "[MASK]", "<m>", "a", " the", "123")
	var texts []string
	for range 200 {
		texts = append(texts, g.Text())
	}
	for _, golden := range readGolden(t).Tokenizers {
		t.Run(golden.Name, func(t *testing.T) {
			tok := readTokenizer(t, golden.Tokenizer)
			for _, text := range texts {
				checkExplanation(t, tok, text)
			}
		})
	}
}

func TestExplain(t *testing.T) {
	x, err := sampleTokenizer(t).Explain("It's<|im_end|>naïve", tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	type piece struct {
		text string
		span tokenize.Span
	}
	want := [][]piece{
		{{"It", tokenize.Span{Start: 0, End: 2}}, {"'s", tokenize.Span{Start: 2, End: 4}}},
		{{"<|im_end|>", tokenize.Span{Start: 4, End: 14}}},
		{{"naïve", tokenize.Span{Start: 14, End: 20}}},
	}
	var got [][]piece
	for _, s := range x.Segments {
		var pieces []piece
		for _, p := range s.Pieces {
			pieces = append(pieces, piece{p.Text, p.Span})
		}
		got = append(got, pieces)
	}
	if !reflect.DeepEqual(got, want) || !x.Segments[1].Added || x.Segments[0].Added {
		t.Errorf("got  %+v\nwant %+v", x.Segments, want)
	}
}

// TestExplainedPieces: the text of a piece is what MergeSteps takes, also where
// the pre-tokenizer spells bytes as characters.
func TestExplainedPieces(t *testing.T) {
	for name, stages := range map[string]string{
		"scanner":      `"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}`,
		"prefix space": `"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}`,
		"no scanner":   `"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}`,
		"characters":   `"pre_tokenizer": {"type": "Whitespace"}`,
	} {
		t.Run(name, func(t *testing.T) {
			tok := readTokenizer(t, bpeJSON(stages))
			x, err := tok.Explain("ab ba", tokenize.Options{})
			if err != nil {
				t.Fatal(err)
			}
			pieces := 0
			for _, s := range x.Segments {
				for _, p := range s.Pieces {
					pieces++
					steps, err := tok.MergeSteps(p.Text)
					if err != nil || !equal(steps[len(steps)-1].IDs, p.IDs) {
						t.Errorf("piece %+v: %+v, %v", p, steps, err)
					}
				}
			}
			if pieces != 2 {
				t.Errorf("%d pieces", pieces)
			}
		})
	}
}

func TestSpelledSpecial(t *testing.T) {
	tok := sampleTokenizer(t)
	text := "<|im_end|><|im_end<|endoftext|>é<|im_start|>|>"
	var got []string
	for span, token := range tok.SpelledSpecial(text) {
		if text[span.Start:span.End] != token.Text || !token.Special {
			t.Errorf("%v is %+v", span, token)
		}
		got = append(got, token.Text)
	}
	if strings.Join(got, " ") != "<|im_end|> <|endoftext|> <|im_start|>" {
		t.Errorf("found %q", got)
	}
	for range tok.SpelledSpecial(text) {
		break // an iteration may end early
	}
	for span := range readTokenizer(t, bpeJSON(`"added_tokens": [{"id": 3, "content": "b", "special": false}]`)).SpelledSpecial("b") {
		t.Errorf("found %v, which is not special", span)
	}
}
