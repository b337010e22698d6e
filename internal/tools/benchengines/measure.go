package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A series is what an engine made of a task, round by round.
type series struct {
	engine engine
	task   task
	first  outcome // of the round before the others, which brings everything up to speed
	rounds []outcome
}

// median returns the median of the times of one step of the task. Without rounds it is what the first one took.
func (s *series) median(step int) float64 {
	if len(s.rounds) == 0 {
		return s.first.Seconds[step]
	}
	var times []float64
	for _, o := range s.rounds {
		times = append(times, o.Seconds[step])
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// A report is all that was measured, the engines in their order.
type report []*series

// measure does the tasks of all engines in rounds. The outcomes of the first one are compared before any is timed.
func measure(ctx context.Context, engines []engine, rounds int) (report, error) {
	var r report
	for _, e := range engines {
		for _, t := range e.tasks() {
			r = append(r, &series{engine: e, task: t})
		}
	}
	// Those with the same task stand together, in time as well.
	slices.SortStableFunc(r, func(a, b *series) int {
		return slices.Index(kinds, kindOf(a.task)) - slices.Index(kinds, kindOf(b.task))
	})
	for round := range rounds + 1 {
		for _, s := range r {
			o, err := s.engine.do(ctx, s.task)
			if err != nil {
				return nil, fmt.Errorf("%s: %+v: %w", s.engine.name(), s.task, err)
			}
			if round == 0 {
				s.first = o
				continue
			}
			if o.Digest != s.first.Digest {
				return nil, fmt.Errorf("%s: %+v: another outcome each time", s.engine.name(), s.task)
			}
			s.rounds = append(s.rounds, o)
		}
		if round == 0 {
			if err := r.check(); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// A kind is what must have the same outcome.
type kind struct{ do, typ string }

func kindOf(t task) kind { return kind{t.Do, t.Type} }

var kinds = func() []kind {
	kinds := []kind{{doTokens, ""}}
	for _, t := range types {
		kinds = append(kinds, kind{doQuantize, t})
	}
	return append(kinds, kind{doConvert, fileType})
}()

// differs reports whether the outcome is not native nibble's.
func (r report) differs(s *series) bool {
	reference := slices.IndexFunc(r, func(other *series) bool { return kindOf(other.task) == kindOf(s.task) })
	return s.first.Digest != r[reference].first.Digest
}

// check fails if nibble differs from itself. Where others differ, the table says so.
func (r report) check() error {
	var errs []error
	for _, s := range r {
		if others := s.task.Library == gptTokenizer || s.task.Library == transformers; !others && r.differs(s) {
			errs = append(errs, fmt.Errorf("%s: %+v: not what native Go makes of it", s.engine.name(), s.task))
		}
	}
	return errors.Join(errs...)
}
