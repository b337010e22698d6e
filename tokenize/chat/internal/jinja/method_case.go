package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// caseMethods are the methods of strings that change the case.
var caseMethods = map[string]func(it *interp, s *Str) *Str{
	"upper": (*interp).upper,
	"lower": (*interp).lower,
	"casefold": func(it *interp, s *Str) *Str {
		return it.mapRunes(s, func(_ int, r rune) string { return foldRune(r) })
	},
	"swapcase": func(it *interp, s *Str) *Str {
		return it.mapRunes(s, func(i int, r rune) string {
			switch {
			case unicode.IsUpper(r):
				return lowerRune(s.s, i, r)
			case unicode.IsLower(r):
				return upperRune(r)
			}
			return string(r)
		})
	},
	"capitalize": func(it *interp, s *Str) *Str {
		return it.mapRunes(s, func(i int, r rune) string {
			if i == 0 {
				return titleRune(r)
			}
			return lowerRune(s.s, i, r)
		})
	},
	"title": func(it *interp, s *Str) *Str {
		within := false
		return it.mapRunes(s, func(i int, r rune) string {
			was := within
			within = isCased(r)
			if was {
				return lowerRune(s.s, i, r)
			}
			return titleRune(r)
		})
	},
}

func (it *interp) upper(s *Str) *Str {
	if isASCII(s.s) && s.marks == nil {
		it.work(len(s.s))
		it.alloc(objectBytes + len(s.s))
		return &Str{s: strings.ToUpper(s.s), origin: s.origin}
	}
	return it.mapRunes(s, func(_ int, r rune) string { return upperRune(r) })
}

func (it *interp) lower(s *Str) *Str {
	if isASCII(s.s) && s.marks == nil {
		it.work(len(s.s))
		it.alloc(objectBytes + len(s.s))
		return &Str{s: strings.ToLower(s.s), origin: s.origin}
	}
	return it.mapRunes(s, func(i int, r rune) string { return lowerRune(s.s, i, r) })
}

// mapRunes puts something in the place of every character, which is given with
// where it starts.
func (it *interp) mapRunes(s *Str, by func(i int, r rune) string) *Str {
	it.work(3 * len(s.s)) // a character takes some table look-ups
	b := it.newBuilder()
	for i, r := range s.s {
		b.add(by(i, r), s.originAt(i))
	}
	return b.str()
}

// special are the upper and title case of the characters that have more than
// one character for it, by Unicode's SpecialCasing.txt.
var special = func() map[rune][2]string {
	m := map[rune][2]string{}
	for _, line := range strings.Fields(specialCases) {
		f := strings.Split(line, ",")
		r, _ := utf8.DecodeRuneInString(f[0])
		m[r] = [2]string{f[1], f[2]}
	}
	return m
}()

func upperRune(r rune) string {
	if s, ok := special[r]; ok {
		return s[0]
	}
	return string(unicode.ToUpper(r))
}

func titleRune(r rune) string {
	if s, ok := special[r]; ok {
		return s[1]
	}
	return string(unicode.ToTitle(r))
}

// lowerRune returns the lower case of the character at s[i:]. That of Σ depends
// on whether it ends a word.
func lowerRune(s string, i int, r rune) string {
	switch r {
	case 'İ':
		return "i̇"
	case 'Σ':
		if endsWord(s, i, i+utf8.RuneLen(r)) {
			return "ς"
		}
	}
	return string(unicode.ToLower(r))
}

// endsWord is the Final_Sigma condition of Unicode for the character at
// s[start:end].
func endsWord(s string, start, end int) bool {
	before := strings.TrimRightFunc(s[:start], isCaseIgnorable)
	r, _ := utf8.DecodeLastRuneInString(before)
	if before == "" || !isCased(r) {
		return false
	}
	after := strings.TrimLeftFunc(s[end:], isCaseIgnorable)
	r, _ = utf8.DecodeRuneInString(after)
	return after == "" || !isCased(r)
}

func isCased(r rune) bool {
	if r < utf8.RuneSelf {
		return isLetter(byte(r))
	}
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) ||
		unicode.Is(unicode.Other_Uppercase, r) || unicode.Is(unicode.Other_Lowercase, r)
}

func isCaseIgnorable(r rune) bool {
	return strings.ContainsRune("'.:^`·’‘", r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// foldRune is casefold() of a character: the lower case of its upper case,
// as far as Unicode's folding is that.
func foldRune(r rune) string {
	if r == 'İ' {
		return "i̇"
	}
	if _, ok := special[r]; ok {
		return strings.ToLower(upperRune(r))
	}
	if r < utf8.RuneSelf || 'Ꭰ' <= r && r <= 'Ᏽ' || 'ꭰ' <= r && r <= 'ꮿ' {
		return string(unicode.ToLower(r))
	}
	return string(unicode.ToLower(unicode.ToUpper(r)))
}

// classify pays for looking up the classes of characters, which takes long for
// those that are not ASCII.
func (it *interp) classify(s string) {
	it.work(len(s))
	if !isASCII(s) {
		it.step(len(s) >> 1)
	}
}

// isMethods are the methods of strings that ask what they are made of.
var isMethods = map[string]func(s string) bool{
	"isalpha":   all(unicode.IsLetter),
	"isalnum":   all(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }),
	"isdecimal": all(unicode.IsDigit),
	"isdigit":   all(isDigitRune),
	"isnumeric": all(unicode.IsNumber),
	"isspace":   all(isSpace),
	"isascii":   isASCII,
	"isprintable": func(s string) bool {
		return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
	},
	"isupper": func(s string) bool {
		return strings.ContainsFunc(s, isCased) && !strings.ContainsFunc(s, func(r rune) bool { return isCased(r) && !isUpper(r) })
	},
	"islower": func(s string) bool {
		return strings.ContainsFunc(s, isCased) && !strings.ContainsFunc(s, func(r rune) bool { return isCased(r) && !isLower(r) })
	},
	"istitle": isTitle,
	"isidentifier": func(s string) bool {
		for i, r := range s {
			if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Pc)) {
				return false
			}
		}
		return s != ""
	},
}

func isUpper(r rune) bool { return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r) }
func isLower(r rune) bool { return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r) }

// isDigitRune is str.isdigit() of a character: decimal digits, and digits
// raised, lowered or in circles.
func isDigitRune(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune("²³¹", r) || '⁰' <= r && r <= '⁹' || '₀' <= r && r <= '₉' ||
		'①' <= r && r <= '⑨' || '⑴' <= r && r <= '⑼' || '⒈' <= r && r <= '⒐'
}

func all(is func(rune) bool) func(string) bool {
	return func(s string) bool {
		return s != "" && strings.IndexFunc(s, func(r rune) bool { return !is(r) }) < 0
	}
}

// isTitle reports whether capitals start words, and stand nowhere else.
func isTitle(s string) bool {
	within, found := false, false
	for _, r := range s {
		switch {
		case isUpper(r) || unicode.IsTitle(r):
			if within {
				return false
			}
			within, found = true, true
		case isLower(r):
			if !within {
				return false
			}
			within, found = true, true
		default:
			within = false
		}
	}
	return found
}
