package quantize_test

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/quantize"
)

func ExampleFileType_Choose() {
	model := quantize.Model{Architecture: "llama", BlockCount: 1, HeadCount: 32, HeadCountKV: 8}
	tensors := []quantize.TensorShape{
		{"output.weight", []int64{4096, 32000}},
		{"token_embd.weight", []int64{4096, 32000}},
		{"blk.0.attn_norm.weight", []int64{4096}},
		{"blk.0.attn_q.weight", []int64{4096, 4096}},
		{"blk.0.ffn_down.weight", []int64{11008, 4096}},
		{"blk.0.odd.weight", []int64{96, 4096}},
	}
	choices, err := quantize.FileTypeQ4_K_M.Choose(model, tensors, quantize.RecipeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range choices {
		switch {
		case !c.Quantize:
			fmt.Println(tensors[i].Name, "kept")
		case c.Type != c.Wanted:
			fmt.Println(tensors[i].Name, c.Type, "instead of", c.Wanted)
		default:
			fmt.Println(tensors[i].Name, c.Type)
		}
	}
	// Output:
	// output.weight q6_K
	// token_embd.weight q4_K
	// blk.0.attn_norm.weight kept
	// blk.0.attn_q.weight q4_K
	// blk.0.ffn_down.weight q6_K
	// blk.0.odd.weight q5_0 instead of q4_K
}

// Options take single decisions from a recipe.
func ExampleRecipeOptions() {
	model := quantize.Model{Architecture: "llama", BlockCount: 1, HeadCount: 32, HeadCountKV: 8}
	tensors := []quantize.TensorShape{
		{"output.weight", []int64{4096, 32000}},
		{"token_embd.weight", []int64{4096, 32000}},
		{"blk.0.attn_q.weight", []int64{4096, 4096}},
		{"blk.0.attn_v.weight", []int64{4096, 1024}},
	}
	embedding := quantize.Q8_0
	choices, err := quantize.FileTypeQ4_K_M.Choose(model, tensors, quantize.RecipeOptions{
		LeaveOutput:   true,
		EmbeddingType: &embedding,
		Override: func(name string) (quantize.Type, bool) {
			return quantize.Q5_K, strings.Contains(name, "attn_q")
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range choices {
		if c.Quantize {
			fmt.Println(tensors[i].Name, c.Type)
		} else {
			fmt.Println(tensors[i].Name, "kept")
		}
	}
	// Output:
	// output.weight kept
	// token_embd.weight q8_0
	// blk.0.attn_q.weight q5_K
	// blk.0.attn_v.weight q6_K
}
