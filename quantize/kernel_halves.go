package quantize

// halfKernels convert n groups of 16 values, at least one. The functions of the same
// names call them for as many values as fill groups, and return how many those were.
type halfKernels struct {
	widenF16, widenBF16   func(dst *float32, src *byte, n int)
	narrowF16, narrowBF16 func(dst *byte, src *float32, n int)

	widenF8E4M3, widenF8E5M2 func(dst *float32, src *byte, n int)
}
