//go:build !purego

package quantize

var searchAVX512 = searchKernels{
	transpose:             transposeAVX2, // bound by loads and stores
	magnitudeWeights:      magnitudeWeightsAVX512,
	squareWeights:         squareWeightsAVX512,
	importanceWeights:     importanceWeightsAVX512,
	rmsWeights:            rmsWeightsAVX512,
	minSearch:             minSearchAVX512,
	minSearchAbsolute:     minSearchAbsoluteAVX512,
	minSearchPair:         minSearchPairAVX512,
	minSearchAbsolutePair: minSearchAbsolutePairAVX512,
	symmetricSearch:       symmetricSearchAVX512,
	descentSearch:         descentSearchAVX512,
	positiveErrors:        positiveErrorsAVX512,
	descentSearchPair:     descentSearchPairAVX512,
	codebookSearch:        codebookSearchAVX512,
	picks:                 picksAVX512,
	requantize:            requantizeAVX512,
	keptQuants:            keptQuantsAVX512,
}

var searchAVX2 = searchKernels{
	transpose:         transposeAVX2,
	magnitudeWeights:  magnitudeWeightsAVX2,
	squareWeights:     squareWeightsAVX2,
	importanceWeights: importanceWeightsAVX2,
	rmsWeights:        rmsWeightsAVX2,
	minSearch:         minSearchAVX2,
	minSearchAbsolute: minSearchAbsoluteAVX2,
	symmetricSearch:   symmetricSearchAVX2,
	descentSearch:     descentSearchAVX2,
	positiveErrors:    positiveErrorsAVX2,
	codebookSearch:    codebookSearchAVX2,
	picks:             picksAVX2,
	requantize:        requantizeAVX2,
	keptQuants:        keptQuantsAVX2,
}
