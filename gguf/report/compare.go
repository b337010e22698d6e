package report

import (
	"math"
	"slices"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
)

// Compare adds up what the tensors of a plan would take and lose. Costs are of
// [convert.Plan.MeasureTypes], r is what came of the plan, measured.
//
// Tensors without costs stay as they are. A type that a tensor cannot have gives
// way to the next larger one that it can have; where that is so for more than a
// tenth of the weights, there is no point for the type. With an importance
// matrix, tensors that it has nothing for count in sizes only.
func Compare(p *convert.Plan, r *convert.Report, costs []convert.TensorCosts, weighted bool) *Comparison {
	s := newSums(p, r, costs, weighted)
	c := &Comparison{Weighted: weighted, File: Point{Name: "this file", BitsPerWeight: r.BitsPerWeight, SQNR: math.NaN()}}
	if weighted { // the file was measured without weights
		if own, ok := s.point("", func(tensor int) quantize.Type { return p.Tensors[tensor].Type }); ok {
			c.File.SQNR = own.SQNR
		}
	} else if total := totalOf(r); total != nil {
		c.File.SQNR = total.SQNR
	}
	for _, t := range quantize.Types() {
		if point, ok := s.point(t.String(), func(int) quantize.Type { return t }); ok {
			c.Types = append(c.Types, point)
		}
	}
	for _, ft := range quantize.FileTypes() {
		types, err := p.RecipeTypes(ft)
		if err != nil {
			continue // it needs an importance matrix, or cannot be applied to this model
		}
		if point, ok := s.point(ft.String(), func(tensor int) quantize.Type { return types[tensor] }); ok {
			c.Recipes = append(c.Recipes, point)
		}
	}
	return c
}

// sums is what is known of all tensors.
type sums struct {
	costs   []convert.TensorCosts
	counts  []bool    // whether the errors of the tensor of each costs count
	weights []float64 // of each costs' tensor: their number

	all    float64 // number of weights
	bytes  float64 // of the tensors without costs
	noise  float64 // of those, squared
	signal float64 // of all that count, squared
}

func newSums(p *convert.Plan, r *convert.Report, costs []convert.TensorCosts, weighted bool) *sums {
	s := &sums{costs: costs, counts: make([]bool, len(costs)), weights: make([]float64, len(costs))}
	measured := map[int]bool{}
	for i := range costs {
		c := &costs[i]
		measured[c.Tensor] = true
		s.weights[i] = float64(p.Tensors[c.Tensor].Values())
		s.counts[i] = !weighted || !slices.Contains(p.Unweighted, p.Tensors[c.Tensor].Name)
		if weighted && s.counts[i] {
			s.signal += c.Signal
		}
	}
	for i := range r.Tensors {
		t := &r.Tensors[i]
		s.all += float64(p.Tensors[i].Values())
		if !measured[i] {
			s.bytes += float64(t.Bytes)
		}
		if weighted || t.Error == nil {
			continue
		}
		n := float64(t.Error.Count)
		s.signal += t.Error.SignalPower * n
		if !measured[i] {
			s.noise += t.Error.RMSE * t.Error.RMSE * n
		}
	}
	return s
}

// mostDisplaced is the part of the weights that may be in another type than a
// point says.
const mostDisplaced = 0.1

// point adds up the tensors in the types that choose gives them.
func (s *sums) point(name string, choose func(tensor int) quantize.Type) (Point, bool) {
	bytes, noise, displaced := s.bytes, s.noise, 0.0
	for i := range s.costs {
		want := choose(s.costs[i].Tensor)
		cost, ok := nearest(s.costs[i].Types, want)
		if !ok {
			return Point{}, false
		}
		if cost.Type != want {
			displaced += s.weights[i]
		}
		bytes += float64(cost.Bytes)
		if s.counts[i] {
			noise += cost.Loss
		}
	}
	if len(s.costs) == 0 || displaced > mostDisplaced*s.all {
		return Point{}, false
	}
	sqnr := math.Inf(1)
	if noise > 0 {
		sqnr = 10 * math.Log10(s.signal/noise)
	}
	return Point{Name: name, BitsPerWeight: 8 * bytes / s.all, SQNR: sqnr}, true
}

// nearest returns the cost of a type, or that of the smallest one which is not
// smaller.
func nearest(costs []convert.TypeCost, want quantize.Type) (convert.TypeCost, bool) {
	var best convert.TypeCost
	found := false
	for _, c := range costs {
		switch {
		case c.Type == want:
			return c, true
		case c.Type.BitsPerWeight() < want.BitsPerWeight():
		case !found || c.Bytes < best.Bytes:
			best, found = c, true
		}
	}
	return best, found
}
