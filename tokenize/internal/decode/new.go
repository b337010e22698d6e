//go:build !nibbletext

package decode

import (
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
)

func newDecoder(o *jsonread.Object, kind string) (decoder, error) {
	switch kind {
	case "BPEDecoder":
		suffix, err := config.String(o, "suffix")
		return bpe{suffix}, err
	case "ByteFallback":
		return byteFallback{}, nil
	case "ByteLevel":
		_, err := pretokenize.ReadStep(o)
		return byteLevel{}, err
	case "CTC":
		return newCTC(o)
	case "Fuse":
		return fuse{}, nil
	case "Metaspace":
		step, err := pretokenize.ReadStep(o)
		return eachToken{metaspace{string(step.Replacement), step.PrependScheme == pretokenize.Never}}, err
	case "Replace":
		return newReplace(o)
	case "Strip":
		return newStrip(o)
	case "WordPiece":
		return newWordPiece(o)
	}
	return nil, config.In("type", config.Unsupported("no decoder "+strconv.Quote(kind)))
}
