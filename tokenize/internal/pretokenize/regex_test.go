package pretokenize_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// A pattern that takes long for each of many pieces takes too long for all.
func TestPiecesTakeTooLong(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	t.Parallel()
	p := newPreTokenizer(t, `{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
		{"type":"Split","pattern":{"Regex":"(a|aa)+$"},"behavior":"Removed","invert":false}]}`)
	began := time.Now()
	err := p.Split(text.Untracked(strings.Repeat(strings.Repeat("a", 24)+"b ", 1000), 0), func(text.Text) error { return nil })
	if !errors.Is(err, onig.ErrTimeout) {
		t.Errorf("%v after %v, want %v", err, time.Since(began), onig.ErrTimeout)
	}
}
