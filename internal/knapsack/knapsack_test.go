package knapsack

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawItems draws problems small enough to try everything. Few distinct numbers
// make ties and dominated options common.
func drawItems(t *rapid.T) [][]Option {
	option := rapid.Custom(func(t *rapid.T) Option {
		return Option{rapid.Int64Range(0, 30).Draw(t, "cost"), float64(rapid.IntRange(0, 60).Draw(t, "loss")) / 4}
	})
	return rapid.SliceOfN(rapid.SliceOfN(option, 1, 5), 0, 6).Draw(t, "items")
}

// brute returns the least loss within the budget, +Inf where nothing fits.
func brute(items [][]Option, budget int64) float64 {
	if budget < 0 {
		return math.Inf(1)
	}
	if len(items) == 0 {
		return 0
	}
	least := math.Inf(1)
	for _, o := range items[0] {
		least = min(least, o.Loss+brute(items[1:], budget-o.Cost))
	}
	return least
}

// dual returns the optimum of the relaxation another way: it is the largest
// Lagrangian bound, which is taken on at the slope between two options or at 0.
func dual(items [][]Option, budget int64) float64 {
	rates := []float64{0}
	for _, options := range items {
		for _, a := range options {
			for _, b := range options {
				if a.Cost < b.Cost && a.Loss > b.Loss {
					rates = append(rates, (a.Loss-b.Loss)/float64(b.Cost-a.Cost))
				}
			}
		}
	}
	largest := math.Inf(-1)
	for _, rate := range rates {
		bound := -rate * float64(budget)
		for _, options := range items {
			least := math.Inf(1)
			for _, o := range options {
				least = min(least, o.Loss+rate*float64(o.Cost))
			}
			bound += least
		}
		largest = max(largest, bound)
	}
	return largest
}

const rounding = 1e-9

func TestSolveAgainstBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t)
		budget := rapid.Int64Range(-1, 120).Draw(t, "budget")
		best := brute(items, budget)
		s, err := Solve(items, budget)
		if math.IsInf(best, 1) {
			short, ok := errors.AsType[*BudgetError](err)
			if !ok {
				t.Fatalf("nothing fits; Solve returns %+v, %v", s, err)
			}
			if math.IsInf(brute(items, short.Least), 1) || !math.IsInf(brute(items, short.Least-1), 1) {
				t.Fatalf("%v, and that is not the least", short)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		checkSums(t, items, budget, s)
		if !s.Exact || math.Abs(s.Loss-best) > rounding {
			t.Fatalf("%+v; the optimum loses %g", s, best)
		}
		if want := dual(items, budget); math.Abs(s.Bound-want) > rounding {
			t.Fatalf("%+v; the relaxation loses %g", s, want)
		}
		again, err := Solve(items, budget)
		if err != nil || !slices.Equal(again.Choice, s.Choice) {
			t.Fatalf("%+v, and then %+v, %v", s, again, err)
		}
	})
}

func checkSums(t interface{ Fatalf(string, ...any) }, items [][]Option, budget int64, s *Solution) {
	var cost int64
	var loss float64
	for i, j := range s.Choice {
		cost += items[i][j].Cost
		loss += items[i][j].Loss
	}
	if len(s.Choice) != len(items) || cost != s.Cost || loss != s.Loss || cost > budget || s.Gap() < 0 || s.Bound > s.Loss+rounding {
		t.Fatalf("budget %d, and %+v costs %d and loses %g", budget, s, cost, loss)
	}
}

// TestSolveLarge: of hundreds of items with types as models have them, the gap
// is a fraction of what a single item loses.
func TestSolveLarge(t *testing.T) {
	state := uint64(1)
	random := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	items := make([][]Option, 400)
	var least, most int64
	for i := range items {
		values := int64(1+i%3) << 16
		scale := math.Exp(4 * random())
		for _, bits := range []float64{2.625, 3.4375, 4.25, 4.5, 5.5, 6.5625, 8.5, 16} {
			loss := scale * math.Exp2(-2*bits) * (0.8 + 0.4*random())
			items[i] = append(items[i], Option{int64(float64(values) * bits / 8), loss})
		}
		least += items[i][0].Cost
		most += items[i][7].Cost
	}
	for _, part := range []float64{0, 0.1, 0.2, 0.5, 0.9, 1} {
		budget := least + int64(part*float64(most-least))
		s, err := Solve(items, budget)
		if err != nil {
			t.Fatal(err)
		}
		checkSums(t, items, budget, s)
		if s.Gap() > 1e-3*s.Loss {
			t.Errorf("budget %d: loss %g, bound %g", budget, s.Loss, s.Bound)
		}
	}
}

// TestSolveManyStates: where no option is ruled out, the search is cut short and
// says so.
func TestSolveManyStates(t *testing.T) {
	items := make([][]Option, 40)
	var all int64
	for i := range items {
		cost := int64(1)<<32 + 2*int64(i*i*i*7919%104729)
		items[i] = []Option{{0, float64(cost)}, {cost, 0}}
		all += cost
	}
	s, err := Solve(items, all/2+1)
	if err != nil {
		t.Fatal(err)
	}
	checkSums(t, items, all/2+1, s)
	if s.Exact || s.Gap() == 0 || s.Gap() > 1<<20 {
		t.Errorf("exact %v, gap %g", s.Exact, s.Gap())
	}
}

func TestSolveTies(t *testing.T) {
	same := []Option{{2, 1}, {1, 3}, {1, 3}, {2, 1}}
	s, err := Solve([][]Option{same, same, same}, 5)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 0, 1}; !slices.Equal(s.Choice, want) {
		t.Errorf("choice %v, want %v", s.Choice, want)
	}
}

func TestSolveInvalid(t *testing.T) {
	for name, items := range map[string][][]Option{
		"no options":    {{{1, 1}}, {}},
		"negative cost": {{{-1, 1}}},
		"no number":     {{{1, math.NaN()}}},
		"infinite":      {{{1, math.Inf(1)}}},
		"too large":     {{{math.MaxInt64, 1}}, {{1, 1}}},
	} {
		if s, err := Solve(items, 10); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	if _, err := Solve([][]Option{{{5, 1}, {7, 0}}, {{3, 0}}}, 7); err == nil || err.Error() != "a budget of 7 is less than the 8 that the cheapest options cost" {
		t.Errorf("error %v", err)
	}
}
