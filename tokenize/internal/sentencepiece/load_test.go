package sentencepiece_test

import (
	"os"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// settings returns the Config of a .model file.
func settings(file *vocab.SentencePiece) sentencepiece.Config {
	rules := func(n vocab.NormalizerSpec) sentencepiece.Rules {
		return sentencepiece.Rules{
			Charsmap:               n.PrecompiledCharsmap,
			AddDummyPrefix:         n.AddDummyPrefix,
			RemoveExtraWhitespaces: n.RemoveExtraWhitespaces,
			EscapeWhitespaces:      n.EscapeWhitespaces,
		}
	}
	c := sentencepiece.Config{
		Kind:               sentencepiece.Kind(file.Trainer.ModelType),
		ByteFallback:       file.Trainer.ByteFallback,
		WhitespaceAsSuffix: file.Trainer.TreatWhitespaceAsSuffix,
		UnknownSurface:     file.Trainer.UnkSurface,
		Unknown:            file.Trainer.UnkPiece,
		BOS:                file.Trainer.BOSPiece,
		EOS:                file.Trainer.EOSPiece,
		Pad:                file.Trainer.PadPiece,
		Normalizer:         rules(file.Normalizer),
		Denormalizer:       rules(file.Denormalizer),
	}
	for _, p := range file.Pieces {
		c.Pieces = append(c.Pieces, sentencepiece.Piece{Text: p.Text, Score: p.Score, Type: sentencepiece.Type(p.Type)})
	}
	return c
}

// load returns the model of a .model file.
func load(t testing.TB, path string) (*sentencepiece.Model, *vocab.SentencePiece) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := vocab.ReadSentencePiece(data)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sentencepiece.New(settings(file))
	if err != nil {
		t.Fatal(path, ": ", err)
	}
	return m, file
}
