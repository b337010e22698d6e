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

// heatmap shows errors by layer and role.
type heatmap struct {
	Roles   []string
	Layers  []heatLayer
	Outside []heatCell // tensors that belong to no layer
	Scale   heatScale
}

type heatLayer struct {
	Label string
	Cells []heatCell // one for each role
}

// heatCell is the error of the tensors of one role in one layer, or of a tensor
// outside of the layers.
type heatCell struct {
	Label string // of a cell outside of the layers
	Text  string
	Title string
	Class string // of its colour
}

// A role is a column of the heat map: the tensors blk.N.PART.weight, where PART
// is the prefix or begins with it and an underscore, as those of experts do.
var roles = [...]string{
	"attn_q", "attn_k", "attn_v", "attn_qkv", "attn_output",
	"ffn_gate_up", "ffn_gate", "ffn_up", "ffn_down",
	otherRole, // in the last place
}

const otherRole = "other"

// roleOf returns the index of the role of a tensor that is called so within its
// layer.
func roleOf(part string) int {
	last := len(roles) - 1
	part, ok := strings.CutSuffix(part, ".weight")
	if !ok || strings.HasSuffix(part, "_norm") || strings.HasPrefix(part, "ffn_gate_inp") {
		return last
	}
	for i, role := range roles[:last] {
		if part == role || strings.HasPrefix(part, role+"_") && role[:3] == "ffn" {
			return i
		}
	}
	return last
}

// layerOf splits the name of a tensor into its layer, such as "blk.7", and what
// it is called there. Layers of an encoder or of a second tower have a prefix.
func layerOf(name string) (prefix string, number int, part string, ok bool) {
	at := strings.Index(name, "blk.")
	if at < 0 || at > 0 && name[at-1] != '.' {
		return "", 0, "", false
	}
	digits, part, ok := strings.Cut(name[at+len("blk."):], ".")
	number, err := strconv.Atoi(digits)
	if !ok || err != nil || number < 0 {
		return "", 0, "", false
	}
	return name[:at], number, part, true
}

// maxOutside bounds the tensors outside of the layers that are shown.
const maxOutside = 24

func newHeatmap(rows []row) *heatmap {
	layers, outside := byLayer(rows)
	used := usedRoles(layers)
	var all []float64
	for _, l := range layers {
		for _, role := range used {
			all = append(all, together(l.of[role]).SQNR)
		}
	}
	for _, r := range outside {
		all = append(all, r.Error.SQNR)
	}

	h := &heatmap{Scale: newHeatScale(all)}
	for _, role := range used {
		h.Roles = append(h.Roles, roles[role])
	}
	for _, l := range layers {
		line := heatLayer{Label: visible(l.prefix) + strconv.Itoa(l.number)}
		for _, role := range used {
			line.Cells = append(line.Cells, h.Scale.cell(l.of[role]))
		}
		h.Layers = append(h.Layers, line)
	}
	for _, r := range outside {
		c := h.Scale.cell([]*row{r})
		c.Label = visible(strings.TrimSuffix(r.Name, ".weight"))
		h.Outside = append(h.Outside, c)
	}
	return h
}

// layer is the measured tensors of a layer, by role.
type layer struct {
	prefix string
	number int
	of     [len(roles)][]*row
}

// byLayer returns the measured tensors by layer, and those outside of the
// layers, the worst of them first.
func byLayer(rows []row) (layers []*layer, outside []*row) {
	type key struct {
		prefix string
		number int
	}
	known := map[key]*layer{}
	for i := range rows {
		r := &rows[i]
		if r.Error == nil {
			continue
		}
		prefix, number, part, ok := layerOf(r.Name)
		if !ok {
			outside = append(outside, r)
			continue
		}
		l := known[key{prefix, number}]
		if l == nil {
			l = &layer{prefix: prefix, number: number}
			known[key{prefix, number}] = l
			layers = append(layers, l)
		}
		role := roleOf(part)
		l.of[role] = append(l.of[role], r)
	}
	slices.SortFunc(layers, func(a, b *layer) int {
		return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.number, b.number))
	})
	slices.SortStableFunc(outside, func(a, b *row) int { return cmp.Compare(a.Error.SQNR, b.Error.SQNR) })
	return layers, outside[:min(maxOutside, len(outside))]
}

