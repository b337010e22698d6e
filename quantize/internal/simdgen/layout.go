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
	rowPeak       = rows + 7*rowBytes  // of codebookSearch: the values of the largest magnitude
	rowInverse    = rows + 12*rowBytes // what keptQuants takes: the values less this low,
	rowInverseLow = rows + 13*rowBytes // times this inverse, are the best candidate
	rowNumerators = rows + 14*rowBytes // of the candidates, one after the other
)

// A part is four lanes of a row: a vector.
const (
	partBytes   = 16
	partsOfRow  = rowBytes / partBytes
	partsAtOnce = 2 // their sums do not wait for each other; more would not fit into 16 registers
)

// eachPart runs body for some parts of the rows, count at once, until it was all of
// them: it gets a laneSet whose rows begin with those.
func (f *function) eachPart(s number, count int, body func(s place)) {
	part, left := f.letNumber(s), f.letNumber(integer(int32(partsOfRow/count)))
	f.countDown(left, 1, func() {
		body(place{base: part})
		f.advance(part, int32(count*partBytes))
	})
}

// eachRow runs over n rows of the planes, a multiple of four. body makes the code for
// one row; it stands four times in a loop, as one that stands once costs wazero two
// fifths more. The loop could end after each row, which it does after the fourth alone:
// V8 loads all that is loaded between two branches before it computes with that, and
// four rows do not fit into its registers.
func (f *function) eachRow(s place, n number, body func(row place)) {
	row, left := f.letNumber(s.base), f.letNumber(n)
	f.breakable(func() {
		f.countDown(left, 4, func() {
			for i := range 4 {
				if i > 0 {
					f.breakUnless(left)
				}
				body(place{row, s.offset + i*rowBytes})
			}
			f.advance(row, 4*rowBytes)
		})
	})
}

// letParts is let for each of the first parts.
func (f *function) letParts(parts int, v func(part int) vector) []vectorLocal {
	l := make([]vectorLocal, parts)
	for i := range l {
		l[i] = f.let(v(i))
	}
	return l
}

func (f *function) letZeros(parts int) []vectorLocal {
	return f.letParts(parts, func(int) vector { return zero() })
}

// part returns the place of a part of a row.
func (p place) part(i int) place { return p.at(i * partBytes) }

// replace sets the lanes of the mask.
func (f *function) replace(mask vector, l vectorLocal, v vector) { f.set(l, choose(mask, v, l)) }

// accumulate adds to a sum.
func (f *function) accumulate(sum vectorLocal, v vector) { f.set(sum, add(sum, v)) }
