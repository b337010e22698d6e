package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

// runReport is a conversion's report with what the command knows of the run.
type runReport struct {
	*convert.Report
	BytesPerSecond  float64 `json:"bytesPerSecond"` // of the source; 0 where an earlier run did a part of it
	PeakMemoryBytes int64   `json:"peakMemoryBytes,omitempty"`
}

func newRunReport(r *convert.Report) *runReport {
	run := &runReport{Report: r, PeakMemoryBytes: peakMemory()}
	if r.Seconds > 0 && r.Resumed == 0 {
		run.BytesPerSecond = float64(r.SourceBytes) / r.Seconds
	}
	return run
}

// writeJSON prints v as indented JSON.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printPlan says what a conversion would write.
func (a *app) printPlan(plan *convert.Plan, output string, asJSON bool) error {
	report := plan.Report()
	report.Paths = plan.Paths(output)
	if asJSON {
		return writeJSON(a.stdout, report)
	}
	t := newTable("tensor", ">shape", "source", "type", ">bpw", ">size")
	for i := range report.Tensors {
		line := &report.Tensors[i]
		t.add(displayName(line.Name), units.Shape(line.Shape), line.SourceType, typeCell(line),
			fmt.Sprintf("%.2f", line.BitsPerWeight), units.Bytes(line.Bytes))
	}
	if err := t.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	a.printFallbacks(report)
	fmt.Fprintf(a.stdout, "type          %s (%s)\n", describeType(report), report.Architecture)
	a.printSizes(report)
	return a.printPaths("would write   ", report.Paths)
}

// printReport prints what a conversion cost, tensor by tensor, and the totals.
func (a *app) printReport(r *runReport) error {
	t := newTable("tensor", ">shape", "source", "type", ">bpw", ">RMSE", ">max err", ">SQNR dB", ">cosine")
	for i := range r.Tensors {
		line := &r.Tensors[i]
		t.add(append([]string{displayName(line.Name), units.Shape(line.Shape), line.SourceType, typeCell(line),
			fmt.Sprintf("%.2f", line.BitsPerWeight)}, errorCells(line.Error)...)...)
	}
	if err := t.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	a.printFallbacks(r.Report)
	fmt.Fprintf(a.stdout, "type          %s (%s)\n", describeType(r.Report), r.Architecture)
	a.printSizes(r.Report)
	if worst := worstTensor(r.Tensors); worst != nil {
		fmt.Fprintf(a.stdout, "worst tensor  %s, SQNR %s dB\n", displayName(worst.Name), units.Decibels(worst.Error.SQNR))
	}
	took := units.Duration(time.Duration(r.Seconds * float64(time.Second)))
	if r.BytesPerSecond > 0 {
		took += ", " + units.ThreeDigits(r.BytesPerSecond/1e6) + " MB/s"
	}
	fmt.Fprintf(a.stdout, "time          %s\n", took)
	if r.Resumed > 0 {
		fmt.Fprintf(a.stdout, "resumed       %s of %s were done\n", units.Bytes(r.Resumed), units.Bytes(tensorBytes(r.Tensors)))
	}
	if r.PeakMemoryBytes > 0 {
		fmt.Fprintf(a.stdout, "peak memory   %s\n", units.Bytes(r.PeakMemoryBytes))
	}
	return a.printPaths("file          ", r.Paths)
}

// describeType returns the file type, but of a mixture that it is one: there is no file type for it, and the file names
// that of most weights.
func describeType(r *convert.Report) string {
	if r.Mixture {
		return "mixture of types, mostly " + r.FileType
	}
	return r.FileType
}

// printSummary prints the totals in a line.
func (a *app) printSummary(r *runReport) error {
	a.printFallbacks(r.Report)
	files := "file"
	if len(r.Paths) > 1 {
		files = "files"
	}
	fmt.Fprintf(a.stdout, "%s: weights %s -> %s, %.2f bits per weight; %s %s; %s\n", describeType(r.Report),
		units.Bytes(r.SourceBytes), units.Bytes(tensorBytes(r.Tensors)), r.BitsPerWeight,
		files, units.Bytes(r.Bytes), units.Duration(time.Duration(r.Seconds*float64(time.Second))))
	if r.Resumed > 0 {
		fmt.Fprintf(a.stdout, "resumed: %s of %s were done\n", units.Bytes(r.Resumed), units.Bytes(tensorBytes(r.Tensors)))
	}
	return a.printPaths("", r.Paths)
}

// printSizes says how large the weights were and are, and how large the files are that have them.
func (a *app) printSizes(r *convert.Report) {
	bytes, share := tensorBytes(r.Tensors), ""
	if r.SourceBytes > 0 {
		share = fmt.Sprintf(" (%.0f %%)", 100*float64(bytes)/float64(r.SourceBytes))
	}
	fmt.Fprintf(a.stdout, "weights       %s in %d tensors, %.2f bits per weight\n", units.Count(r.Weights), len(r.Tensors), r.BitsPerWeight)
	fmt.Fprintf(a.stdout, "              %s -> %s%s\n", units.Bytes(r.SourceBytes), units.Bytes(bytes), share)
	fmt.Fprintf(a.stdout, "size          %s with the metadata\n", units.Bytes(r.Bytes))
}

// tensorBytes returns the size of all tensors in the output.
func tensorBytes(tensors []convert.TensorReport) int64 {
	var n int64
	for i := range tensors {
		n += tensors[i].Bytes
	}
	return n
}

// printPaths prints the names of the output's files, the first one after label.
func (a *app) printPaths(label string, paths []string) error {
	for _, path := range paths {
		if _, err := fmt.Fprintf(a.stdout, "%s%s\n", label, printable(path)); err != nil {
			return err
		}
		label = strings.Repeat(" ", len(label))
	}
	return nil
}

// printFallbacks names the tensors that are not in the type that the recipe asks for.
func (a *app) printFallbacks(r *convert.Report) {
	for i := range r.Tensors {
		line := &r.Tensors[i]
		if line.WantedType == "" {
			continue
		}
		row := int64(1)
		if len(line.Shape) > 0 {
			row = line.Shape[len(line.Shape)-1]
		}
		fmt.Fprintf(a.stdout, "fell back     %s: %s instead of %s, whose blocks rows of %d values do not fill\n",
			displayName(line.Name), line.Type, line.WantedType, row)
	}
}

// typeCell returns a tensor's type, marked where the tensor fell back.
func typeCell(line *convert.TensorReport) string {
	if line.WantedType != "" {
		return line.Type + " (not " + line.WantedType + ")"
	}
	return line.Type
}

// errorCells returns RMSE, largest error, SQNR and cosine.
func errorCells(m *quantize.Metrics) []string {
	if m == nil {
		return []string{"", "", "", ""}
	}
	return []string{units.Error(m.RMSE), units.Error(m.MaxError), units.Decibels(m.SQNR), fmt.Sprintf("%.6f", m.Cosine)}
}

// worstTensor returns the tensor with the lowest SQNR, or one whose error is no number; nil where all are exact or none
// was measured.
func worstTensor(tensors []convert.TensorReport) *convert.TensorReport {
	var worst *convert.TensorReport
	lowest := math.Inf(1)
	for i := range tensors {
		if m := tensors[i].Error; m != nil && (m.SQNR < lowest || math.IsNaN(m.SQNR)) {
			worst, lowest = &tensors[i], m.SQNR
		}
	}
	return worst
}
