//go:build nibbletext

package pretokenize

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// ErrTimeout does not occur: no scanner takes long.
var ErrTimeout = errors.New("pattern takes too long to match")

// compileRegex reports any pattern: the general engine weighs more than all
// else that a tokenizer needs.
func compileRegex(string) (pattern, error) {
	return nil, config.In("pattern", config.UnsupportedBy(config.ErrReduced))
}

func limited(p PreTokenizer, _ int) PreTokenizer { return p }
