package convert_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
)

// BenchmarkConvert makes whole files of the sample model, from opening the directory to the fsync at the end. Its MB/s
// are of the source, BF16: two bytes a weight.
func BenchmarkConvert(b *testing.B) {
	dir, err := sample.Extract(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	out := filepath.Join(b.TempDir(), "out.gguf")
	for _, fileType := range []string{"bf16", "q8_0", "q4_0", "q6_k", "q4_k_m", "iq4_xs"} {
		b.Run(fileType, func(b *testing.B) {
			for b.Loop() {
				plan, err := convert.NewPlan(context.Background(), dir, convert.Options{Type: fileType})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(plan.SourceBytes)
				if _, err := plan.WriteFile(context.Background(), out, convert.WriteOptions{Force: true}); err != nil {
					b.Fatal(err)
				}
				if err := plan.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
