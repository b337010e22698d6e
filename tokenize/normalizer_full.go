//go:build !nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/normalize"
)

type normalizer = normalize.Normalizer

// newNormalizer returns the normalizer of a tokenizer.json; nil for nil.
func newNormalizer(o *jsonread.Object) (normalizer, error) { return normalize.New(o) }
