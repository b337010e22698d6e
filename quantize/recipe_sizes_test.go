package quantize

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestRecipeSizes holds the recipes against the sizes of files that
// llama-quantize made, with and without importance matrix: a wrong type
// changes the size.
func TestRecipeSizes(t *testing.T) {
	f, err := os.Open(sharedPath(t, "golden/llama-quantize/sha256.tsv"))
	if err != nil {
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
