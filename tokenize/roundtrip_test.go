//go:build !nibbletext

package tokenize_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

func sampleTokenizer(tb testing.TB) *tokenize.Tokenizer {
	tb.Helper()
	tok, err := tokenize.ReadFS(sample.FS(), tokenize.LoadOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return tok
}

// checkAgreement: all ways to encode a text give the same ids, they decode to
// the text, and offsets are in order and within it; the explanation agrees.
func checkAgreement(tb testing.TB, tok *tokenize.Tokenizer, text string) {
	tb.Helper()
	o := tokenize.Options{AddSpecial: true}
	ids, err := tok.AppendIDs(nil, text, o)
	if err != nil {
		tb.Fatal(err)
	}
	e, err := tok.Encode(text, o)
	if err != nil || !equal(e.IDs, ids) {
		tb.Fatalf("%q: Encode %v, %v; AppendIDs %v", text, e, err, ids)
	}
	if n, err := tok.Count(text, o); err != nil || n != len(ids) {
		tb.Fatalf("%q: Count %d, %v; AppendIDs %d", text, n, err, len(ids))
	}
	last := 0
	for i, span := range e.Offsets {
		if e.Words[i] < 0 {
			continue
		}
		if span.Start < 0 || span.End < span.Start || span.End > len(text) || span.End < last {
			tb.Fatalf("%q: offsets %v", text, e.Offsets)
		}
		last = span.End
	}
	var read []uint32
	err = tok.EncodeReader(context.Background(), iotest.OneByteReader(strings.NewReader(text)), o, func(ids []uint32) error {
		read = append(read, ids...)
		return nil
	})
	if err != nil || !equal(read, ids) {
		tb.Fatalf("%q: EncodeReader %v, %v; AppendIDs %v", text, read, err, ids)
	}
	decoded := tok.Decode(ids, tokenize.DecodeOptions{})
	if tok.Info().ByteComplete && decoded != text {
		tb.Fatalf("%q decodes to %q", text, decoded)
	}
	stream := tok.NewDecoder(tokenize.DecodeOptions{})
	streamed := ""
	for _, id := range ids {
		streamed += stream.Next(id)
	}
	if streamed += stream.Flush(); streamed != decoded {
		tb.Fatalf("%q: streamed %q, decoded %q", text, streamed, decoded)
	}
	checkExplanation(tb, tok, text)
}

// Every string of bytes decodes to itself where the vocabulary says so.
func TestRoundTrip(t *testing.T) {
	tok := sampleTokenizer(t)
	if !tok.Info().ByteComplete {
		t.Fatal("the sample's vocabulary is byte-complete")
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		e, err := tok.Encode(text, tokenize.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := tok.Decode(e.IDs, tokenize.DecodeOptions{}); got != text {
			t.Fatalf("%q decodes to %q", text, got)
		}
	})
}

func TestGeneratedTexts(t *testing.T) {
	tok := sampleTokenizer(t)
	var specials []string
	for _, a := range tok.Info().Added {
		specials = append(specials, a.Text)
	}
	g := textgen.New(1, 0, specials...)
	for range 2000 {
		checkAgreement(t, tok, g.Text())
	}
}

// Texts that are cut into chunks have the ids that they have in one piece,
// whatever the number of workers, and when they are read bit by bit.
func TestLargeTexts(t *testing.T) {
	tok := sampleTokenizer(t)
	g := textgen.New(2, 0, "<|endoftext|>")
	var b strings.Builder
	for b.Len() < 3<<20 {
		b.WriteString(g.Text())
		if b.Len()%7 == 0 {
			b.WriteString(strings.Repeat(" the fox and the crow", 1000))
		}
	}
	text := b.String()
	for _, special := range []tokenize.SpecialText{tokenize.ParseSpecial, tokenize.PlainSpecial} {
		want, err := tok.AppendIDs(nil, text, tokenize.Options{Workers: 1, Special: special})
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{2, 3, 8} {
			o := tokenize.Options{Workers: workers, Special: special}
			got, err := tok.AppendIDs(nil, text, o)
			if err != nil || !equal(got, want) {
				t.Fatalf("%d workers: other ids, %v", workers, err)
			}
			if n, err := tok.Count(text, o); err != nil || n != len(want) {
				t.Fatalf("%d workers: Count %d, %v; want %d", workers, n, err, len(want))
			}
		}
	}
	checkStreams(t, tok, text)
}

// checkStreams: a text that is read in stretches has the ids of the whole.
func checkStreams(t *testing.T, tok *tokenize.Tokenizer, text string) {
	t.Helper()
	for _, special := range []tokenize.SpecialText{tokenize.ParseSpecial, tokenize.PlainSpecial} {
		want, err := tok.AppendIDs(nil, text, tokenize.Options{Workers: 1, Special: special})
		if err != nil {
			t.Fatal(err)
		}
		var read []uint32
		err = tok.EncodeReader(context.Background(), strings.NewReader(text), tokenize.Options{Workers: 2, Special: special}, func(ids []uint32) error {
			read = append(read, ids...)
			return nil
		})
		if err != nil || !equal(read, want) {
			t.Fatalf("EncodeReader: other ids, %v", err)
		}
	}
}

// TestGoldenStreams: so it is with small vocabularies of every kind, whose
// stages look at the start of a text, at white space and at unknown characters.
func TestGoldenStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	text := textgen.New(4, textgen.Words|textgen.Spaces|textgen.Scripts|textgen.Specials, "<s>", "[MASK]", " ").Long(1200 << 10)
	for _, g := range readGolden(t).Tokenizers {
		if !strings.HasPrefix(g.Name, "truncation") && !strings.HasPrefix(g.Name, "post-processor") {
			t.Run(g.Name, func(t *testing.T) { checkStreams(t, readTokenizer(t, g.Tokenizer), text) })
		}
	}
}

