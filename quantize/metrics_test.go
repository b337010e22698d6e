package quantize

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestMeasure(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	tests := []struct {
		name              string
		original, decoded []float32
		want              Metrics
	}{
		{"nothing", nil, nil, Metrics{MaxErrorAt: -1, SQNR: inf, Cosine: 1}},
		{"no error", []float32{1, -2, 3}, []float32{1, -2, 3},
			Metrics{Count: 3, SQNR: inf, SignalPower: 14.0 / 3, Cosine: 1}},
		{"zeros", []float32{0, 0}, []float32{0, 0}, Metrics{Count: 2, SQNR: inf, Cosine: 1}},
		{"no signal", []float32{0, 0}, []float32{0, 2},
			Metrics{Count: 2, RMSE: math.Sqrt2, MeanError: 1, MaxError: 2, MaxErrorAt: 1, SQNR: -inf}},
		{"nothing left", []float32{3, 4}, []float32{0, 0},
			Metrics{Count: 2, RMSE: math.Sqrt(12.5), MeanError: -3.5, MaxError: 4, MaxErrorAt: 1, SignalPower: 12.5}},
		{"opposite", []float32{1, 0, 2}, []float32{-1, 0, -2},
			Metrics{Count: 3, RMSE: math.Sqrt(20.0 / 3), MeanError: -2, MaxError: 4, MaxErrorAt: 2,
				SQNR: 10 * math.Log10(0.25), SignalPower: 5.0 / 3, Cosine: -1}},
		{"first of equal errors", []float32{0, 1, 1, 1}, []float32{0, 1.5, 0.5, 1.5},
			Metrics{Count: 4, RMSE: math.Sqrt(0.75 / 4), MeanError: 0.125, MaxError: 0.5, MaxErrorAt: 1,
				SQNR: 10 * math.Log10(4), SignalPower: 0.75, Cosine: 3.5 / math.Sqrt(3*4.75)}},
		{"NaN", []float32{1, 2, 3}, []float32{9, float32(nan), 3},
			Metrics{Count: 3, RMSE: nan, MeanError: nan, MaxError: nan, MaxErrorAt: 1, SQNR: nan, SignalPower: 14.0 / 3, Cosine: nan}},
		{"infinity", []float32{1, 2}, []float32{1, float32(-inf)},
			Metrics{Count: 2, RMSE: inf, MeanError: -inf, MaxError: inf, MaxErrorAt: 1, SQNR: -inf, SignalPower: 2.5, Cosine: nan}},
		{"infinity in both", []float32{float32(inf)}, []float32{float32(inf)},
			Metrics{Count: 1, RMSE: nan, MeanError: nan, MaxError: nan, SQNR: nan, SignalPower: inf, Cosine: nan}},
	}
	for _, test := range tests {
		got := Measure(test.original, test.decoded)
		if !sameMetrics(got, test.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", test.name, got, test.want)
		}
	}
}

// sameMetrics reports whether a and b are equal, NaN to NaN.
func sameMetrics(a, b Metrics) bool {
	same := func(x, y float64) bool { return x == y || x != x && y != y }
	return a.Count == b.Count && a.MaxErrorAt == b.MaxErrorAt &&
		same(a.RMSE, b.RMSE) && same(a.MeanError, b.MeanError) && same(a.MaxError, b.MaxError) &&
		same(a.SQNR, b.SQNR) && same(a.SignalPower, b.SignalPower) && same(a.Cosine, b.Cosine)
}

func TestMeterLengths(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("rows of different lengths were compared")
		}
	}()
	new(Meter).Add(make([]float32, 3), make([]float32, 4))
}

