package quantize

// Q5_K: a super-block of 256 values in 176 bytes, 5.5 bits per weight.
//
//	bytes   field
//	0-1     scale of the scales, F16
//	2-3     scale of the mins, F16
//	4-15    scales and mins of 8 sub-blocks of 32, six bits each (scales_mins.go)
//	16-47   bit 4 of the quants: that of quant i of sub-block j in bit j of byte i
//	48-175  bits 0-3: 32 bytes for each two sub-blocks, the first in the low halves,
//	        the second in the high halves
//
//	value = (scale of scales · scale) · quant - scale of mins · min

func decodeQ5K(dst *[256]float32, src *[176]byte) {
	s := decodeScalesMins((*[16]byte)(src[:]))
	fifth := (*[32]byte)(src[16:])
	for j := 0; j < 8; j += 2 {
		first, second := (*[32]float32)(dst[32*j:]), (*[32]float32)(dst[32*j+32:])
		for i, b := range (*[32]byte)(src[48+16*j:]) {
			first[i] = float32(s.scales[j]*float32(b&15|fifth[i]>>j&1<<4)) - s.mins[j]
			second[i] = float32(s.scales[j+1]*float32(b>>4|fifth[i]>>(j+1)&1<<4)) - s.mins[j+1]
		}
	}
}

var (
	searchQ5K           = minSearch{most: 31, first: -0.5, step: 0.1, steps: 15}
	searchQ5KImportance = minSearch{most: 31, first: -0.9, step: 0.05, steps: 36}
)

// encodeQ5K minimises, for each sub-block, the square error weighted by the
// magnitudes, then rounds the scales and mins that it found.
func encodeQ5K(dst *[176]byte, x *[256]float32) {
	var quants [256]uint8
	s := encodeScalesMins((*[16]byte)(dst[:]), &quants, x, &searchQ5K)
	s.requantize(&quants, x, 31)
	packFiveBits((*[160]byte)(dst[16:]), &quants)
}

// encodeQ5KImportance weighs the errors by importance, those of the scales and
// mins too.
func encodeQ5KImportance(dst *[176]byte, x, importance *[256]float32) {
	var quants [256]uint8
	s := encodeScalesMinsImportance((*[16]byte)(dst[:]), &quants, x, importance, &searchQ5KImportance)
	s.requantize(&quants, x, 31)
	packFiveBits((*[160]byte)(dst[16:]), &quants)
}

func packFiveBits(dst *[160]byte, quants *[256]uint8) {
	for i := 0; i < 32; i += 8 {
		var fifth uint64
		for j := range 8 {
			fifth |= eight(quants[32*j+i:]) >> 4 & eachByte << j
		}
		putEight(dst[i:], fifth)
	}
	packFourBits((*[128]byte)(dst[32:]), quants)
}