// TestAllocations: once warm, Count and AppendIDs allocate nothing.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	tok := sampleTokenizer(t)
	text := strings.Repeat("The fox, who was hungry, said: it's 1984 or naïve!\n", 20)
	o := tokenize.Options{AddSpecial: true}
	ids := make([]uint32, 0, len(text))
	if n := testing.AllocsPerRun(50, func() {
		if _, err := tok.Count(text, o); err != nil {
			t.Error(err)
		}
		var err error
		if ids, err = tok.AppendIDs(ids[:0], text, o); err != nil {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"", "Hello, world", "naïve 🦊\r\n\t", "\xff\xfe\xe6\x97", "<|endoftext|>x<|im_start|>", "it's  1234567 'S ſ\u00a0\u3000", "a\u0301\u200d"} {
		f.Add(seed)
	}
	tok := sampleTokenizer(f)
	f.Fuzz(func(t *testing.T, text string) { checkAgreement(t, tok, text) })
}

func FuzzRead(f *testing.F) {
	f.Add("tokenizer.json", []byte(bpeJSON(`"normalizer": {"type": "NFC"}`)))
	f.Add("x.tiktoken", []byte("YQ== 0\nYg== 1\nYWI= 2\n"))
	f.Add("tekken.json", []byte(`{"config": {"pattern": "a", "num_vocab_tokens": 1, "default_vocab_size": 2, "default_num_special_tokens": 1, "version": "v3"}, "vocab": [{"rank": 0, "token_bytes": "YQ==", "token_str": "a"}]}`))
	f.Add("tokenizer.model", []byte("\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02"))
	f.Add("v.gguf", []byte("GGUF\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, name string, data []byte) { checkHostile(t, name, data, false) })
}

// TestSharedVocabularies: what holds for the sample's vocabulary holds for real
// ones of every format.
func TestSharedVocabularies(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"kitoken/models/*/*", "llama.cpp/*.gguf"} {
		found, err := filepath.Glob(filepath.Join("../../shared/tokenizers", pattern))
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
			g := textgen.New(3, 0, "<s>", "</s>", "[MASK]", "<|endoftext|>")
			texts := 300
			if testing.Short() {
				texts = 50
			}
			for range texts {
				checkAgreement(t, tok, g.Text())
			}
			if text := g.Long(3 << 20); !testing.Short() {
				checkStreams(t, tok, text)
			}
		})
	}
}
