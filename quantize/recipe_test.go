package quantize

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFileTypeNames(t *testing.T) {
	for _, ft := range FileTypes() {
		for _, name := range []string{ft.String(), strings.ToLower(ft.String()), strconv.Itoa(int(ft))} {
			if got, err := ParseFileType(name); err != nil || got != ft {
				t.Errorf("ParseFileType(%q) = %v, %v, want %v", name, got, err, ft)
			}
		}
		if !ft.Valid() || !ft.Default().Valid() {
			t.Errorf("%v: Valid %t, default %v", ft, ft.Valid(), ft.Default())
		}
	}
	if n := len(FileTypes()); n != 35 {
		t.Errorf("%d recipes, want 35", n)
	}
	for name, want := range map[string]FileType{"q3_k": FileTypeQ3_K_M, "Q4_K": FileTypeQ4_K_M, "Q5_k": FileTypeQ5_K_M} {
		if got, err := ParseFileType(name); err != nil || got != want {
			t.Errorf("ParseFileType(%q) = %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"", "Q4", "Q2_K_M", "4", "33", "39", "-1", "COPY", "4294967298"} {
		if got, err := ParseFileType(name); !errors.Is(err, ErrUnsupported) {
			t.Errorf("ParseFileType(%q) = %v, %v, want ErrUnsupported", name, got, err)
		}
	}
	if ft := FileType(39); ft.Valid() || ft.Default().Valid() || ft.String() != "filetype(39)" {
		t.Errorf("FileType(39): %v, default %v", ft, ft.Default())
	}
}

func TestCanEncode(t *testing.T) {
	for _, typ := range Types() {
		if got, want := typ.CanEncode(), codecOf(typ).encode != nil; got != want {
			t.Errorf("%v.CanEncode() = %t, but there is an encoder: %t", typ, got, want)
		}
	}
	if Type(4).CanEncode() {
		t.Error("a removed type can be encoded")
	}
}

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

// TestRecipeSizes holds the recipes against the sizes of files that
// llama-quantize made, with and without importance matrix: a wrong type
// changes the size.
func TestRecipeSizes(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "golden", "llama-quantize", "sha256.tsv")
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the list of llama-quantize's files is not at", path)
	} else if err != nil {
		t.Fatal(err)
	}
	defer f.Close()

	models := map[string]struct {
		model   Model
		tensors []TensorShape
	}{
		"llama-gqa4-f32": {
			Model{Architecture: "llama", BlockCount: 3, HeadCount: 8, HeadCountKV: 2},
			append(goldenTensors(3, 64, 512, 0), TensorShape{"blk.0.odd.weight", []int64{96, 8}}),
		},
		"mixtral8-f16": {
			Model{Architecture: "llama", BlockCount: 2, HeadCount: 4, HeadCountKV: 2, ExpertCount: 8},
			goldenTensors(2, 128, 256, 8),
		},
	}
	// Everything but the tensors' bytes is the same in all files of a model with
	// the same importance matrix.
	overhead := map[string]int64{}
	checked := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		field := strings.Split(lines.Text(), "\t")
		name, matrix, recipe := field[0], field[1], field[2]
		model, ok := models[name]
		if !ok || recipe == "COPY" {
			continue
		}
		ft, err := ParseFileType(recipe)
		if err != nil {
			t.Fatal(err)
		}
		opts := RecipeOptions{HasImportance: matrix != "none"}
		choices, err := ft.selectTypes(model.model, model.tensors, opts)
		if field[3] == "-" {
			if err == nil {
				_, err = ft.Choose(model.model, model.tensors, opts)
			}
			if err == nil {
				t.Errorf("%s, %s, %s: no error, want one", name, matrix, recipe)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s, %s, %s: %v", name, matrix, recipe, err)
			continue
		}
		size, err := strconv.ParseInt(field[3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		got := tensorBytes(t, model.tensors, choices)
		key := name + matrix
		if _, ok := overhead[key]; !ok {
			overhead[key] = size - got
		}
		if want := size - overhead[key]; got != want {
			t.Errorf("%s, %s, %s: %d bytes of tensors, want %d", name, matrix, recipe, got, want)
		}
		checked++
	}
	if checked < 100 {
		t.Errorf("only %d files checked", checked)
	}
}

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

func goldenTensors(layers int, keyRows, feedForward int64, experts int) []TensorShape {
	const width = 256
	tensors := []TensorShape{
		{"token_embd.weight", []int64{width, 320}}, {"output_norm.weight", []int64{width}}, {"output.weight", []int64{width, 320}},
	}
	for layer := range layers {
		add := func(part string, dims ...int64) {
			tensors = append(tensors, TensorShape{fmt.Sprintf("blk.%d.%s.weight", layer, part), dims})
		}
		add("attn_norm", width)
		add("attn_q", width, width)
		add("attn_k", width, keyRows)
		add("attn_v", width, keyRows)
		add("attn_output", width, width)
		add("ffn_norm", width)
		if experts > 0 {
			add("ffn_gate_inp", width, int64(experts))
			add("ffn_gate_exps", width, feedForward, int64(experts))
			add("ffn_up_exps", width, feedForward, int64(experts))
			add("ffn_down_exps", feedForward, width, int64(experts))
			continue
		}
		add("ffn_gate", width, feedForward)
		add("ffn_up", width, feedForward)
		add("ffn_down", feedForward, width)
	}
	return tensors
}

// tensorBytes adds up the tensors, each padded to 32 bytes. Those that are kept
// are F32 in both models.
func tensorBytes(t *testing.T, tensors []TensorShape, choices []Choice) int64 {
	var total int64
	for i, c := range choices {
		typ := F32
		if c.Quantize {
			typ = c.Type
		}
		n, err := typ.RowBytes(tensors[i].Dims[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tensors[i].Dims[1:] {
			n *= d
		}
		total += (n + 31) / 32 * 32
	}
	return total
}
