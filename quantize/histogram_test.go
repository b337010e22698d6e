package quantize

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestHistogramBins(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	tests := []struct {
		name   string
		values []float32
		want   Bins
	}{
		{"nothing", nil, Bins{}},
		{"zeros", []float32{0, float32(math.Copysign(0, -1))}, Bins{Counts: []uint64{2}, Zeros: 2}},
		{"nothing finite", []float32{inf, -inf, nan, -nan}, Bins{NonFinite: 4}},
		{"one", []float32{1}, Bins{Width: 1.0 / 16, Counts: append(make([]uint64, 32), 1)}},
		{"both signs", []float32{-1, 0, 1}, Bins{Width: 1.0 / 16, Zeros: 1,
			Counts: slices.Concat([]uint64{1}, make([]uint64, 15), []uint64{1}, make([]uint64, 15), []uint64{1})}},
		{"an edge goes outward", []float32{17.5, 17.4375, -17.5, -17.4375}, Bins{Width: 1,
			Counts: slices.Concat([]uint64{1, 1}, make([]uint64, 33), []uint64{1, 1})}},
		{"half a bin too wide", []float32{31.5}, Bins{Width: 2, Counts: append(make([]uint64, 32), 1)}},
		{"smallest", []float32{0x1p-149, -0x1p-149}, Bins{Width: 0x1p-130, Counts: []uint64{2}}},
		{"largest", []float32{math.MaxFloat32}, Bins{Width: 0x1p124, Counts: append(make([]uint64, 32), 1)}},
	}
	for _, test := range tests {
		var h Histogram
		h.Add(test.values)
		if got := h.Bins(); !sameBins(got, test.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", test.name, got, test.want)
		}
	}
}

func sameBins(a, b Bins) bool {
	return a.Width == b.Width && a.Zeros == b.Zeros && a.NonFinite == b.NonFinite && slices.Equal(a.Counts, b.Counts)
}

// Every value stands in the bin that its distance from the middle puts it in,
// whatever the order of counting and however it is shared out.
func TestHistogramOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.IntRange(-149, 100).Draw(t, "scale")
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float32 {
			if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
				return math.Float32frombits(rapid.Uint32().Draw(t, "bits"))
			}
			return float32(math.Ldexp(rapid.Float64Range(-1, 1).Draw(t, "fraction"), scale))
		}), 1, 200).Draw(t, "values")

		var whole, first, second Histogram
		whole.Add(values)
		cut := rapid.IntRange(0, len(values)).Draw(t, "cut")
		second.Add(values[cut:])
		first.Add(values[:cut])
		second.Merge(&first)
		got := whole.Bins()
		if merged := second.Bins(); !sameBins(got, merged) {
			t.Fatalf("the whole is %+v, its parts together %+v", got, merged)
		}
		if len(got.Counts) > 63 {
			t.Fatalf("%d bins", len(got.Counts))
		}
		if want := directBins(values, got.Width, len(got.Counts)); !sameBins(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
		half := (maxBin + 0.5) * got.Width / 2
		if got.Width > 0x1p-130 && !slices.ContainsFunc(values, func(v float32) bool {
			m := math.Abs(float64(v))
			return m >= half && m <= math.MaxFloat32
		}) {
			t.Fatalf("bins of half the width %g would have been enough", got.Width)
		}
		if got.Total()+got.NonFinite != uint64(len(values)) {
			t.Fatalf("%d values in bins and %d that are not finite, of %d", got.Total(), got.NonFinite, len(values))
		}
	})
}

// directBins counts values in n bins of the given width, by what Bins promises.
func directBins(values []float32, width float64, n int) Bins {
	b := Bins{Width: width}
	if n > 0 {
		b.Counts = make([]uint64, n)
	}
	for _, v := range values {
		f := float64(v)
		switch {
		case math.IsNaN(f) || math.IsInf(f, 0):
			b.NonFinite++
			continue
		case f == 0:
			b.Zeros++
		}
		at := n / 2
		if f != 0 {
			at += int(math.Copysign(math.Floor(math.Abs(f)/width+0.5), f))
		}
		b.Counts[at]++
	}
	return b
}

func TestHistogramErrors(t *testing.T) {
	var h, want Histogram
	h.AddErrors([]float32{1, 2, 3, 0}, []float32{1, 2.5, 2, -0.25})
	want.Add([]float32{0, 0.5, -1, -0.25})
	if got, want := h.Bins(), want.Bins(); !sameBins(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	h.Reset()
	if got := h.Bins(); !sameBins(got, Bins{}) {
		t.Errorf("after Reset: %+v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("slices of different lengths were compared")
		}
	}()
	h.AddErrors(make([]float32, 2), make([]float32, 3))
}

func BenchmarkHistogram(b *testing.B) {
	const n = 1 << 16
	rng := rand.New(rand.NewPCG(1, 2))
	original, decoded := make([]float32, n), make([]float32, n)
	for i := range original {
		original[i] = float32(rng.NormFloat64())
		decoded[i] = original[i] + float32(rng.Float64()-0.5)
	}
	b.Run("Add", func(b *testing.B) {
		var h Histogram
		b.SetBytes(4 * n)
		for b.Loop() {
			h.Add(original)
		}
	})
	b.Run("AddErrors", func(b *testing.B) {
		var h Histogram
		b.SetBytes(4 * n)
		for b.Loop() {
			h.AddErrors(original, decoded)
		}
	})
}
