package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// A sourceSpec is a tensor of a made model directory. Its values are all zero
// unless bytes are given.
type sourceSpec struct {
	name  string
	dtype safetensors.DType
	shape []int64
	bytes []byte
}

func bf16(name string, shape ...int64) sourceSpec {
	return sourceSpec{name: name, dtype: safetensors.BF16, shape: shape}
}

// makeModel makes a model directory: config.json, model.safetensors and other
// files.
func makeModel(t testing.TB, name, config string, tensors []sourceSpec, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	write := func(file string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(configFile, []byte(config))
	for file, text := range files {
		write(file, []byte(text))
	}
	header := map[string]any{}
	var data []byte
	for _, s := range tensors {
		bytes := s.bytes
		if bytes == nil {
			bytes = make([]byte, valueCount(s.shape)*int64(s.dtype.Bits()/8))
		}
		header[s.name] = map[string]any{
			"dtype": s.dtype.String(), "shape": append([]int64{}, s.shape...), "data_offsets": []int{len(data), len(data) + len(bytes)},
		}
		data = append(data, bytes...)
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	length := []byte{byte(len(text)), byte(len(text) >> 8), byte(len(text) >> 16), 0, 0, 0, 0, 0}
	write("model.safetensors", slices.Concat(length, text, data))
	return dir
}

// tinyConfig completes a configuration with sizes that tinyDecoder has.
func tinyConfig(class, modelType, more string) string {
	return fmt.Sprintf(`{"architectures": [%q], "model_type": %q, "hidden_size": 16, "intermediate_size": 24,
		"num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 8%s}`, class, modelType, more)
}

// tinyDecoder returns the tensors of a decoder of one layer, with others
// besides.
func tinyDecoder(more ...sourceSpec) []sourceSpec {
	return append([]sourceSpec{
		bf16("model.embed_tokens.weight", 8, 16),
		bf16("model.layers.0.input_layernorm.weight", 16),
		bf16("model.layers.0.self_attn.q_proj.weight", 16, 16),
		bf16("model.layers.0.self_attn.k_proj.weight", 8, 16),
		bf16("model.layers.0.self_attn.v_proj.weight", 8, 16),
		bf16("model.layers.0.self_attn.o_proj.weight", 16, 16),
		bf16("model.layers.0.post_attention_layernorm.weight", 16),
		bf16("model.norm.weight", 16),
	}, more...)
}

func denseLayer() []sourceSpec {
	return []sourceSpec{
		bf16("model.layers.0.mlp.gate_proj.weight", 24, 16),
		bf16("model.layers.0.mlp.up_proj.weight", 24, 16),
		bf16("model.layers.0.mlp.down_proj.weight", 16, 24),
	}
}

// summary returns what a model comes to: the keys between general.type and
// general.quantization_version that are the architecture's, and the tensors.
func summary(t *testing.T, m *model) (keys, tensors string) {
	t.Helper()
	out, err := m.tensors()
	if err != nil {
		t.Fatal(err)
	}
	meta, err := m.metadata(quantize.FileTypeBF16, countParameters(out))
	if err != nil {
		t.Fatal(err)
	}
	var k, n []string
	for key, v := range meta.All() {
		if rest, ok := strings.CutPrefix(key, m.arch.name+"."); ok {
			k = append(k, rest+"="+v.String())
		}
	}
	for _, tensor := range out {
		n = append(n, strings.TrimSuffix(tensor.name, ".weight")+strings.ReplaceAll(fmt.Sprint(tensor.rows.shape()), " ", "x"))
	}
	return strings.Join(k, " "), strings.Join(n, " ")
}

const (
	tinySizes = "block_count=1 context_length=%d embedding_length=16 feed_forward_length=24 attention.head_count=4 attention.head_count_kv=2 "
	tinyBlock = "token_embd[8x16] blk.0.attn_norm[16] blk.0.ffn_down[16x24] blk.0.ffn_gate[24x16] blk.0.ffn_up[24x16] " +
		"blk.0.ffn_norm[16] blk.0.attn_k[8x16] blk.0.attn_output[16x16] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]"
	tinyExperts = "blk.0.ffn_down_exps[2x16x12] blk.0.ffn_gate_exps[2x12x16] blk.0.ffn_up_exps[2x12x16] blk.0.ffn_gate_inp[2x16]"
)

// TestArchitectures covers the classes that no reference directory shows,
// with configurations that leave out what has a default. What is wanted follows
// from the converter's source.
func TestArchitectures(t *testing.T) {
	experts := func(shared ...sourceSpec) []sourceSpec {
		specs := append([]sourceSpec{bf16("model.layers.0.mlp.gate.weight", 2, 16)}, shared...)
		for i := range 2 {
			prefix := fmt.Sprintf("model.layers.0.mlp.experts.%d.", i)
			specs = append(specs, bf16(prefix+"gate_proj.weight", 12, 16), bf16(prefix+"up_proj.weight", 12, 16), bf16(prefix+"down_proj.weight", 16, 12))
		}
		return tinyDecoder(specs...)
	}
	norms := func(prefix string) []sourceSpec {
		return []sourceSpec{
			bf16(prefix+"self_attn.q_norm.weight", 4), bf16(prefix+"self_attn.k_norm.weight", 4),
		}
	}
	around := []sourceSpec{
		bf16("model.layers.0.pre_feedforward_layernorm.weight", 16), bf16("model.layers.0.post_feedforward_layernorm.weight", 16),
	}
	nested := func(specs []sourceSpec) []sourceSpec {
		nested := slices.Clone(specs)
		for i := range nested {
			nested[i].name = "language_model." + nested[i].name
		}
		return append(nested, bf16("vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", 4, 4), bf16("multi_modal_projector.mm_input_projection_weight", 4, 4))
	}
	gemma3 := slices.Concat(tinyDecoder(denseLayer()...), norms("model.layers.0."), around)
	gemma3Block := "token_embd[8x16] blk.0.attn_norm[16] blk.0.ffn_down[16x24] blk.0.ffn_gate[24x16] blk.0.ffn_up[24x16] " +
		"blk.0.post_attention_norm[16] blk.0.post_ffw_norm[16] blk.0.ffn_norm[16] blk.0.attn_k_norm[4] blk.0.attn_k[8x16] " +
		"blk.0.attn_output[16x16] blk.0.attn_q_norm[4] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]"
	gemma3Keys := fmt.Sprintf(tinySizes, 131072) + "rope.freq_base=1e+06 rope.freq_base_swa=10000 attention.layer_norm_rms_epsilon=1e-06 " +
		"attention.key_length=256 attention.value_length=256 attention.sliding_window=4096"
	tokenizer := map[string]string{"tokenizer.json": `{"model": {"vocab": {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4, "f": 5, "g": 6}}, "added_tokens": [{}, {}]}`}

	tests := []struct {
		name    string
		config  string
		sources []sourceSpec
		files   map[string]string
		keys    string
		tensors string
	}{
		{
			name:    "llama",
			config:  tinyConfig("LlamaForCausalLM", "llama", ""),
			sources: tinyDecoder(append(denseLayer(), bf16("lm_head.weight", 8, 16), bf16("model.layers.0.self_attn.rotary_emb.inv_freq", 2))...),
			keys: fmt.Sprintf(tinySizes, 2048) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 " +
				"attention.key_length=4 attention.value_length=4 vocab_size=8 rope.dimension_count=4",
			tensors: "output[8x16] " + tinyBlock,
		},
		{
			name:    "mistral has no head length of its own",
			config:  tinyConfig("MistralForCausalLM", "mistral", ""),
			sources: tinyDecoder(denseLayer()...),
			keys: fmt.Sprintf(tinySizes, 131072) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 " +
				"vocab_size=8 rope.dimension_count=4",
			tensors: tinyBlock,
		},
		{
			name: "yarn",
			config: tinyConfig("LlamaForCausalLM", "llama", `, "rope_scaling": {"type": "yarn", "factor": 4, "beta_fast": 32,
				"original_max_position_embeddings": 512, "attn_factor": 0.5}`),
			sources: tinyDecoder(denseLayer()...),
			keys: fmt.Sprintf(tinySizes, 2048) + "rope.scaling.type=\"yarn\" rope.scaling.factor=4 rope.scaling.original_context_length=512 " +
				"rope.scaling.yarn_attn_factor=0.5 rope.scaling.yarn_beta_fast=32 rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 " +
				"attention.key_length=4 attention.value_length=4 vocab_size=8 rope.dimension_count=4",
			tensors: tinyBlock,
		},
		{
			name:    "linear",
			config:  tinyConfig("LlamaForCausalLM", "llama", `, "rope_scaling": {"type": "linear", "factor": 2.0}`),
			sources: tinyDecoder(denseLayer()...),
			keys: fmt.Sprintf(tinySizes, 2048) + "rope.scaling.type=\"linear\" rope.scaling.factor=2 rope.freq_base=10000 " +
				"attention.layer_norm_rms_epsilon=1e-06 attention.key_length=4 attention.value_length=4 vocab_size=8 rope.dimension_count=4",
			tensors: tinyBlock,
		},
		{
			name:    "dynamic leaves no trace",
			config:  tinyConfig("LlamaForCausalLM", "llama", `, "rope_scaling": {"type": "dynamic", "factor": 2.0}`),
			sources: tinyDecoder(denseLayer()...),
			keys: fmt.Sprintf(tinySizes, 2048) + "rope.freq_base=10000 " +
				"attention.layer_norm_rms_epsilon=1e-06 attention.key_length=4 attention.value_length=4 vocab_size=8 rope.dimension_count=4",
			tensors: tinyBlock,
		},
		{
			name:    "smollm3",
			config:  tinyConfig("SmolLM3ForCausalLM", "smollm3", ""),
			sources: tinyDecoder(denseLayer()...),
			keys: fmt.Sprintf(tinySizes, 32768) + "rope.freq_base=2e+06 attention.layer_norm_rms_epsilon=1e-06 " +
				"vocab_size=8 rope.dimension_count=4",
			tensors: tinyBlock,
		},
		{
			name:    "qwen2moe",
			config:  tinyConfig("Qwen2MoeForCausalLM", "qwen2_moe", `, "num_experts": 2, "moe_intermediate_size": 12`),
			sources: experts(bf16("model.layers.0.mlp.shared_expert.gate_proj.weight", 6, 16), bf16("model.layers.0.mlp.shared_expert_gate.weight", 1, 16)),
			keys: fmt.Sprintf(tinySizes, 32768) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 expert_count=2 expert_used_count=4 " +
				"expert_feed_forward_length=12 expert_shared_feed_forward_length=5632",
			tensors: "token_embd[8x16] blk.0.attn_norm[16] " + tinyExperts + " blk.0.ffn_gate_shexp[6x16] blk.0.ffn_gate_inp_shexp[1x16] " +
				"blk.0.ffn_norm[16] blk.0.attn_k[8x16] blk.0.attn_output[16x16] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]",
		},
		{
			name:    "qwen3moe",
			config:  tinyConfig("Qwen3MoeForCausalLM", "qwen3_moe", `, "num_experts": 2, "head_dim": 4`),
			sources: append(experts(), norms("model.layers.0.")...),
			keys: fmt.Sprintf(tinySizes, 32768) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 expert_count=2 expert_used_count=8 " +
				"attention.key_length=4 attention.value_length=4 expert_feed_forward_length=768",
			tensors: "token_embd[8x16] blk.0.attn_norm[16] " + tinyExperts + " " +
				"blk.0.ffn_norm[16] blk.0.attn_k_norm[4] blk.0.attn_k[8x16] blk.0.attn_output[16x16] blk.0.attn_q_norm[4] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]",
		},
		{
			name:   "qwen3moe with experts stacked",
			config: tinyConfig("Qwen3MoeForCausalLM", "qwen3_moe", `, "num_experts": 2, "head_dim": 4`),
			sources: tinyDecoder(bf16("model.layers.0.mlp.gate.weight", 2, 16),
				bf16("model.layers.0.mlp.experts.gate_up_proj", 2, 24, 16), bf16("model.layers.0.mlp.experts.down_proj", 2, 16, 12)),
			keys: fmt.Sprintf(tinySizes, 32768) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 expert_count=2 expert_used_count=8 " +
				"attention.key_length=4 attention.value_length=4 expert_feed_forward_length=768",
			tensors: "token_embd[8x16] blk.0.attn_norm[16] " + tinyExperts + " " +
				"blk.0.ffn_norm[16] blk.0.attn_k[8x16] blk.0.attn_output[16x16] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]",
		},
		{
			name:    "qwen3 without the prefix, with pooling",
			config:  tinyConfig("Qwen3ForCausalLM", "qwen3", ""),
			sources: withoutModelPrefix(append(tinyDecoder(denseLayer()...), norms("model.layers.0.")...)),
			files: map[string]string{
				"modules.json":          `[{"type": "sentence_transformers.models.Transformer", "path": ""}, {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]`,
				"1_Pooling/config.json": `{"pooling_mode_mean_tokens": false, "pooling_mode_lasttoken": true}`,
			},
			keys: fmt.Sprintf(tinySizes, 32768) + "rope.freq_base=10000 attention.layer_norm_rms_epsilon=1e-06 " +
				"attention.key_length=128 attention.value_length=128 pooling_type=3",
			tensors: "token_embd[8x16] blk.0.attn_norm[16] blk.0.ffn_down[16x24] blk.0.ffn_gate[24x16] blk.0.ffn_up[24x16] " +
				"blk.0.ffn_norm[16] blk.0.attn_k_norm[4] blk.0.attn_k[8x16] blk.0.attn_output[16x16] blk.0.attn_q_norm[4] blk.0.attn_q[16x16] blk.0.attn_v[8x16] output_norm[16]",
		},
		{
			name:    "gemma3",
			config:  tinyConfig("Gemma3ForCausalLM", "gemma3_text", ""),
			sources: gemma3,
			files:   tokenizer,
			keys:    gemma3Keys,
			tensors: gemma3Block,
		},
		{
			name: "gemma3 within a model that sees, embeddings cut",
			config: `{"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "vision_config": {"hidden_size": 4},
				"text_config": {"model_type": "gemma3_text", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1,
				"num_attention_heads": 4, "num_key_value_heads": 2, "sliding_window": 512, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}}`,
			sources: nested(gemma3),
			files:   map[string]string{"tokenizer.json": `{"added_tokens": [{"id": 5}], "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}}}`},
			keys: fmt.Sprintf(tinySizes, 131072) + "rope.scaling.type=\"linear\" rope.scaling.factor=8 rope.freq_base=1e+06 rope.freq_base_swa=10000 " +
				"attention.layer_norm_rms_epsilon=1e-06 attention.key_length=256 attention.value_length=256 attention.sliding_window=512",
			tensors: strings.Replace(gemma3Block, "token_embd[8x16]", "token_embd[3x16]", 1),
		},
		{
			name:   "phi3 with a short context",
			config: tinyConfig("Phi3ForCausalLM", "phi3", `, "partial_rotary_factor": 0.5`),
			sources: []sourceSpec{
				bf16("model.embed_tokens.weight", 8, 16), bf16("model.layers.0.self_attn.qkv_proj.weight", 32, 16),
				bf16("model.layers.0.mlp.gate_up_proj.weight", 48, 16),
			},
			keys: "context_length=4096 rope.scaling.original_context_length=4096 embedding_length=16 feed_forward_length=24 block_count=1 " +
				"attention.head_count=4 attention.head_count_kv=2 attention.layer_norm_rms_epsilon=1e-05 rope.dimension_count=2 rope.freq_base=10000 attention.sliding_window=0",
			tensors: "token_embd[8x16] blk.0.ffn_up[48x16] blk.0.attn_qkv[32x16]",
		},
		{
			name:   "gpt2 with the prefix and an output matrix",
			config: `{"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 16, "n_layer": 1}`,
			sources: []sourceSpec{
				bf16("transformer.wte.weight", 8, 16), bf16("transformer.h.0.attn.c_attn.weight", 16, 48), bf16("transformer.h.0.attn.masked_bias"),
				bf16("transformer.h.0.attn.c_attn.bias", 48), bf16("lm_head.weight", 8, 16),
			},
			keys:    "block_count=1 context_length=1024 embedding_length=16 feed_forward_length=64 attention.head_count=12 attention.layer_norm_epsilon=1e-05",
			tensors: "output[8x16] blk.0.attn_qkv.bias[48] blk.0.attn_qkv[48x16] token_embd[8x16]",
		},
		{
			name:   "bert with old names and classes",
			config: `{"architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": 1, "id2label": {"1": "b", "0": "a", "2": "c"}}`,
			sources: []sourceSpec{
				bf16("bert.embeddings.LayerNorm.gamma", 16), bf16("bert.embeddings.LayerNorm.beta", 16), bf16("cls.predictions.bias", 8),
				{name: "embeddings.position_ids", dtype: safetensors.I64, shape: []int64{1, 4}},
			},
			keys: "block_count=1 context_length=512 embedding_length=768 feed_forward_length=3072 attention.head_count=12 " +
				"attention.layer_norm_epsilon=1e-12 attention.causal=false classifier.output_labels=str[3]",
			tensors: "token_embd_norm.bias[16] token_embd_norm[16]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := openTestModel(t, makeModel(t, "tiny", test.config, test.sources, test.files), Options{})
			keys, tensors := summary(t, m)
			if keys != test.keys {
				t.Errorf("keys\nhave %s\nwant %s", keys, test.keys)
			}
			if tensors != test.tensors {
				t.Errorf("tensors\nhave %s\nwant %s", tensors, test.tensors)
			}
		})
	}
}

func withoutModelPrefix(specs []sourceSpec) []sourceSpec {
	for i := range specs {
		specs[i].name = strings.TrimPrefix(specs[i].name, "model.")
	}
	return specs
}

func TestRefusedModels(t *testing.T) {
	dense := tinyDecoder(denseLayer()...)
	with := func(s ...sourceSpec) []sourceSpec { return append(slices.Clone(dense), s...) }
	tests := []struct {
		name    string
		dir     string
		config  string
		sources []sourceSpec
		is      error
		want    string
	}{
		{"unknown class", "m", `{"architectures": ["FooForCausalLM"]}`, dense, ErrUnsupported, `architecture "FooForCausalLM"; known are BertModel, GPT2LMHeadModel, Gemma2ForCausalLM`},
		{"no class", "m", `{}`, dense, ErrFormat, "architectures: missing"},
		{"unmapped tensor", "m", tinyConfig("LlamaForCausalLM", "llama", ""), with(bf16("model.layers.0.mlp.extra.weight", 2)), ErrUnsupported, `cannot map tensor "model.layers.0.mlp.extra.weight"`},
		{"layer beyond the last", "m", tinyConfig("LlamaForCausalLM", "llama", ""), with(bf16("model.layers.1.mlp.up_proj.weight", 2, 2)), ErrFormat, `1 layers, but there is a tensor "model.layers.1.mlp.up_proj.weight"`},
		{"no weight or bias", "m", tinyConfig("LlamaForCausalLM", "llama", ""), with(bf16("model.norm", 2)), ErrUnsupported, `cannot map tensor "model.norm"`},
		{"heads that do not divide", "m", `{"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_attention_heads": 3, "hidden_size": 16, "num_hidden_layers": 1}`, dense, ErrFormat, `tensor "model.layers.0.self_attn.k_proj.weight"`},
		{"integer weights", "m", tinyConfig("LlamaForCausalLM", "llama", ""), with(sourceSpec{name: "lm_head.weight", dtype: safetensors.I32, shape: []int64{2, 2}}), ErrUnsupported, `tensor "lm_head.weight" has type I32`},
		{"quantized", "m", tinyConfig("LlamaForCausalLM", "llama", `, "quantization_config": {"quant_method": "gptq", "bits": 4}`), dense, ErrUnsupported, `quantized by "gptq"`},
		{"draft", "m", tinyConfig("LlamaForCausalLM", "llama", `, "draft_vocab_size": 8`), dense, ErrUnsupported, "draft model"},
		{"reranker", "Qwen3-Reranker-0.6B", tinyConfig("Qwen3ForCausalLM", "qwen3", ""), dense, ErrUnsupported, "reranker"},
		{"yarn without its context", "m", tinyConfig("LlamaForCausalLM", "llama", `, "rope_scaling": {"type": "yarn", "factor": 4}`), dense, ErrFormat, "rope_scaling: original_max_position_embeddings: missing"},
		{"one name twice", "m", tinyConfig("Qwen2ForCausalLM", "qwen2", ""), with(bf16("norm.weight", 16)), ErrFormat, `two tensors come to the name "output_norm.weight"`},
		{"experts missing", "m", tinyConfig("Qwen3MoeForCausalLM", "qwen3_moe", `, "num_experts": 2`), tinyDecoder(bf16("model.layers.0.mlp.experts.0.up_proj.weight", 2, 2)), ErrFormat, "layer 0 has 1 of the 6 tensors of its experts"},
		{"expert beyond the last", "m", tinyConfig("Qwen3MoeForCausalLM", "qwen3_moe", `, "num_experts": 2`), tinyDecoder(bf16("model.layers.0.mlp.experts.2.up_proj.weight", 2, 2)), ErrUnsupported, "no part of an expert"},
		{"Gemma 3 with capped attention", "m", tinyConfig("Gemma3ForCausalLM", "gemma3_text", `, "attn_logit_softcapping": 50.0`), dense[1:], ErrUnsupported, "attn_logit_softcapping"},
		{"negative count", "m", tinyConfig("LlamaForCausalLM", "llama", `, "max_position_embeddings": -1`), dense, ErrFormat, "max_position_embeddings: out of the range of a uint32"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir, err := openDirectory(makeModel(t, test.dir, test.config, test.sources, nil))
			if err != nil {
				t.Fatal(err)
			}
			defer dir.Close()
			err = convertAll(dir)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v, want %s", err, test.want)
			}
		})
	}
}

// convertAll goes through everything that reads headers only.
func convertAll(dir *directory) error {
	m, err := newModel(dir, Options{})
	if err != nil {
		return err
	}
	out, err := m.tensors()
	if err != nil {
		return err
	}
	_, err = m.metadata(quantize.FileTypeF16, countParameters(out))
	return err
}

func TestFloat32Kept(t *testing.T) {
	for _, test := range []struct {
		name string
		dims int
		want bool
	}{
		{"blk.0.attn_q.weight", 2, false},
		{"blk.0.attn_q.bias", 1, true},
		{"blk.0.attn_norm.weight", 2, true},
		{"blk.12.ffn_gate_inp.weight", 2, true},
		{"blk.12.ffn_gate_inp_shexp.weight", 2, true},
		{"blk.12.ffn_gate_exps.weight", 3, false},
		{"position_embd.weight", 2, true},
		{"token_types.weight", 2, true},
		{"token_embd.weight", 2, false},
		{"output.weight", 2, false},
		{"rope_freqs.weight", 1, true},
		{"blk.0.layer_output_norm.weight", 1, true},
	} {
		if have := float32Kept(test.name, test.dims); have != test.want {
			t.Errorf("%s: %v", test.name, have)
		}
	}
}
