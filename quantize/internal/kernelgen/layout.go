package main

// The layout of quantize.laneSet: rows of 16 float32, one for each lane. kernel_search.go
// of package quantize declares the same; every kernel's test fails if they differ.
const (
	rowBytes   = 64
	planeBytes = 32 * rowBytes

	planeX    = 0 * planeBytes // values
	planeW    = 1 * planeBytes // weights
	planeWork = 2 * planeBytes // what a kernel keeps for itself; the importance, for importanceWeights

	rows = 3 * planeBytes

	rowScale      = rows + 0*rowBytes // results of a search; what requantize takes
	rowMin        = rows + 1*rowBytes
	rowSumW       = rows + 2*rowBytes // sums of the weights
	rowBase       = rows + 3*rowBytes // what importanceWeights adds to squares
	rowMost       = rows + 4*rowBytes // parameters of the search, the same in all lanes
	rowLowest     = rows + 5*rowBytes
	rowHighest    = rows + 6*rowBytes
	rowLow        = rows + 7*rowBytes // state of a search
	rowFirstLow   = rows + 8*rowBytes
	rowHigh       = rows + 9*rowBytes
	rowSumX       = rows + 10*rowBytes
	rowBest       = rows + 11*rowBytes
	rowInverse    = rows + 12*rowBytes // what keptQuants takes: the values less this low,
	rowInverseLow = rows + 13*rowBytes // times this inverse, are the best candidate
	rowNumerators = rows + 14*rowBytes // of the candidates, one after the other

	laneSetBytes = rowNumerators + 48*4 + 512 + 2*512*4 // with what only Go knows of
)
