package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/tools/quantmodels"
	"github.com/nibble-go/nibble/quantize"
)

// What is printed of a case makes the same case again, and its files can be written.
func TestDrawnCases(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for range 60 {
		c := drawCase(r)
		again, err := parseCase(c.String())
		if err != nil {
			t.Fatal(err)
		}
		if again.String() != c.String() || !slices.Equal(again.args, c.args) {
			t.Errorf("%v comes back as %v", c, again)
		}
		if _, err := c.write(t.TempDir()); err != nil {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, text := range []string{"", "llama", "llama | none", "llama | none | ", "nobody | none | F16", "llama | some | F16"} {
		if c, err := parseCase(text); err == nil {
			t.Errorf("%q is read as %v", text, c)
		}
	}
}

func TestSpelledOut(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"llama | none | --pure Q4_K_M", "--tensor-type .=q4_K"},
		{"llama | none | --tensor-type a=q8_0 --output-tensor-type q6_K --pure Q4_K_M",
			`--tensor-type ^output\.weight$=q6_K --tensor-type .=q4_K --tensor-type a=q8_0`},
		{"llama,tied | none | --output-tensor-type q6_K --token-embedding-type q3_K Q4_K_M",
			`--tensor-type ^(per_layer_)?token_embd\.weight$=q3_K --output-tensor-type q6_K`},
	} {
		c, err := parseCase(test.text)
		if err != nil {
			t.Fatal(err)
		}
		c.model.Width = 96
		m, err := quantmodels.New(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if !c.oddRows(m, quantize.FileTypeQ4_K_M) {
			t.Errorf("%s: rows of 96 are not odd", test.text)
		}
		flags := c.args[:len(c.args)-1]
		if got := strings.Join(spelledOut(m, quantize.FileTypeQ4_K_M, flags), " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.text, got, test.want)
		}
	}
}

func TestMisplaced(t *testing.T) {
	m, err := quantmodels.New(quantmodels.Spec{Family: "llama", Layers: 4})
	if err != nil {
		t.Fatal(err)
	}
	moved, ok := misplaced(m, []int{1})
	if !ok {
		t.Fatal("layers of one kind are not alike")
	}
	data := func(m *quantmodels.Model, name string) string {
		i := slices.IndexFunc(m.Tensors, func(t quantmodels.Tensor) bool { return t.Name == name })
		return string(m.Tensors[i].Data)
	}
	for to, from := range []string{"0", "2", "3", "3"} {
		name := "blk." + string(rune('0'+to)) + ".ffn_up.weight"
		if data(moved, name) != data(m, "blk."+from+".ffn_up.weight") {
			t.Errorf("%s has not the weights of layer %s", name, from)
		}
	}
	mixed, err := quantmodels.New(quantmodels.Spec{Family: "nemotron-h"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := misplaced(mixed, []int{1}); ok {
		t.Error("layers of several kinds are alike")
	}
}

func TestPlannedTypes(t *testing.T) {
	const theirs = `[   1/  27] output.weight                        - [   256,     40,      1,      1], type =   q6_K, size =     0.01 MiB ->     0.01 MiB (q5_K)
[   2/  27] output_norm.weight                   - [   256,      1,      1,      1], type =    f32, size =    0.001 MiB
`
	const ours = `tensor              shape   source  type             bpw      size
output.weight       40x256  q6_K    q5_K (not q2_K)  5.50  6.88 KiB
output_norm.weight     256  f32     f32             32.00     512 B

size          33.2 KiB -> 23.2 KiB (70 %)
`
	const want = "output.weight q6_K q5_K\noutput_norm.weight f32 f32\n"
	for _, said := range []string{theirs, ours} {
		if got := plannedTypes(said); got != want {
			t.Errorf("%s says %q, want %q", said, got, want)
		}
	}
}

// A difference shows, whatever it is.
func TestCompare(t *testing.T) {
	c, err := parseCase("llama | none | Q8_0")
	if err != nil {
		t.Fatal(err)
	}
	file := result{names: []string{"a"}, files: [][]byte{[]byte("GGUF")}}
	other := result{names: []string{"a"}, files: [][]byte{[]byte("GGML")}}
	for _, test := range []struct {
		name         string
		ours, theirs result
		want         outcome
	}{
		{"bytes", file, other, differs},
		{"number of files", file, result{}, differs},
		{"only nibble refuses", result{failed: true}, file, differs},
		{"only llama-quantize refuses", file, result{failed: true}, differs},
		{"both refuse", result{failed: true}, result{failed: true}, refuses},
		{"nibble crashes", result{failed: true, crashed: true}, result{failed: true, crashed: true}, differs},
		{"llama-quantize crashes", file, result{failed: true, crashed: true}, excused},
	} {
		if got := compare(c, test.ours, test.theirs); got.outcome != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
