package scan

import "math/bits"

// A layer is a set of what a character is to the pre-tokenizers of DeepSeek LLM
// and DeepSeek Coder.
type layer uint8

const (
	inFirst   layer = 1 << iota // in the set of the first Split with \s?
	inSecond                    // in that of the second
	inThird                     // in [一-龥ࠀ-一가-퟿]
	isSpace                     // \s, but no line end
	isNumeric                   // a digit to Digits
	isEnd                       // a line end, or no character: the end of the text
)

// layers are pre-tokenizers in a row that each cut what those before have left
// whole:
//
//	[\r\n]
//	\s?F+                F: a first set of characters, none of them spaces
//	\s?S+                S: a second set
//	\s+$                 if final
//	[一-龥ࠀ-一가-퟿]+
//	Digits               each on its own
//
// A piece is what none of them cuts. Where one of them cuts shows from the
// characters on both sides and the one behind them, but for \s+$, which asks
// what the run of spaces ends with. No state is needed where a piece starts:
// the cuts to come are the same whichever of them has cut there.
type layers struct {
	ascii  layersByClass
	beyond layersByClass
	sets   func(r rune) layer // what beyond does not tell of a character that is not ASCII; may be nil
	final  bool
}

// layersByClass has the layer of each class, by the number of its bit.
type layersByClass [16]layer

func (l *layersByClass) of(k class) layer { return l[bits.TrailingZeros16(uint16(k))&15] }

// at returns what the character at s[i] is, and its length.
func (l *layers) at(s string, i int) (f layer, size int) {
	if i == len(s) {
		return isEnd, 0
	}
	if k := ascii[s[i]]; k&wide == 0 {
		if k&newline != 0 {
			return isEnd, 1
		}
		return l.ascii.of(k), 1
	}
	r, size := decode(s, i)
	if 0x4E00 <= r && r <= 0x9FA5 {
		return inThird | l.beyond.of(caseless), size
	}
	k := classOf(r)
	f = l.beyond.of(k)
	if l.sets != nil {
		f |= l.sets(r)
	}
	if 0x0800 <= r && r < 0x4E00 || 0xAC00 <= r && r <= 0xD7FF {
		f |= inThird
	}
	if k == control && isRustNumeric(r, k) {
		f |= isNumeric
	}
	return f, size
}

// piece returns the end of the piece at s[pos:].
func (l *layers) piece(s string, pos int) int {
	f, size := l.at(s, pos)
	next := pos + size
	if f&(isEnd|isNumeric) != 0 {
		return next
	}
	after, _ := l.at(s, next)
	switch {
	case f&inFirst != 0:
		return l.first(s, next, f)
	case f&isSpace != 0 && after&inFirst != 0:
		// \s?F+ takes both. \s?S+ may part them: it takes in the space only
		// before a character of S, and otherwise leaves it or, if the space
		// is in S itself, cuts it off.
		if (f^after)&inThird != 0 || f&inSecond != 0 && after&inSecond == 0 {
			return next
		}
		return l.first(s, next, after)
	case f&inSecond != 0,
		f&isSpace != 0 && after&inSecond != 0 && !l.beforeFirst(s, next):
		return l.second(s, next, f)
	}
	return l.rest(s, next, f)
}

// first returns the end of the piece at s[i:] within a match of F+, where f was
// seen last.
func (l *layers) first(s string, i int, f layer) int {
	if f == inFirst {
		i = cyrillic(s, i) // the letters that it finds are in no other set
	}
	for {
		g, size := l.at(s, i)
		if g&inFirst == 0 || (f^g)&(inSecond|inThird) != 0 {
			return i
		}
		i += size
	}
}

// second returns the end of the piece at s[i:] within a match of \s?S+, where f
// was seen last.
func (l *layers) second(s string, i int, f layer) int {
	last := f
	for blank := f&isSpace != 0; ; {
		g, size := l.at(s, i)
		if !l.goesOn(s, i, g) || (f^g)&inThird != 0 {
			return i
		}
		if g&isSpace == 0 {
			blank = false
		} else if l.final && !blank && last&isSpace == 0 && l.endsSecond(s, i) {
			return i
		}
		last = g
		i += size
	}
}

// goesOn reports whether the character at s[i], which is g, continues a match
// of S+: it does not if \s?F+ has it.
func (l *layers) goesOn(s string, i int, g layer) bool {
	return g&(inFirst|inSecond|isEnd) == inSecond && !l.beforeFirst(s, i)
}

// beforeFirst reports whether at s[i] there is a space that goes with a match
// of F+.
func (l *layers) beforeFirst(s string, i int) bool {
	g, size := l.at(s, i)
	if g&isSpace == 0 {
		return false
	}
	after, _ := l.at(s, i+size)
	return after&inFirst != 0
}

// endsSecond reports whether the match of S+ that has the run of spaces at
// s[i:] ends with it.
func (l *layers) endsSecond(s string, i int) bool {
	for {
		g, size := l.at(s, i)
		if !l.goesOn(s, i, g) {
			return true
		}
		if g&isSpace == 0 {
			return false
		}
		i += size
	}
}

// rest returns the end of the piece at s[i:] in what neither set has, where f
// was seen last.
func (l *layers) rest(s string, i int, f layer) int {
	last := f
	for blank := f&isSpace != 0; ; {
		g, size := l.at(s, i)
		switch {
		case (f^g)&inThird != 0:
			return i
		case g&^inThird == 0: // most characters here
		case g&isNumeric != 0, l.endsRest(s, i, g):
			return i
		}
		if g&isSpace == 0 {
			blank = false
		} else if l.final && !blank && last&isSpace == 0 && l.blankEndsRest(s, i) {
			return i
		}
		last = g
		i += size
	}
}

// endsRest reports whether a match of either set, or the end of the line,
// starts at s[i], where g is.
func (l *layers) endsRest(s string, i int, g layer) bool {
	if g&(inFirst|inSecond|isEnd) != 0 {
		return true
	}
	if g&isSpace == 0 {
		return false
	}
	_, size := l.at(s, i)
	after, _ := l.at(s, i+size)
	return after&inFirst != 0 || after&inSecond != 0 && !l.beforeFirst(s, i+size)
}

// blankEndsRest reports whether what neither set has ends with the run of
// spaces at s[i:].
func (l *layers) blankEndsRest(s string, i int) bool {
	for {
		g, size := l.at(s, i)
		if l.endsRest(s, i, g) {
			return true
		}
		if g&isSpace == 0 {
			return false
		}
		i += size
	}
}
