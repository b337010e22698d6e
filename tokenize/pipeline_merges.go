package tokenize

// merge finds the merge that makes a token at the end of its own merges.
func (p *pipeline) merge(id uint32) (Merge, bool) {
	if p.bpe == nil {
		return Merge{}, false
	}
	_, steps, err := p.bpe.Steps(p.bpe.Text(id))
	if err != nil || len(steps) == 0 || steps[len(steps)-1].Result != id {
		return Merge{}, false
	}
	last := steps[len(steps)-1]
	return Merge{Rank: int(last.Rank), Left: last.Left, Right: last.Right}, true
}

func (p *pipeline) mergeSteps(piece string) ([]MergeStep, error) {
	if p.bpe == nil {
		return nil, ErrNoMerges
	}
	ids, steps, err := p.bpe.Steps(piece)
	if err != nil {
		return nil, err
	}
	out := make([]MergeStep, 1, len(steps)+1)
	out[0] = MergeStep{IDs: ids, At: -1}
	for _, step := range steps {
		next := make([]uint32, 0, len(ids)-1)
		next = append(next, ids[:step.At]...)
		next = append(next, step.Result)
		ids = append(next, ids[step.At+2:]...)
		out = append(out, MergeStep{IDs: ids, Rank: int(step.Rank), At: step.At})
	}
	return out, nil
}
