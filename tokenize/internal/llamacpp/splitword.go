package llamacpp

// A grammar is the family of patterns that tell words, numbers, symbols and
// white space apart. Its members differ in what a word is, in how many numbers
// make a piece, and in what may follow symbols:
//
//	'(?i:[sdmt]|ll|ve|re)                 a contraction, in all but those that take it with the word
//	[^\r\n\p{L}\p{N}]?\p{L}+              a word
//	\p{N}{1,3}                            numbers
//	 ?[^\s\p{L}\p{N}]+[\r\n]*             symbols
//	\s*[\r\n]+|\s+(?!\S)|\s+              white space
type grammar struct {
	classTable

	// word returns the end of the word that starts at s[pos], a character of
	// class c and of size bytes, or pos where none starts.
	word func(g *grammar, s string, pos int, c class, size int) int

	letters      class                       // what words are made of
	outside      class                       // what symbols are not
	numbers      int                         // that make a piece at most
	contractions bool                        // are pieces
	newlines     func(s string, pos int) int // the end of what follows symbols that end at pos
}

// next returns the end of the piece that starts at s[pos].
func (g *grammar) next(s string, pos int) int {
	c, size := g.at(s, pos)
	if s[pos] == '\'' && g.contractions {
		if end := contraction(s, pos); end > pos {
			return end
		}
	}
	if end := g.word(g, s, pos, c, size); end > pos {
		return end
	}
	if c&number != 0 {
		return g.atMost(g.numbers, s, pos, number)
	}
	start := pos
	if s[pos] == ' ' {
		start++
	}
	if end := g.others(s, start, g.outside); end > start {
		return g.newlines(s, end)
	}
	return g.spaces(s, pos)
}

// atMost returns the end of the run of characters of the classes that starts at
// s[pos], at most n characters on.
func (t classTable) atMost(n int, s string, pos int, of class) int {
	for ; n > 0 && pos < len(s); n-- {
		c, size := t.at(s, pos)
		if c&of == 0 {
			break
		}
		pos += size
	}
	return pos
}

// spaces returns the end of the white space that starts at s[pos] and makes a
// piece: \s*[\r\n]+|\s+(?!\S)|\s+. Of white space before a word it leaves the
// last character to the word.
func (t classTable) spaces(s string, pos int) int {
	end, last, line := pos, pos, pos
	for end < len(s) {
		c, size := t.at(s, end)
		if c&space == 0 {
			break
		}
		last = end
		end += size
		if s[last] == '\n' || s[last] == '\r' {
			line = end
		}
	}
	switch {
	case line > pos:
		return line
	case end < len(s) && last > pos:
		return last
	}
	return end
}

// contraction returns the end of the contraction whose apostrophe is s[pos], in
// letters of ASCII, or pos where there is none. (ſ, which Unicode folds to s,
// does not make one for llama.cpp.)
func contraction(s string, pos int) int {
	rest := s[pos+1:]
	if len(rest) == 0 {
		return pos
	}
	switch rest[0] | 0x20 {
	case 's', 't', 'm', 'd':
		return pos + 2
	}
	if len(rest) == 1 {
		return pos
	}
	switch [2]byte{rest[0] | 0x20, rest[1] | 0x20} {
	case [2]byte{'r', 'e'}, [2]byte{'v', 'e'}, [2]byte{'l', 'l'}:
		return pos + 3
	}
	return pos
}

// What may follow symbols: [\r\n]*, or with a slash among them, or one line end
// at most, or nothing.

func lineEnds(s string, pos int) int {
	for pos < len(s) && (s[pos] == '\n' || s[pos] == '\r') {
		pos++
	}
	return pos
}

func lineEndsAndSlashes(s string, pos int) int {
	for pos < len(s) && (s[pos] == '\n' || s[pos] == '\r' || s[pos] == '/') {
		pos++
	}
	return pos
}

