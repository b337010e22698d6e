package quantize

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"pgregory.net/rapid"
)

var latticeTypes = []Type{IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S}

// hostileWeights are importance weights that are allowed and that nobody has.
var hostileWeights = []float32{
	0, float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32, 0x1p-126, 1e-30, 1, 1e30, math.MaxFloat32,
}

// Whatever the weights, encoding ends, the number of workers changes nothing, and
// finite values of common size come back finite where Validate says so.
func TestHostileImportance(t *testing.T) {
	types := encodableTypes()
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		const columns = 256
		x, _ := drawRows(t, typ, 2, columns)
		importance := make([]float32, columns)
		few := rapid.SliceOfN(rapid.SampledFrom(hostileWeights), 1, 3).Draw(t, "weights")
		for i := range importance {
			importance[i] = few[rapid.IntRange(0, len(few)-1).Draw(t, "weight")]
		}
		encoded, err := AppendEncode(nil, typ, x, Options{Columns: columns, Importance: importance, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		again, err := AppendEncode(nil, typ, x, Options{Columns: columns, Importance: importance, Workers: 3})
		if err != nil || !bytes.Equal(encoded, again) {
			t.Fatalf("%v: three workers make other bytes, error %v", typ, err)
		}
		valid := Validate(typ, encoded) == nil
		decoded, err := AppendDecode(nil, typ, encoded)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range decoded {
			if valid && !finite(f) && typ.BlockSize() > 1 && typ != MXFP4 {
				t.Fatalf("%v: value %d, %v, became %v", typ, i, x[i], f)
			}
		}
	})
}

// Where the reference ends the process the scale is NaN, for Validate to find. (Of
// such values IQ1_S and IQ2_XXS make zeros.)
func TestSpoiledBlocks(t *testing.T) {
	for _, typ := range []Type{IQ1_M, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S} {
		x := golden.Input("bell", 9, 3*256)
		for i := 256; i < 512; i++ {
			x[i] *= 0x1p70
		}
		weights := golden.Importance(9, 256)
		encoded, err := AppendEncode(nil, typ, x, Options{Columns: 256, Importance: weights})
		if err != nil {
			t.Fatal(err)
		}
		var invalid *InvalidError
		if err := Validate(typ, encoded); !errors.As(err, &invalid) || invalid.Block != 1 {
			t.Errorf("%v: error %v, want one for block 1", typ, err)
		}
		middle := encoded[typ.BlockBytes():][:typ.BlockBytes()]
		decoded, err := AppendDecode(nil, typ, middle)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range decoded {
			if finite(f) {
				t.Errorf("%v: value %d of a spoiled block is %v", typ, i, f)
				break
			}
		}
		rest := append(encoded[:typ.BlockBytes():typ.BlockBytes()], encoded[2*typ.BlockBytes():]...)
		if err := Validate(typ, rest); err != nil {
			t.Errorf("%v: the blocks beside it: %v", typ, err)
		}
	}
}

// Zeros of either sign decode to zeros, next to values and alone.
func TestLatticeZeros(t *testing.T) {
	negative := float32(math.Copysign(0, -1))
	for _, typ := range latticeTypes {
		x := make([]float32, 256)
		for i := range x {
			if i%3 == 0 {
				x[i] = negative
			}
		}
		encoded, err := AppendEncode(nil, typ, x, Options{Importance: golden.Importance(1, 256)})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := AppendDecode(nil, typ, encoded)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range decoded {
			if f != 0 {
				t.Errorf("%v: zero %d became %v", typ, i, f)
				break
			}
		}
	}
}

// Negating all values negates what they decode to, for the types whose signs are
// apart. No point of a lattice has a zero: one counts as positive, whichever it is, and
// takes the other sign first where the signs of eight values must come in pairs.
func TestLatticeNegated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]Type{IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S}).Draw(t, "type")
		x := golden.Input("bell", rapid.Uint64().Draw(t, "seed"), 256)
		opts := Options{Importance: golden.Importance(rapid.Uint64().Draw(t, "weights"), 256)}
		there := roundTrip(t, typ, x, opts)
		for i := range x {
			x[i] = -x[i]
		}
		back := roundTrip(t, typ, x, opts)
		for i := range there {
			if there[i] != -back[i] && !(x[i] == 0 && there[i] == back[i]) {
				t.Fatalf("%v: value %d, %v, is %v, and %v of the opposite", typ, i, -x[i], there[i], back[i])
			}
		}
	})
}

func roundTrip(t *rapid.T, typ Type, x []float32, opts Options) []float32 {
	encoded, err := AppendEncode(nil, typ, x, opts)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := AppendDecode(nil, typ, encoded)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// A scale is NaN where both sums of a sub-block overflow. The reference ends the
// process there too.
func TestSpoiledScale(t *testing.T) {
	weights := make([]float32, 256)
	for i := range weights {
		weights[i] = math.MaxFloat32 / 2
	}
	encoded, err := AppendEncode(nil, IQ3_S, golden.Input("ties", 1, 256), Options{Importance: weights})
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(IQ3_S, encoded); !errors.Is(err, ErrInvalid) {
		t.Errorf("error %v, want ErrInvalid", err)
	}
}
