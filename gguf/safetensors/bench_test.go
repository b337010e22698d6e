package safetensors_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

// BenchmarkNewReader reads the header of a model as large as they come: 92,000
// tensors.
func BenchmarkNewReader(b *testing.B) {
	const tensors = 92_000
	infos := make([]safetensors.TensorInfo, tensors)
	for i := range infos {
		infos[i] = safetensors.TensorInfo{
			Name:  fmt.Sprintf("model.layers.%d.mlp.experts.%d.down_proj.weight", i/1500, i%1500),
			DType: safetensors.F8_E4M3,
			Shape: []int64{7168, 0},
		}
	}
	layout, err := safetensors.NewLayout(infos, map[string]string{"format": "pt"})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(layout.Header)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := safetensors.NewReader(bytes.NewReader(layout.Header), layout.Size, safetensors.ReaderOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
