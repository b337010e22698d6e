package convert

import "math/bits"

// sampleSize returns how many of the rows of a tensor are sampled: the same
// number of each matrix, at least one.
func sampleSize(rows, row, matrices, values int64) int64 {
	switch {
	case values < 0:
		return rows
	case values == 0:
		values = defaultSampleValues
	}
	each := (values/row + matrices - 1) / matrices
	return min(rows, matrices*max(1, each))
}

// sampledRow returns the i-th of n rows out of rows: one out of each n-th part
// of the tensor, at a place that no regularity of the rows falls in with.
func sampledRow(i, n, rows int64) int64 {
	first, end := spread(i, n, rows), spread(i+1, n, rows)
	return first + int64(mix(uint64(i))%uint64(end-first))
}

// mix is the finalizer of SplitMix64: numbers that follow each other become ones
// that look random.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// spread returns i·rows/n, for i up to n.
func spread(i, n, rows int64) int64 {
	hi, lo := bits.Mul64(uint64(i), uint64(rows))
	quotient, _ := bits.Div64(hi, lo, uint64(n))
	return int64(quotient)
}
