package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/report"
	"github.com/nibble-go/nibble/internal/atomicfile"
)

// htmlReport is the report that --report-html asks for, and what is gathered for it during the run.
type htmlReport struct {
	path       string         // empty: none is asked for
	flags      *pflag.FlagSet // of the command
	histograms []convert.TensorHistograms
}

func (h *htmlReport) add(cmd *cobra.Command) {
	h.flags = cmd.Flags()
	h.flags.StringVar(&h.path, "report-html", "", "measure the error of every tensor and write a report to this HTML file, which needs nothing beside itself")
	cmd.MarkFlagsMutuallyExclusive("report-html", "dry-run")
	_ = cmd.MarkFlagFilename("report-html", "html")
}

// gather asks the run for what the report shows.
func (h *htmlReport) gather(opts *convert.StreamOptions, tensors int) {
	if h.path == "" {
		return
	}
	h.histograms = make([]convert.TensorHistograms, tensors)
	opts.Measure = true
	opts.Histograms = func(tensor int, t convert.TensorHistograms) { h.histograms[tensor] = t }
}

// write writes the report of a run that is done.
func (h *htmlReport) write(ctx context.Context, plan *convert.Plan, r *convert.Report, matrix *imatrix.Matrix, force bool) error {
	if h.path == "" {
		return nil
	}
	d := &report.Data{
		Name:       withoutType(plan.Name),
		Report:     r,
		Histograms: h.histograms,
		Options:    h.options(),
		Generator:  "nibble " + version(),
	}
	if matrix != nil {
		d.Importance = &report.Importance{
			Name: filepath.Base(matrix.Name), Datasets: matrix.Datasets, Chunks: matrix.Chunks, Unweighted: plan.Unweighted,
		}
	}
	var page bytes.Buffer
	if err := report.Write(ctx, &page, d); err != nil {
		return err
	}
	if err := atomicfile.WriteFile(h.path, page.Bytes(), atomicfile.Options{Force: force}); err != nil {
		return fmt.Errorf("the model is written, its report is not: %w", err)
	}
	return nil
}

// silentFlags change nothing about the output.
var silentFlags = []string{"output", "report", "report-json", "report-html", "manifest", "jobs", "force", "quiet"}

// options returns the flags that were given and count, as the user has them.
func (h *htmlReport) options() []report.Option {
	var options []report.Option
	h.flags.Visit(func(f *pflag.Flag) {
		switch value := f.Value.String(); {
		case slices.Contains(silentFlags, f.Name):
		case f.Value.Type() == "bool":
			options = append(options, report.Option{Name: "--" + f.Name})
		default:
			if list, ok := f.Value.(pflag.SliceValue); ok {
				for _, item := range list.GetSlice() {
					options = append(options, report.Option{Name: "--" + f.Name, Value: item})
				}
				return
			}
			options = append(options, report.Option{Name: "--" + f.Name, Value: value})
		}
	})
	return options
}
