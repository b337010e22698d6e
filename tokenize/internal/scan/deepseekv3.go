package scan

// DeepSeekV3 scans for three Splits in a row, those of DeepSeek V3, R1 and
// later:
//
//	\p{N}{1,3}
//	[一-龥぀-ゟ゠-ヿ]+
//	[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|
//	 ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// The first two cut the text into chunks: numbers; runs of the second set,
// which are called kana here; and what is between. The third splits each chunk
// by itself. In a chunk of numbers it finds nothing.
func DeepSeekV3(s string, pos int) int {
	if i := afterFirst(s, pos); i != 0 {
		if ascii[s[pos]]&(punct|symbol) != 0 {
			return asciiLetters(s, i)
		}
		i = asciiLetters(s, i)
		if i == len(s) || s[i] < 0x80 {
			return i
		}
		return kanaChunk(false).run(s, i, letter|mark)
	}
	kana := false
	if s[pos] >= 0x80 {
		r, _ := decode(s, pos)
		kana = isKana(r)
	}
	return kanaChunk(kana).piece(s, pos)
}

// isKana reports whether r is in [一-龥぀-ゟ゠-ヿ]. No number is.
func isKana(r rune) bool { return 0x4E00 <= r && r <= 0x9FA5 || 0x3040 <= r && r <= 0x30FF }

// A kanaChunk is the chunk that a scanner is in: of kana or between.
type kanaChunk bool

// classAt returns the class of the character at s[i], edge if the chunk ends
// there.
func (c kanaChunk) classAt(s string, i int) (k class, size int) {
	if i == len(s) {
		return edge, 0
	}
	k, size = ascii[s[i]], 1
	kana := false
	if k&wide != 0 {
		var r rune
		r, size = decode(s, i)
		k, kana = classOf(r), isKana(r)
	}
	if k&number != 0 || kana != bool(c) {
		return edge, 0
	}
	return k, size
}

// run returns the end of the run at s[i:] of characters with a class in set.
func (c kanaChunk) run(s string, i int, set class) int {
	if set&letter == letter && !bool(c) {
		i = cyrillic(s, i)
	}
	for {
		k, size := c.classAt(s, i)
		if k&set == 0 {
			return i
		}
		i += size
	}
}

// piece returns the end of the piece at s[pos:].
func (c kanaChunk) piece(s string, pos int) int {
	k, size := c.classAt(s, pos)
	if k&edge != 0 { // not in this chunk but a number, which is one of its own
		return numbers(s, pos, 3)
	}
	next := pos + size
	after, afterSize := c.classAt(s, next)
	switch {
	case k&(letter|mark) != 0:
		return c.run(s, next, letter|mark)
	case k&(newline|punct|symbol) == 0 && after&(letter|mark) != 0:
		return c.run(s, next+afterSize, letter|mark)
	case s[pos] < 0x80 && k&(punct|symbol) != 0 && s[next:] != "" && ascii[s[next]]&letter != 0:
		return asciiLetters(s, next)
	case k&(punct|symbol) != 0, s[pos] == ' ' && after&(punct|symbol) != 0:
		end := c.run(s, next, punct|symbol)
		if !c {
			end = lineEnds(s, end)
		}
		return end
	case k&space != 0:
		end, last, line := blank(s, pos)
		if line != 0 {
			return line
		}
		after, _ := c.classAt(s, end)
		return giveBack(pos, end, last, after&edge != 0)
	}
	return c.gap(s, pos)
}

// gap returns the end of the gap at s[pos:], which is of controls. The last of
// several goes with letters behind it, as one alone would have.
func (c kanaChunk) gap(s string, pos int) int {
	for i, last := pos, pos; ; {
		k, size := c.classAt(s, i)
		switch {
		case k&(letter|mark) != 0:
			return last
		case k&control == 0:
			return i
		}
		last = i
		i += size
	}
}
