package imatrix

import (
	"fmt"
	"math"
)

// An Entry has the importance weights of one tensor. It is safe for concurrent
// use if the source is, as an [os.File] is.
type Entry struct {
	// Name is that of the tensor in the model's GGUF file.
	Name string

	// Values is the number of weights: the columns of the tensor's matrices,
	// all matrices together.
	Values int64

	sums    values
	columns int64  // values that share a count
	calls   int32  // the count of all, in the older format
	counts  values // one for each matrix, in GGUF; none in the older format
}

// ReadAt fills dst with the weights of the values from number from on, as
// llama-quantize computes them. They are finite and not negative, unless the
// file has changed since it was opened. It fails where dst reaches behind the
// last value, and with the source's error, wrapped, where that cannot be read.
func (e *Entry) ReadAt(dst []float32, from int64) error {
	if from < 0 || int64(len(dst)) > e.Values-from {
		return fmt.Errorf("%s has %d values; %d from number %d on were asked for", entryPath(e.Name), e.Values, len(dst), from)
	}
	if err := e.sums.read(dst, from); err != nil {
		return fmt.Errorf("%s: %w", entryPath(e.Name), err)
	}
	if e.counts.n == 0 {
		perCall(dst, e.calls)
		return nil
	}
	var counts [64]float32
	for len(dst) > 0 {
		matrix := from / e.columns
		last := (from + int64(len(dst)) - 1) / e.columns
		some := counts[:min(int64(len(counts)), last-matrix+1)]
		if err := e.counts.read(some, matrix); err != nil {
			return fmt.Errorf("%s: %w", entryPath(e.Name), err)
		}
		for _, count := range some {
			matrix++
			n := min(int64(len(dst)), matrix*e.columns-from)
			perCount(dst[:n], count)
			dst, from = dst[n:], from+n
		}
	}
	return nil
}

// perCall turns the sums of the older format, which are means times calls, into
// weights.
func perCall(sums []float32, calls int32) {
	if calls == 0 {
		return
	}
	divisor := float32(calls)
	for i := range sums {
		sums[i] /= divisor
	}
}

// perCount turns the sums of one matrix into weights. Counts are stored as
// floating-point numbers and mean the nearest integer.
func perCount(sums []float32, count float32) {
	divisor := float32(math.Round(float64(count)))
	for i := range sums {
		if divisor > 0 {
			sums[i] /= divisor
		} else {
			sums[i] = 1
		}
	}
}
