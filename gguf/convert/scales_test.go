package convert

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/half"
)

// f8Model returns a Llama whose output matrix, 4 x 4, is F8_E4M3 with the
// values 1, 2, 4 and 8 in each row, and has a scale.
func f8Model(scaleShape []int64, scales []float32) []sourceSpec {
	weight := slices.Repeat([]byte{0x38, 0x40, 0x48, 0x50}, 4) // 1, 2, 4, 8
	scale := make([]byte, 4*len(scales))
	half.EncodeF32(scale, scales)
	return []sourceSpec{
		{name: "lm_head.weight", dtype: safetensors.F8_E4M3, shape: []int64{4, 4}, bytes: weight},
		{name: "lm_head.weight_scale_inv", dtype: safetensors.F32, shape: scaleShape, bytes: scale},
		{name: "lm_head.activation_scale", dtype: safetensors.F32},
	}
}

func TestF8Scales(t *testing.T) {
	tests := []struct {
		name   string
		block  string
		shape  []int64
		scales []float32
		want   []float32 // 4 x 4
	}{
		{"whole", "", nil, []float32{3}, slices.Repeat([]float32{3, 6, 12, 24}, 4)},
		{"whole, one value", `, "weight_block_size": [128, 128]`, []int64{1, 1}, []float32{3}, slices.Repeat([]float32{3, 6, 12, 24}, 4)},
		{"rows", "", []int64{4, 1}, []float32{1, 2, 3, 4}, []float32{1, 2, 4, 8, 2, 4, 8, 16, 3, 6, 12, 24, 4, 8, 16, 32}},
		{"blocks", `, "weight_block_size": [2, 2]`, []int64{2, 2}, []float32{1, 2, 3, 4}, []float32{1, 2, 8, 16, 1, 2, 8, 16, 3, 6, 16, 32, 3, 6, 16, 32}},
		{"partial blocks", `, "weight_block_size": [3, 3]`, []int64{2, 2}, []float32{1, 2, 3, 4}, []float32{1, 2, 4, 16, 1, 2, 4, 16, 1, 2, 4, 16, 3, 6, 12, 32}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := tinyConfig("LlamaForCausalLM", "llama", `, "quantization_config": {"quant_method": "fp8"`+test.block+`}`)
			m := openTestModel(t, makeModel(t, "tiny", config, f8Model(test.shape, test.scales), nil), Options{})
			out, err := m.tensors()
			if err != nil {
				t.Fatal(err)
			}
			if len(out) != 1 || out[0].name != "output.weight" {
				t.Fatalf("%d tensors", len(out))
			}
			if have := readAll(t, out[0].rows); !slices.Equal(have, test.want) {
				t.Errorf("have %v, want %v", have, test.want)
			}
		})
	}
}

func TestF8Faults(t *testing.T) {
	orphan := f8Model([]int64{1}, []float32{1})[1:]
	tests := []struct {
		name    string
		block   string
		sources []sourceSpec
		want    string
	}{
		{"shape", `, "weight_block_size": [2, 2]`, f8Model([]int64{2, 3}, make([]float32, 6)), `tensor "lm_head.weight_scale_inv"`},
		{"orphan", "", orphan, "a scale without its weight"},
		{"block of nothing", `, "weight_block_size": [0, 2]`, f8Model(nil, []float32{1}), "weight_block_size: want two whole numbers"},
		{"block of one number", `, "weight_block_size": [2]`, f8Model(nil, []float32{1}), "weight_block_size: want two whole numbers"},
		{"block of a word", `, "weight_block_size": "x"`, f8Model(nil, []float32{1}), "weight_block_size: want two whole numbers"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := tinyConfig("LlamaForCausalLM", "llama", fmt.Sprintf(`, "quantization_config": {"quant_method": "fp8"%s}`, test.block))
			m := openTestModel(t, makeModel(t, "tiny", config, test.sources, nil), Options{})
			if _, err := m.tensors(); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v, want %s", err, test.want)
			}
		})
	}
}
