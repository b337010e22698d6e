package llamacpp

// A stage splits a text that no stage has split yet, or a piece of the stage
// before it: it returns the end of the piece that starts at s[pos]. What lies
// between matches of the stage's pattern is a piece too.
//
// The memo belongs to s. It is 0 at first, and saves a stage from looking
// through the same stretch of s for each piece of it.
type stage func(s string, pos int, memo *int) int

// maxStages is the most stages that a pre-tokenizer has.
const maxStages = 6

// A splitter cuts a text into pieces, stage by stage.
type splitter struct {
	stages []stage
	text   string
	levels [maxStages]level

	// scan returns the end of the piece that starts at s[pos]. It must be asked
	// for one piece after the other of the text.
	scan func(s string, pos int) int
}

func newSplitter(stages []stage) *splitter {
	sp := &splitter{stages: stages}
	sp.scan = func(_ string, pos int) int { return sp.next(pos) }
	if len(stages) == 1 {
		only := stages[0]
		sp.scan = func(s string, pos int) int { return only(s, pos, &sp.levels[0].memo) }
	}
	return sp
}

// A level is how far a stage has come.
type level struct {
	start, end int // of the piece of the stage before, in the text
	done       int // where the stage's last piece ended
	memo       int
}

// reset makes text the text to be split.
func (sp *splitter) reset(text string) {
	sp.text = text
	for i := range sp.stages {
		sp.levels[i] = level{}
	}
	sp.levels[0].end = len(text)
}

// next returns the end of the piece that starts at pos, where the piece before
// it ended.
func (sp *splitter) next(pos int) int {
	last := len(sp.stages) - 1
	i := last
	for i > 0 && sp.levels[i].end <= pos {
		i--
	}
	for {
		l := &sp.levels[i]
		end := l.start + sp.stages[i](sp.text[l.start:l.end], pos-l.start, &l.memo)
		l.done = end
		if i == last {
			return end
		}
		i++
		sp.levels[i] = level{start: pos, end: end}
	}
}

// isolate returns a stage that makes each match a piece. The function returns
// the end of the match at s[pos], or pos where there is none; it must not look
// further than the match reaches, or a piece without matches takes quadratic
// time.
func isolate(match func(s string, pos int) int) stage {
	return func(s string, pos int, _ *int) int {
		if end := match(s, pos); end > pos {
			return end
		}
		for {
			_, size := decode(s, pos)
			pos += size
			if pos >= len(s) || match(s, pos) > pos {
				return pos
			}
		}
	}
}

// plain makes a stage of a function that needs no memo.
func plain(next func(s string, pos int) int) stage {
	return func(s string, pos int, _ *int) int { return next(s, pos) }
}
