package normalize

import (
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// TestUntrackedKnowsItsFront: what a pre-tokenizer asks of an untracked text,
// whether a piece of it starts where the text did, has the same answer as for
// one that is tracked.
func TestUntrackedKnowsItsFront(t *testing.T) {
	for _, settings := range []string{
		`{"type": "NFC"}`, `{"type": "NFD"}`, `{"type": "NFKC"}`, `{"type": "NFKD"}`, `{"type": "Lowercase"}`, `{"type": "Nmt"}`,
		`{"type": "StripAccents"}`, `{"type": "ByteLevel"}`, `{"type": "Prepend", "prepend": "xy"}`,
		`{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": true, "lowercase": true}`,
		`{"type": "Replace", "pattern": {"String": "e"}, "content": "abc"}`, `{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "▁"}`,
		`{"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}, {"type": "NFC"}, {"type": "Lowercase"}]}`,
	} {
		o, err := jsonread.ParseObject([]byte(settings), jsonread.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range textgen.New(1, textgen.All).Texts(600) {
			tracked, err := n.Normalize(text.New(s, 0))
			if err != nil {
				t.Fatal(err)
			}
			untracked, err := n.Normalize(text.Untracked(s, 0))
			if err != nil {
				t.Fatal(err)
			}
			if tracked.String() != untracked.String() {
				t.Fatalf("%s: text %d: %q and %q", settings, i, tracked.String(), untracked.String())
			}
			for at := range tracked.String() {
				want, got := tracked.Slice(at, tracked.Len()).Start() == 0, untracked.Slice(at, tracked.Len()).Start() == 0
				if got != want {
					t.Fatalf("%s: text %d, %+q, byte %d of %+q: at the front is %t", settings, i, s, at, tracked.String(), got)
				}
			}
		}
	}
}
