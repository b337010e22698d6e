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

// nearest rounds f to an integer, ties to even. Beyond 2^22 it does not saturate
// but returns what the low bits happen to be, from -2^22 to 2^22-1; the formats
// are defined by searches in which that occurs.
func nearest(f float32) int32 {
	return int32(math.Float32bits(float32(f)+magic)&0x7FFFFF) - 0x400000
}

// roundAway rounds f, whose magnitude is far below 2^31, to an integer, ties
// away from zero. NaN gives 0.
func roundAway(f float32) int32 {
	if f != f {
		return 0
	}
	n := int32(f)
	rest := f - float32(n) // exact
	if rest >= 0.5 {
		n++
	}
	if rest <= -0.5 {
		n--
	}
	return n
}

// inverse returns 1/f, and 0 for 0.
func inverse(f float32) float32 {
	if f == 0 {
		return 0
	}
	return 1 / f
}

// finite reports whether f is neither NaN nor an infinity.
func finite(f float32) bool { return f-f == 0 }

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
	var value, most uint32
	for _, f := range x {
		u := math.Float32bits(f)
		if a := u << 1; a > most {
			most, value = a, u
		}
	}
	return math.Float32frombits(value)
}

// extent returns the smallest and the largest value of x, of equal ones (the two
// zeros) the first.
func extent(x []float32) (lowest, highest float32) {
	lowest, highest = x[0], x[0]
	for _, f := range x[1:] {
		if f < lowest {
			lowest = f
		}
		if f > highest {
			highest = f
		}
	}
	return lowest, highest
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
