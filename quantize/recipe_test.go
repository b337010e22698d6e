package quantize

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestChooseErrors(t *testing.T) {
	m := Model{Architecture: "llama", BlockCount: 2, HeadCount: 4, HeadCountKV: 4}
	needs := map[FileType]string{ // the first tensor of the first layer that does
		FileTypeQ2_K_S:  "blk.0.attn_k.weight\": type q2_K",
		FileTypeIQ1_S:   "blk.0.attn_k.weight\": type iq1_s",
		FileTypeIQ1_M:   "blk.0.attn_k.weight\": type iq1_m",
		FileTypeIQ2_XXS: "blk.0.attn_k.weight\": type iq2_xxs",
		FileTypeIQ2_XS:  "blk.0.attn_k.weight\": type iq2_xs",
		FileTypeIQ2_S:   "blk.0.attn_k.weight\": type iq2_xs",
		FileTypeIQ2_M:   "blk.0.attn_k.weight\": type iq2_s",
		FileTypeIQ3_XXS: "blk.0.attn_k.weight\": type iq2_s",
		FileTypeIQ3_XS:  "blk.0.attn_k.weight\": type iq3_xxs",
	}
	tensors := blocks(m)
	slices.SortFunc(tensors, func(a, b TensorShape) int { return CompareTensorNames(a.Name, b.Name) })
	for _, ft := range FileTypes() {
		_, err := ft.Choose(m, tensors, RecipeOptions{})
		if want, ok := needs[ft]; ok {
			if !errors.Is(err, ErrImportance) || !strings.Contains(err.Error(), want+" needs an importance matrix") {
				t.Errorf("%v: error %v, want ErrImportance of %s", ft, err, want)
			}
		} else if err != nil {
			t.Errorf("%v: %v", ft, err)
		}
		if _, err := ft.Choose(m, tensors, RecipeOptions{HasImportance: true}); err != nil {
			t.Errorf("%v with an importance matrix: %v", ft, err)
		}
	}
	// The output and the embeddings do without.
	alone := []TensorShape{{"token_embd.weight", []int64{256, 8}}, {"output.weight", []int64{256, 8}}}
	if _, err := FileTypeQ2_K_S.Choose(m, alone, RecipeOptions{}); err != nil {
		t.Errorf("Q2_K_S of embeddings and output: %v", err)
	}
	if _, err := FileType(39).Choose(m, nil, RecipeOptions{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown recipe gives %v", err)
	}
	experts := Model{Architecture: "llama", BlockCount: 2, ExpertCount: 4}
	for _, name := range []string{"ffn_down_exps.weight", "blk.2.ffn_up_exps.weight", "mtp.0.ffn_gate_exps.weight"} {
		_, err := FileTypeQ4_K_M.Choose(experts, []TensorShape{{name, []int64{256, 256, 4}}}, RecipeOptions{})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want one that names it", name, err)
		}
	}
}

// TestChooseOrder sees to it that the result does not depend on the order in
// which the tensors are listed.
func TestChooseOrder(t *testing.T) {
	m := Model{Architecture: "llama", BlockCount: 20, HeadCount: 8, HeadCountKV: 2}
	tensors := blocks(m)
	types := func(ft FileType, list []TensorShape) map[string]Choice {
		choices, err := ft.selectTypes(m, list, RecipeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]Choice{}
		for i, c := range choices {
			byName[list[i].Name] = c
		}
		return byName
	}
	rapid.Check(t, func(t *rapid.T) {
		ft := rapid.SampledFrom(FileTypes()).Draw(t, "file type")
		shuffled := rapid.Permutation(tensors).Draw(t, "tensors")
		want := types(ft, tensors)
		for name, got := range types(ft, shuffled) {
			if got != want[name] {
				t.Fatalf("%v: %s is %+v or %+v", ft, name, want[name], got)
			}
		}
	})
}
