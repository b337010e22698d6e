package quantize

import (
	"encoding/binary"
	"math"

	"github.com/nibble-go/nibble/internal/half"
)

// The bytes of every format follow from float32 arithmetic that rounds after
// each operation and sums from left to right. Two rules of Go matter:
// a product that is added to something is converted explicitly,
// float32(x*y) + z, because the compiler may otherwise fuse the two; and
// constants must not be folded where the format multiplies at run time.

// magic is 1.5·2^23. Adding it to a float32 of magnitude up to 2^22 rounds to an
// integer, ties to even, that then stands in the low 23 bits.
const magic = 12582912

// biasedZero is the bits of magic. Integers are clamped and compared fastest as
// the bits of magic+n: they convert to and from float32 by one addition.
const biasedZero = 0x4B400000

// biased rounds f to an integer n, ties to even, and returns biasedZero+n.
//
// Beyond 2^22 it does not saturate but keeps the low 23 bits, so that n is from
// -2^22 to 2^22-1; the formats are defined by searches in which that occurs.
func biased(f float32) int32 {
	return int32(math.Float32bits(float32(f)+magic)&0x7FFFFF | 0x4B000000)
}

// biasedSmall is biased for magnitudes up to 2^22.
func biasedSmall(f float32) int32 { return int32(math.Float32bits(float32(f) + magic)) }

// unbiased returns n for biasedZero+n.
func unbiased(b int32) float32 { return math.Float32frombits(uint32(b)) - magic }

// nearest rounds f as biased does.
func nearest(f float32) int32 { return biased(f) - biasedZero }

// roundAway rounds f, whose magnitude is below 2^22, to an integer, ties away
// from zero. The addend is the largest below a half: the sum rounds up to an
// integer from a half on, and stays below it before.
func roundAway(f float32) int32 {
	const belowHalf = 0x3EFFFFFF
	sign := math.Float32bits(f) & (1 << 31)
	return int32(float32(f) + math.Float32frombits(belowHalf|sign))
}

// inverse returns 1/f, and 0 for 0.
func inverse(f float32) float32 {
	if f == 0 {
		return 0
	}
	return 1 / f
}

// finite reports whether f is neither NaN nor an infinity.
func finite(f float32) bool { return math.Float32bits(f)&0x7F800000 != 0x7F800000 }

func magnitude(f float32) float32 { return math.Float32frombits(math.Float32bits(f) &^ (1 << 31)) }

func sqrt(f float32) float32 { return float32(math.Sqrt(float64(f))) }

// sumSquares sums the squares of x from left to right.
func sumSquares(x []float32) float32 {
	var sum float32
	for _, f := range x {
		sum += float32(f * f)
	}
	return sum
}

// sum sums x from left to right.
func sum(x []float32) float32 {
	var sum float32
	for _, f := range x {
		sum += f
	}
	return sum
}

// extreme returns the value of the largest magnitude in x, the first of equals
// with its sign, and +0 where there are only zeros. A NaN counts as larger than
// any number, so that it surfaces in the scale.
func extreme(x []float32) float32 {
	var u uint32
	for _, f := range x {
		u = extremeBits(u, math.Float32bits(f))
	}
	return math.Float32frombits(u)
}

// extreme32 is extreme of 32 values, both halves side by side: one maximum that
// waits for the last would take most of a simple encoder's time.
func extreme32(x *[32]float32) float32 {
	var u, v uint32
	for i := range 16 {
		u = extremeBits(u, math.Float32bits(x[i]))
		v = extremeBits(v, math.Float32bits(x[i+16]))
	}
	return math.Float32frombits(extremeBits(u, v))
}

// extremeBits returns the bits of the larger magnitude, u of equals.
func extremeBits(u, v uint32) uint32 {
	if v<<1 > u<<1 {
		return v
	}
	return u
}

// extent returns the smallest and the largest value of x, of equal ones (the two
// zeros) the first. A NaN counts as beyond infinity.
func extent(x []float32) (lowest, highest float32) {
	lo, hi := int32(math.MaxInt32), int32(math.MinInt32)
	for _, f := range x {
		k := ordered(math.Float32bits(f))
		lo, hi = min(lo, k), max(hi, k)
	}
	lowest = math.Float32frombits(uint32(ordered(uint32(lo))))
	highest = math.Float32frombits(uint32(ordered(uint32(hi))))
	if lowest == 0 {
		lowest = firstZero(x)
	}
	if highest == 0 {
		highest = firstZero(x)
	}
	return lowest, highest
}

// ordered maps the bits of floats to integers of the same order, -0 next to +0,
// and back.
func ordered(u uint32) int32 { return int32(u ^ uint32(int32(u)>>31)>>1) }

// firstZero returns the first zero in x, with its sign.
func firstZero(x []float32) float32 {
	for _, f := range x {
		if f == 0 {
			return f
		}
	}
	return 0
}

// largest returns the largest value of x, at least 0.
func largest(x []float32) float32 {
	var most float32
	for _, f := range x {
		if f > most {
			most = f
		}
	}
	return most
}

func putF16(dst []byte, f float32) { binary.LittleEndian.PutUint16(dst, half.F32ToF16(f)) }

func getF16(src []byte) float32 { return half.F16ToF32(binary.LittleEndian.Uint16(src)) }
