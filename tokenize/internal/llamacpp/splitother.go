package llamacpp

import "strings"

// deepSeek is the last pattern of DeepSeek V3 and of AFMoE:
//
//	[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|
//	 ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//
// The tilde is in neither \p{P} nor \p{S} for llama.cpp, which lists what is of
// ASCII.
func (t classTable) deepSeek(s string, pos int) int {
	c, size := t.at(s, pos)
	if size == 1 && c&(punct|symbol) != 0 {
		if end := asciiLetters(s, pos+1); end > pos+1 {
			return end
		}
	}
	switch {
	case c&(letter|mark) != 0:
		return t.run(s, pos+size, letter|mark)
	case s[pos] == '~' || c&(punct|symbol) == 0 && s[pos] != '\n' && s[pos] != '\r':
		if end := t.run(s, pos+size, letter|mark); end > pos+size {
			return end
		}
	}
	start := pos
	if s[pos] == ' ' {
		start++
	}
	if end := t.symbolsButTilde(s, start); end > start {
		return lineEnds(s, end)
	}
	if c&space != 0 {
		return t.spaces(s, pos)
	}
	return pos
}

func asciiLetters(s string, pos int) int {
	for pos < len(s) && 'a' <= s[pos]|0x20 && s[pos]|0x20 <= 'z' {
		pos++
	}
	return pos
}

func (t classTable) symbolsButTilde(s string, pos int) int {
	for pos < len(s) && s[pos] != '~' {
		c, size := t.at(s, pos)
		if c&(punct|symbol) == 0 {
			break
		}
		pos += size
	}
	return pos
}

// bloom is the pattern of BLOOM, which was meant as something else:
//
//	?[^(\s|.,!?…。，、।۔،)]+
func (t classTable) bloom(s string, pos int) int {
	start := pos
	if s[pos] == ' ' {
		start++
	}
	end := start
	for end < len(s) {
		c, size := t.at(s, end)
		if c&space != 0 || strings.Contains("(|.,!?…。，、।۔،)", s[end:end+size]) {
			break
		}
		end += size
	}
	if end == start {
		return pos
	}
	return end
}

// notSpace is \S+.
func (t classTable) notSpace(s string, pos int, _ *int) int {
	if end := t.others(s, pos, space); end > pos {
		return end
	}
	return t.run(s, pos, space)
}

// newlines is [^\n]+|[\n]+.
func newlines(s string, pos int) int {
	if s[pos] != '\n' {
		if n := strings.IndexByte(s[pos:], '\n'); n >= 0 {
			return pos + n
		}
		return len(s)
	}
	for pos < len(s) && s[pos] == '\n' {
		pos++
	}
	return pos
}

// A jais is the grammar of Llama 3 with white space in pieces of 512, 256, ...,
// 4 or at most 2 characters, each followed by more of it or by nothing:
//
//	\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|...|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}
type jais struct{ grammar }

// next is a stage. Its memo is where the white space ends that it is in.
func (j *jais) next(s string, pos int, memo *int) int {
	if pos >= *memo {
		end := j.grammar.next(s, pos)
		if last, _ := j.before(s, end); last&space == 0 || s[end-1] == '\n' || s[end-1] == '\r' {
			return end
		}
		*memo = j.run(s, pos, space)
	}
	n, end := 0, pos
	for end < *memo && n <= 512 {
		_, size := decode(s, end)
		end += size
		n++
	}
	atEnd := *memo == len(s)
	for size := 512; size >= 1; size /= 2 {
		if n > size || n == size && atEnd {
			return j.atMost(size, s, pos, space)
		}
	}
	return j.grammar.next(s, pos) // the last before a word, which may take it
}

// sentinel is <sentinel:[0-9]+>.
func sentinel(s string, pos int) int {
	const prefix = "<sentinel:"
	if !strings.HasPrefix(s[pos:], prefix) {
		return pos
	}
	start := pos + len(prefix)
	end := start
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	if end == start || end == len(s) || s[end] != '>' {
		return pos
	}
	return end + 1
}

// imageToken is (IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z.
func imageToken(s string, pos int) int {
	const prefix = "IMGIMG"
	if !strings.HasPrefix(s[pos:], prefix) {
		return pos
	}
	start := pos + len(prefix)
	end := start
	for end < len(s) && end < start+4 && 'A' <= s[end] && s[end] <= 'I' {
		end++
	}
	if end == start || end == len(s) || s[end] != 'Z' {
		return pos
	}
	return end + 1
}

// spacing is ([\t\n]|    |  ).
func spacing(s string, pos int) int {
	switch rest := s[pos:]; {
	case rest[0] == '\t' || rest[0] == '\n':
		return pos + 1
	case strings.HasPrefix(rest, "    "):
		return pos + 4
	case strings.HasPrefix(rest, "  "):
		return pos + 2
	}
	return pos
}
