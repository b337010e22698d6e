//go:build !nibbletext

package text_test

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// encoding is a reply with its blobs.
type encoding struct {
	wasm.TextEncodeReply
	ids, starts, ends, unitStarts, unitEnds []uint32
	flags                                   []byte
}

func (c client) encode(handle int, text string, o wasm.TextOptions) encoding {
	c.Helper()
	var e encoding
	blobs := c.Call(wasm.OpTextEncode, &wasm.TextEncodeRequest{Tokenizer: handle, Options: o}, &e.TextEncodeReply, []byte(text))
	if len(blobs) != 6 {
		c.Fatalf("%d blobs", len(blobs))
	}
	e.ids, e.starts, e.ends = numbers(blobs[0]), numbers(blobs[1]), numbers(blobs[2])
	e.unitStarts, e.unitEnds, e.flags = numbers(blobs[3]), numbers(blobs[4]), blobs[5]
	for i, blob := range blobs {
		if size := []int{4, 4, 4, 4, 4, 1}[i]; len(blob) != size*e.Tokens {
			c.Fatalf("blob %d has %d bytes, %d tokens", i, len(blob), e.Tokens)
		}
	}
	var count wasm.TextCountReply
	alone := c.Call(wasm.OpTextIDs, &wasm.TextEncodeRequest{Tokenizer: handle, Options: o}, &count, []byte(text))
	if len(alone) != 1 || count.Tokens != e.Tokens || !slices.Equal(numbers(alone[0]), e.ids) {
		c.Fatalf("%q: the ids alone are %d, %v, want %v", text, count.Tokens, alone, e.ids)
	}
	return e
}

// unitPlaces returns, for each byte of a text and the place behind it, the UTF-16
// units before its character and behind it, as JavaScript counts once each byte
// that is not UTF-8 is U+FFFD.
func unitPlaces(text string) (before, behind []uint32) {
	units := uint32(0)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		next := units + uint32(len(utf16.Encode([]rune{r})))
		for range size {
			before, behind = append(before, units), append(behind, next)
		}
		units = next
		i += size
	}
	return append(before, units), append(behind, units)
}

// checkEncoding compares a reply with what package tokenize says.
func checkEncoding(tb rapid.TB, tok *tokenize.Tokenizer, text string, addSpecial bool, e encoding) {
	tb.Helper()
	want, err := tok.Encode(text, tokenize.Options{AddSpecial: addSpecial, Truncation: &tokenize.Truncation{}, Padding: &tokenize.Padding{}})
	if err != nil {
		tb.Fatal(err)
	}
	if !slices.Equal(e.ids, want.IDs) || e.Bytes != len(text) || e.Characters != utf8.RuneCountInString(text) {
		tb.Fatalf("%q: %v, %d bytes, %d characters; want %v", text, e.ids, e.Bytes, e.Characters, want.IDs)
	}
	before, behind := unitPlaces(text)
	exact := spells(tok, text, want)
	for i := range e.ids {
		start, end := e.starts[i], e.ends[i]
		if start > end || int(end) > len(text) {
			tb.Fatalf("%q: token %d has bytes %d to %d", text, i, start, end)
		}
		if template := e.flags[i]&wasm.TokenTemplate != 0; template != (want.Words[i] < 0) {
			tb.Fatalf("%q: token %d has flags %b, word %d", text, i, e.flags[i], want.Words[i])
		} else if template {
			continue
		}
		unitStart, unitEnd := before[start], before[start]
		if start < end {
			unitEnd = behind[end-1]
		}
		if e.unitStarts[i] != unitStart || e.unitEnds[i] != unitEnd {
			tb.Fatalf("%q: token %d has units %d to %d, want %d to %d", text, i, e.unitStarts[i], e.unitEnds[i], unitStart, unitEnd)
		}
		if !exact {
			if span := want.Offsets[i]; start != uint32(span.Start) || end != uint32(span.End) {
				tb.Fatalf("%q: token %d has bytes %d to %d, want %v", text, i, start, end, span)
			}
			continue
		}
		if token := string(tok.TokenBytes(e.ids[i])); token != text[start:end] {
			tb.Fatalf("%q: token %d is %q, its bytes are %q", text, i, token, text[start:end])
		}
		cuts := func(at uint32) bool { return at > 0 && before[at] == before[at-1] }
		if partial := e.flags[i]&wasm.TokenPartial != 0; partial != (cuts(start) || cuts(end)) {
			tb.Fatalf("%q: token %d has flags %b", text, i, e.flags[i])
		}
	}
	if tok.Info().ByteComplete && !exact {
		tb.Fatalf("%q: the tokens do not spell it", text)
	}
}

