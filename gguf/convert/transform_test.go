package convert

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// counting returns a tensor whose values are 0, 1, 2, ...
func counting(shape ...int64) rows {
	values := make([]float32, valueCount(shape))
	for i := range values {
		values[i] = float32(i)
	}
	return constant(shape, values)
}

func readAll(t *testing.T, r rows) []float32 {
	t.Helper()
	all := make([]float32, valueCount(r.shape()))
	if err := r.read(all, 0, new(scratch)); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTransforms(t *testing.T) {
	tests := []struct {
		name  string
		rows  rows
		shape []int64
		want  []float32
	}{
		{"reshaped", reshaped(counting(2, 3), []int64{6}), []int64{6}, []float32{0, 1, 2, 3, 4, 5}},
		{"row range", rowRange(counting(4, 2), 1, 2), []int64{2, 2}, []float32{2, 3, 4, 5}},
		{
			// One head of four rows: 0 1 | 2 3 become 0 2 1 3.
			"permuted matrix", permuteHeads(counting(4, 2), 1), []int64{4, 2},
			[]float32{0, 1, 4, 5, 2, 3, 6, 7},
		},
		{"permuted heads", permuteHeads(counting(8, 1), 2), []int64{8, 1}, []float32{0, 2, 1, 3, 4, 6, 5, 7}},
		{"permuted bias", permuteHeads(counting(8), 2), []int64{8}, []float32{0, 2, 1, 3, 4, 6, 5, 7}},
		{"transposed", transposed(counting(2, 3)), []int64{3, 2}, []float32{0, 3, 1, 4, 2, 5}},
		{"plus one", plusOne(counting(3)), []int64{3}, []float32{1, 2, 3}},
		{"stacked", stacked([]rows{counting(1, 2), counting(1, 2)}), []int64{2, 1, 2}, []float32{0, 1, 0, 1}},
		{
			"block scaled", blockScaled(counting(3, 3), constant([]int64{2, 2}, []float32{1, 10, 100, 1000}), 2, 2),
			[]int64{3, 3},
			[]float32{0, 1, 20, 3, 4, 50, 600, 700, 8000},
		},
		{"scaled as a whole", blockScaled(counting(2, 2), constant([]int64{1}, []float32{3}), 128, 128), []int64{2, 2}, []float32{0, 3, 6, 9}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.rows.shape(); !slices.Equal(got, tt.shape) {
				t.Errorf("shape %v, want %v", got, tt.shape)
			}
			if got := readAll(t, tt.rows); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// halfRows are rows that come in half precision.
type halfRows struct{ rows }

func (halfRows) dtype() safetensors.DType { return safetensors.F16 }

func TestPlusOneRoundsInHalfPrecision(t *testing.T) {
	const step = 1.0 / 1024 // of halves between 1 and 2
	small := halfRows{constant([]int64{2}, []float32{step / 4, step})}
	if got, want := readAll(t, plusOne(small)), []float32{1, 1 + step}; !slices.Equal(got, want) {
		t.Errorf("half precision: got %v, want %v", got, want)
	}
	wide := constant([]int64{2}, []float32{step / 4, step})
	if got, want := readAll(t, plusOne(wide)), []float32{1 + step/4, 1 + step}; !slices.Equal(got, want) {
		t.Errorf("single precision: got %v, want %v", got, want)
	}
}

// Any cut of a tensor into pieces reads the same values as the whole.
func TestReadInPieces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		heads := rapid.Int64Range(1, 3).Draw(rt, "heads")
		height := heads * 2 * rapid.Int64Range(1, 4).Draw(rt, "half head")
		width := rapid.Int64Range(1, 9).Draw(rt, "width")
		matrix := counting(height, width)
		scale := counting((height+1)/2, (width+2)/3)
		var r rows
		switch rapid.IntRange(0, 6).Draw(rt, "transform") {
		case 0:
			r = permuteHeads(matrix, heads)
		case 1:
			r = transposed(matrix)
		case 2:
			r = plusOne(matrix)
		case 3:
			r = stacked([]rows{matrix, plusOne(matrix), matrix})
		case 4:
			r = rowRange(matrix, 1, height-1)
		case 5:
			r = blockScaled(matrix, scale, 2, 3)
		case 6:
			r = transposed(permuteHeads(matrix, heads))
		}
		whole := readAll(t, r)
		from := rapid.IntRange(0, len(whole)-1).Draw(rt, "from")
		n := rapid.IntRange(1, len(whole)-from).Draw(rt, "count")
		piece := make([]float32, n)
		if err := r.read(piece, int64(from), new(scratch)); err != nil {
			rt.Fatal(err)
		}
		if !slices.Equal(piece, whole[from:from+n]) {
			rt.Fatalf("from %d: got %v, want %v", from, piece, whole[from:from+n])
		}
	})
}

// The kernels widen what a shard holds as package safetensors does.
func TestWiden(t *testing.T) {
	const n = 1000
	for _, d := range widenable {
		src := make([]byte, n*d.Bits()/8)
		for i := range src {
			src[i] = byte(i * i >> 3)
		}
		want, got := make([]float32, n), make([]float32, n)
		if err := safetensors.DecodeFloat32(want, d, src); err != nil {
			t.Fatal(err)
		}
		if err := widen(got, d, src); err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Fatalf("%v: value %d: got %v, want %v", d, i, got[i], want[i])
			}
		}
	}
}
