//go:build nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// newAround reports any post-processor that puts tokens around a text.
func newAround(*jsonread.Object, string, int) (postProcessor, error) {
	return nil, config.UnsupportedBy(ErrReduced)
}
