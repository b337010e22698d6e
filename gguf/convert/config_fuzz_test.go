package convert

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/quantize"
)

// FuzzConfig takes any config.json through everything that asks it, beside the
// weights of a small model: whatever it says, the converter answers with
// metadata or an error, in memory in proportion to the files.
func FuzzConfig(f *testing.F) {
	configs, err := filepath.Glob(filepath.Join(shared, "golden", "convert", "*", configFile))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range configs {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(tinyConfig("Qwen3MoeForCausalLM", "qwen3_moe", `, "num_experts": 2, "n_group": 1, "scoring_func": "sigmoid"`)))
	f.Add([]byte(tinyConfig("Gemma3ForConditionalGeneration", "gemma3", `, "text_config": {"sliding_window_pattern": 6}`)))
	f.Add([]byte(tinyConfig("LlamaForCausalLM", "llama", `, "rope_scaling": {"rope_type": "llama3", "mrope_section": [1, 2]}, "head_dim": 9223372036854775807`)))

	f.Add([]byte(tinyConfig("MixtralForCausalLM", "mixtral", `, "num_local_experts": 6148914691236517206`)))
	f.Add([]byte(tinyConfig("MixtralForCausalLM", "mixtral", `, "num_local_experts": 1, "rope_theta": NaN`)))
	f.Add([]byte(tinyConfig("LlamaForCausalLM", "llama", `, "num_attention_heads": 9223372036854775807, "quantization_config": {"quant_method": "fp8", "weight_block_size": [4, 8]}`)))

	dirs := fuzzedModels(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, dir := range dirs {
			askConfig(t, dir, data)
		}
		runtime.ReadMemStats(&after)
		if ceiling := uint64(4<<20 + 1200*len(data)); after.TotalAlloc-before.TotalAlloc > ceiling {
			t.Errorf("%d bytes allocated for a file of %d", after.TotalAlloc-before.TotalAlloc, len(data))
		}
	})
}

// fuzzedModels returns a dense model, one with an expert, and one with F8
// weights and their scales.
func fuzzedModels(f *testing.F) []*directory {
	var dirs []*directory
	for name, tensors := range map[string][]sourceSpec{
		"dense": tinyDecoder(denseLayer()...),
		"experts": tinyDecoder(
			bf16("model.layers.0.block_sparse_moe.gate.weight", 1, 16),
			bf16("model.layers.0.block_sparse_moe.experts.0.w1.weight", 24, 16),
			bf16("model.layers.0.block_sparse_moe.experts.0.w2.weight", 16, 24),
			bf16("model.layers.0.block_sparse_moe.experts.0.w3.weight", 24, 16)),
		"f8": tinyDecoder(append(denseLayer(),
			sourceSpec{name: "lm_head.weight", dtype: safetensors.F8_E4M3, shape: []int64{8, 16}},
			sourceSpec{name: "lm_head.weight_scale_inv", dtype: safetensors.F32, shape: []int64{2, 2}})...),
	} {
		path := makeModel(f, name, "{}", tensors, map[string]string{"tokenizer.json": `{"model": {"vocab": {"a": 0}}}`})
		dir, err := openDirectory(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() {
			if err := dir.Close(); err != nil {
				f.Error(err)
			}
		})
		dirs = append(dirs, dir)
	}
	return dirs
}

func askConfig(t *testing.T, dir *directory, data []byte) {
	raw, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return
	}
	c, err := newConfig(configFile, raw)
	if err != nil {
		return
	}
	class, err := c.architecture()
	if err != nil {
		return
	}
	arch, err := lookupArchitecture(class)
	if err != nil {
		return
	}
	m := &model{dir: dir, config: c, arch: arch}
	out, err := m.tensors()
	if err != nil {
		return
	}
	_, _ = m.metadata(quantize.FileTypeBF16, countParameters(out))
	_ = m.checkComplete(out)
	var value [1]float32
	for _, o := range out {
		for _, at := range []int64{0, valueCount(o.rows.shape()) - 1} {
			if err := o.rows.read(value[:], at, new(scratch)); err != nil {
				t.Errorf("%s: value %d: %v", o.name, at, err)
			}
		}
	}
}
