package textgen

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func (g *Generator) words(b []byte) []byte {
	for i := range g.few(8) {
		if i > 0 {
			b = append(b, g.pick(wordSeparators)...)
		}
		word := g.pick(englishWords)
		switch g.n(12) {
		case 0:
			word = strings.ToUpper(word)
		case 1, 2:
			word = strings.ToUpper(word[:1]) + word[1:]
		case 3:
			word = g.pick(latinWords)
		case 4: // no vocabulary has it whole
			word += g.pick(englishWords) + g.pick(englishWords)
		}
		b = append(b, word...)
		switch g.n(6) {
		case 0:
			b = append(b, g.pick(contractions)...)
		case 1:
			b = append(b, g.pick(punctuation)...)
		}
	}
	return b
}

func (g *Generator) scripts(b []byte) []byte {
	s := g.script()
	for range g.few(12) {
		switch g.n(16) {
		case 0:
			s = g.script()
		case 1:
			b = append(b, ' ')
		}
		b = utf8.AppendRune(b, g.within(s))
	}
	return b
}

func (g *Generator) marks(b []byte) []byte {
	if g.n(3) > 0 {
		if g.n(2) == 0 {
			b = utf8.AppendRune(b, rune('a'+g.n(26)))
		} else {
			b = utf8.AppendRune(b, g.within(g.script()))
		}
	}
	for range g.few(6) {
		b = utf8.AppendRune(b, g.within(markBlocks[g.n(len(markBlocks))]))
	}
	return b
}

func (g *Generator) emoji(b []byte) []byte {
	for range g.few(4) {
		switch g.n(4) {
		case 0:
			b = append(b, g.pick(emojiSequences)...)
		case 1: // begins or ends within a sequence
			runes := []rune(g.pick(emojiSequences))
			from := g.n(len(runes))
			b = append(b, string(runes[from:from+g.few(len(runes)-from)])...)
		default:
			b = utf8.AppendRune(b, g.within(emojiBlocks[g.n(len(emojiBlocks))]))
			if g.n(3) == 0 {
				b = utf8.AppendRune(b, g.pickRune(emojiJoints))
			}
		}
	}
	return b
}

func (g *Generator) spaces(b []byte) []byte {
	for range g.few(3) {
		switch g.n(4) {
		case 0:
			for range g.few(6) {
				b = utf8.AppendRune(b, g.pickRune(whiteSpace))
			}
		case 1:
			b = append(b, strings.Repeat(" ", g.few(40))...)
		case 2:
			for range g.few(5) {
				b = append(b, g.pick(lineEnds)...)
			}
		default:
			for range g.few(6) {
				b = append(b, " \t\n\r"[g.n(4)])
			}
		}
	}
	return b
}

func (g *Generator) code(b []byte) []byte {
	depth := g.n(4)
	end := g.pick(lineEnds)
	for range g.few(6) {
		indent := strings.Repeat("\t", depth)
		if g.n(2) == 0 {
			indent = strings.Repeat("    ", depth)
		}
		b = append(b, indent...)
		b = append(b, g.pick(codeLines)...)
		if g.n(8) == 0 {
			b = append(b, "  "...) // white space at the end of a line
		}
		b = append(b, end...)
		depth = max(0, depth+g.n(3)-1)
	}
	return b
}

func (g *Generator) numbers(b []byte) []byte {
	switch g.n(6) {
	case 0: // digits of one script
		zero := digitZeros[g.n(len(digitZeros))]
		for range g.few(10) {
			b = utf8.AppendRune(b, zero+rune(g.n(10)))
		}
		return b
	case 1: // letters and others of category N
		for range g.few(4) {
			b = utf8.AppendRune(b, g.within(numberBlocks[g.n(len(numberBlocks))]))
		}
		return b
	case 2:
		b = strconv.AppendInt(b, int64(g.n(1000)), 10)
		for range g.few(3) {
			b = append(b, g.pick(numberSeparators)...)
			b = strconv.AppendInt(b, int64(g.n(1000)), 10)
		}
		return b
	case 3:
		return strconv.AppendFloat(b, float64(g.n(2_000_000)-1_000_000)/4096, 'g', -1, 64)
	}
	for range g.few(20) {
		b = append(b, byte('0'+g.n(10)))
	}
	return b
}

func (g *Generator) controls(b []byte) []byte {
	for range g.few(4) {
		switch g.n(3) {
		case 0:
			b = append(b, byte(1+g.n(0x1f)))
		case 1:
			b = utf8.AppendRune(b, 0x7f+rune(g.n(0x21)))
		default:
			b = utf8.AppendRune(b, g.pickRune(formatCharacters))
		}
		if g.n(3) == 0 {
			b = append(b, g.pick(englishWords)...)
		}
	}
	return b
}

func (g *Generator) lookups(b []byte) []byte {
	for range g.few(4) {
		b = append(b, g.pick(lookups)...)
	}
	return b
}

func (g *Generator) repeats(b []byte) []byte {
	var unit string
	switch g.n(5) {
	case 0:
		unit = string(rune('!' + g.n('~'-'!'+1)))
	case 1:
		unit = g.pick(englishWords)
	case 2:
		unit = string(g.within(g.script()))
	case 3:
		unit = g.pick(punctuation)
	default:
		unit = string([]byte{byte('a' + g.n(26)), byte('a' + g.n(26))})
	}
	return append(b, strings.Repeat(unit, 2+g.few(60))...)
}

func (g *Generator) random(b []byte) []byte {
	for range g.few(6) {
		b = utf8.AppendRune(b, g.scalar())
	}
	return b
}

func (g *Generator) special(b []byte) []byte {
	for range g.few(3) {
		s := g.pick(g.specials)
		switch g.n(8) {
		case 0: // cut between characters
			runes := []rune(s)
			from := g.n(len(runes) + 1)
			s = string(runes[from : from+g.n(len(runes)-from+1)])
		case 1:
			s = strings.ToUpper(s)
		case 2:
			s = " " + s + " "
		case 3:
			s = g.pick(englishWords) + s + g.pick(englishWords)
		case 4:
			s += s
		case 5:
			s = g.pick(lineEnds) + s + g.pick(lineEnds)
		}
		b = append(b, s...)
	}
	return b
}

func (g *Generator) invalid(b []byte) []byte {
	for range g.few(3) {
		switch g.n(4) {
		case 0: // a character without its last bytes
			s := string(g.within(g.script()))
			b = append(b, s[:1+g.n(max(len(s)-1, 1))]...)
		case 1:
			for range g.few(4) {
				b = append(b, byte(0x80+g.n(0x80)))
			}
		default:
			b = append(b, g.pick(notUTF8)...)
		}
		if g.n(2) == 0 {
			b = append(b, g.pick(englishWords)...)
		}
	}
	return b
}
