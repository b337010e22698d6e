package weights

import (
	"context"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

// bundledGGUF is the bundled model as one file in its own precision.
func bundledGGUF(t *testing.T) string {
	t.Helper()
	data, _ := native(t, bundled(t), convert.Options{})
	path := filepath.Join(t.TempDir(), "fable-4m-bf16.gguf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is measured of a whole tensor is what a conversion measures.
func TestMeasureWhole(t *testing.T) {
	path := bundledGGUF(t)
	c := newClient(t)
	model := c.open(path)
	for _, name := range []string{"q4_k_m", "q2_k", "q8_0"} {
		plan, err := convert.NewPlan(context.Background(), path, convert.Options{Type: name})
		if err != nil {
			t.Fatal(err)
		}
		histograms := make([]convert.TensorHistograms, len(plan.Tensors))
		metrics, err := plan.WriteTensors(context.Background(), []io.WriterAt{discard{}}, convert.StreamOptions{
			Measure: true, Histograms: func(i int, h convert.TensorHistograms) { histograms[i] = h },
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, tensor := range plan.Tensors {
			var got wasm.WeightsMeasureReply
			c.call(wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: tensor.Name, Type: tensor.Type.String(), Values: tensor.Values()}, &got)
			m := metrics[i]
			sqnr := m.SQNR
			if math.IsInf(sqnr, 0) {
				sqnr = math.NaN() // as JSON has it
			}
			errors := histograms[i].Errors
			want := wasm.WeightsMeasureReply{
				Type: tensor.Type.String(), BitsPerWeight: tensor.Type.BitsPerWeight(), Bytes: tensor.Bytes, Values: m.Count,
				RMSE: m.RMSE, SQNR: sqnr, MaxError: m.MaxError, Cosine: m.Cosine, ErrorsHigh: errors.Width * float64(len(errors.Counts)) / 2,
				Errors: signed(errors.Counts),
			}
			if g, w := string(got.AppendJSON(nil)), string(want.AppendJSON(nil)); g != w {
				t.Errorf("%s: got  %s\nwant %s", tensor.Name, g, w)
			}

			var counts wasm.WeightsHistogramReply
			c.call(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: tensor.Name, Values: tensor.Values()}, &counts)
			checkHistogram(t, tensor.Name, &counts, &histograms[i].Weights)
		}
		if err := plan.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// checkHistogram holds a reply against bins, which may have empty ones at the
// ends.
func checkHistogram(t *testing.T, name string, got *wasm.WeightsHistogramReply, want *quantize.Bins) {
	t.Helper()
	if got.Values != got.Of || got.Values != int64(want.Total()+want.NonFinite) || got.Zeros != int64(want.Zeros) || got.Invalid != int64(want.NonFinite) {
		t.Errorf("%s: %d of %d values, %d zeros, %d invalid; %+v", name, got.Values, got.Of, got.Zeros, got.Invalid, want)
	}
	all := signed(want.Counts)
	nonzero := func(n int64) bool { return n != 0 }
	first := slices.IndexFunc(all, nonzero)
	if first < 0 {
		t.Fatalf("%s: nothing was counted", name)
	}
	if !slices.Equal(got.Bins, all[first:first+len(got.Bins)]) || slices.ContainsFunc(all[first+len(got.Bins):], nonzero) || got.Bins[len(got.Bins)-1] == 0 {
		t.Errorf("%s: bins %v, want %v", name, got.Bins, all)
	}
	low := (float64(first-len(all)/2) - 0.5) * want.Width
	if high := low + float64(len(got.Bins))*want.Width; got.Low != low || got.High != high {
		t.Errorf("%s: bins from %v to %v, want %v to %v", name, got.Low, got.High, low, high)
	}
}

type discard struct{}

func (discard) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }

func signed(counts []uint64) []int64 {
	out := make([]int64, len(counts))
	for i, n := range counts {
		out[i] = int64(n)
	}
	return out
}

// A sample tells what the whole tells, nearly.
func TestMeasureSample(t *testing.T) {
	c := newClient(t)
	model := c.open(bundled(t))
	const name = "model.embed_tokens.weight"
	measure := func(values int64) *wasm.WeightsMeasureReply {
		reply := new(wasm.WeightsMeasureReply)
		c.call(wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: name, Type: "Q4_0", Values: values}, reply)
		return reply
	}
	whole, sample := measure(1<<40), measure(64<<10)
	if sample.Values > 64<<10 || sample.Values < 60<<10 || sample.Bytes != whole.Bytes || whole.Type != "q4_0" {
		t.Errorf("%d values sampled; %d bytes, %d of the whole, as %s", sample.Values, sample.Bytes, whole.Bytes, whole.Type)
	}
	if math.Abs(sample.SQNR-whole.SQNR) > 0.5 {
		t.Errorf("SQNR %v dB of a sample, %v of the whole", sample.SQNR, whole.SQNR)
	}
}

func TestMeasureRefuses(t *testing.T) {
	c := newClient(t)
	path := filepath.Join(t.TempDir(), "m.gguf")
	writeGGUF(t, path, nil,
		madeTensor{"odd", quantize.F32, []int64{100, 3}, f32s(make([]float32, 300)...)},
		madeTensor{"even", quantize.F32, []int64{256, 1}, f32s(make([]float32, 256)...)},
		madeTensor{"none", quantize.F32, []int64{32, 0}, nil},
	)
	model := c.open(path)
	for _, tt := range []struct {
		tensor, typ string
		values      int64
		words       string
	}{
		{"even", "q9_0", 0, `"q9_0"`},
		{"even", "q8_K", 0, "nothing can be quantized to q8_K"},
		{"even", "iq2_xxs", 0, "importance"},
		{"even", "q8_0", -1, "fewer"},
		{"odd", "q8_0", 0, "rows of 100 values are not whole blocks of q8_0, which are of 32"},
		{"absent", "q8_0", 0, "no tensor"},
	} {
		request := &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: tt.tensor, Type: tt.typ, Values: tt.values}
		if message := c.refuse(wasm.StatusUsage, wasm.OpWeightsMeasure, request, new(wasm.WeightsMeasureReply)); !strings.Contains(message, tt.words) {
			t.Errorf("%+v: %q does not say %q", tt, message, tt.words)
		}
	}
	c.refuse(wasm.StatusUsage, wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: 99, Tensor: "even", Type: "q8_0"}, new(wasm.WeightsMeasureReply))
	c.refuse(wasm.StatusUsage, wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: 99, Tensor: "even"}, new(wasm.WeightsHistogramReply))
	c.refuse(wasm.StatusUsage, wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: "even", Values: -1}, new(wasm.WeightsHistogramReply))

	var none wasm.WeightsMeasureReply
	c.call(wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: "none", Type: "q8_0"}, &none)
	if none.Values != 0 || none.Bytes != 0 || len(none.Errors) != 0 {
		t.Errorf("a tensor without values: %+v", none)
	}
	var zeros wasm.WeightsHistogramReply
	c.call(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: "odd"}, &zeros)
	if !slices.Equal(zeros.Bins, []int64{300}) || zeros.Zeros != 300 || zeros.Low != 0 || zeros.High != 0 || zeros.Mean != 0 || zeros.Variance != 0 {
		t.Errorf("a tensor of zeros: %+v", zeros)
	}
}

