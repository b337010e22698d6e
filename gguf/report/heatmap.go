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
	type layer struct {
		prefix string
		number int
	}
	members := map[layer]*[len(roles)][]*row{}
	var outside []*row
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
		key := layer{prefix, number}
		if members[key] == nil {
			members[key] = new([len(roles)][]*row)
		}
		of := &members[key][roleOf(part)]
		*of = append(*of, r)
	}

	h := &heatmap{}
	var used []int // roles that occur
	for i, role := range roles {
		for _, of := range members {
			if len(of[i]) > 0 {
				used = append(used, i)
				h.Roles = append(h.Roles, role)
				break
			}
		}
	}
	order := make([]layer, 0, len(members))
	for key := range members {
		order = append(order, key)
	}
	slices.SortFunc(order, func(a, b layer) int {
		return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.number, b.number))
	})

	var all []float64
	measured := make([][]float64, len(order))
	for i, key := range order {
		for _, role := range used {
			sqnr := together(members[key][role]).SQNR
			measured[i] = append(measured[i], sqnr)
			all = append(all, sqnr)
		}
	}
	slices.SortStableFunc(outside, func(a, b *row) int { return cmp.Compare(a.Error.SQNR, b.Error.SQNR) })
	outside = outside[:min(maxOutside, len(outside))]
	for _, r := range outside {
		all = append(all, r.Error.SQNR)
	}
	h.Scale = newHeatScale(all)

	for i, key := range order {
		l := heatLayer{Label: visible(key.prefix) + strconv.Itoa(key.number)}
		for j, role := range used {
			l.Cells = append(l.Cells, h.Scale.cell(members[key][role], measured[i][j]))
		}
		h.Layers = append(h.Layers, l)
	}
	for _, r := range outside {
		c := h.Scale.cell([]*row{r}, r.Error.SQNR)
		c.Label = visible(strings.TrimSuffix(r.Name, ".weight"))
		h.Outside = append(h.Outside, c)
	}
	return h
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

func (s *heatScale) cell(of []*row, sqnr float64) heatCell {
	if len(of) == 0 {
		return heatCell{Text: "", Class: "none"}
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
	switch {
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
