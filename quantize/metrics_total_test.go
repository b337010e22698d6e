package quantize

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTotal(t *testing.T) {
	if got, want := Total(), (Metrics{MaxErrorAt: -1, SQNR: math.Inf(1), Cosine: 1}); got != want {
		t.Errorf("of nothing: %+v, want %+v", got, want)
	}
	exact := Measure([]float32{1, 2, 3}, []float32{1, 2, 3})
	if got := Total(exact, Metrics{MaxErrorAt: -1}, exact); !math.IsInf(got.SQNR, 1) || got.Count != 6 || got.MaxErrorAt != 0 {
		t.Errorf("of exact parts: %+v", got)
	}
	nan := float32(math.NaN())
	if got := Total(exact, Measure([]float32{1, nan}, []float32{1, 2})); !math.IsNaN(got.RMSE) || got.MaxErrorAt != 4 {
		t.Errorf("with NaN: %+v", got)
	}
}

// The total of parts is, but for rounding, what one meter says of all of them.
func TestTotalOfParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole Meter
		var parts []Metrics
		for range rapid.IntRange(1, 5).Draw(t, "parts") {
			original := rapid.SliceOfN(rapid.Float32Range(-1e3, 1e3), 1, 20).Draw(t, "original")
			decoded := make([]float32, len(original))
			for i, v := range original {
				decoded[i] = v + rapid.Float32Range(-10, 10).Draw(t, "error")
			}
			parts = append(parts, Measure(original, decoded))
			whole.Add(original, decoded)
		}
		got, want := Total(parts...), whole.Metrics()
		if got.Count != want.Count || got.MaxError != want.MaxError || got.MaxErrorAt != want.MaxErrorAt {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		for _, pair := range [][2]float64{
			{got.RMSE, want.RMSE}, {got.SignalPower, want.SignalPower}, {got.DecodedPower, want.DecodedPower}, {got.Cosine, want.Cosine},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-9*math.Abs(pair[1])+1e-12 {
				t.Fatalf("got  %+v\nwant %+v", got, want)
			}
		}
		if math.Abs(got.MeanError-want.MeanError) > 1e-9*(want.MaxError+1) {
			t.Fatalf("mean error %g, want %g", got.MeanError, want.MeanError)
		}
	})
}
