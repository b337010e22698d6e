package main

const magicBits = 0x4B400000 // float32 1.5·2^23

// A rounding holds what rounding needs.
type rounding struct{ magic, mantissa, exponent vector }

func (f *function) rounding() rounding {
	return rounding{f.let(bits(magicBits)), f.let(bits(0x007FFFFF)), f.let(bits(0x4B000000))}
}

// round returns the bits of magic+n for the integer n next to v, wrapped to -2^22 to
// 2^22-1 and clamped. Adding magic puts the integer into the low 23 bits; the upper ones
// are set to what they should be. It is clamped as an integer, for which all of these
// are positive, and becomes a float by subtracting magic, which is exact.
func (r rounding) round(v, lowest, highest vector) vector {
	return clamp(or(and(add(v, r.magic), r.mantissa), r.exponent), lowest, highest)
}

func clamp(v, lowest, highest vector) vector {
	return vectors(opI32Min, vectors(opI32Max, v, lowest), highest)
}
