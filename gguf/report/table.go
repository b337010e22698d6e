package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

// A column of the table of tensors.
type column struct {
	id      string // in the names of radio buttons
	title   string
	compare func(a, b *row) int
}

// columns are those of the table. The page can be sorted by each.
var columns = [...]column{
	{"number", "#", func(a, b *row) int { return a.index - b.index }},
	{"name", "tensor", func(a, b *row) int { return quantize.CompareTensorNames(a.name, b.name) }},
	{"shape", "shape", func(a, b *row) int { return cmp.Compare(a.values, b.values) }},
	{"source", "source", func(a, b *row) int { return strings.Compare(a.SourceType, b.SourceType) }},
	{"type", "type", func(a, b *row) int { return strings.Compare(a.Type, b.Type) }},
	{"bits", "bpw", func(a, b *row) int { return cmp.Compare(a.BitsPerWeight, b.BitsPerWeight) }},
	{"bytes", "size", func(a, b *row) int { return cmp.Compare(a.Bytes, b.Bytes) }},
	{"rmse", "RMSE", byError(func(m *quantize.Metrics) float64 { return m.RMSE })},
	{"most", "max error", byError(func(m *quantize.Metrics) float64 { return m.MaxError })},
	{"sqnr", "SQNR dB", byError(func(m *quantize.Metrics) float64 { return m.SQNR })},
	{"cosine", "cosine", byError(func(m *quantize.Metrics) float64 { return m.Cosine })},
}

// byError compares by a measure of error. What was not measured comes first, as
// NaN does.
func byError(measure func(*quantize.Metrics) float64) func(a, b *row) int {
	of := func(r *row) float64 {
		if r.Error == nil {
			return math.NaN()
		}
		return measure(r.Error)
	}
	return func(a, b *row) int { return cmp.Compare(of(a), of(b)) }
}

// A row is a tensor, with its places in the orders of the columns.
type row struct {
	*convert.TensorReport
	index  int
	name   string
	values int64
	places templ.SafeCSS // a custom property for each column
	plots  *plots        // nil: no histograms
}

// rowsOf returns the tensors of the report, in its order.
func rowsOf(d *Data) []row {
	tensors := d.Report.Tensors
	rows := make([]row, len(tensors))
	for i := range tensors {
		t := &tensors[i]
		rows[i] = row{TensorReport: t, index: i, name: t.Name, values: 1}
		for _, n := range t.Shape {
			rows[i].values *= n
		}
		if i < len(d.Histograms) {
			rows[i].plots = newPlots(&d.Histograms[i])
		}
	}
	styles := make([]strings.Builder, len(rows))
	order := make([]int, len(rows))
	for c, column := range columns {
		for i := range order {
			order[i] = i
		}
		compare := func(a, b int) int { return column.compare(&rows[a], &rows[b]) }
		slices.SortStableFunc(order, compare)
		place := 0
		for i, at := range order {
			if i > 0 && compare(order[i-1], at) != 0 {
				place = i
			}
			styles[at].WriteString(property(c) + ":" + strconv.Itoa(place) + ";")
		}
	}
	for i := range rows {
		rows[i].places = templ.SafeCSS(strings.TrimSuffix(styles[i].String(), ";"))
	}
	return rows
}

// property names the custom property that has a tensor's place by column c. It
// is short, since every tensor has it.
func property(c int) string { return "--" + string(rune('a'+c)) }

// upID and downID are the ids of the radio buttons that sort by a column.
func (c *column) upID() string   { return "up-" + c.id }
func (c *column) downID() string { return "down-" + c.id }

// sortingRules returns the style sheet that sorts by whichever button is
// checked.
func sortingRules() string {
	var b strings.Builder
	for i := range columns {
		c, p := &columns[i], property(i)
		b.WriteString("body:has(#" + c.upID() + ":checked) .sorted>*{order:var(" + p + ")}\n")
		b.WriteString("body:has(#" + c.downID() + ":checked) .sorted>*{order:calc(-1*var(" + p + "))}\n")
	}
	return b.String()
}

// anchor is the id of what is shown of a tensor beside the table.
func (r *row) anchor() string { return "tensor-" + strconv.Itoa(r.index) }

// number is the tensor's place in the file, counted from 1.
func (r *row) number() string { return strconv.Itoa(r.index + 1) }

func (r *row) bits() string { return strconv.FormatFloat(r.BitsPerWeight, 'f', 2, 64) }

// cells returns the measures of error as text: RMSE, largest error, SQNR,
// cosine.
func (r *row) cells() [4]string {
	if r.Error == nil {
		return [4]string{}
	}
	return [4]string{
		units.Error(r.Error.RMSE), units.Error(r.Error.MaxError), units.Decibels(r.Error.SQNR),
		strconv.FormatFloat(r.Error.Cosine, 'f', 6, 64),
	}
}

// fallback says why the tensor is not in the type that was wanted.
func (r *row) fallback() string {
	length := int64(1)
	if len(r.Shape) > 0 {
		length = r.Shape[len(r.Shape)-1]
	}
	return "not " + r.WantedType + ", whose blocks rows of " + strconv.FormatInt(length, 10) + " values do not fill"
}

// worst returns the tensors that lost the most, the worst one first.
func worst(rows []row, most int) []*row {
	var lossy []*row
	for i := range rows {
		if m := rows[i].Error; m != nil && !math.IsInf(m.SQNR, 1) {
			lossy = append(lossy, &rows[i])
		}
	}
	slices.SortStableFunc(lossy, func(a, b *row) int { return cmp.Compare(a.Error.SQNR, b.Error.SQNR) })
	return lossy[:min(most, len(lossy))]
}

func (r *row) shape() string { return units.Shape(r.Shape) }

func (r *row) size() string { return units.Bytes(r.Bytes) }

// worstPlace says where the largest error is.
func (r *row) worstPlace() string {
	length := int64(1)
	if len(r.Shape) > 0 {
		length = max(1, r.Shape[len(r.Shape)-1])
	}
	at := r.Error.MaxErrorAt
	return "row " + strconv.FormatInt(at/length, 10) + ", column " + strconv.FormatInt(at%length, 10)
}

// story says what became of the tensor.
func (r *row) story() string {
	s := r.shape() + ", " + visible(r.SourceType) + " → " + r.Type
	if r.WantedType != "" {
		s += " (" + r.fallback() + ")"
	}
	return s + ", " + r.size()
}
