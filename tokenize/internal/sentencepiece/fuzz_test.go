package sentencepiece_test

import (
	"os"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// FuzzModel: whatever a file says, it is refused or does as a model should.
func FuzzModel(f *testing.F) {
	for name := range readGolden(f) {
		data, err := os.ReadFile(modelPath(name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "The cutter <sep> ﬁ…\u3000é\xff 猫🙂")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		file, err := vocab.ReadSentencePiece(data)
		if err != nil {
			return
		}
		m, err := sentencepiece.New(settings(file))
		if err != nil {
			return
		}
		checkTokens(t, m, file, text)
	})
}

// FuzzCharsmap: whatever a charsmap says, it is refused or makes UTF-8 of any
// text.
func FuzzCharsmap(f *testing.F) {
	data, err := os.ReadFile(modelPath("char"))
	if err != nil {
		f.Fatal(err)
	}
	file, err := vocab.ReadSentencePiece(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file.Normalizer.PrecompiledCharsmap, "ﬁ…\u3000é\xff", uint8(7))
	f.Fuzz(func(t *testing.T, charsmap []byte, text string, flags uint8) {
		c := settings(file)
		c.Normalizer = sentencepiece.Rules{
			Charsmap:               charsmap,
			AddDummyPrefix:         flags&1 != 0,
			RemoveExtraWhitespaces: flags&2 != 0,
			EscapeWhitespaces:      flags&4 != 0,
		}
		c.WhitespaceAsSuffix = flags&8 != 0
		m, err := sentencepiece.New(c)
		if err != nil {
			return
		}
		checkTokens(t, m, file, text)
		normal, places, err := m.Normalizer().AppendAligned(nil, nil, text)
		if err != nil || len(normal) > 0 && len(places) != len(normal)+1 {
			t.Fatalf("%d places of %d bytes, %v", len(places), len(normal), err)
		}
	})
}
