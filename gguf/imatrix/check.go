package imatrix

import (
	"fmt"
	"math"
)

// checkSums makes sure that the sums of an entry can be sums of squares.
func (e *Entry) checkSums() error {
	at, bad, err := e.sums.firstOutside(math.MaxFloat32)
	switch {
	case err != nil:
		return fmt.Errorf("byte %d: %s: %w", e.sums.offset(at), entryPath(e.Name), err)
	case at == e.sums.n:
		return nil
	case e.columns == e.Values:
		return malformed(e.sums.offset(at), fmt.Sprintf("%s column %d", entryPath(e.Name), at),
			"%v is no sum of squares", bad)
	}
	return malformed(e.sums.offset(at), fmt.Sprintf("%s matrix %d, column %d", entryPath(e.Name), at/e.columns, at%e.columns),
		"%v is no sum of squares", bad)
}

// checkCounts makes sure that the counts of an entry can count something.
func (e *Entry) checkCounts() error {
	at, bad, err := e.counts.firstOutside(maxCount)
	switch {
	case err != nil:
		return fmt.Errorf("byte %d: %s: %w", e.counts.offset(at), entryPath(e.Name), err)
	case at < e.counts.n:
		return malformed(e.counts.offset(at), fmt.Sprintf("%s count of matrix %d", entryPath(e.Name), at), "%v counts nothing", bad)
	}
	return nil
}
