package convert

import (
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
)

func decoderOf(t *testing.T, text string) *jsonread.Object {
	t.Helper()
	o, err := jsonread.ParseObject([]byte(text), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// What tokenizers 0.22.2 decodes single tokens to.
func TestDecodeToken(t *testing.T) {
	const (
		byteLevelDecoder = `{"type": "ByteLevel"}`
		wordPiece        = `{"type": "WordPiece", "prefix": "##"}`
		metaspace        = `{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}`
		pieces           = `{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}`
	)
	cases := []struct{ decoder, token, want string }{
		{byteLevelDecoder, "<|im_end|>", "<|im_end|>"},
		{byteLevelDecoder, "é", "\ufffd"},
		{byteLevelDecoder, "Ġ", " "},
		{byteLevelDecoder, "Ã©", "é"},
		{byteLevelDecoder, "Ń", "\ufffd"},
		{byteLevelDecoder, "ń", "ń"},
		{byteLevelDecoder, " a", " a"},
		{byteLevelDecoder, "ðŁĺĢ", "😀"},
		{byteLevelDecoder, "ðŁ", "\ufffd"},
		{byteLevelDecoder, "ðŁð", "\ufffd\ufffd"},
		{byteLevelDecoder, "ÀĢ", "\ufffd\ufffd"},
		{byteLevelDecoder, "íłĢ", "\ufffd\ufffd\ufffd"},
		{byteLevelDecoder, "ÿ", "\ufffd"},
		{wordPiece, "a .", "a."},
		{wordPiece, "##x", "##x"},
		{wordPiece, " do not", " don't"},
		{wordPiece, "[X] ' s", "[X]'s"},
		{`{"type": "WordPiece", "prefix": "##", "cleanup": false}`, "a .", "a ."},
		{metaspace, "▁▁a", "a"},
		{metaspace, "a▁", "a"},
		{`{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}`, "a▁", "a "},
		{pieces, "▁", ""},
		{pieces, "▁▁a", " a"},
		{pieces, "a▁", "a "},
		{pieces, "<0x0A>", "\n"},
		{pieces, "<0xe9>", "\ufffd"},
		{pieces, "<0x4g>", "<0x4g>"},
		{`{"type": "Strip", "content": " ", "start": 0, "stop": 1}`, "a  ", "a "},
		{`{"type": "BPEDecoder", "suffix": "</w>"}`, "</w>a</w>", "a"},
		{`{"type": "CTC"}`, "a", "a"},
	}
	for _, c := range cases {
		if got := decodeToken(decoderOf(t, c.decoder), c.token); got != c.want {
			t.Errorf("%s: %q decodes to %q, want %q", c.decoder, c.token, got, c.want)
		}
	}
	if got := decodeToken(nil, "é"); got != "é" {
		t.Errorf("without a decoder, é decodes to %q", got)
	}
}

// The alphabet of byte-level vocabularies has each byte once.
func TestByteAlphabet(t *testing.T) {
	var seen [256]bool
	for r := rune(0); r < 0x400; r++ {
		b, ok := byteOf(r)
		if !ok {
			continue
		}
		if seen[b] {
			t.Errorf("byte %#x has two characters", b)
		}
		seen[b] = true
		if ' ' < b && b < 0x7f && r != rune(b) {
			t.Errorf("%q stands for %q", r, b)
		}
	}
	for b, ok := range seen {
		if !ok {
			t.Errorf("byte %#x has no character", b)
		}
	}
}

func TestTidySpaces(t *testing.T) {
	cases := []struct{ text, want string }{
		{"a .", "a."}, {" ' ", "'"}, {"do n't", "don't"}, {" do not", " do not"}, {"it 's , I 'm", "it's, I'm"},
	}
	for _, c := range cases {
		if got := tidySpaces(c.text, false); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.text, got, c.want)
		}
	}
}
