package scan

// A Func returns the end of the piece of s that starts at pos, which is the end
// of the piece before it, or 0. It panics unless 0 <= pos < len(s).
//
// Applied from 0 on it yields the pieces of s. What is before pos makes no
// difference, so that the text behind a piece splits as if it were a text of its
// own; only [Falcon], whose pieces may end inside a character, needs to see all
// of that character.
//
// A Func is safe for concurrent use and allocates nothing.
type Func func(s string, pos int) (end int)
