package convert

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

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

	path := makeModel(f, "tiny", "{}", tinyDecoder(denseLayer()...), map[string]string{"tokenizer.json": `{"model": {"vocab": {}}}`})
	dir, err := openDirectory(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := dir.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		askConfig(dir, data)
		runtime.ReadMemStats(&after)
		if ceiling := uint64(1<<20 + 400*len(data)); after.TotalAlloc-before.TotalAlloc > ceiling {
			t.Errorf("%d bytes allocated for a file of %d", after.TotalAlloc-before.TotalAlloc, len(data))
		}
	})
}

func askConfig(dir *directory, data []byte) {
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
}
