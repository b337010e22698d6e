package scan

import "unicode/utf8"

// Falcon scans for the four pre-tokenizers of Falcon in a row:
//
//	Punctuation, in runs
//	ByteLevel with its pattern, that of GPT2
//	Digits, in runs
//	Split [0-9][0-9][0-9]
//
// ByteLevel writes bytes as characters, so Digits sees bytes. Six beyond ASCII
// stand for characters that are numeric: ² ³ ¹ ¼ ½ ¾. They are last bytes of
// many characters (м is D0 BC), which Digits cuts in two. Pieces start and end
// inside characters, therefore. No space has such a byte.
func Falcon(s string, pos int) int {
	if i := afterFirstSpaced(s, pos); i != 0 {
		if i = asciiLetters(s, i); i == len(s) || s[i] < 0x80 {
			return i
		}
	}
	start := charStart(s, pos)
	k, size := falconClassAt(s, start)
	next := start + size
	switch {
	case isDigitByte[s[pos]]:
		return falconDigits(s, pos, next, k)
	case k&space == 0:
		return falconRun(s, pos, next, k)
	}
	if s[pos] == ' ' && next < len(s) {
		if k, size = falconClassAt(s, next); k&(space|punct) == 0 {
			return falconRun(s, next, next+size, k)
		}
	}
	end, last, _ := blank(s, pos)
	if end < len(s) {
		k, _ = falconClassAt(s, end)
	}
	return giveBack(pos, end, last, end == len(s) || k&punct != 0)
}

// charStart returns the start of the character that the byte at s[i] is of. A
// byte that starts a character is none that continues another, so that going
// back a few bytes finds what going forward would.
func charStart(s string, i int) int {
	for j := i - 1; j >= 0 && j > i-utf8.UTFMax && s[i]&0xC0 == 0x80; j-- {
		if s[j]&0xC0 == 0x80 {
			continue
		}
		if s[j] >= 0x80 {
			if _, size := decode(s, j); j+size > i {
				return j
			}
		}
		break
	}
	return i
}

// falconClassAt returns one of letter, number, space, punct and symbol, which
// here is all that is none of the others. Characters other than spaces are one
// piece to ByteLevel where they stand together and are of the same class: what
// its pattern has for symbols Punctuation has parted already, and apostrophes
// from the letters of contractions.
func falconClassAt(s string, i int) (k class, size int) {
	r, size := rune(s[i]), 1
	if k = ascii[s[i]]; k&wide != 0 {
		r, size = decode(s, i)
		if 0x4E00 <= r && r <= 0x9FFF || 0x0400 <= r && r <= 0x047F { // the usual letters
			return letter, size
		}
		k = classOf(r)
	}
	switch {
	case isRustPunct(r, k):
		return punct, size
	case k&letter != 0:
		return letter, size
	case k&(number|space) != 0:
		return k, size
	}
	return symbol, size
}

// isDigitByte has the bytes that ByteLevel writes as characters that Digits
// takes for digits.
var isDigitByte = [256]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	0xB2: true, 0xB3: true, 0xB9: true, 0xBC: true, 0xBD: true, 0xBE: true,
}

// falconRun returns the end of the run of bytes that are no digits from s[i]
// on, in a run of characters of class k. The first character ends at next.
func falconRun(s string, i, next int, k class) int {
	for {
		for ; i < next; i++ {
			if isDigitByte[s[i]] {
				return i
			}
		}
		if i == len(s) {
			return i
		}
		after, size := falconClassAt(s, i)
		if after != k {
			return i
		}
		next = i + size
	}
}

// falconDigits is falconRun for bytes that are digits, cut by the last Split.
func falconDigits(s string, pos, next int, k class) int {
	inRow := 0 // digits of ASCII
	for i := pos; ; {
		for ; i < next; i++ {
			switch {
			case !isDigitByte[s[i]]:
				return i
			case s[i] >= 0x80:
				inRow = 0
			case inRow == 2 && i > pos+2:
				return i - 2 // what is before the three
			case inRow == 2:
				return i + 1
			default:
				inRow++
			}
		}
		if i == len(s) {
			return i
		}
		after, size := falconClassAt(s, i)
		if after != k {
			return i
		}
		next = i + size
	}
}
