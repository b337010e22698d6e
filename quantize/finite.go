package quantize

import (
	"encoding/binary"
	"math"
)

// batchBytes is how many bytes a kernel looks at in a call, in which its goroutine
// is not preempted.
const batchBytes = 4 * batchValues

// FirstNonFinite returns the index of the first NaN or infinity in x, or -1. No
// format encodes them as they are: see [Encode].
func FirstNonFinite(x []float32) int {
	for from := 0; from < len(x); from += batchValues {
		batch := x[from:min(from+batchValues, len(x))]
		if rest := batch[finiteFloats(batch):]; !allFinite(rest) {
			for i, f := range batch {
				if !finite(f) {
					return from + i
				}
			}
		}
	}
	return -1
}

// allFinite looks at all values, without a branch for each.
func allFinite(x []float32) bool {
	var carried uint32
	for _, f := range x {
		carried |= math.Float32bits(f)&formatF32.exponents + (formatF32.signs - formatF32.exponents)
	}
	return carried&formatF32.signs == 0
}

// allFiniteBytes reports whether all floats in data are finite: an exponent of all
// ones, and one more in its lowest place, carries into the sign.
func allFiniteBytes(data []byte, f floatFormat) bool {
	for ; len(data) > batchBytes; data = data[batchBytes:] {
		if !plainFiniteBytes(data[finiteBytes(data[:batchBytes], f):batchBytes], f) {
			return false
		}
	}
	return plainFiniteBytes(data[finiteBytes(data, f):], f)
}

func plainFiniteBytes(data []byte, f floatFormat) bool {
	exponents, signs := uint64(f.exponents)<<32|uint64(f.exponents), uint64(f.signs)<<32|uint64(f.signs)
	var carried uint64
	for ; len(data) >= 8; data = data[8:] {
		carried |= binary.LittleEndian.Uint64(data)&exponents + (signs - exponents)
	}
	var last [8]byte
	copy(last[:], data)
	carried |= binary.LittleEndian.Uint64(last[:])&exponents + (signs - exponents)
	return carried&signs == 0
}
