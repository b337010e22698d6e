package report

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
)

// convertSample converts the sample model and returns what is known of it, with
// the costs of the given types at every row.
func convertSample(t *testing.T, opts convert.Options, types ...quantize.Type) (*convert.Plan, *convert.Report, []convert.TensorCosts) {
	t.Helper()
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	plan, err := convert.NewPlan(ctx, dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plan.Close() })
	r, err := plan.WriteFile(ctx, filepath.Join(t.TempDir(), "out.gguf"), convert.WriteOptions{StreamOptions: convert.StreamOptions{Measure: true}})
	if err != nil {
		t.Fatal(err)
	}
	costs, err := plan.MeasureTypes(ctx, convert.MeasureOptions{Types: types, SampleValues: -1})
	if err != nil {
		t.Fatal(err)
	}
	return plan, r, costs
}

func find(t *testing.T, points []Point, name string) Point {
	t.Helper()
	i := slices.IndexFunc(points, func(p Point) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("no point %s among %+v", name, points)
	}
	return points[i]
}

// A file stands where the recipe that it is made by does, and one of a single
// type where that type does.
func TestCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("converts a model")
	}
	for _, test := range []struct {
		opts convert.Options
		name string
		from func(c *Comparison) []Point
	}{
		{convert.Options{Type: "Q4_K_M"}, "Q4_K_M", func(c *Comparison) []Point { return c.Recipes }},
		{convert.Options{Type: "Q4_K_S", Quantize: convert.QuantizeOptions{Pure: true}}, "q4_K", func(c *Comparison) []Point { return c.Types }},
	} {
		plan, r, costs := convertSample(t, test.opts, quantize.Q4_K, quantize.Q6_K)
		c := Compare(plan, r, costs, false)
		got := find(t, test.from(c), test.name)
		if math.Abs(got.BitsPerWeight-c.File.BitsPerWeight) > 1e-9 || math.Abs(got.SQNR-c.File.SQNR) > 1e-6 {
			t.Errorf("%s is at %+v, the file at %+v", test.name, got, c.File)
		}
		for _, cost := range costs {
			m := r.Tensors[cost.Tensor].Error
			if want := m.SignalPower * float64(m.Count); math.Abs(cost.Signal-want) > 1e-6*want {
				t.Errorf("%s: the squares of the weights add up to %g, want %g", r.Tensors[cost.Tensor].Name, cost.Signal, want)
			}
		}
		if c.File.BitsPerWeight != r.BitsPerWeight {
			t.Errorf("the file has %g bits per weight, and its report %g", c.File.BitsPerWeight, r.BitsPerWeight)
		}
		small, large := find(t, c.Types, "q4_K"), find(t, c.Types, "q6_K")
		if small.SQNR >= large.SQNR || small.BitsPerWeight >= large.BitsPerWeight {
			t.Errorf("q4_K is at %+v, q6_K at %+v", small, large)
		}
		for _, p := range c.Recipes {
			if p.Name == "IQ2_XXS" {
				t.Error("a point for a recipe that needs an importance matrix")
			}
		}
	}
}

func TestCompareWeighted(t *testing.T) {
	plan := &convert.Plan{Unweighted: []string{"b"}, Tensors: []convert.Tensor{
		{Name: "a", Shape: []int64{100}, Type: quantize.Q4_0}, {Name: "b", Shape: []int64{100}, Type: quantize.Q8_0}, {Name: "norm", Shape: []int64{50}},
	}}
	r := &convert.Report{BitsPerWeight: 5, Tensors: []convert.TensorReport{{Bytes: 1}, {Bytes: 2}, {Bytes: 200}}}
	costs := []convert.TensorCosts{
		{Tensor: 0, Signal: 1000, Types: []convert.TypeCost{{Type: quantize.Q4_0, Bytes: 50, Loss: 10}, {Type: quantize.Q8_0, Bytes: 100, Loss: 1}}},
		{Tensor: 1, Signal: 5, Types: []convert.TypeCost{{Type: quantize.Q4_0, Bytes: 50, Loss: 4}, {Type: quantize.Q8_0, Bytes: 100, Loss: 2}}},
	}
	s := newSums(plan, r, costs, true)
	all := func(typ quantize.Type) func(int) quantize.Type { return func(int) quantize.Type { return typ } }
	for _, test := range []struct {
		want Point
		ok   bool
		typ  quantize.Type
	}{
		{Point{"x", 8 * 300.0 / 250, 20}, true, quantize.Q4_0},
		{Point{"x", 8 * 400.0 / 250, 30}, true, quantize.Q8_0},
		{Point{}, false, quantize.Q6_K}, // all weights would be in Q8_0
		{Point{}, false, quantize.F32},
	} {
		got, ok := s.point("x", all(test.typ))
		if ok != test.ok || got.Name != test.want.Name || math.Abs(got.BitsPerWeight-test.want.BitsPerWeight) > 1e-12 || math.Abs(got.SQNR-test.want.SQNR) > 1e-9 {
			t.Errorf("%s: %+v, %t, want %+v", test.typ, got, ok, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	costs := []convert.TypeCost{
		{Type: quantize.Q8_0, Bytes: 34}, {Type: quantize.Q5_0, Bytes: 22}, {Type: quantize.Q4_0, Bytes: 18}, {Type: quantize.Q5_1, Bytes: 24},
	}
	for _, test := range []struct{ want, got quantize.Type }{
		{quantize.Q4_0, quantize.Q4_0}, {quantize.Q4_1, quantize.Q5_0}, {quantize.Q6_K, quantize.Q8_0}, {quantize.Q2_K, quantize.Q4_0},
	} {
		if got, ok := nearest(costs, test.want); !ok || got.Type != test.got {
			t.Errorf("nearest to %s is %s, want %s", test.want, got.Type, test.got)
		}
	}
	if _, ok := nearest(costs, quantize.F16); ok {
		t.Error("something is near F16")
	}
}
