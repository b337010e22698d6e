package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/units"
)

type compareFlags struct {
	json    bool
	workers int
	quiet   bool
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Measure the error of each tensor of B against A",
		Long: `compare measures how far the tensors of B are from those of A, name by name.
A and B are GGUF files, model directories, or org/name in the local Hugging
Face cache, in any combination; of a split set, name the first file. Between a
directory and a file, the directory's tensors take their GGUF names.`,
		Example: `  nibble compare ./fable-4m fable-4m-Q4_K_M.gguf
  nibble compare model-Q8_0.gguf model-Q4_K_M.gguf --json`,
		Args: arguments(2, 2),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.compare(ctx, args[0], args[1], f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.IntVarP(&f.workers, "jobs", "j", 0, "number of processors to use; 0 means all")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	return cmd
}

func (a *app) compare(ctx context.Context, first, second string, f compareFlags) error {
	if f.workers < 0 {
		return &usageError{err: fmt.Errorf("-j %d: the number of processors cannot be negative", f.workers)}
	}
	pathA, err := findModel(first, os.Getenv)
	if err != nil {
		return err
	}
	pathB, err := findModel(second, os.Getenv)
	if err != nil {
		return err
	}
	c, err := a.measure(ctx, pathA, pathB, f)
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(a.stdout, c)
	}
	return a.printComparison(c)
}

// measure compares with a progress bar. The total is known when the first chunk is done.
func (a *app) measure(ctx context.Context, pathA, pathB string, f compareFlags) (*convert.Comparison, error) {
	bar := newProgress(a.stderr, f.quiet, "comparing", 0)
	defer bar.stop()
	return convert.Compare(ctx, pathA, pathB, convert.CompareOptions{
		Workers:  f.workers,
		Progress: func(done, total int64) { bar.update(4*done, 4*total) },
	})
}

func (a *app) printComparison(c *convert.Comparison) error {
	t := newTable("tensor", ">shape", "type A", "type B", ">RMSE", ">max err", ">SQNR dB", ">cosine")
	var bytesA, bytesB, weights int64
	for i := range c.Tensors {
		line := &c.Tensors[i]
		cells := errorCells(line.Error)
		shape := units.Shape(line.Shape)
		if line.ShapeB != nil {
			shape += " / " + units.Shape(line.ShapeB)
			cells = []string{"-", "-", "-", "-"}
		}
		t.add(append([]string{displayName(line.Name), shape, line.TypeA, line.TypeB}, cells...)...)
		bytesA += line.BytesA
		bytesB += line.BytesB
		if line.Error != nil {
			weights += line.Error.Count
		}
	}
	if err := t.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	for _, only := range []struct {
		side  string
		names []string
	}{{"A", c.OnlyA}, {"B", c.OnlyB}} {
		if len(only.names) > 0 {
			fmt.Fprintf(a.stdout, "only in %s    %s\n", only.side, strings.Join(displayNames(only.names), ", "))
		}
	}
	of := " of weights"
	if len(c.OnlyA)+len(c.OnlyB) > 0 {
		of = " of weights in the tensors of both"
	}
	fmt.Fprintf(a.stdout, "A            %s, %s%s\n", printable(c.A), units.Bytes(bytesA), of)
	fmt.Fprintf(a.stdout, "B            %s, %s%s\n", printable(c.B), units.Bytes(bytesB), of)
	sqnr := units.Decibels(c.Total.SQNR)
	if !math.IsInf(c.Total.SQNR, 1) { // exact
		sqnr += " dB"
	}
	_, err := fmt.Fprintf(a.stdout, "all %-8s RMSE %s, max error %s, SQNR %s, cosine %.6f\n", units.Count(weights),
		units.Error(c.Total.RMSE), units.Error(c.Total.MaxError), sqnr, c.Total.Cosine)
	return err
}

func displayNames(names []string) []string {
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = displayName(name)
	}
	return shown
}