// TestMeterAgainstExactSums holds the metrics against sums without rounding.
func TestMeterAgainstExactSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.Float32Range(-1e6, 1e6), 0, 40), 1, 4).Draw(t, "rows")
		var m Meter
		var signal, noise, bias, energy, product big.Float
		for _, f := range []*big.Float{&signal, &noise, &bias, &energy, &product} {
			f.SetPrec(2000)
		}
		addProduct := func(sum *big.Float, a, b float64) {
			sum.Add(sum, new(big.Float).SetPrec(2000).Mul(big.NewFloat(a), big.NewFloat(b)))
		}
		count, most, at := int64(0), -1.0, int64(-1)
		for _, row := range rows {
			decoded := make([]float32, len(row))
			for i, f := range row {
				decoded[i] = f + rapid.Float32Range(-1, 1).Draw(t, "error")
				x, y := float64(f), float64(decoded[i])
				addProduct(&signal, x, x)
				addProduct(&energy, y, y)
				addProduct(&product, x, y)
				addProduct(&noise, y-x, y-x)
				addProduct(&bias, y-x, 1)
				if e := math.Abs(y - x); e > most {
					most, at = e, count
				}
				count++
			}
			m.Add(row, decoded)
		}
		got := m.Metrics()
		if got.Count != count || got.MaxErrorAt != at || count > 0 && got.MaxError != most {
			t.Fatalf("%+v; want %d values, %v at %d", got, count, most, at)
		}
		if count == 0 {
			return
		}
		value := func(f *big.Float) float64 { v, _ := f.Float64(); return v }
		n := float64(count)
		near := func(name string, got, want, size float64) {
			if math.Abs(got-want) > 1e-12*size {
				t.Fatalf("%s %v, want %v", name, got, want)
			}
		}
		near("RMSE", got.RMSE, math.Sqrt(value(&noise)/n), got.RMSE)
		near("signal power", got.SignalPower, value(&signal)/n, got.SignalPower)
		near("mean error", got.MeanError, value(&bias)/n, most)
		if value(&signal) > 0 && value(&energy) > 0 {
			near("cosine", got.Cosine, value(&product)/math.Sqrt(value(&signal)*value(&energy)), 1)
		}
	})
}

// TestMeterOrder states the order of the sums, which kernels must keep, in rows of
// whatever length.
func TestMeterOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1003, 2*batchValues + 1003} {
		x, y := make([]float32, n), make([]float32, n)
		var partial [8]float64
		for i := range x {
			x[i] = float32(r.NormFloat64())
			y[i] = x[i] + float32(r.NormFloat64()*0.01)
			e := float64(y[i]) - float64(x[i])
			partial[i%8] += float64(e * e)
		}
		for width := 4; width > 0; width /= 2 {
			for i := range width {
				partial[i] += partial[i+width]
			}
		}
		want := math.Sqrt(partial[0] / float64(n))
		if got := Measure(x, y).RMSE; got != want {
			t.Errorf("%d values: RMSE %v, want exactly %v", n, got, want)
		}
	}
}

// TestMeterMerge sees to it that meters of one row each, merged in order, give
// what one meter of all rows gives.
func TestMeterMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all, merged Meter
		value := rapid.OneOf(rapid.Float32(), rapid.SampledFrom([]float32{0, 1, float32(math.NaN()), float32(math.Inf(1))}))
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			n := rapid.IntRange(0, 20).Draw(t, "columns")
			x := rapid.SliceOfN(value, n, n).Draw(t, "original")
			y := rapid.SliceOfN(value, n, n).Draw(t, "decoded")
			var row Meter
			row.Add(x, y)
			merged.Merge(&row)
			all.Add(x, y)
		}
		if a, b := all.Metrics(), merged.Metrics(); !sameMetrics(a, b) {
			t.Fatalf("added %+v, merged %+v", a, b)
		}
	})
}

func TestMetricsJSON(t *testing.T) {
	for _, test := range []struct {
		metrics Metrics
		want    string
	}{
		{Measure([]float32{3, 4}, []float32{3, 4}),
			`{"count":2,"rmse":0,"meanError":0,"maxError":0,"maxErrorAt":0,"sqnrDB":null,"signalPower":12.5,"cosine":1}`},
		{Measure([]float32{1, 1}, []float32{1.5, 0.5}),
			`{"count":2,"rmse":0.5,"meanError":0,"maxError":0.5,"maxErrorAt":0,"sqnrDB":6.020599913279624,"signalPower":1,"cosine":0.8944271909999159}`},
		{Measure([]float32{1}, []float32{float32(math.NaN())}),
			`{"count":1,"rmse":null,"meanError":null,"maxError":null,"maxErrorAt":0,"sqnrDB":null,"signalPower":1,"cosine":null}`},
	} {
		got, err := json.Marshal(test.metrics)
		if err != nil || string(got) != test.want {
			t.Errorf("%+v: %s, %v\nwant %s", test.metrics, got, err, test.want)
		}
	}
}

func BenchmarkMeasure(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float32, 4096), make([]float32, 4096)
	for i := range x {
		x[i] = float32(r.NormFloat64())
		y[i] = x[i] + float32(r.NormFloat64()*0.01)
	}
	b.SetBytes(int64(4 * len(x)))
	var m Meter
	for b.Loop() {
		m.Add(x, y)
	}
	reportValues(b, len(x))
}
