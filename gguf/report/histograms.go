package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

// plots are the histograms of a tensor.
type plots struct {
	weights, errors plot
}

// A plot is a histogram as two outlines, in a box that is as wide as it has
// bins and plotHeight high.
type plot struct {
	bins    *quantize.Bins
	viewBox string
	linear  string // path of the counts
	log     string // path of their logarithms
}

const plotHeight = 100

// newPlots returns nil where nothing was counted.
func newPlots(h *convert.TensorHistograms) *plots {
	if h.Weights.Total()+h.Weights.NonFinite == 0 {
		return nil
	}
	return &plots{weights: newPlot(&h.Weights), errors: newPlot(&h.Errors)}
}

func newPlot(b *quantize.Bins) plot {
	// A column that is alone, of zeros, stands in the middle of a box too.
	margin := 0
	if len(b.Counts) <= 1 {
		margin = 16
	}
	p := plot{bins: b, viewBox: fmt.Sprintf("%d 0 %d %d", -margin, len(b.Counts)+2*margin, plotHeight)}
	if len(b.Counts) == 0 {
		return p
	}
	most := slices.Max(b.Counts)
	p.linear = outline(b.Counts, func(n uint64) float64 { return float64(n) / float64(most) })
	p.log = outline(b.Counts, func(n uint64) float64 { return math.Log1p(float64(n)) / math.Log1p(float64(most)) })
	return p
}

// outline returns the path around columns of the given heights, between 0 and 1.
// A column that is not empty is seen, however low it is.
func outline(counts []uint64, height func(uint64) float64) string {
	path := []byte("M0 " + strconv.Itoa(plotHeight))
	before, run := -1, 0
	flush := func() {
		if run > 0 {
			path = append(path, 'h')
			path = strconv.AppendInt(path, int64(run), 10)
		}
	}
	for _, n := range counts {
		h := 0
		if n > 0 {
			h = max(1, int(math.Round(height(n)*plotHeight)))
		}
		if h != before {
			flush()
			path = append(path, 'V')
			path = strconv.AppendInt(path, int64(plotHeight-h), 10)
			before, run = h, 0
		}
		run++
	}
	flush()
	path = append(path, 'V')
	path = strconv.AppendInt(path, plotHeight, 10)
	return string(append(path, 'z'))
}

// edge is the magnitude at which the plot ends on both sides, nothing where it
// shows zeros alone.
func (p *plot) edge() string {
	if p.bins.Width == 0 {
		return ""
	}
	return units.Significant(float64(len(p.bins.Counts)) / 2 * p.bins.Width)
}

// summary says in words what the plot shows.
func (p *plot) summary() string {
	s := units.Count(int64(p.bins.Total())) + " values"
	if p.bins.Width > 0 {
		s += " in " + strconv.Itoa(len(p.bins.Counts)) + " bins of " + units.Significant(p.bins.Width) +
			", at most " + units.Count(int64(slices.Max(p.bins.Counts))) + " in one"
	}
	if p.bins.Zeros > 0 {
		s += ", " + percent(p.bins.Zeros, p.bins.Total()) + " exactly 0"
	}
	if p.bins.NonFinite > 0 {
		s += ", " + strconv.FormatUint(p.bins.NonFinite, 10) + " not finite"
	}
	return s
}

// percent returns part of whole. What is not 0 is not shown as 0, and what is
// not all is not shown as all.
func percent(part, whole uint64) string {
	switch {
	case part == whole:
		return "all"
	case part*1000 < whole:
		return "less than 0.1 %"
	}
	return strconv.FormatFloat(math.Floor(1000*float64(part)/float64(whole))/10, 'f', 1, 64) + " %"
}

// withUnit completes a number of decibels; "exact" needs no unit.
func withUnit(decibels string) string {
	if decibels == "" || decibels == units.Decibels(math.Inf(1)) {
		return decibels
	}
	return decibels + " dB"
}
