package quantize

// IQ4_NL: 32 values in 18 bytes, 4.5 bits per weight.
//
//	bytes  field
//	0-1    scale, F16
//	2-17   quants: quant i in the low half of byte i, quant i+16 in the high half
//
//	value = scale · codebook4[quant]

func decodeIQ4NL(dst *[32]float32, src *[18]byte) {
	scale := getF16(src[:2])
	for i, b := range src[2:] {
		dst[i] = scale * float32(codebook4[b&15])
		dst[i+16] = scale * float32(codebook4[b>>4])
	}
}

// encodeIQ4NL minimises the square error weighted by the squares of the values.
func encodeIQ4NL(dst *[18]byte, x *[32]float32) {
	var w [32]float32
	squareWeights(w[:], x[:])
	encodeWeightedIQ4NL(dst, x, &w)
}

// encodeIQ4NLImportance minimises the square error weighted by importance.
func encodeIQ4NLImportance(dst *[18]byte, x, importance *[32]float32) {
	var w [32]float32
	importanceWeights(w[:], x[:], importance[:], float32(sumSquares(x[:])*(2./32)))
	encodeWeightedIQ4NL(dst, x, &w)
}

func encodeWeightedIQ4NL(dst *[18]byte, x, w *[32]float32) {
	scale := codebookScale(x, w)
	putF16(dst[:2], scale)
	packPicks((*[16]byte)(dst[2:]), x, inverse(scale))
}

// packPicks puts the quant of value i into the low half of byte i, that of value
// i+16 into its high half.
func packPicks(dst *[16]byte, x *[32]float32, inverse float32) {
	for i := range dst {
		dst[i] = pick(inverse*x[i]) | pick(inverse*x[i+16])<<4
	}
}
