package quantize

// finiteKernels look for NaN and infinities in n groups of 64 bytes, at least one.
type finiteKernels struct {
	nonFinite func(x *float32, n int) bool

	// nonFiniteBytes takes floats of any format, by the bits of their exponents and signs
	// in 32 bits, little-endian.
	nonFiniteBytes func(data *byte, n int, exponents, signs uint32) bool
}

// A floatFormat says where floats, one or more in each 32 bits, have their exponents and
// their signs, which stand next to each other.
type floatFormat struct{ exponents, signs uint32 }

var (
	formatF32  = floatFormat{0x7F800000, 0x80000000}
	formatF16  = floatFormat{0x7C007C00, 0x80008000}
	formatBF16 = floatFormat{0x7F807F80, 0x80008000}
)

// finiteFloats returns how many of the first values a kernel knows to be finite.
func finiteFloats(x []float32) int {
	n := len(x) / 16
	if n == 0 || machine.nonFinite == nil || machine.nonFinite(&x[0], n) {
		return 0
	}
	return 16 * n
}

// finiteBytes returns how many of the first bytes a kernel knows to be of finite floats.
func finiteBytes(data []byte, f floatFormat) int {
	n := len(data) / 64
	if n == 0 || machine.nonFiniteBytes == nil || machine.nonFiniteBytes(&data[0], n, f.exponents, f.signs) {
		return 0
	}
	return 64 * n
}