func oneLineEnd(s string, pos int) int {
	if pos < len(s) && (s[pos] == '\n' || s[pos] == '\r') {
		pos++
	}
	return pos
}

func nothing(_ string, pos int) int { return pos }

// leads reports whether a character of class c at s[pos] may stand before the
// letters of a word: [^\r\n\p{L}\p{N}].
func leads(s string, pos int, c class) bool {
	return c&(letter|number) == 0 && s[pos] != '\n' && s[pos] != '\r'
}

// simpleWord is [^\r\n\p{L}\p{N}]?\p{L}+, and the same with \p{M} beside
// \p{L}.
func simpleWord(g *grammar, s string, pos int, c class, size int) int {
	switch {
	case c&g.letters != 0:
		return g.run(s, pos+size, g.letters)
	case leads(s, pos, c):
		if end := g.run(s, pos+size, g.letters); end > pos+size {
			return end
		}
	}
	return pos
}

// wordWithContraction is simpleWord and the contraction behind it. The patterns
// that it serves tell upper from lower case, but llama.cpp sees letters only.
func wordWithContraction(g *grammar, s string, pos int, c class, size int) int {
	return withContraction(s, pos, simpleWord(g, s, pos, c, size))
}

// withContraction returns the end of the contraction behind a word from pos to
// end, if there is a word.
func withContraction(s string, pos, end int) int {
	if end > pos && end < len(s) && s[end] == '\'' {
		return contraction(s, end)
	}
	return end
}

// casedWord is what llama.cpp makes of a pattern that tells upper from lower
// case: letters of ASCII have the case that they have, all others have both.
//
//	[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))*((?=[\p{L}])([^A-Z]))+|
//	[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))+((?=[\p{L}])([^A-Z]))*
func casedWord(g *grammar, s string, pos int, c class, size int) int {
	if leads(s, pos, c) {
		if end := g.lowerEnd(s, pos+size); end > pos+size {
			return end
		}
		if c&g.letters != 0 { // a mark, which is a letter here and leads nothing
			return pos + size
		}
		if end := upperEnd(s, pos+size); end > pos+size {
			return end
		}
		return pos
	}
	if end := g.lowerEnd(s, pos); end > pos {
		return end
	}
	return upperEnd(s, pos)
}

// lowerEnd returns the end of letters at s[pos] that end in one that is not
// upper case, by the first alternative of casedWord: as many as can be that are
// not lower case, then one and more that are not upper case, giving back of the
// former what the latter need.
func (g *grammar) lowerEnd(s string, pos int) int {
	both := pos // the end of the last letter that has both cases
	for pos < len(s) {
		c, size := g.at(s, pos)
		if c&g.letters == 0 {
			break
		}
		if size == 1 && 'a' <= s[pos] {
			for pos < len(s) {
				c, size := g.at(s, pos)
				if c&g.letters == 0 || size == 1 && s[pos] < 'a' {
					break
				}
				pos += size
			}
			return pos
		}
		pos += size
		if size > 1 {
			both = pos
		}
	}
	return both
}

// upperEnd returns the end of the run of A to Z at s[pos].
func upperEnd(s string, pos int) int {
	for pos < len(s) && 'A' <= s[pos] && s[pos] <= 'Z' {
		pos++
	}
	return pos
}

func casedWordWithContraction(g *grammar, s string, pos int, c class, size int) int {
	return withContraction(s, pos, casedWord(g, s, pos, c, size))
}

// spacedWords is [^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+: words with
// a space between them are one.
func spacedWords(g *grammar, s string, pos int, c class, size int) int {
	end := pos
	if leads(s, pos, c) {
		end += size
	}
	start := end
	for end < len(s) {
		at := end
		if s[at] == ' ' && end > start {
			if at++; at == len(s) {
				break
			}
		}
		c, size := g.at(s, at)
		if c&letter == 0 {
			break
		}
		end = g.run(s, at+size, mark)
	}
	if end == start {
		return pos
	}
	return end
}
