package quantize

// errorKernels add up what the error metrics are made of.
type errorKernels struct {
	// addErrors adds n groups of eight values, at least one, to the partial sums. The
	// function of the same name calls it for as many values as fill groups, and returns
	// how many those were.
	addErrors func(s *laneSums, original, decoded *float32, n int)
}
