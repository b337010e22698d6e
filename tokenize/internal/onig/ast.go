package onig

// A node is a part of a parsed pattern.
type node struct {
	op   op
	subs []*node // children, of those that have some

	runes []rune // opLiteral; a rune that is no code point (see never) matches nothing
	fold  bool   // opLiteral, opBackref: without regard to case

	set   set         // opSet, and opBoundary: what is a word
	multi []foldGroup // opSet: sequences that match in place of one character

	lower, upper int  // opRepeat; upper may be infinite
	lazy         bool // opRepeat

	group  int   // opCapture
	groups []int // opBackref: the first of these that is set and matches
	offset int   // in the pattern, of what an error may be about
}

type op uint8

const (
	opEmpty     op = iota
	opLiteral      // runes
	opSet          // one character of a set
	opConcat       // subs one after the other
	opAlternate    // the first of subs that leads to a match
	opRepeat       // subs[0], lower to upper times
	opGroup        // subs[0]; what is inside does not merge with what is outside
	opCapture      // subs[0], remembered as group
	opAtomic       // subs[0], never tried again once it has matched
	opAhead        // lookaround at subs[0]
	opNotAhead
	opBehind
	opNotBehind
	opBackref // what a group has matched, again
	opKeep    // \K: the match starts here
	opLineStart
	opLineEnd
	opTextStart
	opTextEnd
	opTextEndNewline // \Z: the end, or before a newline at the end
	opSearchStart    // \G
	opBoundary       // between a member of set and something else
	opNotBoundary
)

// infinite is the upper count of * and +.
const infinite = -1

// never stands for a character that no text has: a byte above 0x7f by itself, a
// surrogate, a number beyond Unicode.
const never rune = -1

// isAnchor reports whether n matches no characters by its nature, so that a
// quantifier after it is an error.
func (n *node) isAnchor() bool { return n.op >= opAhead && n.op != opBackref }
