package knapsack

import (
	"cmp"
	"slices"
)

// maxStates bounds the partial solutions that the search keeps from one item to
// the next.
const maxStates = 1 << 12

// A state is a partial solution: some items have other options than the
// relaxation took, all others have those.
type state struct {
	cost int64   // more than the relaxation's
	loss float64 // more than the relaxation's
	last *change // nil: none
}

// A change takes another option of an item than the relaxation did.
type change struct {
	item, option int
	before       *change
}

// improve makes the choice better. It reports whether it is the best then.
func (r *relaxation) improve(items [][]Option) bool {
	best := r.greedy(items)
	states := []state{{}}
	exact := true
	for _, c := range r.core(items, r.gap(best)) {
		states = r.extend(states, c, r.gap(best))
		if len(states) > maxStates {
			exact = false
			states = r.mostPromising(states)
		}
		for _, s := range states {
			if s.cost <= r.left && s.loss < best.loss {
				best = s
			}
		}
	}
	for c := best.last; c != nil; c = c.before {
		r.choice[c.item] = c.option
	}
	return exact
}

// penalty returns the sum of the penalties of the changes in s.
func (r *relaxation) penalty(s state) float64 {
	return s.loss + float64(r.rate*float64(s.cost))
}

// gap returns the gap of a state within the budget as a solution.
func (r *relaxation) gap(s state) float64 {
	return s.loss + float64(r.rate*float64(r.left))
}

// with returns s with another option of an item, which it has not changed yet.
func (r *relaxation) with(s state, items [][]Option, item, option int) state {
	from, to := items[item][r.choice[item]], items[item][option]
	return state{
		cost: s.cost + to.Cost - from.Cost,
		loss: s.loss + to.Loss - from.Loss,
		last: &change{item, option, s.last},
	}
}

// greedy takes the steps that still fit, in their order.
func (r *relaxation) greedy(items [][]Option) state {
	at, left := slices.Clone(r.choice), r.left
	for _, s := range r.steps[r.next:] {
		cost := items[s.item][s.to].Cost - items[s.item][s.from].Cost
		if at[s.item] == s.from && cost <= left {
			at[s.item] = s.to
			left -= cost
		}
	}
	var s state
	for i, option := range at {
		if option != r.choice[i] {
			s = r.with(s, items, i, option)
		}
	}
	return s
}

// A coreItem is an item of which a better solution may take another option than
// the relaxation.
type coreItem struct {
	changes  []state // one for each of those options
	savings  int64   // cost that all items behind this one can save together
	smallest float64 // penalty among the changes
}

// core returns the items with options whose penalties are below the gap, those
// with the smallest first.
func (r *relaxation) core(items [][]Option, gap float64) []coreItem {
	var core []coreItem
	for i, options := range items {
		c := coreItem{smallest: gap}
		for j := range options {
			if j == r.choice[i] {
				continue
			}
			s := r.with(state{}, items, i, j)
			if penalty := r.penalty(s); penalty < gap {
				c.changes = append(c.changes, s)
				c.smallest = min(c.smallest, penalty)
			}
		}
		if len(c.changes) > 0 {
			core = append(core, c)
		}
	}
	slices.SortStableFunc(core, func(a, b coreItem) int { return cmp.Compare(a.smallest, b.smallest) })
	var savings int64
	for i := len(core) - 1; i >= 0; i-- {
		core[i].savings = savings
		var most int64
		for _, s := range core[i].changes {
			most = max(most, -s.cost)
		}
		savings += most
	}
	return core
}

// extend returns states and what the changes of an item make of them, without
// those that lead to no solution of a smaller gap: by their penalties, because
// the items that follow cannot bring them back into the budget, or because
// another state costs and loses no more. They are sorted by cost.
func (r *relaxation) extend(states []state, c coreItem, gap float64) []state {
	limit := r.left + c.savings
	all := make([]state, 0, len(states)*(1+len(c.changes)))
	for _, s := range states {
		if s.cost <= limit {
			all = append(all, s)
		}
		for _, add := range c.changes {
			next := state{cost: s.cost + add.cost, loss: s.loss + add.loss}
			if next.cost <= limit && r.penalty(next) < gap {
				next.last = &change{add.last.item, add.last.option, s.last}
				all = append(all, next)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b state) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.loss, b.loss))
	})
	kept := all[:0]
	for _, s := range all {
		if len(kept) == 0 || s.loss < kept[len(kept)-1].loss {
			kept = append(kept, s)
		}
	}
	return kept
}

// mostPromising returns the states with the smallest penalties, sorted by cost.
func (r *relaxation) mostPromising(states []state) []state {
	slices.SortStableFunc(states, func(a, b state) int { return cmp.Compare(r.penalty(a), r.penalty(b)) })
	states = states[:maxStates]
	slices.SortStableFunc(states, func(a, b state) int { return cmp.Compare(a.cost, b.cost) })
	return states
}