// Mean and variance pass over what is no number.
func TestMoments(t *testing.T) {
	c := newClient(t)
	values := []float32{1, float32(math.NaN()), 3, float32(math.Inf(-1)), 8, 0}
	path := filepath.Join(t.TempDir(), "m.gguf")
	nothing := []float32{float32(math.NaN()), float32(math.Inf(1))}
	writeGGUF(t, path, nil,
		madeTensor{"some", quantize.F32, []int64{6}, f32s(values...)},
		madeTensor{"nothing", quantize.F32, []int64{2}, f32s(nothing...)},
	)
	model := c.open(path)
	var got wasm.WeightsHistogramReply
	c.call(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: "some"}, &got)
	if got.Mean != 3 || got.Variance != 9.5 || got.Invalid != 2 || got.Values != 6 || got.Zeros != 1 {
		t.Errorf("got %+v, want mean 3 and variance 9.5", got)
	}
	got = wasm.WeightsHistogramReply{}
	c.call(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: "nothing"}, &got)
	if !math.IsNaN(got.Mean) || !math.IsNaN(got.Variance) || got.Invalid != 2 || len(got.Bins) != 0 {
		t.Errorf("got %+v, want no mean, no variance and two invalid values", got)
	}

	// Of parts as of the whole.
	whole := momentsOf([]float32{1, 2, 4, 8, 16, -32, 5})
	parts := momentsOf([]float32{1, 2, 4})
	for _, part := range [][]float32{nil, {8}, {16, -32, 5}} {
		parts.merge(momentsOf(part))
	}
	mean, variance := whole.result()
	partsMean, partsVariance := parts.result()
	if math.Abs(mean-partsMean) > 1e-12 || math.Abs(variance-partsVariance) > 1e-10 {
		t.Errorf("mean %v and variance %v of parts, %v and %v of the whole", partsMean, partsVariance, mean, variance)
	}
}

