package quantize

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCompareTensorNames(t *testing.T) {
	want := []string{
		"blk.1x.attn_q.weight", "blk.weight", "blk.x.weight", "mm.0.weight", "output.weight",
		"output_norm.weight", "rope_freqs.weight", "token_embd.weight",
		"blk.0.attn_k.weight", "blk.0.ffn_up.weight", "blk.2.attn_k.weight", "blk.10.attn_k.weight",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareTensorNames)
	if !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

func TestCompareTensorNamesIsAnOrder(t *testing.T) {
	name := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"blk.", "blk", "v.blk.", ""}).Draw(t, "prefix") +
			rapid.SampledFrom([]string{"0.", "7.", "10.", "99999999999999999999.", "x.", "3", ""}).Draw(t, "layer") +
			rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "rest")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if CompareTensorNames(a, b) != -CompareTensorNames(b, a) || (CompareTensorNames(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q are not ordered", a, b)
		}
		if CompareTensorNames(a, b) <= 0 && CompareTensorNames(b, c) <= 0 && CompareTensorNames(a, c) > 0 {
			t.Fatalf("%q <= %q <= %q is not transitive", a, b, c)
		}
	})
}

func TestNeverQuantized(t *testing.T) {
	kept := []TensorShape{
		{"blk.0.attn_norm.weight", []int64{256, 256}},
		{"blk.0.attn_q.bias", []int64{256, 256}},
		{"blk.0.attn_q.weight", []int64{256}},
		{"blk.0.attn_q.weight", []int64{256, 1, 1}}, // one dimension: trailing ones do not count
		{"blk.0.attn_q.weight", nil},
		{"blk.0.ffn_gate_inp.weight", []int64{256, 8}},
		{"blk.0.ssm_conv1d.weight", []int64{4, 256}},
		{"blk.0.time_mix_w1.weight", []int64{256, 256}},
		{"position_embd.weight", []int64{256, 512}},
		{"token_types.weight", []int64{256, 2}},
		{"v.position_embd.weight", []int64{256, 512}},
		{"mm.a.code_embd.weight", []int64{256, 512}},
	}
	for _, ft := range []FileType{FileTypeF32, FileTypeF16, FileTypeQ8_0, FileTypeQ4_K_M, FileTypeMXFP4_MOE} {
		for _, tensor := range kept {
			choices, err := ft.Choose(Model{}, []TensorShape{tensor}, RecipeOptions{Pure: true})
			if err != nil || choices[0].Quantize {
				t.Errorf("%v quantizes %s %v: %v, %v", ft, tensor.Name, tensor.Dims, choices, err)
			}
		}
		for _, tensor := range []TensorShape{
			{"blk.0.attn_q.weight", []int64{256, 256}},
			{"blk.0.attn_q.weight", []int64{256, 1, 2}},
			{"blk.0.time_mix_w9.weight", []int64{256, 256}},
			{"weight", []int64{256, 256}},
		} {
			choices, err := ft.Choose(Model{}, []TensorShape{tensor}, RecipeOptions{})
			if err != nil || !choices[0].Quantize {
				t.Errorf("%v keeps %s %v: %v, %v", ft, tensor.Name, tensor.Dims, choices, err)
			}
		}
	}
}
