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
	"github.com/nibble-go/nibble/gguf/report"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/quantize"
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

// sampleValues is how many values of each tensor are quantized to every type there is, for the report to compare them.
const sampleValues = 16 << 10

// writeHTML writes the report of a run that is done, if one is asked for.
func (a *app) writeHTML(ctx context.Context, plan *convert.Plan, r *convert.Report, f *conversion) error {
	if f.html.path == "" {
		return nil
	}
	compared, err := a.compareTypes(ctx, plan, r, f)
	if err != nil {
		return err
	}
	d := &report.Data{
		Name:       plan.ModelName(),
		Report:     r,
		Histograms: f.html.histograms,
		Options:    f.html.options(),
		Comparison: compared,
		Generator:  "nibble " + version(),
	}
	if m := f.Quantize.Imatrix; m != nil {
		d.Importance = &report.Importance{
			Name: filepath.Base(m.Name), Datasets: m.Datasets, Chunks: m.Chunks, Unweighted: plan.Unweighted,
		}
	}
	var page bytes.Buffer
	if err := report.Write(ctx, &page, d); err != nil {
		return err
	}
	if err := atomicfile.WriteFile(f.html.path, page.Bytes(), atomicfile.Options{Force: f.force}); err != nil {
		return fmt.Errorf("the model is written, its report is not: %w", err)
	}
	return nil
}

// compareTypes estimates what the model would be in every other type, with a progress bar.
func (a *app) compareTypes(ctx context.Context, plan *convert.Plan, r *convert.Report, f *conversion) (*report.Comparison, error) {
	opts := convert.MeasureOptions{Workers: f.workers, SampleValues: sampleValues}
	for _, t := range quantize.Types() {
		if t.CanEncode() {
			opts.Types = append(opts.Types, t)
		}
	}
	bar := newProgress(a.stderr, f.quiet, "comparing types", 0)
	defer bar.stop()
	opts.Progress = bar.update
	costs, err := plan.MeasureTypes(ctx, opts)
	if err != nil {
		return nil, err
	}
	return report.Compare(plan, r, costs, f.Quantize.Imatrix != nil), nil
}

// silentFlags change nothing about the output, or are told elsewhere in the report.
var silentFlags = []string{"imatrix", "output", "report", "report-json", "report-html", "manifest", "resume", "jobs", "force", "quiet"}

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
