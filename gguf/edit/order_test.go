package edit_test

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/quantize"
)

// swapped returns the file in the other byte order.
func swapped(t *testing.T, data []byte) []byte {
	t.Helper()
	plan, err := edit.SwapOrder(read(t, data))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "swapped.gguf")
	if err := plan.WriteFiles(t.Context(), []string{path}, edit.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

// pythonTypes are those that gguf-py can swap.
var pythonTypes = []quantize.Type{
	quantize.F32, quantize.F16, quantize.BF16, quantize.Q4_0, quantize.Q8_0,
	quantize.Q4_K, quantize.Q6_K, quantize.MXFP4, quantize.NVFP4,
}

// The big-endian file is the one that gguf_convert_endian.py makes.
func TestSwapOrderGolden(t *testing.T) {
	const want = "cf4aeddf7cb6fd241cd12256755b590350195181caebcb71e11978c7a4e3e7c0"
	big := swapped(t, everyType(t, pythonTypes))
	if got := sum(big); got != want {
		t.Errorf("SHA-256 %s, want %s", got, want)
	}
}

func TestSwapOrderTwice(t *testing.T) {
	little := everyType(t, quantize.Types())
	big := swapped(t, little)
	f := read(t, big)
	if f.ByteOrder != binary.ByteOrder(binary.BigEndian) {
		t.Fatalf("the file is %v", f.ByteOrder)
	}
	sizes, _ := f.Metadata.Get("made.sizes")
	if got, err := sizes.Ints(); err != nil || len(got) != 3 || got[1] != 256 {
		t.Errorf("made.sizes is %v, %v", got, err)
	}
	if again := swapped(t, big); !bytes.Equal(again, little) {
		t.Error("swapped twice, the file is another one")
	}
}

// The numbers of a tensor that is swapped have the values that they had.
func TestSwapOrderKeepsNumbers(t *testing.T) {
	little := read(t, everyType(t, quantize.Types()))
	big := read(t, swapped(t, everyType(t, quantize.Types())))
	get := func(f *gguf.File, typ quantize.Type, at int) []byte {
		tensor, ok := f.Tensor(typ.String())
		if !ok {
			t.Fatalf("no tensor of type %s", typ)
		}
		b := make([]byte, 8)
		if _, err := tensor.ReadAt(b, int64(at)); err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		typ   quantize.Type
		at    int
		width int
	}{
		{quantize.F64, 8, 8}, {quantize.I16, 2, 2}, {quantize.I32, 4, 4}, {quantize.I64, 16, 8}, {quantize.I8, 3, 1},
		{quantize.Q4_1, 2, 2},     // the min
		{quantize.Q4_1, 4, 1},     // a quant
		{quantize.Q5_0, 2, 4},     // the fifth bits
		{quantize.Q5_1, 4, 4},     // the fifth bits
		{quantize.Q2_K, 82, 2},    // the scale of the mins
		{quantize.Q3_K, 96, 1},    // a scale of six bits
		{quantize.Q3_K, 108, 2},   // the scale of the scales
		{quantize.Q5_K, 176, 2},   // that of the second block
		{quantize.Q8_K, 262, 2},   // a sum
		{quantize.IQ1_S, 36, 2},   // high bits
		{quantize.IQ1_M, 50, 2},   // scales
		{quantize.IQ1_M, 40, 1},   // high bits
		{quantize.IQ2_XXS, 2, 1},  // a quant
		{quantize.IQ2_XXS, 14, 4}, // signs and scale of the second group
		{quantize.IQ2_XS, 64, 2},  // the last quant
		{quantize.IQ2_XS, 66, 1},  // a scale
		{quantize.IQ3_XXS, 65, 1}, // the last quant
		{quantize.IQ3_XXS, 70, 4}, // signs and scale of the second group
		{quantize.IQ4_XS, 2, 2},   // high bits of the scales
		{quantize.TQ1_0, 52, 2},
		{quantize.TQ2_0, 64, 2},
	} {
		a, b := get(little, c.typ, c.at), get(big, c.typ, c.at)
		same := true
		for i := range c.width {
			same = same && a[i] == b[c.width-1-i]
		}
		if !same {
			t.Errorf("%s, byte %d: % x became % x", c.typ, c.at, a[:c.width], b[:c.width])
		}
	}
}
