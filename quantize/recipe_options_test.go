package quantize

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestOptions are decisions that the options take from the rules, as
// llama-quantize does.
func TestOptions(t *testing.T) {
	typ := func(t Type) *Type { return &t }
	override := func(part string, t Type) func(string) (Type, bool) {
		return func(name string) (Type, bool) { return t, strings.Contains(name, part) }
	}
	const (
		output    = "output.weight"
		embedding = "token_embd.weight"
		perLayer  = "per_layer_token_embd.weight"
	)
	kept := Type(math.MaxUint32)
	tests := []struct {
		name string
		ft   FileType
		tied bool
		row  int64
		opts RecipeOptions
		want map[string]Type
	}{
		{"output left", FileTypeQ4_K_M, false, 256, RecipeOptions{LeaveOutput: true}, map[string]Type{output: kept, embedding: Q4_K}},
		{"tied output is not left", FileTypeQ4_K_M, true, 256, RecipeOptions{LeaveOutput: true}, map[string]Type{embedding: Q6_K}},
		{"left before it gets a type", FileTypeQ4_K_M, false, 256, RecipeOptions{LeaveOutput: true, OutputType: typ(Q8_0)}, map[string]Type{output: kept}},
		{"output", FileTypeQ4_K_M, false, 256, RecipeOptions{OutputType: typ(Q5_0)}, map[string]Type{output: Q5_0, embedding: Q4_K, perLayer: Q4_K}},
		{"tied output", FileTypeQ4_K_M, true, 256, RecipeOptions{OutputType: typ(Q5_0)}, map[string]Type{embedding: Q5_0, perLayer: Q5_0}},
		{"tied output of MXFP4_MOE", FileTypeMXFP4_MOE, true, 256, RecipeOptions{OutputType: typ(Q5_0)}, map[string]Type{embedding: Q5_0}},
		{"output under Pure", FileTypeQ4_K_M, false, 256, RecipeOptions{Pure: true, OutputType: typ(Q5_0)}, map[string]Type{output: Q5_0, embedding: Q4_K}},
		{"tied output under Pure", FileTypeQ4_K_M, true, 256, RecipeOptions{Pure: true, OutputType: typ(Q5_0)}, map[string]Type{embedding: Q4_K}},
		{"output of F16", FileTypeF16, false, 256, RecipeOptions{OutputType: typ(Q5_0)}, map[string]Type{output: Q5_0, embedding: F16}},
		{"tied output of F16", FileTypeF16, true, 256, RecipeOptions{OutputType: typ(Q5_0)}, map[string]Type{embedding: F16}},
		{"embeddings", FileTypeQ4_K_M, false, 256, RecipeOptions{EmbeddingType: typ(Q2_K)}, map[string]Type{output: Q6_K, embedding: Q2_K, perLayer: Q2_K}},
		{"tied embeddings", FileTypeQ4_K_M, true, 256, RecipeOptions{EmbeddingType: typ(Q2_K), OutputType: typ(Q8_0)}, map[string]Type{embedding: Q2_K, perLayer: Q2_K}},
		{"embeddings of BF16", FileTypeBF16, true, 256, RecipeOptions{EmbeddingType: typ(Q2_K)}, map[string]Type{embedding: Q2_K}},
		{"embeddings under Pure", FileTypeQ8_0, true, 256, RecipeOptions{Pure: true, EmbeddingType: typ(F32)}, map[string]Type{embedding: F32}},
		{"override", FileTypeQ4_K_M, false, 256, RecipeOptions{Override: override("t", NVFP4)}, map[string]Type{output: NVFP4, embedding: NVFP4, "blk.1.attn_q.weight": NVFP4}},
		{"override of a float type", FileTypeQ4_K_M, false, 256, RecipeOptions{Override: override("attn_q", F32)}, map[string]Type{"blk.1.attn_q.weight": F32}},
		{"override of a kept tensor", FileTypeQ4_K_M, false, 256, RecipeOptions{Override: override("norm", Q8_0)}, map[string]Type{"output_norm.weight": kept}},
		{"override of a type given", FileTypeQ4_K_M, false, 256, RecipeOptions{OutputType: typ(Q5_0), EmbeddingType: typ(Q5_1), Override: override("", Q8_0)}, map[string]Type{output: Q5_0, embedding: Q5_1}},
		{"override of the tied output", FileTypeQ4_K_M, true, 256, RecipeOptions{OutputType: typ(Q5_0), Override: override("embd", Q8_0)}, map[string]Type{embedding: Q8_0}},
		{"override under Pure", FileTypeQ4_K_M, false, 256, RecipeOptions{Pure: true, Override: override("", Q8_0)}, map[string]Type{output: Q4_K, embedding: Q4_K}},
		{"override of F32", FileTypeF32, false, 256, RecipeOptions{Override: override("", Q8_0)}, map[string]Type{output: F32, embedding: F32}},
		// Of 16 layers the first two count as the first eighth: without the first
		// layer, that is the second and the third.
		{"override counts for nothing", FileTypeQ4_K_M, false, 256, RecipeOptions{Override: override("blk.0.", Q8_0)}, map[string]Type{
			"blk.0.ffn_down.weight": Q8_0, "blk.1.ffn_down.weight": Q6_K, "blk.2.ffn_down.weight": Q6_K, "blk.3.ffn_down.weight": Q4_K,
			"blk.1.attn_v.weight": Q6_K, "blk.2.attn_v.weight": Q6_K, "blk.3.attn_v.weight": Q4_K,
		}},
		{"override with the type of the rule", FileTypeQ4_K_M, false, 256, RecipeOptions{Override: override("blk.0.", Q4_K)}, map[string]Type{
			"blk.0.ffn_down.weight": Q4_K, "blk.2.ffn_down.weight": Q6_K,
		}},
		// llama-quantize aborts on the rows of the first three.
		{"odd output", FileTypeQ4_K_M, false, 96, RecipeOptions{OutputType: typ(Q6_K)}, map[string]Type{output: Q8_0}},
		{"odd embeddings", FileTypeQ4_K_M, false, 96, RecipeOptions{EmbeddingType: typ(Q4_K)}, map[string]Type{embedding: Q5_0}},
		{"odd rows under Pure", FileTypeQ6_K, false, 96, RecipeOptions{Pure: true}, map[string]Type{output: Q8_0, "blk.1.attn_q.weight": Q8_0}},
		{"odd override", FileTypeQ8_0, false, 96, RecipeOptions{Override: override("attn_q", Q3_K)}, map[string]Type{"blk.1.attn_q.weight": Q4_0}},
		{"odder override", FileTypeQ8_0, false, 96, RecipeOptions{Override: override("attn_q", TQ1_0)}, map[string]Type{"blk.1.attn_q.weight": Q4_0}},
	}
	m := Model{Architecture: "llama", BlockCount: 16, HeadCount: 8, HeadCountKV: 8}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tensors := append(blocks(m), TensorShape{perLayer, []int64{256, 256}})
			if test.tied {
				tensors = slices.DeleteFunc(tensors, func(s TensorShape) bool { return s.Name == output })
			}
			for i := range tensors {
				tensors[i].Dims = slices.Clone(tensors[i].Dims)
				tensors[i].Dims[0] = test.row
			}
			choices, err := test.ft.Choose(m, tensors, test.opts)
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range test.want {
				i := slices.IndexFunc(tensors, func(s TensorShape) bool { return s.Name == name })
				if i < 0 {
					t.Fatalf("the model has no tensor %s", name)
				}
				got := choices[i].Type
				if !choices[i].Quantize {
					got = kept
				}
				if got != want {
					t.Errorf("%s is %+v, want %v", name, choices[i], want)
				}
			}
		})
	}
}

