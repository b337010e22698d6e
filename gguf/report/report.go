package report

import (
	"cmp"
	"context"
	_ "embed"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

//go:embed report.css
var styleSheet string

// Write writes the report as HTML in UTF-8. The same data give the same bytes.
// Its errors are those of w.
func Write(ctx context.Context, w io.Writer, d *Data) error {
	return page(newPageView(d)).Render(ctx, w)
}

// pageView is what the components show.
type pageView struct {
	Title     string
	Facts     []fact
	Totals    []fact
	Worst     []*row
	Chart     *chart   // nil: nothing to compare with
	Heatmap   *heatmap // nil: nothing was measured
	Rows      []row
	Plotted   bool // there are histograms
	Generator string
}

// A fact is a line of the head.
type fact struct {
	Label string
	Value string
	Note  string // smaller, beneath the value; may be empty
}

// maxWorst is how many of the worst tensors the head names.
const maxWorst = 5

func newPageView(d *Data) *pageView {
	v := &pageView{
		Title:     visible(d.Name) + ", " + fileType(d.Report),
		Facts:     facts(d),
		Rows:      rowsOf(d),
		Plotted:   len(d.Histograms) > 0,
		Generator: visible(d.Generator),
	}
	total := totalOf(d.Report)
	v.Totals = totals(d, total)
	v.Worst = worst(v.Rows, maxWorst)
	v.Chart = newChart(d.Comparison, d.Report.Weights)
	if total != nil {
		v.Heatmap = newHeatmap(v.Rows)
	}
	return v
}

// totalOf returns the error of all tensors together, nil where none was
// measured.
func totalOf(r *convert.Report) *quantize.Metrics {
	var parts []quantize.Metrics
	for i := range r.Tensors {
		if r.Tensors[i].Error != nil {
			parts = append(parts, *r.Tensors[i].Error)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	total := quantize.Total(parts...)
	return &total
}

// totals are the numbers that matter most.
func totals(d *Data, total *quantize.Metrics) []fact {
	r := d.Report
	size := fact{Label: "size", Value: units.Bytes(r.Bytes), Note: "the file, from " + units.Bytes(r.SourceBytes) + " of weights"}
	if r.SourceBytes > 0 {
		size.Note += ", " + strconv.FormatFloat(100*float64(r.Bytes)/float64(r.SourceBytes), 'f', 0, 64) + " %"
	}
	all := []fact{size, {Label: "bits per weight", Value: strconv.FormatFloat(r.BitsPerWeight, 'f', 2, 64), Note: units.Count(r.Weights) + " weights"}}
	if total == nil {
		return all
	}
	sqnr := fact{Label: "SQNR", Value: units.Decibels(total.SQNR), Note: "signal to quantization noise"}
	if !math.IsInf(total.SQNR, 0) {
		sqnr.Value += " dB"
	}
	return append(all, sqnr,
		fact{Label: "RMSE", Value: units.Error(total.RMSE), Note: "largest error " + units.Error(total.MaxError)},
		fact{Label: "cosine", Value: strconv.FormatFloat(total.Cosine, 'f', 6, 64), Note: "between all weights and all decoded ones"},
	)
}

// facts say what was done.
func facts(d *Data) []fact {
	r := d.Report
	all := []fact{
		{Label: "model", Value: visible(d.Name)},
		{Label: "architecture", Value: visible(r.Architecture)},
		{Label: "types", Value: sourceTypes(d) + " → " + fileType(r), Note: outputTypes(d)},
	}
	if n := fellBack(d); n > 0 {
		all = append(all, fact{Label: "fell back", Value: plural(n, "tensor", "tensors"), Note: "their rows do not fill the blocks of the type that was wanted"})
	}
	all = append(all, importanceFact(d.Importance))
	options := fact{Label: "options", Value: "none"}
	if len(d.Options) > 0 {
		var texts []string
		for _, o := range d.Options {
			texts = append(texts, strings.TrimSpace(visible(o.Name)+" "+visible(o.Value)))
		}
		options.Value = strings.Join(texts, ", ")
	}
	all = append(all, options)
	if r.Seconds > 0 {
		took := fact{
			Label: "time",
			Value: units.Duration(time.Duration(r.Seconds * float64(time.Second))),
			Note:  units.ThreeDigits(float64(r.SourceBytes)/r.Seconds/1e6) + " MB of the source a second",
		}
		if r.Resumed > 0 {
			took.Note = units.Bytes(r.Resumed) + " of tensors stood there from a run that was stopped"
		}
		all = append(all, took)
	}
	var files []string
	for _, path := range r.Paths {
		files = append(files, filepath.Base(path))
	}
	if len(files) > 0 {
		all = append(all, fact{Label: plainPlural(len(files), "file", "files"), Value: listed(files, 4)})
	}
	return all
}

func importanceFact(m *Importance) fact {
	f := fact{Label: "importance matrix", Value: "none"}
	if m == nil {
		return f
	}
	f.Value = visible(m.Name)
	var notes []string
	if len(m.Datasets) > 0 {
		notes = append(notes, "of "+listed(m.Datasets, 3))
	}
	if m.Chunks > 0 {
		notes = append(notes, strconv.FormatInt(m.Chunks, 10)+plainPlural(int(min(m.Chunks, 2)), " chunk", " chunks"))
	}
	if len(m.Unweighted) > 0 {
		notes = append(notes, "nothing for "+listed(m.Unweighted, 3))
	}
	f.Note = strings.Join(notes, "; ")
	return f
}

// sourceTypes names the types of the source, the one of most weights first.
func sourceTypes(d *Data) string {
	names, _ := byWeights(d, func(i int) string { return d.Report.Tensors[i].SourceType })
	return listed(names, 3)
}

// outputTypes names the types of the output with their numbers of tensors, the
// one of most weights first.
func outputTypes(d *Data) string {
	names, counts := byWeights(d, func(i int) string { return d.Report.Tensors[i].Type })
	for i, name := range names {
		names[i] = visible(name) + " × " + strconv.Itoa(counts[name])
	}
	return strings.Join(names, ", ")
}

// byWeights returns the distinct keys of tensors, those of most weights first,
// and how many tensors each has.
func byWeights(d *Data, key func(i int) string) ([]string, map[string]int) {
	var names []string
	counts := map[string]int{}
	weights := map[string]float64{}
	for i := range d.Report.Tensors {
		name := key(i)
		if counts[name] == 0 {
			names = append(names, name)
		}
		counts[name]++
		n := 1.0
		for _, dim := range d.Report.Tensors[i].Shape {
			n *= float64(dim)
		}
		weights[name] += n
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(weights[b], weights[a]) })
	return names, counts
}

func fellBack(d *Data) int {
	n := 0
	for i := range d.Report.Tensors {
		if d.Report.Tensors[i].WantedType != "" {
			n++
		}
	}
	return n
}

func plural(n int, one, many string) string { return strconv.Itoa(n) + " " + plainPlural(n, one, many) }

func plainPlural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// fileType returns the type in words: of exact types, that they are a mixture.
func fileType(r *convert.Report) string {
	if r.Mixture {
		return "mixture"
	}
	return visible(r.FileType)
}
