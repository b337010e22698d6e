//go:build nibblesimd && !purego

package quantize

var searchSIMD128 = searchKernels{
	transpose:         func(dst *plane, src *float32, n int) { transposeSIMD(dst, src, int32(n)) },
	magnitudeWeights:  func(s *laneSet, n int) { magnitudeWeightsSIMD(s, int32(n)) },
	squareWeights:     func(s *laneSet, n int) { squareWeightsSIMD(s, int32(n)) },
	importanceWeights: func(s *laneSet, n int) { importanceWeightsSIMD(s, int32(n)) },
	rmsWeights:        func(s *laneSet, n int) { rmsWeightsSIMD(s, int32(n)) },
	minSearch:         func(s *laneSet, n, candidates int) { minSearchSIMD(s, int32(n), int32(candidates)) },
	minSearchAbsolute: func(s *laneSet, n, candidates int) { minSearchAbsoluteSIMD(s, int32(n), int32(candidates)) },
	roundScalesMins:   func(dst *byte, s *laneSet, size, n int) { roundScalesMinsSIMD(dst, s, int32(size), int32(n)) },
	symmetricSearch:   func(s *laneSet, n, candidates int) { symmetricSearchSIMD(s, int32(n), int32(candidates)) },
	descentSearch:     descentSearchSIMD,
	codebookSearch:    func(s *laneSet, candidates int) { codebookSearchSIMD(s, int32(candidates)) },
	picks:             picksSIMD,
	requantize:        func(quants *byte, x *float32, s *laneSet, n int) { requantizeSIMD(quants, x, s, int32(n)) },
	keptQuants:        func(quants *byte, x *float32, s *laneSet, n int) { keptQuantsSIMD(quants, x, s, int32(n)) },
}

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

//go:wasmimport nibble_kernels roundScalesMins
//go:noescape
func roundScalesMinsSIMD(dst *byte, s *laneSet, size, n int32)

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

//go:wasmimport nibble_kernels requantize
//go:noescape
func requantizeSIMD(quants *byte, x *float32, s *laneSet, n int32)

//go:wasmimport nibble_kernels keptQuants
//go:noescape
func keptQuantsSIMD(quants *byte, x *float32, s *laneSet, n int32)