// usedRoles returns the indices of the roles that occur.
func usedRoles(layers []*layer) []int {
	var used []int
	for i := range roles {
		if slices.ContainsFunc(layers, func(l *layer) bool { return len(l.of[i]) > 0 }) {
			used = append(used, i)
		}
	}
	return used
}

// together returns the error of several tensors as one.
func together(rows []*row) quantize.Metrics {
	parts := make([]quantize.Metrics, len(rows))
	for i, r := range rows {
		parts[i] = *r.Error
	}
	return quantize.Total(parts...)
}

// heatScale gives decibels colours: steps of one width, of which each has a
// class. The least decibels stand out the most.
type heatScale struct {
	from   float64 // lower end of the first step
	step   float64
	steps  int
	offset int // class of the first step
	stride int // from the class of a step to that of the next
}

// heatClasses is the number of colours in the style sheet.
const heatClasses = 9

// newHeatScale chooses steps for the finite values among all: as narrow as the
// number of colours allows, but differences of less than half a decibel are
// none.
func newHeatScale(all []float64) heatScale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range all {
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return heatScale{}
	}
	for step := 0.5; ; step = nextStep(step) {
		from := math.Floor(low / step)
		if n := int(math.Floor(high/step)-from) + 1; n <= heatClasses {
			stride := min(2, (heatClasses-1)/max(1, n-1)) // few colours are far from each other
			return heatScale{from: from * step, step: step, steps: n, offset: (heatClasses - 1 - stride*(n-1)) / 2, stride: stride}
		}
	}
}

// nextStep returns the next wider step of 1, 2 and 5 times powers of ten.
func nextStep(step float64) float64 {
	if mantissa := step / math.Pow(10, math.Floor(math.Log10(step))); mantissa > 1.5 && mantissa < 2.5 {
		return step * 2.5
	}
	return step * 2
}

// cell shows the error of tensors; there may be none.
func (s *heatScale) cell(of []*row) heatCell {
	if len(of) == 0 {
		return heatCell{Class: "none"}
	}
	names := make([]string, len(of))
	for i, r := range of {
		names[i] = r.Name
	}
	const most = 6
	c := heatCell{Title: listed(names, most) + ": "}
	if len(of) == 1 {
		c.Title += of[0].Type + ", "
	}
	switch sqnr := together(of).SQNR; {
	case math.IsInf(sqnr, 1):
		c.Text, c.Class = "exact", "exact"
		c.Title += "nothing lost"
	case math.IsNaN(sqnr) || math.IsInf(sqnr, 0):
		c.Text, c.Class = "?", "lost"
		c.Title += "SQNR is no number"
	default:
		c.Text, c.Class = strconv.FormatFloat(sqnr, 'f', 1, 64), s.class(s.at(sqnr))
		c.Title += "SQNR " + units.Decibels(sqnr) + " dB"
	}
	return c
}

// at returns the number of the step that a value is in.
func (s *heatScale) at(sqnr float64) int {
	return min(max(int(math.Floor((sqnr-s.from)/s.step)), 0), s.steps-1)
}

// class returns the name of a step's colour.
func (s *heatScale) class(step int) string { return "h" + strconv.Itoa(s.offset+s.stride*step) }

// A legendKey is an entry of the legend.
type legendKey struct {
	Class, Label string
}

// keys returns the legend.
func (s *heatScale) keys() []legendKey {
	keys := make([]legendKey, s.steps)
	for i := range keys {
		from := s.from + float64(i)*s.step
		keys[i] = legendKey{
			Class: s.class(i),
			Label: strconv.FormatFloat(from, 'g', 4, 64),
		}
	}
	return keys
}
