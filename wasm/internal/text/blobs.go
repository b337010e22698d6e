package text

import (
	"encoding/binary"

	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func appendUint32(dst []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(dst, v) }

// ids returns the numbers of a blob.
func ids(blob []byte) ([]uint32, error) {
	if len(blob)%4 != 0 {
		return nil, serve.Usage("a blob of ids has no multiple of 4 bytes")
	}
	list := make([]uint32, len(blob)/4)
	for i := range list {
		list[i] = binary.LittleEndian.Uint32(blob[4*i:])
	}
	return list, nil
}

// idBlob returns the blob of numbers.
func idBlob(list []uint32) []byte {
	blob := make([]byte, 0, 4*len(list))
	for _, id := range list {
		blob = appendUint32(blob, id)
	}
	return blob
}
