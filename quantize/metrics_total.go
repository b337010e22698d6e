package quantize

import "math"

// Total returns what the parts, each measured on its own, come to together; they
// may be the tensors of a model. MaxErrorAt counts the values of all of them.
//
// The result is that of one [Meter] for all rows but for rounding.
func Total(parts ...Metrics) Metrics {
	var all Meter
	for i := range parts {
		p := &parts[i]
		n := float64(p.Count)
		part := Meter{
			count: p.Count,
			sums: errorSums{
				signal:  p.SignalPower * n,
				decoded: p.DecodedPower * n,
				product: p.Cosine * math.Sqrt(p.SignalPower*p.DecodedPower) * n,
				noise:   p.RMSE * p.RMSE * n,
				bias:    p.MeanError * n,
			},
			most: math.Float64bits(p.MaxError),
			at:   p.MaxErrorAt,
		}
		all.Merge(&part)
	}
	return all.Metrics()
}
