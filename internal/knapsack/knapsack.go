package knapsack

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// An Option is one of the choices for an item.
type Option struct {
	Cost int64   // not negative
	Loss float64 // finite
}

// A Solution takes one option of each item.
type Solution struct {
	Choice []int   // by item, the index of its option
	Cost   int64   // of all options taken
	Loss   float64 // of all options taken, summed in the order of the items
	Bound  float64 // optimum of the relaxation; no solution loses less
	Exact  bool    // no solution loses less than this one
}

// Gap returns how much less than Loss another solution could lose at most.
func (s *Solution) Gap() float64 {
	if s.Exact {
		return 0
	}
	return max(0, s.Loss-s.Bound)
}

// ErrOptions reports a problem that is none: an item without options, a negative
// cost, a loss that is not finite, or costs beyond what an int64 holds.
var ErrOptions = errors.New("invalid options")

// A BudgetError says that even the cheapest options do not fit.
type BudgetError struct {
	Budget int64
	Least  int64 // cost of the cheapest options
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("a budget of %d is less than the %d that the cheapest options cost", e.Budget, e.Least)
}

// Solve chooses an option of each item. It returns a *BudgetError where the
// cheapest do not fit, and ErrOptions, wrapped, for invalid ones.
func Solve(items [][]Option, budget int64) (*Solution, error) {
	if err := check(items); err != nil {
		return nil, err
	}
	r := relax(items, budget)
	if r.left < 0 {
		return nil, &BudgetError{Budget: budget, Least: budget - r.left}
	}
	s := &Solution{Choice: r.choice, Exact: true}
	s.add(items)
	s.Bound = s.Loss
	if r.next < len(r.steps) {
		s.Bound -= float64(r.rate * float64(r.left))
		s.Exact = r.improve(items)
		s.add(items)
	}
	return s, nil
}

func check(items [][]Option) error {
	var most int64
	for i, options := range items {
		if len(options) == 0 {
			return fmt.Errorf("item %d: %w: there are none", i, ErrOptions)
		}
		var dearest int64
		for j, o := range options {
			if o.Cost < 0 || math.IsNaN(o.Loss) || math.IsInf(o.Loss, 0) {
				return fmt.Errorf("item %d: %w: option %d costs %d and loses %g", i, ErrOptions, j, o.Cost, o.Loss)
			}
			dearest = max(dearest, o.Cost)
		}
		if most += dearest; most < 0 {
			return fmt.Errorf("item %d: %w: the costs add up to more than an int64 holds", i, ErrOptions)
		}
	}
	return nil
}

// add sums up what is taken.
func (s *Solution) add(items [][]Option) {
	s.Cost, s.Loss = 0, 0
	for i, options := range items {
		o := options[s.Choice[i]]
		s.Cost += o.Cost
		s.Loss += o.Loss
	}
}

// hull returns the options on the lower convex hull, cheapest first, as indexes.
func hull(options []Option) []int {
	order := make([]int, len(options))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(options[a].Cost, options[b].Cost), cmp.Compare(options[a].Loss, options[b].Loss))
	})
	kept := order[:1]
	for _, next := range order[1:] {
		if options[next].Loss >= options[kept[len(kept)-1]].Loss {
			continue
		}
		// What lies above the line from the option before it to next is not on the hull.
		for len(kept) > 1 && rate(options, kept[len(kept)-2], kept[len(kept)-1]) <= rate(options, kept[len(kept)-1], next) {
			kept = kept[:len(kept)-1]
		}
		kept = append(kept, next)
	}
	return kept
}

// rate returns the loss that the step saves for each unit of cost.
func rate(options []Option, from, to int) float64 {
	return (options[from].Loss - options[to].Loss) / float64(options[to].Cost-options[from].Cost)
}

// A step goes from an option of an item's hull to the next.
type step struct {
	item     int
	from, to int // options
	rate     float64
}

// A relaxation is the solution of the relaxation without the step that is split.
type relaxation struct {
	choice []int
	left   int64   // of the budget; negative: not even the cheapest fit
	steps  []step  // of all items, by falling rate
	next   int     // the step that is split; len(steps): none
	rate   float64 // its rate
}

func relax(items [][]Option, budget int64) *relaxation {
	r := &relaxation{choice: make([]int, len(items)), left: budget}
	for i, options := range items {
		kept := hull(options)
		r.choice[i] = kept[0]
		r.left -= options[kept[0]].Cost
		for k := 1; k < len(kept); k++ {
			r.steps = append(r.steps, step{i, kept[k-1], kept[k], rate(options, kept[k-1], kept[k])})
		}
	}
	slices.SortStableFunc(r.steps, func(a, b step) int { return cmp.Compare(b.rate, a.rate) })
	for ; r.next < len(r.steps); r.next++ {
		s := r.steps[r.next]
		cost := items[s.item][s.to].Cost - items[s.item][s.from].Cost
		if cost > r.left {
			r.rate = s.rate
			break
		}
		r.choice[s.item] = s.to
		r.left -= cost
	}
	return r
}
