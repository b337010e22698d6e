package quantize

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestGrids(t *testing.T) {
	for _, grid := range []struct {
		name   string
		points []uint16
		bits   int // of a digit
		most   uint16
	}{
		{"iq2xxs", iq2xxsGrid[:], 2, 2},
		{"iq2xs", iq2xsGrid[:], 2, 2},
		{"iq2s", iq2sGrid[:], 2, 2},
		{"iq1", iq1Grid[:], 2, 2},
		{"iq3xxs", iq3xxsGrid[:], 3, 7},
		{"iq3s", iq3sGrid[:], 3, 7},
	} {
		if grid.points[0] != 0 || !slices.IsSorted(grid.points) || len(slices.Compact(slices.Clone(grid.points))) != len(grid.points) {
			t.Errorf("%s is not strictly ascending from 0", grid.name)
		}
		for _, point := range grid.points {
			for p := point; p > 0; p >>= grid.bits {
				if digit := p & (1<<grid.bits - 1); digit > grid.most {
					t.Errorf("%s: point %#04x has digit %d", grid.name, point, digit)
				}
			}
		}
	}
	for i, signs := range evenSigns {
		if int(signs&127) != i || bits.OnesCount8(signs)%2 != 0 {
			t.Errorf("evenSigns[%d] = %08b", i, signs)
		}
	}
}

// TestLatticeScale: doubling the scale of a super-block doubles every value, and
// changes nothing else.
func TestLatticeScale(t *testing.T) {
	types := []Type{IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S}
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		block := rapid.SliceOfN(rapid.Byte(), typ.BlockBytes(), typ.BlockBytes()).Draw(t, "block")
		scale := rapid.Uint16Range(0x0400, 0x77FF).Draw(t, "scale") // normal, and so is its double
		once, twice := withScale(typ, block, scale), withScale(typ, block, scale+0x0400)
		a, err := AppendDecode(nil, typ, once)
		if err != nil {
			t.Fatal(err)
		}
		b, err := AppendDecode(nil, typ, twice)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if a[i] == 0 || b[i] != 2*a[i] {
				t.Fatalf("%v: value %d is %v, and %v with twice the scale", typ, i, a[i], b[i])
			}
		}
	})
}

// withScale returns the block with another F16 scale.
func withScale(t Type, block []byte, scale uint16) []byte {
	block = slices.Clone(block)
	if t != IQ1_M {
		binary.LittleEndian.PutUint16(block, scale)
		return block
	}
	for i := range 4 {
		block[49+2*i] = block[49+2*i]&15 | byte(scale>>(4*i)&15<<4)
	}
	return block
}
