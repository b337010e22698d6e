package bpe

// A Step is a merge on the way from a piece to its tokens.
type Step struct {
	Rank   uint32 // of the merge, as it was configured
	At     int    // the first of the two symbols among those that there are before the step
	Left   uint32 // ids, or NoToken for a character that is no token itself
	Right  uint32
	Result uint32
}

// NoToken stands for the id of a symbol that is no token.
const NoToken = none

// Steps returns the merges that make tokens of a piece, in their order, and the
// symbols that it starts out as. It pays no heed to WholeFirst and Dropout.
func (m *Model) Steps(piece string) (start []uint32, steps []Step, err error) {
	var w word
	if err := m.build(&w, piece); err != nil {
		return nil, nil, err
	}
	for _, s := range w.syms {
		start = append(start, m.stepID(s))
	}
	alive := newCounter(len(w.syms))
	r := m.fullRules() // canonical ones may take an order that is only as good
	r.mergeLong(&w, nil, func(i, j int, left, right, merge uint32) {
		steps = append(steps, Step{
			Rank:   r.rank(merge),
			At:     alive.before(i),
			Left:   m.stepID(left),
			Right:  m.stepID(right),
			Result: m.stepID(r.result(merge)),
		})
		alive.remove(j)
	})
	return start, steps, nil
}

func (m *Model) stepID(symbol uint32) uint32 {
	if id := m.ids[symbol]; id < unspelled {
		return id
	}
	return NoToken
}

// A counter counts, among numbered things, those before one that are left. It
// is a Fenwick tree.
type counter []int32

func newCounter(n int) counter {
	c := make(counter, n+1)
	for i := 1; i <= n; i++ {
		c[i] = int32(i & -i)
	}
	return c
}

// before returns how many of those below i are left.
func (c counter) before(i int) (n int) {
	for ; i > 0; i &= i - 1 {
		n += int(c[i])
	}
	return n
}

func (c counter) remove(i int) {
	for i++; i < len(c); i += i & -i {
		c[i]--
	}
}
