//go:build !purego

package quantize

import "golang.org/x/sys/cpu"

// machineKernels returns the kernels that this processor and its operating system
// support. GODEBUG=cpu.avx512f=off and cpu.avx2=off take them away.
func machineKernels() []*kernels {
	var k []*kernels
	if cpu.X86.HasAVX2 && cpu.X86.HasAVX512F {
		k = append(k, &kernelsAVX512)
	}
	if cpu.X86.HasAVX2 {
		k = append(k, &kernelsAVX2)
	}
	return k
}

// These call the kernels by their names: what goes to a function that is not known
// escapes, and would be allocated for every row. They return how many values they did.

// addErrors adds the errors of whole groups of eight values to the partial sums.
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

func widenF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenF16AVX512(&dst[0], &src[0], n)
	default:
		widenF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func widenBF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		widenBF16AVX512(&dst[0], &src[0], n)
	default:
		widenBF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func narrowF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		narrowF16AVX512(&dst[0], &src[0], n)
	default:
		narrowF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

func narrowBF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	switch {
	case n == 0 || len(available) == 0:
		return 0
	case available[0] == &kernelsAVX512:
		narrowBF16AVX512(&dst[0], &src[0], n)
	default:
		narrowBF16AVX2(&dst[0], &src[0], n)
	}
	return 16 * n
}

var kernelsAVX512 = kernels{
	name:              "AVX-512",
	transpose:         transposeAVX2, // bound by loads and stores
	magnitudeWeights:  magnitudeWeightsAVX512,
	squareWeights:     squareWeightsAVX512,
	importanceWeights: importanceWeightsAVX512,
	rmsWeights:        rmsWeightsAVX512,
	minSearch:         minSearchAVX512,
	minSearchAbsolute: minSearchAbsoluteAVX512,

	minSearchPair:         minSearchPairAVX512,
	minSearchAbsolutePair: minSearchAbsolutePairAVX512,

	symmetricSearch: symmetricSearchAVX512,
	descentSearch:   descentSearchAVX512,
	codebookSearch:  codebookSearchAVX512,
	picks:           picksAVX512,
	blocksQ40:       blocksQ40AVX512,
	blocksQ80:       blocksQ80AVX512,
	addErrors:       addErrorsAVX512,
	widenF16:        widenF16AVX512,
	widenBF16:       widenBF16AVX512,
	narrowF16:       narrowF16AVX512,
	narrowBF16:      narrowBF16AVX512,
	requantize:      requantizeAVX512,
	keptQuants:      keptQuantsAVX512,
}

var kernelsAVX2 = kernels{
	name:              "AVX2",
	transpose:         transposeAVX2,
	magnitudeWeights:  magnitudeWeightsAVX2,
	squareWeights:     squareWeightsAVX2,
	importanceWeights: importanceWeightsAVX2,
	rmsWeights:        rmsWeightsAVX2,
	minSearch:         minSearchAVX2,
	minSearchAbsolute: minSearchAbsoluteAVX2,
	symmetricSearch:   symmetricSearchAVX2,
	descentSearch:     descentSearchAVX2,
	codebookSearch:    codebookSearchAVX2,
	picks:             picksAVX2,
	blocksQ40:         blocksQ40AVX2,
	blocksQ80:         blocksQ80AVX2,
	addErrors:         addErrorsAVX2,
	widenF16:          widenF16AVX2,
	widenBF16:         widenBF16AVX2,
	narrowF16:         narrowF16AVX2,
	narrowBF16:        narrowBF16AVX2,
	requantize:        requantizeAVX2,
	keptQuants:        keptQuantsAVX2,
}
