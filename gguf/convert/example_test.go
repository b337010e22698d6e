package convert_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
)

func Example() {
	temp, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temp)
	dir, err := sample.Extract(temp) // any model directory in Hugging Face layout
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx := context.Background()
	plan, err := convert.NewPlan(ctx, dir, convert.Options{Type: "q4_k_m"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer plan.Close()
	fmt.Printf("%d tensors, %d bytes, %.2f bits per weight\n", len(plan.Tensors), plan.Bytes(), plan.BitsPerWeight())

	report, err := plan.WriteFile(ctx, filepath.Join(temp, "fable.gguf"), convert.WriteOptions{
		StreamOptions: convert.StreamOptions{Measure: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	worst := report.Tensors[0]
	for _, t := range report.Tensors {
		if t.Error.SQNR < worst.Error.SQNR {
			worst = t
		}
	}
	fmt.Printf("%s: SQNR %.1f dB\n", worst.Name, worst.Error.SQNR)
	// Output:
	// 38 tensors, 2887168 bytes, 5.26 bits per weight
	// blk.1.attn_v.weight: SQNR 22.6 dB
}

// The file as it comes, to a destination that need not be a file.
func ExamplePlan_Output() {
	temp, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temp)
	dir, err := sample.Extract(temp)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	plan, err := convert.NewPlan(ctx, dir, convert.Options{Type: "q4_k_m"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer plan.Close()
	output, err := plan.Output(convert.StreamOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	hash := sha256.New()
	for {
		piece, err := output.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		hash.Write(piece.Bytes)
	}
	fmt.Printf("%s: sha256 %x\n", plan.FileName(""), hash.Sum(nil))
	// Output:
	// fable-4m-Q4_K_M.gguf: sha256 fa712113c38f234c12ba5cd37cabc8ad8ae6a223ecc30e0812503199131a107c
}
