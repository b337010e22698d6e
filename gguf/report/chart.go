package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

// chart plots size against error: bits per weight from left to right on a
// logarithmic scale, SQNR upwards.
type chart struct {
	XTicks, YTicks []tick
	Lines          []chartLine // the families of types
	Marks          []mark
	Off            string // points that are not in the plot, in words
	Table          []chartRow
	Weighted       bool
}

type tick struct {
	At    string // coordinate
	Label string
}

type chartLine struct {
	Class, Path string
}

// A mark is a point with its label.
type mark struct {
	Class  string
	Shape  string // path around the origin
	X, Y   string
	Title  string
	Label  string // empty where there is no room
	LabelX string
	LabelY string
	Leader string // path from the point to a label that is not beside it
}

type chartRow struct {
	Kind, Name, Bits, SQNR, Bytes string
}

// The chart's box, in the units of its viewBox.
const (
	chartWidth, chartHeight = 860, 500

	chartLeft, chartRight = 44, chartWidth - 12
	chartTop, chartBottom = 12, chartHeight - 40
)

// widestPlotted is how many bits per weight are in the plot: types that keep
// half precision or more would squeeze all others into a corner.
const widestPlotted = 12

// kinds of points
const (
	kindFile   = "file"
	kindRecipe = "recipe"
)

// shapes are the paths of marks, by class: the kinds of points are told apart
// without colours too.
var shapes = map[string]string{
	kindFile:     "M0-8 2-2.6 7.6-2.5 3 1 4.7 6.5 0 3.2-4.7 6.5-3 1-7.6-2.5-2-2.6z",
	kindRecipe:   "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
	familyK:      "M-3.5-3.5h7v7h-7z",
	familyIQ:     "M0-4.5 4.5 0 0 4.5-4.5 0z",
	familyLegacy: "M0-4.5 4.3 3.2h-8.6z",
	familyOther:  "M-4-4 4 4M-4 4 4-4",
}

const (
	familyK      = "k"
	familyIQ     = "iq"
	familyLegacy = "legacy"
	familyOther  = "rest"
)

// familyOf returns the class of a type: K types, lattice types, legacy types,
// or those that are none of these.
func familyOf(name string) string {
	switch {
	case strings.HasPrefix(strings.ToLower(name), "iq"):
		return familyIQ
	case strings.HasSuffix(strings.ToLower(name), "_k"):
		return familyK
	}
	switch t, err := quantize.ParseType(name); {
	case err != nil:
	case slices.Contains([]quantize.Type{quantize.Q4_0, quantize.Q4_1, quantize.Q5_0, quantize.Q5_1, quantize.Q8_0}, t):
		return familyLegacy
	}
	return familyOther
}

// point is a Point on its way into the chart.
type point struct {
	Point
	class string
	x, y  float64
}

// newChart returns nil where there is nothing to compare the file with.
func newChart(compared *Comparison, weights int64) *chart {
	if compared == nil || len(compared.Types)+len(compared.Recipes) == 0 {
		return nil
	}
	c := &chart{Weighted: compared.Weighted}
	points := []point{{Point: compared.File, class: kindFile}}
	for _, p := range compared.Recipes {
		points = append(points, point{Point: p, class: kindRecipe})
	}
	for _, p := range compared.Types {
		points = append(points, point{Point: p, class: familyOf(p.Name)})
	}
	c.Table = chartTable(points, weights)

	var off []string
	points = slices.DeleteFunc(points, func(p point) bool {
		plotted := p.BitsPerWeight >= 0.5 && p.BitsPerWeight <= widestPlotted && !math.IsInf(p.SQNR, 0) && !math.IsNaN(p.SQNR)
		if !plotted {
			off = append(off, visible(p.Name))
		}
		return !plotted
	})
	c.Off = strings.Join(off, ", ")
	if len(points) > 0 {
		c.place(points)
	}
	return c
}

func chartTable(points []point, weights int64) []chartRow {
	rows := make([]chartRow, len(points))
	for i, p := range points {
		kind := "type"
		if p.class == kindFile || p.class == kindRecipe {
			kind = p.class
		}
		rows[i] = chartRow{
			Kind: kind, Name: visible(p.Name), SQNR: units.Decibels(p.SQNR),
			Bits:  strconv.FormatFloat(p.BitsPerWeight, 'f', 2, 64),
			Bytes: units.Bytes(int64(p.BitsPerWeight * float64(weights) / 8)),
		}
	}
	return rows
}

// place lays the axes around the points, and puts the points and their labels on
// them.
func (c *chart) place(points []point) {
	x := axis{low: math.Inf(1), high: math.Inf(-1), from: chartLeft, to: chartRight}
	y := axis{low: math.Inf(1), high: math.Inf(-1), from: chartBottom, to: chartTop}
	for _, p := range points {
		x.low, x.high = min(x.low, math.Log2(p.BitsPerWeight)), max(x.high, math.Log2(p.BitsPerWeight))
		y.low, y.high = min(y.low, p.SQNR), max(y.high, p.SQNR)
	}
	x.widen(0.06, 0.1)
	y.widen(0.06, 1)

	for _, bits := range []float64{0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12} {
		if v := math.Log2(bits); v >= x.low && v <= x.high {
			c.XTicks = append(c.XTicks, tick{coordinate(x.at(v)), strconv.FormatFloat(bits, 'g', -1, 64)})
		}
	}
	step := 0.5
	for (y.high-y.low)/step > 10 {
		step = nextStep(step)
	}
	for n := int(math.Ceil(y.low / step)); float64(n)*step <= y.high; n++ {
		v := float64(n) * step
		c.YTicks = append(c.YTicks, tick{coordinate(y.at(v)), strconv.FormatFloat(v, 'g', 4, 64)})
	}
	for i := range points {
		p := &points[i]
		p.x, p.y = x.at(math.Log2(p.BitsPerWeight)), y.at(p.SQNR)
	}
	c.connect(points)
	c.label(points)
}

