package decode_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

const (
	llama2 = `{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
		{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}`
	gemma     = `{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]}`
	byteLevel = `{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true}`
	wordPiece = `{"type":"WordPiece","prefix":"##","cleanup":true}`
	metaspace = `{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}`
	bpe       = `{"type":"BPEDecoder","suffix":"</w>"}`
)

// What is final is given at once, and no more than that is held back.
func TestStreamGives(t *testing.T) {
	for _, test := range []struct {
		name, settings string
		tokens, want   []string // a last one more: what Flush gives
	}{
		{"Llama 2", llama2, []string{"▁Hi", "!", "\uFFFD", "▁x"}, []string{"Hi", "!", "\uFFFD", " x", ""}},
		{"Llama 2, bytes", llama2, []string{"▁a", "<0xE5>", "<0x8F>", "<0xAB>", "b", "<0xE5>", "c"},
			[]string{"a", "", "", "", "叫b", "", "\uFFFDc", ""}},
		{"Llama 2, bytes that can no longer be valid", llama2, []string{"<0x41>", "<0xFF>", "<0x41>", "<0xE5>", "x"},
			[]string{"", "\uFFFD\uFFFD", "\uFFFD", "\uFFFD", "x", ""}},
		{"Llama 2, bytes at the end", llama2, []string{"a", "<0xE5>", "<0x8F>"}, []string{"a", "", "", "\uFFFD\uFFFD"}},
		{"Llama 2, spaces in front", llama2, []string{"▁", "▁", "▁a"}, []string{"", " ", " a", ""}},
		{"ByteLevel", byteLevel, []string{"Hello", "Ġwor", "ld"}, []string{"Hello", " wor", "ld", ""}},
		{"ByteLevel, parts of a character", byteLevel, []string{"ð", "ŁĳĤ", "ð", "Ł", "a", "ð", "Ł"},
			[]string{"", "👂", "", "", "\uFFFDa", "", "", "\uFFFD"}},
		{"ByteLevel, a real U+FFFD", byteLevel, []string{"ï¿½", "ï", "¿½", "a"}, []string{"\uFFFD", "", "\uFFFD", "a", ""}},
		{"ByteLevel, a token that is no bytes", byteLevel, []string{"â", "<|end of text|>", "日"}, []string{"", "\uFFFD<|end of text|>", "日", ""}},
		{"WordPiece", wordPiece, []string{"do", "##n", "'", "t", "stop", "."}, []string{"do", "n", " '", " t", " stop", ".", ""}},
		{"Metaspace", metaspace, []string{"▁Hey", "▁you", "▁"}, []string{"Hey", " you", " ", ""}},
		{"BPEDecoder", bpe, []string{"low", "er</w>", "new", "est</w>"}, []string{"low", "er", " new", "est", ""}},
		{"Replace behind Fuse", `{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"String":"abc"},"content":"x"}]}`,
			[]string{"ab", "cab", "d", "ab"}, []string{"", "x", "abd", "", "ab"}},
		{"Strip behind Fuse", `{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":" ","start":0,"stop":2}]}`,
			[]string{"a ", "  ", " b  ", "c "}, []string{"a", " ", "   b", "  c", ""}},
	} {
		s := decode.NewStream(newDecoder(t, test.settings))
		if !s.Final() {
			t.Errorf("%s: not final", test.name)
		}
		for range 2 { // Flush starts it again
			var got []string
			for _, token := range test.tokens {
				got = append(got, s.Next(token))
			}
			got = append(got, s.Flush())
			if !slices.Equal(got, test.want) {
				t.Errorf("%s: %q, want %q", test.name, got, test.want)
			}
		}
	}
}

func TestStreamWithoutDecoder(t *testing.T) {
	s := decode.NewStream(nil)
	got := []string{s.Next("a"), s.Next(""), s.Next("b"), s.Flush(), s.Next("c")}
	if want := []string{"a", " ", " b", "", "c"}; !slices.Equal(got, want) || !s.Final() {
		t.Errorf("%q, want %q", got, want)
	}
}

