package weights

import (
	"math"

	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

func (r *Room) histogram(q *wasm.WeightsTensorRequest, _ [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := r.tensor(q.Weights, q.Tensor)
	if err != nil {
		return nil, nil, err
	}
	spans, err := t.spans(q.Values)
	if err != nil {
		return nil, nil, err
	}
	var counts quantize.Histogram
	var all moments
	reply := &wasm.WeightsHistogramReply{Of: t.values}
	for s := range spans {
		values, _, err := t.read(s.from, s.values)
		if err != nil {
			return nil, nil, err
		}
		counts.Add(values)
		all.merge(momentsOf(values))
		reply.Values += s.values
	}
	bins := counts.Bins()
	reply.Bins, reply.Low, reply.High = evenBins(&bins)
	reply.Zeros, reply.Invalid = int64(bins.Zeros), int64(bins.NonFinite)
	reply.Mean, reply.Variance = all.result()
	return reply, nil, nil
}

// evenBins returns the bins from the first to the last that has counted
// anything, and the edges of what they cover.
func evenBins(b *quantize.Bins) (counts []int64, low, high float64) {
	first, last := 0, len(b.Counts)-1
	for first < last && b.Counts[first] == 0 {
		first++
	}
	for last > first && b.Counts[last] == 0 {
		last--
	}
	for i := first; i <= last; i++ {
		counts = append(counts, int64(b.Counts[i]))
	}
	if len(counts) > 0 {
		low, high = b.Center(first)-b.Width/2, b.Center(last)+b.Width/2
	}
	return counts, low, high
}

// moments are those of some values: their number, mean, and the sum of the
// squares of their distances from it.
type moments struct{ count, mean, squares float64 }

// momentsOf returns those of the finite ones of values.
func momentsOf(values []float32) moments {
	var m moments
	var sum float64
	for _, v := range values {
		if f := float64(v); f-f == 0 {
			m.count++
			sum += f
		}
	}
	if m.count == 0 {
		return m
	}
	m.mean = sum / m.count
	for _, v := range values {
		if d := float64(v) - m.mean; d-d == 0 {
			m.squares += float64(d * d)
		}
	}
	return m
}

// merge adds other values, as Chan, Golub and LeVeque do (1979).
func (m *moments) merge(o moments) {
	count := m.count + o.count
	if o.count == 0 {
		return
	}
	d := o.mean - m.mean
	m.mean += float64(d * (o.count / count))
	m.squares += o.squares + float64(float64(d*d)*(m.count/count*o.count))
	m.count = count
}

// result returns mean and variance, NaN without values.
func (m *moments) result() (mean, variance float64) {
	if m.count == 0 {
		return math.NaN(), math.NaN()
	}
	return m.mean, m.squares / m.count
}
