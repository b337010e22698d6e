package convert

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// ramp is a tensor of any size: value i is (i mod period) plus an offset.
type ramp struct {
	dims   []int64
	period int64
	offset float32
}

func (r ramp) shape() []int64           { return r.dims }
func (r ramp) dtype() safetensors.DType { return safetensors.F32 }
func (r ramp) read(dst []float32, from int64, _ *scratch) error {
	for i := range dst {
		dst[i] = float32((from+int64(i))%r.period) + r.offset
	}
	return nil
}

func sideOf(tensors ...sideTensor) *side { return &side{tensors: tensors} }

func TestCompareMatches(t *testing.T) {
	square, line := ramp{[]int64{4, 4}, 5, 0}, ramp{[]int64{1, 16}, 5, 0.5}
	c, err := compare(context.Background(),
		sideOf(sideTensor{name: "both", rows: square}, sideTensor{name: "a", rows: square},
			sideTensor{name: "flat", rows: ramp{[]int64{16}, 5, 0}}, sideTensor{name: "other shape", rows: square}),
		sideOf(sideTensor{name: "other shape", rows: line}, sideTensor{name: "flat", rows: line},
			sideTensor{name: "b", rows: square}, sideTensor{name: "both", rows: square}),
		CompareOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.OnlyA, []string{"a"}) || !slices.Equal(c.OnlyB, []string{"b"}) {
		t.Errorf("only in a: %q, only in b: %q", c.OnlyA, c.OnlyB)
	}
	if len(c.Tensors) != 3 {
		t.Fatalf("%d tensors in both, want 3", len(c.Tensors))
	}
	both, flat, other := c.Tensors[0], c.Tensors[1], c.Tensors[2]
	if both.Name != "both" || both.Error.RMSE != 0 || both.Error.Count != 16 {
		t.Errorf("equal tensors: %+v", both)
	}
	if flat.Name != "flat" || flat.Error == nil || flat.Error.RMSE != 0.5 || flat.Error.MaxError != 0.5 {
		t.Errorf("a dimension of 1 must not matter: %+v", flat)
	}
	if other.Name != "other shape" || other.Error != nil || !slices.Equal(other.ShapeB, line.dims) {
		t.Errorf("tensors of different shapes: %+v", other)
	}
	if c.Total.Count != 32 || math.Abs(c.Total.RMSE-math.Sqrt(0.125)) > 1e-15 {
		t.Errorf("total: %+v", c.Total)
	}
}

// The result is the same for any number of workers, whatever way the tensors are cut: many rows in a chunk, a row of
// many chunks.
func TestCompareIsDeterministic(t *testing.T) {
	var a, b []sideTensor
	for i, dims := range [][]int64{{3, 1000, 333}, {1<<20 + 7}, {5}, {700, 1024}} {
		name := string(rune('a' + i))
		a = append(a, sideTensor{name: name, rows: ramp{dims, 251, 0}})
		b = append(b, sideTensor{name: name, rows: ramp{dims, 241, 0.25}})
	}
	var first *Comparison
	for _, workers := range []int{1, 2, 7} {
		var done, total int64
		c, err := compare(context.Background(), sideOf(a...), sideOf(b...), CompareOptions{
			Workers:  workers,
			Progress: func(d, all int64) { done, total = d, all },
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(999000 + 1<<20 + 7 + 5 + 716800); done != want || total != want {
			t.Errorf("%d workers: progress ended at %d of %d, want %d", workers, done, total, want)
		}
		if first == nil {
			first = c
		} else if !reflect.DeepEqual(c, first) {
			t.Errorf("%d workers: %+v, want what one worker finds: %+v", workers, c.Total, first.Total)
		}
	}
}

func TestCompareErrors(t *testing.T) {
	a := sideOf(sideTensor{name: "x", rows: ramp{[]int64{4}, 5, 0}})
	if _, err := compare(context.Background(), a, sideOf(), CompareOptions{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("nothing in common: %v, want ErrUnsupported", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := compare(ctx, a, a, CompareOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}
