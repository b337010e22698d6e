package convert

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// The histograms of a tensor in many chunks are those of its values and errors,
// whatever the number of workers.
func TestHistograms(t *testing.T) {
	p := planOf(t, quantize.Q4_0, quantize.F32,
		noise(1, 3, 512), noise(2, 1200, 256), noise(3, 2, chunkValues+512), noise(4, 1, 32))
	want := make([]TensorHistograms, len(p.Tensors))
	for i := range p.Tensors {
		original := readAll(t, p.Tensors[i].rows)
		encoded, err := quantize.AppendEncode(nil, quantize.Q4_0, original, quantize.Options{Columns: int(rowLength(p.Tensors[i].Shape))})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := quantize.AppendDecode(nil, quantize.Q4_0, encoded)
		if err != nil {
			t.Fatal(err)
		}
		var h histogramPair
		h.count(original, decoded)
		want[i] = TensorHistograms{h.weights.Bins(), h.errors.Bins()}
	}
	for _, workers := range []int{1, 2, 7} {
		calls := make([]int, len(p.Tensors))
		p.inMemory(t, StreamOptions{Workers: workers, Histograms: func(tensor int, h TensorHistograms) {
			calls[tensor]++
			if !sameBins(h.Weights, want[tensor].Weights) || !sameBins(h.Errors, want[tensor].Errors) {
				t.Errorf("%d workers, tensor %d:\ngot  %+v\nwant %+v", workers, tensor, h, want[tensor])
			}
		}})
		if !slices.Equal(calls, []int{1, 1, 1, 1}) {
			t.Errorf("%d workers: %v calls", workers, calls)
		}
	}
}

func sameBins(a, b quantize.Bins) bool {
	return a.Width == b.Width && a.Zeros == b.Zeros && a.NonFinite == b.NonFinite && slices.Equal(a.Counts, b.Counts)
}

// Histograms cost no copy of the values, and memory for the tensors on their way
// alone.
func TestHistogramsAreBounded(t *testing.T) {
	all := make([]rows, 50)
	for i := range all {
		all[i] = noise(uint32(i), 4, 256)
	}
	p := planOf(t, quantize.Q8_0, quantize.F32, all...)
	s := newHistogramSet(p.chunks(), func(int, TensorHistograms) {})
	var h histogramPair
	for _, c := range p.chunks() {
		h.count([]float32{1}, []float32{2})
		s.add(c.tensor, &h)
	}
	if len(s.counts) != 0 || len(s.spare) != 1 {
		t.Errorf("%d histograms are left and %d spare, want 0 and 1", len(s.counts), len(s.spare))
	}
}

// A tensor that failed has no histogram.
func TestNoHistogramOfWhatFailed(t *testing.T) {
	broken := errors.New("broken")
	p := planOf(t, quantize.Q8_0, quantize.F32, noise(1, 1, 32), failing{noise(2, 1, 32), broken})
	_, err := p.WriteTensors(context.Background(), []io.WriterAt{make(memory, p.Files[0].FileSize)}, StreamOptions{
		Workers: 1,
		Histograms: func(tensor int, _ TensorHistograms) {
			if tensor != 0 {
				t.Errorf("histogram of tensor %d", tensor)
			}
		},
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
