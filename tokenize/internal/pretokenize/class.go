package pretokenize

import (
	"sort"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A class is a set of classes of characters.
type class uint8

const (
	space   class = 1 << iota // Rust's char::is_whitespace
	punct                     // ASCII punctuation, and P of the crate unicode_categories
	numeric                   // Rust's char::is_numeric: N
	word                      // \w of the crate regex
	beyond                    // not ASCII: the first byte does not tell
)

// classes has the classes of a character that starts with a byte.
var classes = func() (t [256]class) {
	copy(t[:], ascii[:])
	for b := utf8.RuneSelf; b < len(t); b++ {
		t[b] = beyond
	}
	return t
}()

var ascii = [utf8.RuneSelf]class{
	'\t': space, '\n': space, '\v': space, '\f': space, '\r': space, ' ': space,
	'!': punct, '"': punct, '#': punct, '$': punct, '%': punct, '&': punct, '\'': punct, '(': punct,
	')': punct, '*': punct, '+': punct, ',': punct, '-': punct, '.': punct, '/': punct,
	'0': numeric | word, '1': numeric | word, '2': numeric | word, '3': numeric | word, '4': numeric | word,
	'5': numeric | word, '6': numeric | word, '7': numeric | word, '8': numeric | word, '9': numeric | word,
	':': punct, ';': punct, '<': punct, '=': punct, '>': punct, '?': punct, '@': punct,
	'A': word, 'B': word, 'C': word, 'D': word, 'E': word, 'F': word, 'G': word, 'H': word, 'I': word,
	'J': word, 'K': word, 'L': word, 'M': word, 'N': word, 'O': word, 'P': word, 'Q': word, 'R': word,
	'S': word, 'T': word, 'U': word, 'V': word, 'W': word, 'X': word, 'Y': word, 'Z': word,
	'[': punct, '\\': punct, ']': punct, '^': punct, '_': punct | word, '`': punct,
	'a': word, 'b': word, 'c': word, 'd': word, 'e': word, 'f': word, 'g': word, 'h': word, 'i': word,
	'j': word, 'k': word, 'l': word, 'm': word, 'n': word, 'o': word, 'p': word, 'q': word, 'r': word,
	's': word, 't': word, 'u': word, 'v': word, 'w': word, 'x': word, 'y': word, 'z': word,
	'{': punct, '|': punct, '}': punct, '~': punct,
}

// classAt returns those classes of the character at s[i:] that are wanted, and
// the character's length.
func classAt(s string, i int, want class) (class, int) {
	if s[i] < utf8.RuneSelf {
		return ascii[s[i]] & want, 1
	}
	return classBeyond(s, i, want)
}

// until returns the end of the run at s[i:] of characters of none of the
// classes in stop.
func until(s string, i int, stop class) int {
	for i < len(s) {
		c := classes[s[i]]
		switch {
		case c&(stop|beyond) == 0:
			i++
			continue
		case c&beyond == 0:
			return i
		}
		c, size := classBeyond(s, i, stop)
		if c != 0 {
			return i
		}
		i += size
	}
	return i
}

// while returns the end of the run at s[i:] of characters that have, of the
// wanted classes, the given ones.
func while(s string, i int, want, have class) int {
	for i < len(s) {
		c, size := classes[s[i]]&want, 1
		if s[i] >= utf8.RuneSelf {
			c, size = classBeyond(s, i, want)
		}
		if c != have {
			break
		}
		i += size
	}
	return i
}

// classBeyond is classAt for a character that is not ASCII.
func classBeyond(s string, i int, want class) (class, int) {
	r, size := utf8.DecodeRuneInString(s[i:])
	return classOf(r, want), size
}

// classOf returns those classes of a character beyond ASCII that are wanted.
func classOf(r rune, want class) class {
	var c class
	if want&space != 0 && ucd.IsSpace(r) {
		c |= space
	}
	if want&^space == 0 {
		return c
	}
	category := ucd.CategoryOf(r)
	if want&punct != 0 && category.IsPunct() != in(punctOtherwise, r) {
		c |= punct
	}
	if want&numeric != 0 && category.IsNumber() != in(numericOtherwise, r) {
		c |= numeric
	}
	if want&word != 0 && isWord(category) != in(wordOtherwise, r) {
		c |= word
	}
	return c
}

// IsWord reports whether r matches \w of the crate regex, by which the
// reference also tells whether an added token stands within a word.
func IsWord(r rune) bool {
	if uint32(r) < uint32(len(ascii)) {
		return ascii[r]&word != 0
	}
	return classOf(r, word) != 0
}

func isWord(c ucd.Category) bool {
	return c.IsLetter() || c.IsMark() || c == ucd.Nd || c == ucd.Nl || c == ucd.Pc
}

// A runeRange is the code points from lo to hi, both included.
type runeRange struct{ lo, hi rune }

// in reports whether one of ranges, which are in order, has r.
func in(ranges []runeRange, r rune) bool {
	if r < ranges[0].lo {
		return false
	}
	i := sort.Search(len(ranges), func(i int) bool { return r <= ranges[i].hi })
	return i < len(ranges) && ranges[i].lo <= r
}
