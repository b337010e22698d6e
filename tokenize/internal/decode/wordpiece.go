package decode

import (
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// wordPiece is the decoder WordPiece: a space goes before each token but the
// first and those with the prefix, which is taken off.
type wordPiece struct {
	prefix  string
	cleanup bool
}

func newWordPiece(o *jsonread.Object) (decoder, error) {
	prefix, err := config.String(o, "prefix")
	if err != nil {
		return nil, err
	}
	cleanup, err := config.Bool(o, "cleanup")
	return eachToken{wordPiece{prefix, cleanup}}, err
}

func (d wordPiece) start() func(string) (string, bool) {
	first := true
	return func(token string) (string, bool) {
		if !first {
			if rest, ok := strings.CutPrefix(token, d.prefix); ok {
				token = rest
			} else {
				token = " " + token
			}
		}
		first = false
		if d.cleanup {
			token = cleanUp(token)
		}
		return token, true
	}
}

func (d wordPiece) fused(next stage) stage {
	if d.cleanup {
		return cleanUpStage(next)
	}
	return next
}
