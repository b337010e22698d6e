package report

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFamilyOf(t *testing.T) {
	for name, want := range map[string]string{
		"q4_K": familyK, "q6_K": familyK, "iq4_nl": familyIQ, "iq1_s": familyIQ, "q4_0": familyLegacy, "q8_0": familyLegacy,
		"tq1_0": familyOther, "mxfp4": familyOther, "bf16": familyOther, "q1_0": familyOther, "?": familyOther,
	} {
		if got := familyOf(name); got != want {
			t.Errorf("%s is of %s, want %s", name, got, want)
		}
	}
}

// Marks and labels stay within the chart, and no label lies over another or
// over a mark.
func TestLabels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) Point {
			return Point{
				Name:          rapid.StringMatching(`[a-z_0-9]{1,9}`).Draw(t, "name"),
				BitsPerWeight: rapid.Float64Range(0.5, 20).Draw(t, "bits"),
				SQNR:          rapid.Float64Range(-10, 80).Draw(t, "sqnr"),
			}
		})
		d := &Comparison{
			File:    Point{"this file", 4.5, 22},
			Types:   rapid.SliceOfN(point, 0, 30).Draw(t, "types"),
			Recipes: rapid.SliceOfN(point, 1, 30).Draw(t, "recipes"),
		}
		c := newChart(d, 1000)
		var boxes, marks []box
		for _, m := range c.Marks {
			x, y := number(t, m.X), number(t, m.Y)
			if x < chartLeft || x > chartRight || y < chartTop || y > chartBottom {
				t.Fatalf("a mark at %g, %g", x, y)
			}
			marks = append(marks, box{x - 4, y - 4, x + 4, y + 4})
			if m.Label == "" {
				continue
			}
			left, bottom := number(t, m.LabelX), number(t, m.LabelY)
			b := box{left, bottom - letterHeight + 3, left + letterWidth*float64(len(m.Label)), bottom + 3}
			if b.left < 0 || b.right > chartWidth+0.1 || b.top < -0.1 || b.bottom > chartHeight {
				t.Fatalf("label %s at %+v", m.Label, b)
			}
			const rounded = 0.1
			b = box{b.left + rounded, b.top + rounded, b.right - rounded, b.bottom - rounded}
			for _, o := range boxes {
				if b.overlaps(o) {
					t.Fatalf("label %s at %+v overlaps another at %+v", m.Label, b, o)
				}
			}
			boxes = append(boxes, b)
		}
		for _, b := range boxes {
			for _, m := range marks {
				if b.overlaps(m) {
					t.Fatalf("a label at %+v overlaps a mark at %+v", b, m)
				}
			}
		}
		plotted := len(c.Marks)
		if c.Off != "" {
			plotted += len(strings.Split(c.Off, ", "))
		}
		if want := 1 + len(d.Types) + len(d.Recipes); plotted != want || len(c.Table) != want {
			t.Fatalf("%d points are plotted or named and %d in the table, of %d", plotted, len(c.Table), want)
		}
	})
}

func number(t *rapid.T, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestChartOfLittle(t *testing.T) {
	d := &Comparison{File: Point{"this file", 32, math.Inf(1)}}
	if newChart(nil, 8) != nil || newChart(d, 8) != nil {
		t.Error("a chart of the file alone")
	}
	d.Types = []Point{{"f32", 32, math.Inf(1)}, {"q4_0", 4.5, 20}}
	c := newChart(d, 8)
	if c.Off != "this file, f32" || len(c.Marks) != 1 || c.Marks[0].Label != "q4_0" || len(c.Lines) != 0 {
		t.Errorf("%+v", c)
	}
}
