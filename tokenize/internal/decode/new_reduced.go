//go:build nibbletext

package decode

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
)

// newDecoder returns the decoder of byte-level vocabularies, and reports others.
func newDecoder(o *jsonread.Object, kind string) (decoder, error) {
	if kind != "ByteLevel" {
		return nil, config.In("type", config.UnsupportedBy(config.ErrReduced))
	}
	_, err := pretokenize.ReadStep(o)
	return byteLevel{}, err
}
