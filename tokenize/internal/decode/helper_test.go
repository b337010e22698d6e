package decode_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

func object(tb testing.TB, settings string) *jsonread.Object {
	tb.Helper()
	o, err := jsonread.ParseObject([]byte(settings), jsonread.Options{})
	if err != nil {
		tb.Fatalf("%s: %v", settings, err)
	}
	return o
}

func newDecoder(tb testing.TB, settings string) decode.Decoder {
	tb.Helper()
	d, err := decode.New(object(tb, settings))
	if err != nil {
		tb.Fatalf("%s: %v", settings, err)
	}
	return d
}

func text(d decode.Decoder, tokens []string) string {
	if d == nil {
		return strings.Join(tokens, " ")
	}
	return strings.Join(d.Decode(tokens), "")
}
