package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
)

// demoDirectory is where the demo's file goes, below the current directory.
const demoDirectory = "out"

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Convert the bundled sample model and show what it cost",
		Long: `demo converts ` + sample.Name + `, a small trained model that nibble carries along, to
Q4_K_M and prints the error of every tensor: what

  nibble convert ` + sample.Name + ` -t q4_k_m --report

does with a directory of that name. The file goes to ` + demoDirectory + `/ and replaces that
of an earlier run.`,
		Args: arguments(0, 0),
		RunE: a.action(func(ctx context.Context, _ []string) error { return a.demo(ctx) }),
	}
}

func (a *app) demo(ctx context.Context) error {
	temp, err := os.MkdirTemp("", "nibble-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	dir, err := sample.Extract(temp)
	if err != nil {
		return fmt.Errorf("unpack the sample model: %w", err)
	}
	if err := os.MkdirAll(demoDirectory, 0o777); err != nil {
		return err
	}
	output := filepath.Join(demoDirectory, sample.Name+"-"+quantize.FileTypeQ4_K_M.String()+".gguf")
	flags := conversion{output: output, report: true, force: true}
	flags.Options = convert.Options{Type: quantize.FileTypeQ4_K_M.String()}
	return a.convert(ctx, dir, &flags)
}
