//go:build nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// normalizer is what package normalize calls Normalizer.
type normalizer interface {
	Normalize(t text.Text) (text.Text, error)
	IsIdentity(s string) bool
}

// newNormalizer reports any normalizer; nil for nil.
func newNormalizer(o *jsonread.Object) (normalizer, error) {
	if o == nil {
		return nil, nil
	}
	return nil, config.UnsupportedBy(ErrReduced)
}
