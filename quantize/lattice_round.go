package quantize

import "math"

// The search of the IQ2 and IQ3 types rounds values, and the types their scales of
// sub-blocks, to the odd numbers 2·digit + 1.

// oddNumbers are what digits stand for in the search.
var oddNumbers = [8]float32{1, 3, 5, 7, 9, 11, 13, 15}

// odds8 returns scale times the odd numbers of three digits.
func odds8(scale float32) [4]float32 {
	return [4]float32{scale * 1, scale * 3, scale * 5}
}

// odds4 returns scale times the odd numbers of eight digits.
func odds4(scale float32) [8]float32 {
	levels := oddNumbers
	for i := range levels {
		levels[i] *= scale
	}
	return levels
}

// roundOdd8 returns the digits from 0 to 2 whose odd numbers are nearest to
// x·inverse.
func roundOdd8(x *[8]float32, inverse float32) (vector uint16) {
	for i, f := range x {
		vector |= uint16(oddDigit(f, inverse, 2)) << (2 * i)
	}
	return vector
}

// roundOdd4 returns the digits from 0 to 7 whose odd numbers are nearest to
// x·inverse.
func roundOdd4(x *[4]float32, inverse float32) (vector uint16) {
	for i, f := range x {
		vector |= uint16(oddDigit(f, inverse, 7)) << (3 * i)
	}
	return vector
}

// roundSmallOdd8 is roundOdd8 for products below 2^22, without loops.
func roundSmallOdd8(x *[8]float32, inverse float32) uint16 {
	low := smallOdd(x[0], inverse, 2) | smallOdd(x[1], inverse, 2)<<2 | smallOdd(x[2], inverse, 2)<<4 | smallOdd(x[3], inverse, 2)<<6
	high := smallOdd(x[4], inverse, 2) | smallOdd(x[5], inverse, 2)<<2 | smallOdd(x[6], inverse, 2)<<4 | smallOdd(x[7], inverse, 2)<<6
	return uint16(low | high<<8)
}

// roundSmallOdd4 is roundOdd4 for products below 2^22, without loops.
func roundSmallOdd4(x *[4]float32, inverse float32) uint16 {
	return uint16(smallOdd(x[0], inverse, 7) | smallOdd(x[1], inverse, 7)<<3 | smallOdd(x[2], inverse, 7)<<6 | smallOdd(x[3], inverse, 7)<<9)
}

// smallOdd is oddDigit for products below 2^22. Adding twice the magic number
// rounds to even integers as the magic number rounds the halves of them.
func smallOdd(f, inverse float32, most int32) int32 {
	const biasedZero = 0x4BC00000
	b := int32(math.Float32bits(float32(float32(inverse*f)-1) + 2*magic))
	return min(max(b, biasedZero), biasedZero+most) - biasedZero
}

// oddDigit returns the digit from 0 to most whose odd number is nearest to f·inverse.
func oddDigit(f, inverse float32, most int32) int32 {
	return min(max(biased(0.5*(float32(inverse*f)-1))-biasedZero, 0), most)
}

// smallOdds reports whether no product of x and an inverse scale, the last of which
// is the largest, is so large that rounding wraps.
func smallOdds(candidates []latticeCandidate, x []float32) bool {
	return peak(x)*candidates[len(candidates)-1].inverse < 1<<22
}

// subScale4 returns the four bits of the scale of a sub-block, for the inverse of
// the scale of the scales. Those are odd numbers too.
func subScale4(scale, inverse float32) uint8 { return uint8(oddDigit(scale, inverse, 15)) }

// subScale3 is subScale4 of three bits.
func subScale3(scale, inverse float32) uint8 { return uint8(oddDigit(scale, inverse, 7)) }
