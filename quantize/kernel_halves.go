package quantize

// halfKernels convert n groups of 16 values, at least one, between float32 and floats of
// fewer bits.
type halfKernels struct {
	widenF16, widenBF16, widenF8E4M3, widenF8E5M2 widenKernel
	narrowF16, narrowBF16                         narrowKernel

	// The same for the bytes of float32, where compilers make the plain code slow.
	widenF32  widenKernel
	narrowF32 narrowKernel
}

type (
	widenKernel  = func(dst *float32, src *byte, n int)
	narrowKernel = func(dst *byte, src *float32, n int)
)

// widen widens as many of the first floats of so many bytes as suit the kernel, nil if
// there is none, and returns how many those are.
func widen(kernel widenKernel, dst []float32, src []byte, size int) int {
	n := min(len(dst), len(src)/size) / 16
	if n == 0 || kernel == nil {
		return 0
	}
	kernel(&dst[0], &src[0], n)
	return 16 * n
}

// narrow is the reverse of widen.
func narrow(kernel narrowKernel, dst []byte, src []float32, size int) int {
	n := min(len(dst)/size, len(src)) / 16
	if n == 0 || kernel == nil {
		return 0
	}
	kernel(&dst[0], &src[0], n)
	return 16 * n
}
