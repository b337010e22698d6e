//go:build !purego

package quantize

var errorsAVX512 = errorKernels{
	addErrors: addErrorsAVX512,
}

var errorsAVX2 = errorKernels{
	addErrors: addErrorsAVX2,
}

// addErrors adds the errors of whole groups of eight values to the partial sums.
// It is called by its name: what goes to a function that is not known escapes, and would
// be allocated for every row.
func addErrors(s *laneSums, original, decoded []float32) int {
	n := min(len(original), len(decoded)) / lanes
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		addErrorsAVX512(s, &original[0], &decoded[0], n)
	default:
		addErrorsAVX2(s, &original[0], &decoded[0], n)
	}
	return lanes * n
}
