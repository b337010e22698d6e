package quantize

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestRules are single decisions that the snapshots do not show: Mixtral, Falcon,
// importance, tied embeddings, 70B of other architectures.
func TestRules(t *testing.T) {
	dense := Model{Architecture: "llama", BlockCount: 16, HeadCount: 8, HeadCountKV: 8}
	grouped := Model{Architecture: "llama", BlockCount: 16, HeadCount: 8, HeadCountKV: 2}
	mixtral := Model{Architecture: "llama", BlockCount: 16, HeadCount: 8, HeadCountKV: 4, ExpertCount: 8}
	falcon := Model{Architecture: "falcon", BlockCount: 32, HeadCount: 8, HeadCountKV: 8}
	large := func(arch string, layers int) Model {
		return Model{Architecture: arch, BlockCount: layers, HeadCount: 8, HeadCountKV: 8}
	}
	shared := func(arch string) Model {
		return Model{Architecture: arch, BlockCount: 80, HeadCount: 8, HeadCountKV: 4}
	}
	latent := Model{Architecture: "deepseek2", BlockCount: 16, HeadCount: 16, HeadCountKV: 1, ExpertCount: 64}
	recurrent := Model{Architecture: "mamba", BlockCount: 16}
	matrix := RecipeOptions{HasImportance: true}
	tests := []struct {
		ft     FileType
		model  Model
		opts   RecipeOptions
		tensor string
		want   Type
	}{
		{FileTypeQ4_K_M, dense, RecipeOptions{}, "output.weight", Q6_K},
		{FileTypeQ4_K_M, falcon, RecipeOptions{}, "output.weight", Q8_0},
		{FileTypeQ8_0, dense, RecipeOptions{}, "output.weight", Q8_0},
		{FileTypeMXFP4_MOE, falcon, RecipeOptions{}, "output.weight", Q8_0},
		{FileTypeIQ2_M, dense, RecipeOptions{}, "output.weight", Q5_K},
		{FileTypeQ4_K_M, dense, RecipeOptions{}, "token_embd.weight", Q4_K},
		{FileTypeTQ1_0, dense, RecipeOptions{}, "token_embd.weight", Q4_K},
		{FileTypeQ2_0, dense, RecipeOptions{}, "token_embd.weight", Q4_K},
		{FileTypeQ1_0, dense, RecipeOptions{}, "token_embd.weight", Q1_0},
		{FileTypeTQ2_0, dense, RecipeOptions{}, "blk.1.attn_q.weight", TQ2_0},
		{FileTypeQ4_K_M, dense, RecipeOptions{Pure: true}, "output.weight", Q4_K},

		{FileTypeQ4_K_M, mixtral, RecipeOptions{}, "blk.1.attn_v.weight", Q8_0},
		{FileTypeQ4_K_M, mixtral, RecipeOptions{}, "blk.1.attn_k.weight", Q8_0},
		{FileTypeQ4_K_M, mixtral, RecipeOptions{}, "blk.1.attn_output.weight", Q5_K},
		{FileTypeQ3_K_L, mixtral, RecipeOptions{}, "blk.1.attn_output.weight", Q3_K},
		{FileTypeIQ3_M, mixtral, RecipeOptions{}, "blk.4.ffn_down_exps.weight", Q4_K},
		{FileTypeIQ3_M, mixtral, RecipeOptions{}, "blk.5.ffn_down_exps.weight", IQ3_S},
		{FileTypeIQ1_S, mixtral, RecipeOptions{}, "blk.1.attn_k.weight", Q4_K},
		{FileTypeIQ1_S, mixtral, RecipeOptions{}, "blk.1.attn_output.weight", Q5_K},
		{FileTypeMXFP4_MOE, mixtral, RecipeOptions{}, "blk.1.ffn_up_exps.weight", MXFP4},
		{FileTypeMXFP4_MOE, mixtral, RecipeOptions{}, "blk.1.attn_q.weight", Q8_0},
		{FileTypeMXFP4_MOE, mixtral, RecipeOptions{}, "token_embd.weight", Q8_0},

		{FileTypeQ3_K_M, falcon, RecipeOptions{}, "blk.0.ffn_down.weight", Q5_K},
		{FileTypeQ3_K_M, falcon, RecipeOptions{}, "blk.4.ffn_down.weight", Q3_K},
		{FileTypeQ3_K_M, falcon, RecipeOptions{}, "blk.6.ffn_down.weight", Q4_K},
		{FileTypeQ3_K_L, falcon, RecipeOptions{}, "blk.4.ffn_down.weight", Q4_K},
		{FileTypeQ3_K_L, falcon, RecipeOptions{}, "blk.4.attn_output.weight", Q4_K},
		{FileTypeQ2_K, falcon, RecipeOptions{}, "blk.4.attn_output.weight", Q2_K},
		{FileTypeQ4_K_M, falcon, RecipeOptions{}, "blk.1.ffn_down.weight", Q6_K},
		{FileTypeQ4_K_M, falcon, RecipeOptions{}, "blk.3.ffn_down.weight", Q5_K},
		{FileTypeQ4_K_M, falcon, RecipeOptions{}, "blk.4.ffn_down.weight", Q4_K},
		{FileTypeQ4_K_S, falcon, RecipeOptions{}, "blk.0.ffn_down.weight", Q4_K},
		{FileTypeQ4_K_M, falcon, RecipeOptions{}, "blk.0.attn_qkv.weight", Q6_K},

		{FileTypeQ4_0, dense, RecipeOptions{}, "blk.0.ffn_down.weight", Q4_0},
		{FileTypeQ4_0, dense, matrix, "blk.1.ffn_down.weight", Q4_1},
		{FileTypeQ4_0, dense, matrix, "blk.2.ffn_down.weight", Q4_0},
		{FileTypeQ5_0, dense, matrix, "blk.1.ffn_down.weight", Q5_1},
		{FileTypeIQ4_XS, dense, RecipeOptions{}, "blk.1.ffn_down.weight", Q5_K},
		{FileTypeIQ4_XS, dense, matrix, "blk.1.ffn_down.weight", IQ4_XS},
		{FileTypeIQ3_XXS, dense, RecipeOptions{}, "blk.1.ffn_down.weight", Q4_K},
		{FileTypeIQ3_XXS, dense, RecipeOptions{}, "blk.2.ffn_down.weight", Q3_K},
		{FileTypeIQ3_XXS, dense, matrix, "blk.1.ffn_down.weight", IQ3_XXS},
		{FileTypeIQ3_XXS, dense, RecipeOptions{}, "blk.1.attn_v.weight", IQ3_S},
		{FileTypeIQ3_XXS, dense, matrix, "blk.1.attn_v.weight", IQ3_XXS},
		{FileTypeIQ3_XXS, grouped, matrix, "blk.1.attn_v.weight", Q4_K},

		{FileTypeQ4_K_S, large("qwen2", 80), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ4_K_S, large("qwen2", 79), RecipeOptions{}, "blk.40.attn_v.weight", Q4_K},
		{FileTypeQ4_K_S, large("llama", 80), RecipeOptions{}, "blk.40.attn_v.weight", Q4_K}, // heads not shared
		{FileTypeQ4_K_S, large("jais2", 68), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ4_K_S, large("deci", 80), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ4_K_S, large("olmo", 80), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ4_K_S, large("olmo2", 80), RecipeOptions{}, "blk.40.attn_v.weight", Q4_K},
		{FileTypeQ4_K_S, shared("llama"), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ4_K_S, shared("llama-embed"), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeQ3_K_S, shared("llama"), RecipeOptions{}, "blk.40.attn_v.weight", Q5_K},
		{FileTypeIQ2_M, shared("llama"), RecipeOptions{}, "blk.40.attn_v.weight", IQ3_S},
		{FileTypeQ2_K, latent, RecipeOptions{}, "blk.1.attn_kv_b.weight", Q4_K},
		{FileTypeQ4_K_M, latent, RecipeOptions{}, "blk.1.attn_kv_b.weight", Q6_K},
		{FileTypeQ4_K_M, latent, RecipeOptions{}, "blk.1.attn_k_b.weight", Q4_K},
		{FileTypeQ4_K_M, latent, RecipeOptions{}, "blk.1.attn_v_b.weight", Q4_K},
		{FileTypeMXFP4_MOE, latent, RecipeOptions{}, "blk.1.attn_k_b.weight", MXFP4},
		{FileTypeQ4_K_M, recurrent, RecipeOptions{}, "blk.1.ssm_in.weight", Q4_K},
		{FileTypeIQ2_S, recurrent, RecipeOptions{}, "blk.1.ssm_out.weight", IQ2_XS},
	}
	for _, test := range tests {
		choices, err := test.ft.selectTypes(test.model, blocks(test.model), test.opts)
		if err != nil {
			t.Errorf("%v, %v: %v", test.ft, test.model, err)
			continue
		}
		i := slices.IndexFunc(blocks(test.model), func(s TensorShape) bool { return s.Name == test.tensor })
		if i < 0 {
			t.Errorf("the model has no tensor %s", test.tensor)
			continue
		}
		if c := choices[i]; !c.Quantize || c.Type != test.want || c.Wanted != test.want {
			t.Errorf("%v, %+v, %+v: %s is %+v, want %v", test.ft, test.model, test.opts, test.tensor, c, test.want)
		}
	}
}

