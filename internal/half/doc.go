// Package half converts between float32 and the narrow floating-point formats
// that weights are stored in.
//
//	format  bits: sign, exponent, mantissa   infinities   NaN
//	F16     1, 5, 10                         yes          any mantissa but 0
//	BF16    1, 8, 7                          yes          any mantissa but 0
//	F8_E4M3 1, 4, 3                          none         0x7F and 0xFF only
//	F8_E5M2 1, 5, 2                          yes          any mantissa but 0
//
// Widening is exact. Narrowing rounds to nearest, ties to even, keeps
// subnormals, and overflows to infinity. A NaN stays a NaN of the same sign:
// F32ToF16 drops its payload (0x7E00, as ggml does, where package
// github.com/x448/float16 keeps the payload's upper bits), F32ToBF16 keeps the
// upper bits, and every conversion but BF16ToF32, which is a plain shift, and
// the F32 copies makes it quiet.
//
// The bulk functions read and write little-endian bytes. They convert exactly
// len(dst) values (Decode) or len(src) values (Encode) and panic, as indexing
// does, if the other side is shorter.
package half
