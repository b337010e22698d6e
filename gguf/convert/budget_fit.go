package convert

import (
	"errors"
	"math"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/knapsack"
)

// An overhead is what a mixture takes of a budget beside its tensors: the
// headers of its files.
type overhead struct {
	least int64 // of any mixture
	of    func(*knapsack.Solution) (int64, error)
}

// fixedOverhead is one that every mixture has.
func fixedOverhead(n int64) overhead {
	return overhead{n, func(*knapsack.Solution) (int64, error) { return n, nil }}
}

// splitOverhead returns the headers of files that are cut by their tensors' bytes,
// in the types that take finds for a solution. p is planned without such cuts.
//
// The headers of a set have all that the one of a single file has, and round up
// for each file: the least is that of a single file.
func (p *Plan) splitOverhead(opts *Options, take func(*knapsack.Solution) []TypeCost) (overhead, error) {
	meta, infos := p.Files[0].Metadata, p.infos()
	single, err := gguf.NewLayout(meta, infos)
	if err != nil {
		return overhead{}, err
	}
	return overhead{single.DataOffset, func(s *knapsack.Solution) (int64, error) {
		for i, c := range take(s) {
			infos[i].Type = c.Type
		}
		files, err := gguf.PlanSplits(meta, infos, opts.splits())
		return headerBytes(files), err
	}}, nil
}

func headerBytes(files []*gguf.Layout) (n int64) {
	for _, f := range files {
		n += f.DataOffset
	}
	return n
}

// fit solves the choice among items so that their cost and the headers stay
// within the budget, and returns how much less another choice could lose at
// most.
//
// Where the headers depend on the choice, room for the least of them is kept
// first, and where that was not enough, for those of the choice that did not
// fit. The first solution bounds what all others lose. Each round keeps more than
// the one before, and smaller tensors make fewer files, so that the rounds are
// few. At last the cheapest options remain, with the headers that they have. The
// error is a *knapsack.BudgetError with their size where even they do not fit.
func fit(items [][]knapsack.Option, budget int64, o overhead) (*knapsack.Solution, float64, error) {
	bound := math.Inf(-1)
	for kept := o.least; ; {
		s, err := knapsack.Solve(items, budget-kept)
		short, tooSmall := errors.AsType[*knapsack.BudgetError](err)
		if tooSmall {
			s, err = knapsack.Solve(items, short.Least)
		}
		if err != nil {
			return nil, 0, err
		}
		if math.IsInf(bound, -1) {
			bound = s.Loss - s.Gap()
		}
		taken, err := o.of(s)
		switch {
		case err != nil:
			return nil, 0, err
		case s.Cost+taken <= budget:
			return s, max(0, s.Loss-bound), nil
		case tooSmall:
			return nil, 0, &knapsack.BudgetError{Budget: budget, Least: s.Cost + taken}
		}
		kept = taken
	}
}
