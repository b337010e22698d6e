//go:build nibblesimd && !purego

package quantize

// Go's compiler has no vectors on WebAssembly, so the kernels are a module of their own,
// kernel_simd128.wasm, which works on this module's memory: internal/simdgen makes it.
// This module imports its functions from its host, which calls the other's: hence the
// build tag, for modules whose hosts do. What the addresses point to does not move.

// simdAvailable returns 0 if the host has only stand-ins for the kernels.
//
//go:wasmimport nibble_kernels available
//go:noescape
func simdAvailable() int32

//go:wasmimport nibble_kernels transpose
//go:noescape
func transposeSIMD(dst *plane, src *float32, n int32)

//go:wasmimport nibble_kernels magnitudeWeights
//go:noescape
func magnitudeWeightsSIMD(s *laneSet, n int32)

//go:wasmimport nibble_kernels squareWeights
//go:noescape
func squareWeightsSIMD(s *laneSet, n int32)

//go:wasmimport nibble_kernels importanceWeights
//go:noescape
func importanceWeightsSIMD(s *laneSet, n int32)

//go:wasmimport nibble_kernels rmsWeights
//go:noescape
func rmsWeightsSIMD(s *laneSet, n int32)

//go:wasmimport nibble_kernels minSearch
//go:noescape
func minSearchSIMD(s *laneSet, n, candidates int32)

//go:wasmimport nibble_kernels minSearchAbsolute
//go:noescape
func minSearchAbsoluteSIMD(s *laneSet, n, candidates int32)

//go:wasmimport nibble_kernels symmetricSearch
//go:noescape
func symmetricSearchSIMD(s *laneSet, n, candidates int32)

//go:wasmimport nibble_kernels descentSearch
//go:noescape
func descentSearchSIMD(s *laneSet)

//go:wasmimport nibble_kernels codebookSearch
//go:noescape
func codebookSearchSIMD(s *laneSet, candidates int32)

//go:wasmimport nibble_kernels picks
//go:noescape
func picksSIMD(quants *byte, x *float32, s *laneSet)

//go:wasmimport nibble_kernels blocksQ40
//go:noescape
func blocksQ40SIMD(dst *byte, x, scales *float32, n int32)

//go:wasmimport nibble_kernels blocksQ80
//go:noescape
func blocksQ80SIMD(dst *byte, x, scales *float32, n int32)

//go:wasmimport nibble_kernels addErrors
//go:noescape
func addErrorsSIMD(s *laneSums, original, decoded *float32, n int32)

//go:wasmimport nibble_kernels widenF16
//go:noescape
func widenF16SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels widenBF16
//go:noescape
func widenBF16SIMD(dst *float32, src *byte, n int32)

//go:wasmimport nibble_kernels narrowF16
//go:noescape
func narrowF16SIMD(dst *byte, src *float32, n int32)

//go:wasmimport nibble_kernels narrowBF16
//go:noescape
func narrowBF16SIMD(dst *byte, src *float32, n int32)

//go:wasmimport nibble_kernels requantize
//go:noescape
func requantizeSIMD(quants *byte, x *float32, s *laneSet, n int32)

//go:wasmimport nibble_kernels keptQuants
//go:noescape
func keptQuantsSIMD(quants *byte, x *float32, s *laneSet, n int32)

// machineKernels returns the kernels if the host has them.
func machineKernels() []*kernels {
	if simdAvailable() == 0 {
		return nil
	}
	return []*kernels{&kernelsSIMD128}
}

var kernelsSIMD128 = kernels{
	name: "SIMD128",
	searchKernels: searchKernels{
		transpose:         func(dst *plane, src *float32, n int) { transposeSIMD(dst, src, int32(n)) },
		magnitudeWeights:  func(s *laneSet, n int) { magnitudeWeightsSIMD(s, int32(n)) },
		squareWeights:     func(s *laneSet, n int) { squareWeightsSIMD(s, int32(n)) },
		importanceWeights: func(s *laneSet, n int) { importanceWeightsSIMD(s, int32(n)) },
		rmsWeights:        func(s *laneSet, n int) { rmsWeightsSIMD(s, int32(n)) },
		minSearch:         func(s *laneSet, n, candidates int) { minSearchSIMD(s, int32(n), int32(candidates)) },
		minSearchAbsolute: func(s *laneSet, n, candidates int) { minSearchAbsoluteSIMD(s, int32(n), int32(candidates)) },
		symmetricSearch:   func(s *laneSet, n, candidates int) { symmetricSearchSIMD(s, int32(n), int32(candidates)) },
		descentSearch:     descentSearchSIMD,
		codebookSearch:    func(s *laneSet, candidates int) { codebookSearchSIMD(s, int32(candidates)) },
		picks:             picksSIMD,
		requantize:        func(quants *byte, x *float32, s *laneSet, n int) { requantizeSIMD(quants, x, s, int32(n)) },
		keptQuants:        func(quants *byte, x *float32, s *laneSet, n int) { keptQuantsSIMD(quants, x, s, int32(n)) },
	},
	blockKernels: blockKernels{
		blocksQ40: func(dst *byte, x, scales *float32, n int) { blocksQ40SIMD(dst, x, scales, int32(n)) },
		blocksQ80: func(dst *byte, x, scales *float32, n int) { blocksQ80SIMD(dst, x, scales, int32(n)) },
	},
	halfKernels: halfKernels{
		widenF16:   func(dst *float32, src *byte, n int) { widenF16SIMD(dst, src, int32(n)) },
		widenBF16:  func(dst *float32, src *byte, n int) { widenBF16SIMD(dst, src, int32(n)) },
		narrowF16:  func(dst *byte, src *float32, n int) { narrowF16SIMD(dst, src, int32(n)) },
		narrowBF16: func(dst *byte, src *float32, n int) { narrowBF16SIMD(dst, src, int32(n)) },
	},
	errorKernels: errorKernels{
		addErrors: func(s *laneSums, original, decoded *float32, n int) {
			addErrorsSIMD(s, original, decoded, int32(n))
		},
	},
}

// These call the kernels by their names, as those of amd64 do.

func addErrors(s *laneSums, original, decoded []float32) int {
	n := min(len(original), len(decoded)) / lanes
	if n == 0 || len(available) == 0 {
		return 0
	}
	addErrorsSIMD(s, &original[0], &decoded[0], int32(n))
	return lanes * n
}

func widenF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func widenBF16(dst []float32, src []byte) int {
	n := min(len(dst), len(src)/2) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	widenBF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func narrowF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	narrowF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}

func narrowBF16(dst []byte, src []float32) int {
	n := min(len(dst)/2, len(src)) / 16
	if n == 0 || len(available) == 0 {
		return 0
	}
	narrowBF16SIMD(&dst[0], &src[0], int32(n))
	return 16 * n
}
