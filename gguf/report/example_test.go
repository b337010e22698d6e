package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/report"
	"github.com/nibble-go/nibble/internal/sample"
)

// A report needs the errors and histograms of a run, and what other types would
// have cost.
func ExampleWrite() {
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

	histograms := make([]convert.TensorHistograms, len(plan.Tensors))
	opts := convert.WriteOptions{StreamOptions: convert.StreamOptions{
		Measure:    true,
		Histograms: func(tensor int, h convert.TensorHistograms) { histograms[tensor] = h },
	}}
	done, err := plan.WriteFile(ctx, filepath.Join(temp, "fable.gguf"), opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	costs, err := plan.MeasureTypes(ctx, convert.MeasureOptions{SampleValues: 1 << 10})
	if err != nil {
		fmt.Println(err)
		return
	}

	var page strings.Builder
	err = report.Write(ctx, &page, &report.Data{
		Name:       plan.Name,
		Report:     done,
		Histograms: histograms,
		Comparison: report.Compare(plan, done, costs, false),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Count(page.String(), "<details"), "that open")
	fmt.Println(strings.Count(page.String(), "<script"), "scripts")
	// Output:
	// 39 that open
	// 0 scripts
}
