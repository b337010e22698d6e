package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
)

func TestRoleOf(t *testing.T) {
	for part, want := range map[string]string{
		"attn_q.weight":             "attn_q",
		"attn_q.bias":               "other",
		"attn_q_norm.weight":        "other",
		"attn_qkv.weight":           "attn_qkv",
		"attn_output.weight":        "attn_output",
		"attn_norm.weight":          "other",
		"attn_k_b.weight":           "other",
		"ffn_gate.weight":           "ffn_gate",
		"ffn_gate_exps.weight":      "ffn_gate",
		"ffn_gate_shexp.weight":     "ffn_gate",
		"ffn_gate_up_exps.weight":   "ffn_gate_up",
		"ffn_gate_inp.weight":       "other",
		"ffn_gate_inp_shexp.weight": "other",
		"ffn_down_exps.weight":      "ffn_down",
		"ffn_norm.weight":           "other",
		"ssm_in.weight":             "other",
		"":                          "other",
	} {
		if got := roles[roleOf(part)]; got != want {
			t.Errorf("%q has role %s, want %s", part, got, want)
		}
	}
}

func TestLayerOf(t *testing.T) {
	tests := []struct {
		name, prefix string
		number       int
		part         string
		ok           bool
	}{
		{"blk.12.attn_q.weight", "", 12, "attn_q.weight", true},
		{"enc.blk.0.ffn_up.weight", "enc.", 0, "ffn_up.weight", true},
		{"output.weight", "", 0, "", false},
		{"blk.x.a", "", 0, "", false},
		{"blk.-1.a", "", 0, "", false},
		{"blk.7", "", 0, "", false},
		{"myblk.7.a", "", 0, "", false},
		{"blk.99999999999999999999.a", "", 0, "", false},
	}
	for _, test := range tests {
		prefix, number, part, ok := layerOf(test.name)
		if prefix != test.prefix || number != test.number || part != test.part || ok != test.ok {
			t.Errorf("%s: %q, %d, %q, %t", test.name, prefix, number, part, ok)
		}
	}
}

// lossy returns a tensor with the given SQNR of n values of mean square 1.
func lossy(name string, n int64, sqnr float64) convert.TensorReport {
	return convert.TensorReport{Name: name, Shape: []int64{n}, Type: "q4_K", Error: &quantize.Metrics{
		Count: n, SignalPower: 1, DecodedPower: 1, Cosine: 1, SQNR: sqnr, RMSE: math.Pow(10, -sqnr/20),
	}}
}

func TestHeatmap(t *testing.T) {
	h := newHeatmap(rowsOf(&Data{Report: &convert.Report{Tensors: []convert.TensorReport{
		lossy("output.weight", 10, 40),
		lossy("blk.10.attn_q.weight", 10, 21.04),
		lossy("blk.2.ffn_up_exps.weight", 30, 20),
		lossy("blk.2.ffn_up_shexp.weight", 10, 30),
		lossy("blk.2.attn_norm.weight", 10, math.Inf(1)),
		{Name: "blk.3.attn_q.weight"},
	}}}))
	if got := strings.Join(h.Roles, " "); got != "attn_q ffn_up other" {
		t.Errorf("roles %s", got)
	}
	if len(h.Layers) != 2 || h.Layers[0].Label != "2" || h.Layers[1].Label != "10" {
		t.Fatalf("layers %+v", h.Layers)
	}
	// 30 values with a noise of 1/100 and 10 with one of 1/1000: 10·log10(40/0.31) dB.
	for _, test := range []struct {
		cell heatCell
		text string
	}{
		{h.Layers[0].Cells[0], ""}, {h.Layers[0].Cells[1], "21.1"}, {h.Layers[0].Cells[2], "exact"},
		{h.Layers[1].Cells[0], "21.0"}, {h.Layers[1].Cells[1], ""}, {h.Outside[0], "40.0"},
	} {
		if test.cell.Text != test.text {
			t.Errorf("%+v, want %q", test.cell, test.text)
		}
	}
	if got := h.Layers[0].Cells[1].Title; got != "blk.2.ffn_up_exps.weight, blk.2.ffn_up_shexp.weight: SQNR 21.11 dB" {
		t.Errorf("title %s", got)
	}
}

var heatColours = []string{"h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"}

// The steps of the scale cover all values, are no more than there are colours,
// and their labels are their lower ends.
func TestHeatScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Float64Range(-200, 200), 1, 50).Draw(t, "all")
		s := newHeatScale(append(all, math.Inf(1), math.NaN()))
		keys := s.keys()
		if len(keys) < 1 || len(keys) > heatClasses {
			t.Fatalf("%+v", s)
		}
		for i, k := range keys {
			if !slices.Contains(heatColours, k.Class) || i > 0 && k.Class <= keys[i-1].Class {
				t.Fatalf("colours %+v", keys)
			}
		}
		for _, v := range all {
			step := s.at(v)
			if from := s.from + float64(step)*s.step; v < from-1e-9 || v >= from+s.step+1e-9 {
				t.Fatalf("%g is in the step from %g of %+v", v, from, s)
			}
		}
	})
	if s := newHeatScale([]float64{math.Inf(1)}); len(s.keys()) != 0 {
		t.Errorf("a legend for nothing: %+v", s)
	}
	for _, test := range [][2]float64{{0.5, 1}, {1, 2}, {2, 5}, {5, 10}, {10, 20}, {20, 50}, {50, 100}} {
		if got := nextStep(test[0]); got != test[1] {
			t.Errorf("after %g comes %g, want %g", test[0], got, test[1])
		}
	}
}
