package quantize

// The loops over blocks. The sizes of a type stand in its functions'
// signatures; these constraints list the sizes that occur.

type encodedBlock interface {
	*[17]byte | *[18]byte | *[20]byte | *[22]byte | *[24]byte | *[34]byte | *[36]byte |
		*[50]byte | *[54]byte | *[56]byte | *[66]byte | *[74]byte | *[82]byte | *[84]byte | *[98]byte |
		*[110]byte | *[136]byte | *[144]byte | *[176]byte | *[210]byte | *[292]byte
}

type decodedBlock interface {
	*[32]float32 | *[64]float32 | *[128]float32 | *[256]float32
}

// encodeBlocks encodes x, whole blocks, one by one.
func encodeBlocks[B encodedBlock, V decodedBlock](dst []byte, x []float32, encode func(B, V)) {
	for len(x) > 0 {
		b, v := B(dst), V(x)
		encode(b, v)
		dst, x = dst[len(b):], x[len(v):]
	}
}

// encodeImportanceBlocks encodes x, whole blocks, with a weight for each value.
func encodeImportanceBlocks[B encodedBlock, V decodedBlock](dst []byte, x, importance []float32, encode func(b B, x, importance V)) {
	for len(x) > 0 {
		b, v := B(dst), V(x)
		encode(b, v, V(importance))
		dst, x, importance = dst[len(b):], x[len(v):], importance[len(v):]
	}
}

// encodeEither encodes x, whole blocks, with a weight for each value, or by plain
// where importance is nil.
func encodeEither[B encodedBlock, V decodedBlock](dst []byte, x, importance []float32, plain func(B, V), weighted func(b B, x, importance V)) {
	if importance == nil {
		encodeBlocks(dst, x, plain)
		return
	}
	encodeImportanceBlocks(dst, x, importance, weighted)
}

// encodeLegacy encodes x, one row, with a weight for each value, or any number of
// blocks by plain where importance is nil. The weights of the 32-value types
// depend on meanSquare, the mean of the squares over the row.
func encodeLegacy[B encodedBlock](dst []byte, x, importance []float32, plain func(B, *[32]float32), weighted func(b B, x, importance *[32]float32, meanSquare float32)) {
	if importance == nil {
		encodeBlocks(dst, x, plain)
		return
	}
	meanSquare := sumSquares(x) / float32(len(x))
	for len(x) > 0 {
		b := B(dst)
		weighted(b, (*[32]float32)(x), (*[32]float32)(importance), meanSquare)
		dst, x, importance = dst[len(b):], x[32:], importance[32:]
	}
}

// decodeBlocks decodes src, whole blocks, one by one.
func decodeBlocks[B encodedBlock, V decodedBlock](dst []float32, src []byte, decode func(V, B)) {
	for len(dst) > 0 {
		v, b := V(dst), B(src)
		decode(v, b)
		dst, src = dst[len(v):], src[len(b):]
	}
}
