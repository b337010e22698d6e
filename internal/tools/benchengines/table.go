package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// print prints what was measured as the tables of the README have it.
func (b *bench) print(w io.Writer, r report) {
	fmt.Fprintf(w, "%s\n\n", b.describe())
	b.printTokens(w, r)
	fmt.Fprintln(w)
	b.printWeights(w, r)
}

// printTokens prints a line for each way to encode.
func (b *bench) printTokens(w io.Writer, r report) {
	fmt.Fprintln(w, "| tokens | where | loading, ms | first text, MB/s | fresh | again |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|---:|")
	differ := false
	for _, s := range r {
		if s.task.Do != doTokens {
			continue
		}
		name := s.task.Library
		if version := b.versions[name]; version != "" {
			name += " " + version
		}
		if r.differs(s) {
			name, differ = name+"*", true
		}
		rate := func(seconds float64) float64 { return float64(b.textBytes) / seconds / 1e6 }
		fmt.Fprintf(w, "| %s | %s | %.0f | %.3g | %.3g | %.3g |\n", name, s.engine.name(),
			1e3*s.median(0), rate(s.first.Seconds[1]), rate(s.median(1)), rate(s.median(2)))
	}
	if differ {
		fmt.Fprintln(w, "\n\\* not the same ids")
	}
}

// printWeights prints a line for each engine and module.
func (b *bench) printWeights(w io.Writer, r report) {
	fmt.Fprint(w, "| weights, million a second | kernels |")
	for _, t := range types {
		fmt.Fprintf(w, " %s |", t)
	}
	fmt.Fprintf(w, " a model to %s, MB/s |\n|---|---|%s---:|\n", fileType, strings.Repeat("---:|", len(types)))
	for _, s := range r {
		if kindOf(s.task) != (kind{doQuantize, types[0]}) {
			continue
		}
		kernels := "yes"
		if s.task.Plain || s.engine.name() == plainGo {
			kernels = "no"
		}
		fmt.Fprintf(w, "| %s | %s |", s.engine.name(), kernels)
		for _, k := range kinds[1:] {
			i := slices.IndexFunc(r, func(other *series) bool {
				return other.engine == s.engine && other.task.Plain == s.task.Plain && kindOf(other.task) == k
			})
			if i < 0 {
				fmt.Fprint(w, " |")
				continue
			}
			amount := float64(b.weights)
			if k.do == doConvert {
				amount = float64(b.modelBytes)
			}
			fmt.Fprintf(w, " %s |", figures(amount/r[i].median(0)/1e6))
		}
		fmt.Fprintln(w)
	}
}

// figures writes a rate with the three figures that are worth something, and no exponent.
func figures(rate float64) string {
	if rate >= 100 {
		return fmt.Sprintf("%.0f", rate)
	}
	return fmt.Sprintf("%.3g", rate)
}
