// Package knapsack solves the multiple-choice knapsack problem: of each item one
// option is taken, each option has a cost and a loss, the costs of all items
// together stay within a budget, and the losses add up to as little as possible.
//
// # Terminology
//
//   - The relaxation is the problem in which an item may be split between
//     options: half of one and half of another cost and lose the mean of both.
//     Its optimum, the bound, is no larger than that of the problem itself.
//   - The hull of an item is the lower convex hull of its options in the plane
//     of cost and loss, cheapest first: the only ones that the relaxation uses.
//   - A step goes from one option of a hull to the next. Its rate is the loss
//     that it saves for each unit of cost. Along a hull rates fall.
//   - The gap of a solution is its loss minus the bound. No other solution is
//     better by more.
//
// # Algorithm
//
// The relaxation is solved exactly: from the cheapest options, steps are taken
// by falling rate until one no longer fits; at most that one is split, and what
// it would save with the rest of the budget gives the bound. Without the split
// step this is a solution within the budget; the steps behind it that fit make
// it better.
//
// A search then starts from there. Counting cost as loss, at the rate where the
// relaxation stopped, the penalty of an option is what it loses more than the
// one that the relaxation took. The gap of a solution is the sum of its penalties
// and the unused budget, counted the same way, so that no option whose penalty
// reaches the gap of the best solution so far is in one that is better. In most
// problems few options are left, and dynamic programming over those, without
// partial solutions that others dominate, finds the best. Where more than a
// fixed number of partial solutions are left it goes on with the most promising,
// and Solution.Exact is false; the gap still bounds what was missed.
//
// The algorithm is Pisinger's, A minimal algorithm for the multiple-choice
// knapsack problem (1995), with a bound on the states. The sums are float64:
// "exact" and "optimum" hold up to their rounding. Equal options and steps are
// taken in the order in which they are given, so that a problem has one answer.
package knapsack