// Decoders that give nothing final before the end are decoded as the reference
// does it: nothing is lost where matches stay within what is decoded together.
func TestStreamWindow(t *testing.T) {
	d := newDecoder(t, `{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
		{"type":"Fuse"},{"type":"Replace","pattern":{"Regex":"[.!]+"},"content":"."}]}`)
	s := decode.NewStream(d)
	if s.Final() {
		t.Error("it is not final")
	}
	tokens := []string{"▁Stop", "!", "▁Now", "\uFFFD", "▁or", "▁else", "..."}
	for range 2 {
		var got []string
		for _, token := range tokens {
			got = append(got, s.Next(token))
		}
		got = append(got, s.Flush())
		want := []string{" Stop", ".", " Now", "", "\uFFFD or", " else", ".", ""}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Neither a text that is long to look for nor tokens without text make it slow.
func TestStreamIsLinear(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for _, settings := range []string{
		`{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"String":"` + long + `"},"content":"b"}]}`,
		`{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"CTC","pad_token":"x","word_delimiter_token":"` + long + `","cleanup":true}]}`,
		`{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Replace","pattern":{"Regex":"a+"},"content":""}]}`,
		`{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":"a","start":0,"stop":2000000000}]}`,
		`{"type":"BPEDecoder","suffix":"` + long + `"}`,
	} {
		d := newDecoder(t, settings)
		s := decode.NewStream(d)
		began := time.Now()
		for range 5000 {
			s.Next("aa")
		}
		s.Flush()
		if spent := time.Since(began); spent > 5*time.Second {
			t.Errorf("%.100s: %v", settings, spent)
		}
	}
}

// decoders are settings that chains are made of, and tokens those that they do
// something with.
var (
	decoders = []string{
		byteLevel, wordPiece, metaspace, bpe, `{"type":"ByteFallback"}`, `{"type":"Fuse"}`,
		`{"type":"WordPiece","prefix":"","cleanup":false}`,
		`{"type":"BPEDecoder","suffix":""}`,
		`{"type":"Metaspace","replacement":"▁","prepend_scheme":"never"}`,
		`{"type":"CTC","pad_token":"<pad>","word_delimiter_token":"|","cleanup":true}`,
		`{"type":"CTC","pad_token":"","word_delimiter_token":"","cleanup":true}`,
		`{"type":"CTC","pad_token":"a","word_delimiter_token":"b","cleanup":false}`,
		`{"type":"Replace","pattern":{"String":"▁"},"content":" "}`,
		`{"type":"Replace","pattern":{"String":"aab"},"content":"a"}`,
		`{"type":"Replace","pattern":{"String":""},"content":"-"}`,
		`{"type":"Replace","pattern":{"Regex":"a+|^b"},"content":"日"}`,
		`{"type":"Strip","content":" ","start":1,"stop":0}`,
		`{"type":"Strip","content":"a","start":2,"stop":3}`,
		`{"type":"Strip","content":"日","start":0,"stop":1}`,
	}
	tokens = []string{
		"", "a", "aa", "b", "ab", "aab", "▁", "▁a", " ", "  ", " .", "!", "'", " ' ", "n't", " do", " not", "##a", "##", "日",
		"日日", "\uFFFD", "</w>", "a</w>", "</", "w>", "|", "<pad>", "Ġa", "Ċ", "ð", "ŁĳĤ", "æĹ¥", "ï¿½", "🙂",
		"<0x41>", "<0xE6>", "<0x97>", "<0xA5>", "<0xFF>", "<0x+1>", "<0x", "41>",
	}
)

func chain(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom(decoders), 1, 4).Draw(t, "decoders")
	return `{"type":"Sequence","decoders":[` + strings.Join(parts, ",") + `]}`
}

func TestStreamIsDecode(t *testing.T) {
	final := 0
	rapid.Check(t, func(r *rapid.T) {
		settings := chain(r)
		d := newDecoder(t, settings)
		s := decode.NewStream(d)
		if s.Final() {
			final++
		}
		for range 20 {
			in := rapid.SliceOfN(rapid.SampledFrom(tokens), 0, 12).Draw(r, "tokens")
			var out strings.Builder
			for _, token := range in {
				part := s.Next(token)
				if !utf8.ValidString(part) {
					r.Fatalf("part of a character: %q", part)
				}
				out.WriteString(part)
			}
			out.WriteString(s.Flush())
			if got, want := out.String(), text(d, in); s.Final() && got != want {
				r.Fatalf("%s\n%q\n%q, Decode %q", settings, in, got, want)
			}
		}
	})
	if final == 0 {
		t.Error("no chain of decoders has a final stream")
	}
}

func FuzzStream(f *testing.F) {
	for i := range decoders {
		f.Add(byte(i), byte(i+5), "▁a|<0xE6>|<0x97>|ð|ŁĳĤ||a</w>|aab| .")
	}
	f.Fuzz(func(t *testing.T, first, second byte, joined string) {
		d := newDecoder(t, `{"type":"Sequence","decoders":[`+decoders[int(first)%len(decoders)]+`,`+decoders[int(second)%len(decoders)]+`]}`)
		s := decode.NewStream(d)
		in := strings.Split(joined, "|")
		var out strings.Builder
		for _, token := range in {
			out.WriteString(s.Next(token))
		}
		out.WriteString(s.Flush())
		if got, want := out.String(), text(d, in); s.Final() && utf8.ValidString(joined) && got != want {
			t.Errorf("%q: %q, Decode %q", in, got, want)
		}
	})
}
