package sentencepiece

import (
	"math"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A Sample is a text and its pieces, joined by spaces.
type Sample struct{ Input, Expected string }

// SelfTest encodes the samples that a file brings along, and returns an error
// that names the first one whose pieces are others. As in SentencePiece,
// Unigram pieces may be others whose scores have the same sum: which of them
// come out depends on rounding.
func (m *Model) SelfTest(samples []Sample) error {
	for i, s := range samples {
		pieces, err := m.Pieces(s.Input)
		if err != nil {
			return config.In("self_test_data.samples["+strconv.Itoa(i)+"]", config.UnsupportedBy(err))
		}
		got := strings.Join(pieces, " ")
		if got == s.Expected || m.unigram != nil && m.sameScore(pieces, strings.Split(s.Expected, " ")) {
			continue
		}
		return config.In("self_test_data.samples["+strconv.Itoa(i)+"]",
			config.Malformed("the pieces of "+fault.Quote(s.Input)+" are "+fault.Quote(got)+", not "+fault.Quote(s.Expected)))
	}
	return nil
}

// Pieces returns the texts of the pieces of a text; of unknown ones what they
// stand for. The error is ErrTooLong.
func (m *Model) Pieces(text string) ([]string, error) {
	w := m.work()
	defer m.release(w)
	var texts []string
	w.texts = &texts
	err := w.run(text)
	return texts, err
}

// sameScore reports whether two ways to cut a text are equally likely.
func (m *Model) sameScore(a, b []string) bool {
	const tolerance = 1e-5
	return strings.Join(a, "") == strings.Join(b, "") && math.Abs(m.score(a)-m.score(b)) <= tolerance
}

func (m *Model) score(pieces []string) (sum float64) {
	for _, p := range pieces {
		if id, ok := m.unigram.lattice.Find(p); ok {
			sum += float64(m.unigram.scores[id])
		} else {
			sum += float64(m.unigram.unknown)
		}
	}
	return sum
}
