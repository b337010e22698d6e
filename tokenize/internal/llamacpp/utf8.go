package llamacpp

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// decodeBeyond returns the character at the start of s, which is not ASCII, and
// its bytes. It takes surrogates for characters, as llama.cpp does. What is no
// character is U+FFFD of one byte.
func decodeBeyond(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xed && s[1]&0xe0 == 0xa0 && s[2]&0xc0 == 0x80 {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// decode is decodeBeyond for any character.
func decode(s string, i int) (rune, int) {
	if c := s[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return decodeBeyond(s[i:])
}

// appendRune appends r as llama.cpp writes it: a surrogate like any other
// character.
func appendRune(dst []byte, r rune) []byte {
	if 0xd800 <= r && r <= 0xdfff {
		return append(dst, 0xed, 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(dst, r)
}

// leadBytes returns the bytes of a character as its first byte says, valid or
// not: those that do not start a character count as one.
func leadBytes(c byte) int {
	switch {
	case c < 0xc0:
		return 1
	case c < 0xe0:
		return 2
	case c < 0xf0:
		return 3
	}
	return 4
}

// A change is a character that reads otherwise than it is written.
type change struct {
	at, size   int // in the text as llama.cpp reads it
	from, took int // in the original
}

// A reading is a text as llama.cpp reads it where it wants characters: an
// overlong form is the character that it stands for, a byte that belongs to no
// character is U+FFFD. llama.cpp fails on characters above U+10FFFF; here their
// bytes belong to none.
type reading struct {
	text    string
	changes []change // in order; none: the text is the original
}

// read returns the reading of s.
func read(s string) reading {
	if utf8.ValidString(s) {
		return reading{text: s}
	}
	var b strings.Builder
	var changes []change
	kept := 0
	for i := 0; i < len(s); {
		if r, size := decode(s, i); r != utf8.RuneError || size != 1 {
			i += size
			continue
		}
		b.WriteString(s[kept:i])
		r, took := decodeAny(s, i)
		at := b.Len()
		var buf [utf8.UTFMax]byte
		b.Write(appendRune(buf[:0], r))
		changes = append(changes, change{at: at, size: b.Len() - at, from: i, took: took})
		i += took
		kept = i
	}
	if changes == nil { // surrogates only
		return reading{text: s}
	}
	b.WriteString(s[kept:])
	return reading{b.String(), changes}
}

// decodeAny is decode for a text as it is, where overlong forms stand for
// characters too.
func decodeAny(s string, i int) (rune, int) {
	r, size := decode(s, i)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	n := leadBytes(s[i])
	if n == 1 || len(s)-i < n || s[i] >= 0xf5 {
		return r, 1
	}
	long := rune(s[i]) & (0x7f >> n)
	for _, c := range []byte(s[i+1 : i+n]) {
		if c&0xc0 != 0x80 {
			return r, 1
		}
		long = long<<6 | rune(c&0x3f)
	}
	if long > utf8.MaxRune {
		return r, 1
	}
	return long, n
}

// original returns the bytes of the original that bytes start to end of the
// text stand for. A part of a character that was read otherwise stands for all
// of it.
func (r *reading) original(start, end int) (int, int) {
	if len(r.changes) == 0 {
		return start, end
	}
	return r.origin(start, false), r.origin(end, true)
}

func (r *reading) origin(at int, isEnd bool) int {
	// The last change that starts before at, or at it.
	i := sort.Search(len(r.changes), func(i int) bool { return r.changes[i].at > at }) - 1
	if i < 0 {
		return at
	}
	c := r.changes[i]
	switch past := at - c.at; {
	case past >= c.size:
		return c.from + c.took + past - c.size
	case past > 0 && isEnd:
		return c.from + c.took
	}
	return c.from
}

// unescaped returns the reading with spaces for ▁, as which a vocabulary that
// escapes spaces reads both.
func (r reading) unescaped() reading {
	n := strings.Count(r.text, escapedSpace)
	if n == 0 {
		return r
	}
	var b strings.Builder
	changes := make([]change, 0, n+len(r.changes))
	rest, kept := r.changes, 0
	// keep takes the text up to at over, and the changes in it.
	keep := func(at int) {
		for len(rest) > 0 && rest[0].at < at {
			c := rest[0]
			c.at += b.Len() - kept
			changes = append(changes, c)
			rest = rest[1:]
		}
		b.WriteString(r.text[kept:at])
		kept = at
	}
	for range n {
		at := kept + strings.Index(r.text[kept:], escapedSpace)
		from, _ := r.original(at, at)
		keep(at)
		c := change{at: b.Len(), size: 1, from: from, took: len(escapedSpace)}
		if len(rest) > 0 && rest[0].at == at { // an overlong form of it
			c.took = rest[0].took
			rest = rest[1:]
		}
		changes = append(changes, c)
		b.WriteByte(' ')
		kept += len(escapedSpace)
	}
	keep(len(r.text))
	return reading{b.String(), changes}
}
