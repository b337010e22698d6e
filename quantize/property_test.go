package quantize

import (
	"bytes"
	"math"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"pgregory.net/rapid"
)

func encodableTypes() []Type {
	var types []Type
	for _, t := range Types() {
		if t.CanEncode() {
			types = append(types, t)
		}
	}
	return types
}

// drawRows draws rows of values of many shapes and magnitudes, and importance
// weights or, where the type allows it, none.
func drawRows(t *rapid.T, typ Type, rows, columns int) (x, importance []float32) {
	class := rapid.SampledFrom(golden.Classes).Draw(t, "class")
	seed := rapid.Uint64().Draw(t, "seed")
	x = golden.Input(class, seed, rows*columns)
	for range rapid.IntRange(0, 4).Draw(t, "changes") {
		i := rapid.IntRange(0, len(x)-1).Draw(t, "at")
		x[i] = rapid.Float32Range(-100, 100).Draw(t, "value")
	}
	if codecOf(typ).weighted == importanceRequired || rapid.Bool().Draw(t, "importance") {
		importance = golden.Importance(seed, columns)
	}
	return x, importance
}

// Neither the number of workers nor how rows are cut into calls changes a byte.
func TestSameBytesForAnyWorkers(t *testing.T) {
	types := encodableTypes()
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		columns := typ.BlockSize() * rapid.IntRange(1, 3).Draw(t, "blocks")
		// Small rows make up several batches only by their number.
		rows := rapid.IntRange(1, 3).Draw(t, "rows") + rapid.SampledFrom([]int{0, batchValues / columns}).Draw(t, "more rows")
		if typ.BlockSize() == 256 && rows > 3 {
			rows = min(rows, batchValues/columns+1)
		}
		x, importance := drawRows(t, typ, rows, columns)

		opts := Options{Columns: columns, Importance: importance, Workers: 1}
		want, err := AppendEncode(nil, typ, x, opts)
		if err != nil {
			t.Fatal(err)
		}
		opts.Workers = rapid.IntRange(0, 5).Draw(t, "workers")
		got, err := AppendEncode(nil, typ, x, opts)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("%v: the bytes of %d workers differ from those of one", typ, opts.Workers)
		}
		cut := columns * rapid.IntRange(0, rows).Draw(t, "cut")
		var parts []byte
		for _, part := range [][]float32{x[:cut], x[cut:]} {
			if parts, err = AppendEncode(parts, typ, part, opts); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(parts, want) {
			t.Fatalf("%v: the bytes of two parts differ from those of the whole", typ)
		}
	})
}

// halfUnit is half of the smallest F16, of the scales as of the values.
const halfUnit = 0x1p-25

// maxErrors says how far a value may move, as a part of the largest magnitude in
// its block, with the rounding of the scales included.
var maxErrors = map[Type]float64{
	F32: 0, F16: 0x1p-11, BF16: 0x1p-8,
	Q8_0: 0.5/127 + 0x1p-10,
	Q4_0: 1./8 + 0x1p-10, Q5_0: 1./16 + 0x1p-10,
	Q4_1: 1./15 + 0x1p-9, Q5_1: 1./31 + 0x1p-9,
}

func TestErrorBounds(t *testing.T) {
	var types []Type
	for typ := range maxErrors {
		types = append(types, typ)
	}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		n := max(typ.BlockSize(), 32)
		x := make([]float32, n)
		for i := range x {
			x[i] = rapid.Float32Range(-1000, 1000).Draw(t, "value")
		}
		x[0] = 1 // so that the scales are normal as F16
		checkErrors(t, typ, x, nil, maxErrors[typ])
	})
}

// searchErrors are the bounds for the types that search, about one and a half
// times the most that 1,500 inputs showed: what the searches give
// up at a value for the sake of others stays within them on bell-shaped values.
var searchErrors = map[Type]float64{
	Q4_0: 0.22, Q4_1: 0.18, Q5_0: 0.1, Q5_1: 0.09,
	Q2_K: 0.65, Q3_K: 0.35, Q4_K: 0.18, Q5_K: 0.1, Q6_K: 0.05,
	IQ4_NL: 0.22, IQ4_XS: 0.22,
	IQ1_S: 1.5, IQ1_M: 2, IQ2_XXS: 1.2, IQ2_XS: 1.2, IQ2_S: 0.9, IQ3_XXS: 0.8, IQ3_S: 0.6,
}

func TestSearchErrorBounds(t *testing.T) {
	var types []Type
	for typ := range searchErrors {
		types = append(types, typ)
	}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		seed := rapid.Uint64().Draw(t, "seed")
		x := golden.Input("bell", seed, 256)
		var importance []float32
		if codecOf(typ).weighted == importanceRequired || rapid.Bool().Draw(t, "importance") {
			importance = make([]float32, len(x))
			for i := range importance {
				importance[i] = rapid.Float32Range(0.5, 2).Draw(t, "weight")
			}
		}
		checkErrors(t, typ, x, importance, searchErrors[typ])
	})
}

func checkErrors(t *rapid.T, typ Type, x, importance []float32, most float64) {
	encoded, err := AppendEncode(nil, typ, x, Options{Importance: importance})
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := AppendDecode(nil, typ, encoded)
	if err != nil {
		t.Fatal(err)
	}
	size := typ.BlockSize()
	for i := range x {
		block := x[i/size*size:][:size]
		bound := most*float64(magnitude(extreme(block))) + halfUnit
		if e := math.Abs(float64(decoded[i]) - float64(x[i])); e > bound {
			t.Fatalf("%v: value %d: %v became %v, an error of %v, more than %v", typ, i, x[i], decoded[i], e, bound)
		}
	}
}

// Values that no weight should have do not stop the codec.
func TestNonFiniteDoesNotPanic(t *testing.T) {
	types := encodableTypes()
	odd := []float32{
		float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)),
		math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 0x1p-127, 0, float32(math.Copysign(0, -1)),
	}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		x, importance := drawRows(t, typ, 2, 256)
		for range rapid.IntRange(1, 300).Draw(t, "odd values") {
			x[rapid.IntRange(0, len(x)-1).Draw(t, "at")] = rapid.SampledFrom(odd).Draw(t, "value")
		}
		encoded, err := AppendEncode(nil, typ, x, Options{Columns: 256, Importance: importance})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := AppendDecode(nil, typ, encoded); err != nil {
			t.Fatal(err)
		}
	})
}
