package pretokenize_test

import (
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
)

var errTimeout = onig.ErrTimeout

func parse(settings string) (*jsonread.Object, error) {
	return jsonread.ParseObject([]byte(settings), jsonread.Options{})
}

func object(tb testing.TB, settings string) *jsonread.Object {
	tb.Helper()
	o, err := parse(settings)
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func newPreTokenizer(tb testing.TB, settings string) pretokenize.PreTokenizer {
	tb.Helper()
	p, err := pretokenize.New(object(tb, settings))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}