// A measurement in pieces comes to what one in one go does, whatever is asked in
// between.
func TestMeasureInPieces(t *testing.T) {
	const columns, rows = 512, 3000
	c := newClient(t)
	path := filepath.Join(t.TempDir(), "m.gguf")
	_, data := ramp(t, columns*rows, quantize.BF16)
	writeGGUF(t, path, nil, madeTensor{"x", quantize.BF16, []int64{columns, rows}, data})
	model := c.open(path)
	measure := func(q wasm.WeightsMeasureRequest) (reply wasm.WeightsMeasureReply) {
		t.Helper()
		q.Weights, q.Tensor = model.Weights, "x"
		c.call(wasm.OpWeightsMeasure, &q, &reply)
		return reply
	}
	for _, values := range []int64{0, 100_000, columns * rows} {
		whole := wasm.WeightsMeasureRequest{Type: "q4_K", Values: values}
		want := measure(whole)
		if want.More {
			t.Fatalf("%d values: there is more of all", values)
		}
		for _, most := range []int64{1, 50_000, math.MaxInt64} {
			pieces := whole
			pieces.Most = most
			calls, last := 0, int64(0)
			got := wasm.WeightsMeasureReply{More: true}
			for got.More {
				if got = measure(pieces); got.Values < last || got.Values == last && got.More {
					t.Fatalf("%d values, %d at once: %d after %d", values, most, got.Values, last)
				}
				last = got.Values
				calls++
				if calls == 1 {
					c.call(wasm.OpWeightsHistogram, &wasm.WeightsTensorRequest{Weights: model.Weights, Tensor: "x", Values: 1}, new(wasm.WeightsHistogramReply))
				}
			}
			if g, w := string(got.AppendJSON(nil)), string(want.AppendJSON(nil)); g != w {
				t.Errorf("%d values, %d at once: %s, want %s", values, most, g, w)
			}
			if many := most < math.MaxInt64; (calls > 1) != many {
				t.Errorf("%d values, %d at once: %d calls", values, most, calls)
			}
		}
	}

	// Another request begins anew, and so does the first one after it.
	first := wasm.WeightsMeasureRequest{Type: "q4_K", Most: 1}
	second := wasm.WeightsMeasureRequest{Type: "q8_0", Most: 1}
	part := measure(first).Values
	if next := measure(first).Values; next <= part {
		t.Fatalf("%d values after %d", next, part)
	}
	measure(second)
	if again := measure(first).Values; again != part {
		t.Errorf("begun anew with %d values, want %d", again, part)
	}
	if message := c.refuse(wasm.StatusUsage, wasm.OpWeightsMeasure, &wasm.WeightsMeasureRequest{Weights: model.Weights, Tensor: "x", Type: "q4_K", Most: -1}, new(wasm.WeightsMeasureReply)); !strings.Contains(message, "no fewer") {
		t.Errorf("the message is %q", message)
	}
	measure(first)
	c.call(wasm.OpWeightsClose, &wasm.WeightsHandle{Weights: model.Weights}, new(wasm.Empty)) // with one that is begun
}
