package convert

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/internal/knapsack"
)

// TestFit: what fit finds stays within the budget with the headers of its files,
// and no choice that does loses less by more than the gap; it finds something
// wherever the cheapest choice fits.
func TestFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) knapsack.Option {
			return knapsack.Option{Cost: rapid.Int64Range(1, 30).Draw(t, "cost"), Loss: float64(rapid.IntRange(0, 50).Draw(t, "loss"))}
		}), 1, 3), 1, 6).Draw(t, "items")
		most, header := rapid.Int64Range(1, 60).Draw(t, "bytes of a file"), rapid.Int64Range(1, 20).Draw(t, "header")
		budget := rapid.Int64Range(1, 250).Draw(t, "budget")
		headers := func(choice []int) (n int64) {
			n, in := header, int64(0)
			for i, c := range choice {
				cost := items[i][c].Cost
				if in > 0 && in+cost > most {
					n, in = n+header, 0
				}
				in += cost
			}
			return n
		}
		s, gap, err := fit(items, budget, overhead{header, func(s *knapsack.Solution) (int64, error) { return headers(s.Choice), nil }})

		best, least := math.Inf(1), int64(math.MaxInt64)
		choice := make([]int, len(items))
		var try func(i int, cost int64, loss float64)
		try = func(i int, cost int64, loss float64) {
			if i == len(items) {
				cost += headers(choice)
				least = min(least, cost)
				if cost <= budget {
					best = min(best, loss)
				}
				return
			}
			for c, o := range items[i] {
				choice[i] = c
				try(i+1, cost+o.Cost, loss+o.Loss)
			}
		}
		try(0, 0, 0)

		if short, ok := errors.AsType[*knapsack.BudgetError](err); ok {
			if short.Least != least || least <= budget {
				t.Fatalf("nothing fits in %d, it takes %d: the least is %d", budget, short.Least, least)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if size := s.Cost + headers(s.Choice); size > budget {
			t.Fatalf("%d of %d", size, budget)
		}
		if s.Loss-gap > best+1e-9 {
			t.Fatalf("loses %g with a gap of %g, and %g is possible", s.Loss, gap, best)
		}
	})
}