// TestOptionErrors are options that no tensor can follow. The error names it.
func TestOptionErrors(t *testing.T) {
	typ := func(t Type) *Type { return &t }
	override := func(t Type) func(string) (Type, bool) {
		return func(name string) (Type, bool) { return t, name == "blk.0.attn_q.weight" }
	}
	tests := []struct {
		ft     FileType
		row    int64
		opts   RecipeOptions
		tensor string
		want   error
	}{
		{FileTypeQ4_K_M, 256, RecipeOptions{OutputType: typ(Q8_1)}, "output.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 256, RecipeOptions{EmbeddingType: typ(Q8_K)}, "token_embd.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 256, RecipeOptions{Override: override(I8)}, "blk.0.attn_q.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 96, RecipeOptions{Override: override(Q8_K)}, "blk.0.attn_q.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 256, RecipeOptions{Override: override(Type(4))}, "blk.0.attn_q.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 256, RecipeOptions{Override: override(Type(math.MaxUint32))}, "blk.0.attn_q.weight", ErrUnsupported},
		{FileTypeQ4_K_M, 96, RecipeOptions{Override: override(NVFP4)}, "blk.0.attn_q.weight", ErrShape},
		{FileTypeQ4_K_M, 96, RecipeOptions{OutputType: typ(Q1_0)}, "output.weight", ErrShape},
		{FileTypeF16, 100, RecipeOptions{EmbeddingType: typ(Q8_0)}, "token_embd.weight", ErrShape},
		{FileTypeQ8_0, 100, RecipeOptions{Pure: true}, "output.weight", ErrShape},
		{FileTypeQ8_0, 256, RecipeOptions{Override: override(IQ2_S)}, "blk.0.attn_q.weight", ErrImportance},
		{FileTypeQ2_K_S, 256, RecipeOptions{Override: func(name string) (Type, bool) {
			return Q8_0, name != "blk.0.attn_q.weight"
		}}, "blk.0.attn_q.weight", ErrImportance},
	}
	m := Model{Architecture: "llama", BlockCount: 1, HeadCount: 8, HeadCountKV: 8}
	for _, test := range tests {
		tensors := blocks(m)
		for i := range tensors {
			tensors[i].Dims = []int64{test.row, 256}
		}
		_, err := test.ft.Choose(m, tensors, test.opts)
		var located *RecipeError
		if !errors.Is(err, test.want) || !errors.As(err, &located) || located.Tensor != test.tensor {
			t.Errorf("%v, rows of %d: error %v, want one of %s that wraps %v", test.ft, test.row, err, test.tensor, test.want)
		}
	}
	// Output and embeddings may have any type, with and without a matrix.
	opts := RecipeOptions{OutputType: typ(IQ1_S), EmbeddingType: typ(IQ2_XXS)}
	if _, err := FileTypeQ8_0.Choose(m, blocks(m), opts); err != nil {
		t.Error(err)
	}
}
