package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/sample"
)

// sparseModel makes the directory of a Llama of about so many bytes of BF16, all of them zeros that take no room on the
// disk.
func sparseModel(t *testing.T, size int64) string {
	t.Helper()
	const hidden, inner, vocabulary, perLayer = 1024, 4096, 4096, 2 * 1024 * (4*1024 + 3*4096)
	layers := int(max(1, size/perLayer))
	tensor := func(name string, shape ...int64) safetensors.TensorInfo {
		return safetensors.TensorInfo{Name: "model." + name + ".weight", DType: safetensors.BF16, Shape: shape}
	}
	tensors := []safetensors.TensorInfo{tensor("embed_tokens", vocabulary, hidden), tensor("norm", hidden)}
	for i := range layers {
		for part, shape := range map[string][]int64{
			"input_layernorm": {hidden}, "post_attention_layernorm": {hidden},
			"self_attn.q_proj": {hidden, hidden}, "self_attn.k_proj": {hidden, hidden},
			"self_attn.v_proj": {hidden, hidden}, "self_attn.o_proj": {hidden, hidden},
			"mlp.gate_proj": {inner, hidden}, "mlp.up_proj": {inner, hidden}, "mlp.down_proj": {hidden, inner},
		} {
			tensors = append(tensors, tensor(fmt.Sprintf("layers.%d.%s", i, part), shape...))
		}
	}
	layout, err := safetensors.NewLayout(tensors, nil)
	if err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(map[string]any{
		"architectures": []string{"LlamaForCausalLM"}, "model_type": "llama", "hidden_size": hidden, "intermediate_size": inner,
		"num_hidden_layers": layers, "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": vocabulary,
		"max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "rope_theta": 1e4, "tie_word_embeddings": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "sparse")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"config.json": config, "model.safetensors": layout.Header}
	for _, name := range []string{"tokenizer.json", "tokenizer_config.json"} {
		if files[name], err = fs.ReadFile(sample.FS(), name); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(dir, "model.safetensors"), layout.Size); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sampleDirectory writes the bundled model's files.
func sampleDirectory(t *testing.T) string {
	t.Helper()
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
