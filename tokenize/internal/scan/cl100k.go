package scan

import "math"

// Llama3 scans for the pattern of Llama 3, which is also the one that cl100k
// had in tiktoken before 0.8:
//
//	(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
//	 ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// Forms with \s*[\r\n] split alike: \s* takes all line ends but the last.
func Llama3(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, 3); end != 0 {
		return end
	}
	return lineSpaces(s, pos)
}

// CL100K scans for tiktoken's pattern of cl100k since 0.8, which differs from
// that of [Llama3] where spaces end the text: they are one piece, with all line
// ends in them.
//
//	'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|
//	 ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s
//
// The $ stands for the end of the text in all engines here: \s++ leaves no line
// end for it to stand before.
func CL100K(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, 3); end != 0 {
		return end
	}
	return finalSpaces(s, pos)
}

// cl100kOnig is CL100K for Oniguruma, to which \p{N}{1,3}+ is any number of
// numbers.
func cl100kOnig(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := cl100kRun(s, pos, math.MaxInt); end != 0 {
		return end
	}
	return finalSpaces(s, pos)
}

// finalSpaces returns the end of the match of \s++$|\s*[\r\n]|\s+(?!\S)|\s at
// s[pos], a space.
func finalSpaces(s string, pos int) int {
	end, last, line := blank(s, pos)
	if end < len(s) && line > 0 {
		return line
	}
	return giveBack(pos, end, last, end == len(s))
}

// cl100kRun matches the alternatives of cl100k's pattern before the spaces,
// with numbers of at most digits characters. It returns 0 where none matches.
func cl100kRun(s string, pos, digits int) int {
	c := s[pos]
	if c == '\'' {
		if end := contraction(s, pos); end != pos {
			return end
		}
	}
	k, next := ascii[c], pos+1
	if k&wide != 0 {
		var size int
		k, size = wideClassAt(s, pos)
		next = pos + size
	}
	switch {
	case k&letter != 0:
		return letters(s, next, letter)
	case k&number != 0:
		return numbers(s, next, digits-1)
	case k&newline != 0:
		return 0
	}
	if next < len(s) {
		after, size := ascii[s[next]], 1
		if after&wide != 0 {
			after, size = wideClassAt(s, next)
		}
		switch {
		case after&letter != 0:
			return letters(s, next+size, letter)
		case after&other != 0 && c == ' ':
			return lineEnds(s, run(s, next+size, other))
		case after&other != 0 && k&other != 0:
			next = run(s, next+size, other)
		}
	}
	if k&space != 0 {
		return 0
	}
	return lineEnds(s, next)
}
