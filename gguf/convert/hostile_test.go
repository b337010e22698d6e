package convert

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/hostilefiles"
)

// Model directories that a stranger could make: an error that names what is
// wrong, before any weight is read.
func TestHostileModels(t *testing.T) {
	llama := func(more string) string { return tinyConfig("LlamaForCausalLM", "llama", more) }
	whole := tinyDecoder(denseLayer()...)
	expert := bf16("model.layers.0.block_sparse_moe.experts.0.w1.weight", 24, 16)
	f8 := func(shape ...int64) []sourceSpec {
		return append(tinyDecoder(denseLayer()...), sourceSpec{name: "lm_head.weight", dtype: safetensors.F8_E4M3, shape: shape},
			sourceSpec{name: "lm_head.weight_scale_inv", dtype: safetensors.F32, shape: []int64{1}})
	}
	const fp8 = `, "quantization_config": {"quant_method": "fp8"}`
	without := func(name string) []sourceSpec {
		var rest []sourceSpec
		for _, s := range tinyDecoder(denseLayer()...) {
			if s.name != name {
				rest = append(rest, s)
			}
		}
		return rest
	}
	second := append(tinyDecoder(denseLayer()...), bf16("model.layers.1.input_layernorm.weight", 16))
	tests := []struct {
		name, config string
		tensors      []sourceSpec
		words        string
	}{
		{"experts beyond number", tinyConfig("MixtralForCausalLM", "mixtral", `, "num_local_experts": 6148914691236517206`), append(tinyDecoder(), expert), "num_local_experts"},
		{"experts that overflow", tinyConfig("MixtralForCausalLM", "mixtral", `, "num_local_experts": 4611686018427387904`), append(tinyDecoder(), expert), "num_local_experts"},
		{"heads that overflow", strings.Replace(llama(""), `"num_attention_heads": 4`, `"num_attention_heads": 9223372036854775807`, 1), whole, "heads"},
		{"F8 weight without columns", llama(fp8), f8(16, 0), `"lm_head.weight": shape [16 0] has no values`},
		{"scale without a configuration", llama(""), f8(8, 16), "no quantization_config"},
		{"integer scale", llama(fp8), append(whole, sourceSpec{name: "model.norm.weight_scale_inv", dtype: safetensors.I64, shape: []int64{1}}), "scale of type I64"},
		{"layers that are not there", strings.Replace(llama(""), `"num_hidden_layers": 1`, `"num_hidden_layers": 2147483648`, 1), whole, "2147483648 layers, but the weights have 1"},
		{"no layers", strings.Replace(llama(""), `"num_hidden_layers": 1`, `"num_hidden_layers": 0`, 1), whole, "num_hidden_layers"},
		{"a layer cut short", strings.Replace(llama(""), `"num_hidden_layers": 1`, `"num_hidden_layers": 2`, 1), second, "there is no blk.1."},
		{"embeddings of another length", llama(""), append(without("model.embed_tokens.weight"), bf16("model.embed_tokens.weight", 8, 32)), `"token_embd.weight"`},
		{"embeddings of one dimension", llama(""), append(without("model.embed_tokens.weight"), bf16("model.embed_tokens.weight", 16)), `"token_embd.weight"`},
		{"norm of another length", llama(""), append(without("model.norm.weight"), bf16("model.norm.weight", 1)), `"output_norm.weight"`},
		{"base that is not a number", llama(`, "rope_theta": NaN`), whole, "rope_theta"},
		{"epsilon beyond float32", llama(`, "rms_norm_eps": 1e300`), whole, "rms_norm_eps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := makeModel(t, "m", tt.config, tt.tensors, nil)
			hostilefiles.KeepModel(t, dir)
			plan, err := NewPlan(context.Background(), dir, Options{})
			if err == nil {
				plan.Close()
				t.Fatal("no error")
			}
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsupported) {
				t.Errorf("%v wraps neither sentinel", err)
			}
			if !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%q does not say %q", err, tt.words)
			}
		})
	}
}