// spells reports whether the bytes of a text's byte-level tokens are the text.
func spells(tok *tokenize.Tokenizer, text string, e *tokenize.Encoding) bool {
	var spelled []byte
	for i, id := range e.IDs {
		if e.Words[i] >= 0 {
			spelled = append(spelled, tok.TokenBytes(id)...)
		}
	}
	info := tok.Info()
	return string(spelled) == text && (info.ByteComplete || info.Decoder == "ByteLevel" || info.Source == "GGUF" && info.Model == "BPE")
}

func anyText(t *rapid.T) string {
	part := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"<|endoftext|>", "<|im_end|>", "<|im_", " the fox", "naïve", "🦊👩‍🚀", "e\u0301", "ﬁ", "\r\n\n", "   ", "\xff", "\xe6\x97", "<b>", "[SEP]", "1234567"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 5), func(b []byte) string { return string(b) }),
	)
	return strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "text"), "")
}

// TestEncode: ids are those of package tokenize, and places are where they should
// be whatever the text.
func TestEncode(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	words := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	wordsTok, err := tokenize.Read("tokenizer.json", []byte(wordsJSON), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := c.with(t)
		text, addSpecial := anyText(t), rapid.Bool().Draw(t, "add special")
		o := wasm.TextOptions{AddSpecial: addSpecial}
		checkEncoding(t, tok, text, addSpecial, c.encode(handle, text, o))
		checkEncoding(t, wordsTok, text, addSpecial, c.encode(words, text, o))
	})
}

// TestEncodeShrunk: tokens whose bytes are less than the text are not taken for
// its start.
func TestEncodeShrunk(t *testing.T) {
	c := newClient(t)
	handle := c.open("tokenizer.json", []byte(shrinkingJSON)).Tokenizer
	tok, err := tokenize.Read("tokenizer.json", []byte(shrinkingJSON), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"ab", "aa", "aab", "baa", "a"} {
		checkEncoding(t, tok, text, false, c.encode(handle, text, wasm.TextOptions{}))
	}
}

// TestEncodeShared: so it is with real vocabularies of every format.
func TestEncodeShared(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"kitoken/models/*/*", "llama.cpp/*.gguf"} {
		found, err := filepath.Glob(filepath.Join("../../../../shared/tokenizers", pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		t.Skip("no vocabularies: ../shared/tokenizers is not there")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			tok, err := tokenize.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t)
			var reply wasm.TextOpenReply
			c.Call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{path}}, &reply)
			if reply.VocabSize != tok.VocabSize() || reply.Source != tok.Info().Source {
				t.Errorf("%+v", reply)
			}
			rng := rand.New(rand.NewPCG(1, 2))
			parts := []string{"The quick", " fox", " naïve café", "日本語", "🦊", "\u00a0", "<s>", "</s>", "[MASK]", "<|endoftext|>", "\xff", "  ", "\n", "12345", "don't"}
			for range 50 {
				text := ""
				for range rng.IntN(8) {
					text += parts[rng.IntN(len(parts))]
				}
				checkEncoding(t, tok, text, true, c.encode(reply.Tokenizer, text, wasm.TextOptions{AddSpecial: true}))
			}
		})
	}
}