// blocks lists the tensors of a model with rows of 256 values.
func blocks(m Model) []TensorShape {
	matrix := []int64{256, 256}
	tensors := []TensorShape{{"token_embd.weight", matrix}, {"output_norm.weight", matrix[:1]}, {"output.weight", matrix}}
	parts := []string{"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"}
	switch {
	case m.Architecture == "falcon":
		parts = []string{"attn_qkv", "attn_output", "ffn_up", "ffn_down"}
	case m.Architecture == "mamba":
		parts = []string{"ssm_in", "ssm_conv1d", "ssm_x", "ssm_dt", "ssm_out"}
	case m.Architecture == "deepseek2":
		parts = []string{"attn_q", "attn_kv_a_mqa", "attn_kv_b", "attn_k_b", "attn_v_b", "attn_output", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"}
	case m.ExpertCount > 0:
		parts = []string{"attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"}
	}
	for layer := range m.BlockCount {
		for _, part := range parts {
			dims := matrix
			if strings.HasSuffix(part, "_exps") || part == "attn_k_b" || part == "attn_v_b" {
				dims = []int64{256, 256, int64(m.ExpertCount)}
			}
			tensors = append(tensors, TensorShape{fmt.Sprintf("blk.%d.%s.weight", layer, part), dims})
		}
	}
	return tensors
}

func TestTiedEmbeddings(t *testing.T) {
	m := Model{Architecture: "llama", BlockCount: 1}
	embedding := TensorShape{"token_embd.weight", []int64{256, 320}}
	output := TensorShape{"output.weight", []int64{256, 320}}
	for _, test := range []struct {
		ft      FileType
		tensors []TensorShape
		want    Type
	}{
		{FileTypeQ4_K_M, []TensorShape{embedding}, Q6_K},
		{FileTypeQ4_K_M, []TensorShape{embedding, output}, Q4_K},
		{FileTypeTQ1_0, []TensorShape{embedding}, Q6_K},
		{FileTypeTQ1_0, []TensorShape{embedding, output}, Q4_K},
		{FileTypeF16, []TensorShape{embedding}, F16},
	} {
		choices, err := test.ft.Choose(m, test.tensors, RecipeOptions{})
		if err != nil || choices[0].Type != test.want {
			t.Errorf("%v of %d tensors: %+v, %v, want %v", test.ft, len(test.tensors), choices, err, test.want)
		}
	}
}

func TestFallback(t *testing.T) {
	const name = "blk.0.attn_q.weight"
	tests := []struct {
		ft     FileType
		name   string
		row    int64
		wanted Type
		used   Type
		err    error
	}{
		{FileTypeQ2_K, name, 96, Q2_K, Q4_0, nil},
		{FileTypeQ3_K_S, name, 96, Q3_K, Q4_0, nil},
		{FileTypeQ4_K_M, name, 96, Q4_K, Q5_0, nil},
		{FileTypeQ5_K_M, name, 96, Q5_K, Q5_1, nil},
		{FileTypeQ6_K, name, 96, Q6_K, Q8_0, nil},
		{FileTypeIQ4_XS, name, 96, IQ4_XS, IQ4_NL, nil},
		{FileTypeTQ1_0, name, 96, TQ1_0, Q4_0, nil},
		{FileTypeTQ2_0, name, 96, TQ2_0, Q4_0, nil},
		{FileTypeQ2_0, name, 96, Q2_0, Q4_0, nil},
		{FileTypeQ4_K_M, name, 100, Q4_K, F16, nil},
		{FileTypeQ4_K_M, "output.weight", 96, Q8_0, Q8_0, nil},
		{FileTypeQ1_0, name, 96, 0, 0, ErrShape},
		{FileTypeQ8_0, name, 100, 0, 0, ErrShape},
		{FileTypeQ4_0, name, 100, 0, 0, ErrShape},
		{FileTypeIQ4_NL, name, 100, 0, 0, ErrShape},
		{FileTypeMXFP4_MOE, name, 100, 0, 0, ErrShape},
		{FileTypeMXFP4_MOE, "output.weight", 100, 0, 0, ErrShape},
		{FileTypeF16, name, 100, F16, F16, nil},
	}
	for _, test := range tests {
		choices, err := test.ft.Choose(Model{BlockCount: 1}, []TensorShape{{test.name, []int64{test.row, 8}}}, RecipeOptions{})
		if test.err != nil {
			var located *RecipeError
			if !errors.Is(err, test.err) || !errors.As(err, &located) || located.Tensor != test.name {
				t.Errorf("%v, rows of %d: error %v, want one of %s that wraps %v", test.ft, test.row, err, test.name, test.err)
			}
			continue
		}
		if want := (Choice{Quantize: true, Type: test.used, Wanted: test.wanted}); err != nil || choices[0] != want {
			t.Errorf("%v, rows of %d: %+v, %v, want %+v", test.ft, test.row, choices, err, want)
		}
	}
	// The types that need an importance matrix have fallbacks as well.
	for _, ft := range []FileType{FileTypeIQ1_S, FileTypeIQ1_M, FileTypeIQ2_XXS, FileTypeIQ2_XS, FileTypeIQ2_S, FileTypeIQ2_M, FileTypeIQ3_XS, FileTypeIQ3_S} {
		choices, err := ft.selectTypes(Model{BlockCount: 1}, []TensorShape{{"blk.0.odd.weight", []int64{96, 8}}}, RecipeOptions{})
		if err != nil || choices[0].Type != IQ4_NL || choices[0].Wanted != ft.Default() {
			t.Errorf("%v: %+v, %v", ft, choices, err)
		}
	}
}