// axis maps values to coordinates.
type axis struct {
	low, high float64 // values
	from, to  float64 // coordinates
}

func (a *axis) at(v float64) float64 { return a.from + (v-a.low)/(a.high-a.low)*(a.to-a.from) }

// widen makes room of the given part of the range, or of least, at both ends.
func (a *axis) widen(part, least float64) {
	room := max(part*(a.high-a.low), least)
	a.low -= room
	a.high += room
}

// connect draws a line through the points of each family that has an order.
func (c *chart) connect(points []point) {
	for _, class := range []string{familyLegacy, familyK, familyIQ} {
		var family []point
		for _, p := range points {
			if p.class == class {
				family = append(family, p)
			}
		}
		if len(family) < 2 {
			continue
		}
		slices.SortStableFunc(family, func(a, b point) int { return cmp.Compare(a.x, b.x) })
		var path strings.Builder
		command := "M"
		for _, p := range family {
			path.WriteString(command + coordinate(p.x) + " " + coordinate(p.y))
			command = "L"
		}
		c.Lines = append(c.Lines, chartLine{class, path.String()})
	}
}

func coordinate(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// box is a rectangle that a mark or a label takes.
type box struct {
	left, top, right, bottom float64
}

func (b box) overlaps(o box) bool {
	return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom
}

// letterWidth and letterHeight are about those of the chart's font.
const (
	letterWidth  = 6.3
	letterHeight = 12.0
)

// label makes the marks and finds a place for each label: the file's first,
// since it matters most. Recipes have theirs to the lower right of the points,
// which lie along a rising diagonal, and types to the upper left.
func (c *chart) label(points []point) {
	taken := make([]box, 0, 2*len(points))
	for _, p := range points {
		const half = 5
		taken = append(taken, box{p.x - half, p.y - half, p.x + half, p.y + half})
	}
	for _, p := range points {
		m := mark{
			Class: p.class, Shape: shapes[p.class], X: coordinate(p.x), Y: coordinate(p.y),
			Title: visible(p.Name) + ": " + strconv.FormatFloat(p.BitsPerWeight, 'f', 2, 64) + " bits per weight, SQNR " + units.Decibels(p.SQNR) + " dB",
		}
		angle := 225.0 // degrees, clockwise from the right
		if p.class == kindRecipe || p.class == kindFile {
			angle = 45
		}
		name := visible(p.Name)
		if b, ok := freeBox(p, letterWidth*float64(len([]rune(name))), angle, taken); ok {
			taken = append(taken, b)
			m.Label, m.LabelX, m.LabelY = name, coordinate(b.left), coordinate(b.bottom-3)
			m.Leader = leader(p, b)
		}
		c.Marks = append(c.Marks, m)
	}
	slices.Reverse(c.Marks) // the file's is drawn last, above the others
}

// freeBox finds a box for a label of the given width that overlaps nothing: near
// the point rather than far, in the direction of angle rather than another.
func freeBox(p point, width, angle float64, taken []box) (box, bool) {
	for _, radius := range []float64{8, 14, 24, 36, 50, 66, 84} {
		for _, turn := range []float64{0, -25, 25, -45, 45, -70, 70, -100, 100, -135, 135, 180} {
			sin, cos := math.Sincos((angle + turn) * math.Pi / 180)
			x, y := p.x+radius*cos, p.y+radius*sin
			// The label touches the circle with its nearest side.
			b := box{left: x - width*(1-cos)/2, top: y - letterHeight*(1-sin)/2}
			b.right, b.bottom = b.left+width, b.top+letterHeight
			if b.left < chartLeft || b.right > chartWidth || b.top < 0 || b.bottom > chartBottom {
				continue
			}
			if !slices.ContainsFunc(taken, b.overlaps) {
				return b, true
			}
		}
	}
	return box{}, false
}

// leader returns the path from a point to the nearest place of a label that is
// far from it, and nothing for one that is beside it.
func leader(p point, b box) string {
	x, y := min(max(p.x, b.left), b.right), min(max(p.y, b.top), b.bottom)
	const beside = 12
	if math.Hypot(x-p.x, y-p.y) <= beside {
		return ""
	}
	return "M" + coordinate(p.x) + " " + coordinate(p.y) + "L" + coordinate(x) + " " + coordinate(y)
}

// chartKinds is the chart's legend.
var chartKinds = [...]legendKey{
	{kindFile, "this file"},
	{kindRecipe, "standard mixtures"},
	{familyK, "K types"},
	{familyIQ, "IQ types"},
	{familyLegacy, "legacy types"},
	{familyOther, "other types"},
}

// unit names what the chart shows upwards.
func (c *chart) unit() string {
	if c.Weighted {
		return "weighted SQNR dB"
	}
	return "SQNR dB"
}
