package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordwrap is the filter of that name: Python's textwrap, of each line by itself,
// with white space left as it is.
func wordwrap(it *interp, x Value, a []Value) Value {
	s, ok := x.(*Str)
	if !ok {
		if u, ok := x.(*Undefined); ok {
			it.failUndefined(u)
		}
		it.fail(ErrType, "'", typeName(x), "' object has no attribute 'splitlines'")
	}
	newline := lit("\n")
	if given(a[2]) {
		newline = it.wantStr(a[2])
	}
	w := wrapper{it: it, width: Value(int64(79)), breakWords: true, hyphens: true, splitHyphens: true}
	if a[0] != nil {
		w.width = a[0]
	}
	if a[1] != nil {
		w.breakWords = truth(a[1])
	}
	if a[3] != nil {
		w.hyphens = truth(a[3])
		w.splitHyphens = a[3] == true
	}
	var paragraphs []Value
	for _, line := range it.splitLines(s.plain(), false) {
		it.alloc(2 * elementBytes)
		paragraphs = append(paragraphs, it.joinStrings(newline, &List{items: w.wrap(line.(*Str))}, it.wantItem))
	}
	return it.joinStrings(newline, &List{items: paragraphs}, it.wantItem)
}

// A wrapper wraps lines as Python's textwrap does.
type wrapper struct {
	it           *interp
	width        Value // looked at once there is a line
	breakWords   bool  // words that are wider than a line
	hyphens      bool  // break those behind a hyphen
	splitHyphens bool  // lines may end behind any hyphen within a word
}

// A chunk is text within which no line ends, in characters: a word, a part of
// one, or white space.
type chunk struct{ from, to int }

func (c chunk) len() int { return c.to - c.from }

// wrap returns the lines that a line of text becomes.
func (w *wrapper) wrap(s *Str) []Value {
	it := w.it
	width := it.wantInt(w.width)
	if width <= 0 {
		it.fail(ErrValue, "invalid width ", itoa(width), " (must be > 0)")
	}
	it.work(len(s.s))
	it.allocTimes(len(s.s)+1, 4+8+elementBytes) // characters, their offsets, chunks
	text := []rune(s.s)
	offsets := make([]int, 0, len(text)+1)
	for i := range s.s {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(s.s))
	isBlank := func(c chunk) bool { return strings.TrimFunc(s.s[offsets[c.from]:offsets[c.to]], isSpace) == "" }

	var lines []Value
	for chunks := w.chunks(text); len(chunks) > 0; {
		it.step(1)
		if len(lines) > 0 && isBlank(chunks[0]) {
			chunks = chunks[1:]
		}
		n, used := 0, 0
		for n < len(chunks) && used+chunks[n].len() <= width {
			used += chunks[n].len()
			n++
		}
		line := chunks[:n:n]
		chunks = chunks[n:]
		if len(chunks) > 0 && chunks[0].len() > width {
			switch first := &chunks[0]; {
			case w.breakWords:
				end := first.from + w.breakAt(text[first.from:first.to], width-used)
				it.alloc((n + 1) * elementBytes)
				line = append(line, chunk{first.from, end})
				first.from = end
			case n == 0:
				line, chunks = chunks[:1], chunks[1:]
			}
		}
		if n := len(line); n > 0 && isBlank(line[n-1]) {
			line = line[:n-1]
		}
		if n := len(line); n > 0 {
			it.alloc(objectBytes + elementBytes)
			lines = append(lines, s.slice(offsets[line[0].from], offsets[line[n-1].to]))
		}
	}
	return lines
}

// breakAt returns how much of a word goes where there is room for so many
// characters: up to the last hyphen, if there is more than hyphens in front of it.
func (w *wrapper) breakAt(word []rune, room int) int {
	if !w.hyphens || len(word) <= room {
		return room
	}
	for i := room - 1; i > 0; i-- {
		if word[i] != '-' {
			continue
		}
		for _, r := range word[:i] {
			if r != '-' {
				return i + 1
			}
		}
		break
	}
	return room
}

// chunks cuts a text where lines may end.
func (w *wrapper) chunks(text []rune) []chunk {
	var chunks []chunk
	for from := 0; from < len(text); {
		w.it.step(1)
		to := from
		switch {
		case isWrapSpace(text[from]):
			for to < len(text) && isWrapSpace(text[to]) {
				to++
			}
		case w.splitHyphens:
			to = wordEnd(text, from)
		default:
			for to < len(text) && !isWrapSpace(text[to]) {
				to++
			}
		}
		chunks = append(chunks, chunk{from, to})
		from = to
	}
	return chunks
}

// wordEnd returns where a chunk ends that starts with a word or with dashes
// between words.
func wordEnd(text []rune, from int) int {
	if end := dashes(text, from); end > 0 {
		return end
	}
	for i := from + 1; ; i++ {
		switch {
		case i == len(text) || isWrapSpace(text[i]), dashes(text, i) > 0:
			return i
		case isHyphen(text, i):
			return i + 1
		}
	}
}

// dashes returns where two dashes or more at i end, if they are between words,
// and else 0.
func dashes(text []rune, i int) int {
	if i == 0 || !isWordRune(text[i-1]) && !strings.ContainsRune(`!"'&.,?`, text[i-1]) {
		return 0
	}
	end := i
	for end < len(text) && text[end] == '-' {
		end++
	}
	if end < i+2 || end == len(text) || !isWordRune(text[end]) {
		return 0
	}
	return end
}

// isHyphen reports whether a hyphen at i is within a word: behind two letters,
// or one that is behind a letter and a hyphen itself, and in front of two that
// may have a hyphen between them.
func isHyphen(text []rune, i int) bool {
	letter := func(i int) bool { return 0 <= i && i < len(text) && isWordRune(text[i]) && !unicode.IsDigit(text[i]) }
	hyphen := func(i int) bool { return 0 <= i && i < len(text) && text[i] == '-' }
	return hyphen(i) &&
		letter(i-1) && (letter(i-2) || hyphen(i-2) && letter(i-3)) &&
		letter(i+1) && (letter(i+2) || hyphen(i+2) && letter(i+3))
}

// isWrapSpace reports the white space that textwrap knows: that of ASCII.
func isWrapSpace(r rune) bool { return r < utf8.RuneSelf && strings.ContainsRune("\t\n\v\f\r ", r) }
