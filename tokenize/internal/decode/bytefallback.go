package decode

import (
	"strings"
	"unicode/utf8"
)

// byteFallback is the decoder ByteFallback: tokens such as <0x41> are bytes. A
// run of them is one token if it is valid UTF-8, and a U+FFFD for each byte
// otherwise.
type byteFallback struct{}

func (byteFallback) Decode(tokens []string) []string {
	out := make([]string, 0, len(tokens))
	var run []byte
	flush := func() {
		switch {
		case len(run) == 0:
		case utf8.Valid(run):
			out = append(out, string(run))
		default:
			for range run {
				out = append(out, replacement)
			}
		}
		run = run[:0]
	}
	for _, token := range tokens {
		if b, ok := byteToken(token); ok {
			run = append(run, b)
			continue
		}
		flush()
		out = append(out, token)
	}
	flush()
	return out
}

func (byteFallback) fuses() bool { return false }

func (byteFallback) stage(next stage, fused bool) stage {
	if fused {
		return &oneByteStage{next: next}
	}
	return &byteFallbackStage{next: next}
}

// byteToken returns the byte that a token stands for. The reference parses its
// digits as a number, so a plus sign may stand for the first.
func byteToken(token string) (byte, bool) {
	if len(token) != 6 || !strings.HasPrefix(token, "<0x") || token[5] != '>' {
		return 0, false
	}
	high, ok := hexDigit(token[3])
	if !ok && token[3] != '+' {
		return 0, false
	}
	low, ok := hexDigit(token[4])
	return high<<4 | low, ok
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// byteFallbackStage holds back a run as long as it may turn out valid.
type byteFallbackStage struct {
	wholeTokens
	next    stage
	run     []byte
	checked int  // so many bytes of it are whole valid characters
	bad     bool // it is not valid, and what came of it is given
}

func (s *byteFallbackStage) close() {
	token := s.take()
	b, ok := byteToken(token)
	if !ok {
		s.endRun()
		s.give(token)
		return
	}
	s.run = append(s.run, b)
	for !s.bad && utf8.FullRune(s.run[s.checked:]) {
		r, size := utf8.DecodeRune(s.run[s.checked:])
		s.bad = r == utf8.RuneError && size == 1
		s.checked += size
	}
	if s.bad {
		s.giveUp()
	}
}

func (s *byteFallbackStage) finish() {
	s.endRun()
	s.next.finish()
}

func (s *byteFallbackStage) endRun() {
	switch {
	case len(s.run) == 0:
	case s.checked == len(s.run):
		s.give(string(s.run))
	default:
		s.giveUp()
	}
	s.run, s.checked, s.bad = s.run[:0], 0, false
}

// giveUp gives U+FFFD for each byte of the run.
func (s *byteFallbackStage) giveUp() {
	for range s.run {
		s.give(replacement)
	}
	s.run, s.checked = s.run[:0], 0
}

func (s *byteFallbackStage) give(token string) {
	s.next.write(token)
	s.next.close()
}

// oneByteStage is for one token in all: it is a byte only if it is short.
type oneByteStage struct {
	next stage
	held string
	long bool
}

func (s *oneByteStage) write(part string) {
	if s.held += part; s.long || len(s.held) > len("<0x00>") {
		s.long = true
		s.next.write(s.held)
		s.held = ""
	}
}

func (s *oneByteStage) close() {
	if b, ok := byteToken(s.held); ok {
		s.held = replacement
		if b < utf8.RuneSelf {
			s.held = string(rune(b))
		}
	}
	s.next.write(s.held)
	s.next.close()
	s.held, s.long = "", false
}

func (s *oneByteStage) finish() { s.next.finish() }
