package quantize

// Q4_K: a super-block of 256 values in 144 bytes, 4.5 bits per weight.
//
//	bytes   field
//	0-1     scale of the scales, F16
//	2-3     scale of the mins, F16
//	4-15    scales and mins of 8 sub-blocks of 32, six bits each (scales_mins.go)
//	16-143  quants: 32 bytes for each two sub-blocks, the first in the low halves,
//	        the second in the high halves
//
//	value = (scale of scales · scale) · quant - scale of mins · min

func decodeQ4K(dst *[256]float32, src *[144]byte) {
	s := decodeScalesMins((*[16]byte)(src[:]))
	for j := 0; j < 8; j += 2 {
		first, second := (*[32]float32)(dst[32*j:]), (*[32]float32)(dst[32*j+32:])
		for i, b := range (*[32]byte)(src[16+16*j:]) {
			first[i] = float32(s.scales[j]*float32(b&15)) - s.mins[j]
			second[i] = float32(s.scales[j+1]*float32(b>>4)) - s.mins[j+1]
		}
	}
}

var (
	searchQ4K           = minSearch{most: 15, first: -1, step: 0.1, steps: 20}
	searchQ4KImportance = minSearch{most: 15, first: -0.9, step: 0.05, steps: 36}
)

// encodeQ4K minimises, for each sub-block, the square error weighted by the
// magnitudes, then rounds the scales and mins that it found.
func encodeQ4K(dst *[144]byte, x *[256]float32) {
	var quants [256]uint8
	s := encodeScalesMins((*[16]byte)(dst[:]), &quants, x, &searchQ4K)
	s.requantize(&quants, x, 15)
	packFourBits((*[128]byte)(dst[16:]), &quants)
}

// encodeQ4KImportance weighs the errors by importance, those of the scales and
// mins too.
func encodeQ4KImportance(dst *[144]byte, x, importance *[256]float32) {
	var quants [256]uint8
	s := encodeScalesMinsImportance((*[16]byte)(dst[:]), &quants, x, importance, &searchQ4KImportance)
	s.requantize(&quants, x, 15)
	packFourBits((*[128]byte)(dst[16:]), &quants)
}

// packFourBits packs the low four bits of the quants: 32 bytes for each 64, the
// first 32 in the low halves.
func packFourBits(dst *[128]byte, quants *[256]uint8) {
	for j := range 4 {
		const low = 15 * eachByte
		for i := 0; i < 32; i += 8 {
			putEight(dst[32*j+i:], eight(quants[64*j+i:])&low|eight(quants[64*j+32+i:])&low<<4)
		}
	}
}
