package tokenize

import (
	"errors"
	"strconv"
)

// Truncation says how an encoding is cut to a length. The zero Truncation cuts
// nothing.
type Truncation struct {
	// MaxLength is the largest number of tokens, those of the template
	// included. 0: no limit.
	MaxLength int

	// Strategy says which of two texts is cut.
	Strategy TruncationStrategy

	// Left cuts from the start of the text, not from its end.
	Left bool

	// Stride is by how many tokens the overflowing parts overlap.
	Stride int
}

// A TruncationStrategy says which of two texts is cut.
type TruncationStrategy string

// The strategies of truncation, as tokenizer.json spells them.
const (
	LongestFirst TruncationStrategy = "LongestFirst" // the longer one first, then both alike; the default
	OnlyFirst    TruncationStrategy = "OnlyFirst"
	OnlySecond   TruncationStrategy = "OnlySecond"
)

// ErrTruncation reports a truncation that cannot be done: no room beside the
// template, a stride that is not less than what is left, a text to be cut that
// is not there or too short.
var ErrTruncation = errors.New("cannot truncate")

// check reports settings that mean nothing.
func (t Truncation) check() error {
	switch t.Strategy {
	case "", LongestFirst, OnlyFirst, OnlySecond:
	default:
		return because(ErrTruncation, "no strategy ", strconv.Quote(string(t.Strategy)))
	}
	if t.MaxLength < 0 || t.Stride < 0 {
		return because(ErrTruncation, "length ", strconv.Itoa(t.MaxLength), " with stride ", strconv.Itoa(t.Stride))
	}
	return nil
}

// apply cuts one text, or two, to what the template leaves: added tokens are
// its own.
func (t Truncation) apply(first, second *Encoding, added int) error {
	room := t.MaxLength - added
	if room < 0 {
		return because(ErrTruncation, "the template alone has ", strconv.Itoa(added), " tokens, the limit is ", strconv.Itoa(t.MaxLength))
	}
	total := first.Len()
	if second != nil {
		total += second.Len()
	}
	if total <= room {
		return nil
	}
	if room == 0 {
		first.truncateAll()
		if second != nil {
			second.truncateAll()
		}
		return nil
	}
	remove := total - room
	switch {
	case t.Strategy == OnlyFirst:
		return t.cutOnly(first, remove, "first")
	case t.Strategy == OnlySecond && second == nil:
		return because(ErrTruncation, "there is no second text")
	case t.Strategy == OnlySecond:
		return t.cutOnly(second, remove, "second")
	case second == nil:
		return first.truncate(room, t.Stride, t.Left)
	}
	n, m := longestFirst(first.Len(), second.Len(), room)
	if err := first.truncate(n, t.Stride, t.Left); err != nil {
		return err
	}
	return second.truncate(m, t.Stride, t.Left)
}

func (t Truncation) cutOnly(e *Encoding, remove int, which string) error {
	if e.Len() <= remove {
		return because(ErrTruncation, "the ", which, " text has ", strconv.Itoa(e.Len()), " tokens, ", strconv.Itoa(remove), " are too many")
	}
	return e.truncate(e.Len()-remove, t.Stride, t.Left)
}

// longestFirst returns how many tokens of n and m are left where room is less
// than both: the longer one is cut to what the shorter one leaves; where that
// would make it the shorter one, both get half, the longer one the odd token.
func longestFirst(n, m, room int) (int, int) {
	short := min(n, m)
	long := short
	if short <= room {
		long = max(short, room-short)
	}
	if short+long > room {
		short = room / 2
		long = short + room%2
	}
	if n > m {
		return long, short
	}
	return short, long
}

// truncateAll moves all tokens to Overflowing.
func (e *Encoding) truncateAll() {
	if e.Len() == 0 {
		return
	}
	whole := e.clone()
	*e = Encoding{Overflowing: []*Encoding{whole}}
}

// truncate leaves most tokens, at the start or, if left, at the end, and moves
// the rest to Overflowing, in parts of most tokens that overlap by stride.
func (e *Encoding) truncate(most, stride int, left bool) error {
	n := e.Len()
	switch {
	case most >= n:
		return nil
	case most == 0:
		e.truncateAll()
		return nil
	case stride >= most:
		return because(ErrTruncation, "a stride of ", strconv.Itoa(stride), " is not less than the ", strconv.Itoa(most), " tokens that are left")
	}
	var parts []*Encoding
	step := most - stride
	if left {
		for end := n; ; end -= step {
			start := max(end-most, 0)
			parts = append(parts, e.slice(start, end))
			if start == 0 {
				break
			}
		}
	} else {
		for start := 0; ; start += step {
			end := min(start+most, n)
			parts = append(parts, e.slice(start, end))
			if end == n {
				break
			}
		}
	}
	*e = *parts[0]
	e.Overflowing = parts[1:]
	return nil
}