func TestFlags(t *testing.T) {
	c := newClient(t)
	sample, _ := c.openSample()
	words := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	const (
		special  = wasm.TokenSpecial
		template = wasm.TokenTemplate
		partial  = wasm.TokenPartial
		unknown  = wasm.TokenUnknown
		added    = wasm.TokenAdded
	)
	for _, test := range []struct {
		name   string
		handle int
		text   string
		o      wasm.TextOptions
		want   []byte
	}{
		{"characters in parts", sample, "日a", wasm.TextOptions{}, []byte{partial, partial, partial, 0}},
		{"bytes that are not UTF-8", sample, "\xff\xe6", wasm.TextOptions{}, []byte{0, 0}},
		{"special token", sample, "a<|im_end|>", wasm.TextOptions{}, []byte{0, special | added}},
		{"template", words, "the", wasm.TextOptions{AddSpecial: true}, []byte{special | template, 0, special | template}},
		{"unknown", words, "the cat", wasm.TextOptions{}, []byte{0, special | unknown}},
		{"unknown token that is spelled", words, "[UNK] x", wasm.TextOptions{}, []byte{special | added, special | unknown}},
		{"added", words, "the<b>fox", wasm.TextOptions{}, []byte{0, added, 0}},
		{"character that is two", words, "ﬁ", wasm.TextOptions{}, []byte{partial, partial}},
		{"text of special tokens", words, "[SEP]", wasm.TextOptions{ParseSpecial: true}, []byte{special | added}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if e := c.encode(test.handle, test.text, test.o); !bytes.Equal(e.flags, test.want) {
				t.Errorf("%q has flags %b, want %b; ids %v", test.text, e.flags, test.want, e.ids)
			}
		})
	}
}

// TestSpelled: special tokens that a text spells are found whether they are
// parsed or not.
func TestSpelled(t *testing.T) {
	c := newClient(t)
	handle, _ := c.openSample()
	text := "🦊<|im_end|>" + strings.Repeat("<|endoftext|>é", 200)
	for _, o := range []wasm.TextOptions{{}, {ParseSpecial: true}, {PlainSpecial: true}} {
		e := c.encode(handle, text, o)
		if e.Spelled != 201 || len(e.SpelledFirst) != 100 {
			t.Fatalf("%d, listed %d", e.Spelled, len(e.SpelledFirst))
		}
		want := []wasm.TextSpelled{{ID: 2, Text: "<|im_end|>", Start: 2}, {ID: 0, Text: "<|endoftext|>", Start: 12}, {ID: 0, Text: "<|endoftext|>", Start: 26}}
		if !slices.Equal(e.SpelledFirst[:3], want) {
			t.Errorf("%+v", e.SpelledFirst[:3])
		}
		isSpecial := slices.ContainsFunc(e.flags, func(f byte) bool { return f&wasm.TokenSpecial != 0 })
		if isSpecial == o.PlainSpecial {
			t.Errorf("%+v: special tokens: %v", o, isSpecial)
		}
		var count wasm.TextCountReply
		c.Call(wasm.OpTextCount, &wasm.TextEncodeRequest{Tokenizer: handle, Options: o}, &count, []byte(text))
		if count.Tokens != e.Tokens {
			t.Errorf("%+v: counted %d, encoded %d", o, count.Tokens, e.Tokens)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	c := newClient(b)
	handle, _ := c.openSample()
	text := []byte(strings.Repeat("The fox, who was hungry, said: it's 1984 or naïve!\n", 20000))
	request := &wasm.TextEncodeRequest{Tokenizer: handle}
	message := wasm.AppendMessage(nil, request.AppendJSON(nil), text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var reply []byte
	for b.Loop() {
		var status wasm.Status
		if reply, status = c.Handlers.Call(reply[:0], wasm.OpTextEncode, message, func(error) wasm.Status { return wasm.StatusInternal }); status != wasm.StatusOK {
			b.Fatal(status)
		}
	}
}
