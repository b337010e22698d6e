package normalize

import (
	"sync"
	"unicode/utf8"
)

// What a code point is in a grapheme, as Unicode's annex 29 has it.
const (
	gOther uint8 = iota
	gControl
	gCR
	gLF
	gExtend
	gLinker // the virama of a script that joins consonants
	gZWNJ
	gZWJ
	gSpacingMark
	gPrepend
	gConsonant
	gPictographic
	gL // leading consonant, vowel, trailing consonant of Hangul; syllables of them
	gV
	gT
	gLV
	gLVT
)

// graphemeTable has them as classes.
var graphemeTable = sync.OnceValue(func() *classes {
	b := new(classesBuilder)
	for _, r := range graphemeClasses {
		b.set([]runeRange{{r.lo, r.hi}}, r.class)
	}
	b.set([]runeRange{{sBase, sBase + sCount - 1}}, gLVT)
	for r := rune(sBase); r < sBase+sCount; r += tCount {
		b.set([]runeRange{{r, r}}, gLV)
	}
	return b.classes()
})

// graphemes finds where the graphemes of a text end. Pairs of regional
// indicators count as two: both have 4 bytes, so the pair is none of the short
// graphemes that matter here.
type graphemes struct {
	classes *classes
	s       string

	// The character that was looked at last.
	next  int
	class uint8
	size  int
}

// at returns the class and the size of the character at i.
func (g *graphemes) at(i int) (class uint8, size int) {
	if g.next != i || g.size == 0 {
		r, size := utf8.DecodeRuneInString(g.s[i:])
		g.next, g.class, g.size = i, g.classes.of(r), size
	}
	return g.class, g.size
}

// end returns where the grapheme ends that starts at i, and whether it is a
// single character.
func (g *graphemes) end(i int) (end int, single bool) {
	before, size := g.at(i)
	first := i + size
	// What is behind a consonant and marks with a linker among them, and what
	// is behind a pictograph, marks and a ZWJ.
	conjunct, linked := before == gConsonant, false
	emoji := before == gPictographic
	for end = first; end < len(g.s); {
		after, size := g.at(end)
		if before|after == gOther {
			break
		}
		joined := linked && after == gConsonant || emoji && before == gZWJ && after == gPictographic ||
			joins(before, after)
		if !joined {
			break
		}
		emoji = emoji && before != gZWJ
		switch after {
		case gLinker:
			linked = conjunct
		case gExtend, gZWJ:
		case gZWNJ:
			conjunct, linked = false, false
		default:
			conjunct, linked = after == gConsonant, false
			emoji = after == gPictographic
		}
		before = after
		end += size
	}
	return end, end == first
}

// joins reports whether two neighbours are in one grapheme, whatever stands
// before them.
func joins(before, after uint8) bool {
	switch before {
	case gCR:
		return after == gLF
	case gControl, gLF:
		return false
	}
	switch after {
	case gControl, gCR, gLF:
		return false
	case gExtend, gLinker, gZWNJ, gZWJ, gSpacingMark:
		return true
	case gL, gLV, gLVT:
		return before == gL || before == gPrepend
	case gV:
		return before == gL || before == gV || before == gLV || before == gPrepend
	case gT:
		return before == gV || before == gLV || before == gT || before == gLVT || before == gPrepend
	}
	return before == gPrepend
}
