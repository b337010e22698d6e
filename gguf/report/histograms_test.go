package report

import (
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

func TestOutline(t *testing.T) {
	tests := []struct {
		name        string
		bins        quantize.Bins
		viewBox     string
		linear, log string
		summary     string
	}{
		{"nothing", quantize.Bins{NonFinite: 2}, "-16 0 32 100", "", "", "0 values, 2 not finite"},
		{"zeros", quantize.Bins{Counts: []uint64{7}, Zeros: 7}, "-16 0 33 100",
			"M0 100V0h1V100z", "M0 100V0h1V100z", "7 values, all exactly 0"},
		{"equal neighbours join", quantize.Bins{Width: 0.5, Counts: []uint64{2, 2, 4, 0, 0}}, "0 0 5 100",
			"M0 100V50h2V0h1V100h2V100z", "M0 100V32h2V0h1V100h2V100z", "8 values in 5 bins of 0.5, at most 4 in one"},
		{"one is seen beside many", quantize.Bins{Width: 1, Counts: []uint64{1, 1e6, 0}, Zeros: 999}, "0 0 3 100",
			"M0 100V99h1V0h1V100h1V100z", "M0 100V95h1V0h1V100h1V100z", "1.00 M values in 3 bins of 1, at most 1.00 M in one, less than 0.1 % exactly 0"},
	}
	for _, test := range tests {
		p := newPlot(&test.bins)
		if p.viewBox != test.viewBox || p.linear != test.linear || p.log != test.log {
			t.Errorf("%s: box %s, linear %s, log %s", test.name, p.viewBox, p.linear, p.log)
		}
		if got := p.summary(); got != test.summary {
			t.Errorf("%s: %s, want %s", test.name, got, test.summary)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, test := range []struct {
		part, whole uint64
		want        string
	}{
		{1, 1, "all"}, {1, 2, "50.0 %"}, {9999, 10000, "99.9 %"}, {1, 1000, "0.1 %"}, {1, 1001, "less than 0.1 %"},
	} {
		if got := percent(test.part, test.whole); got != test.want {
			t.Errorf("%d of %d: %s, want %s", test.part, test.whole, got, test.want)
		}
	}
}
