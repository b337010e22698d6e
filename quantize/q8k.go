package quantize

import (
	"encoding/binary"
	"math"
)

// Q8_K: a super-block of 256 activations in 292 bytes. It serves products with
// the K types and is not stored in files; it is decoded only.
//
//	bytes    field
//	0-3      scale, F32
//	4-259    quants, int8
//	260-291  sums of 16 quants each, int16
//
//	value = scale · quant

func decodeQ8K(dst *[256]float32, src *[292]byte) {
	scale := math.Float32frombits(binary.LittleEndian.Uint32(src[:4]))
	for i, b := range src[4:260] {
		dst[i] = float32(int8(b)) * scale
	}
}
