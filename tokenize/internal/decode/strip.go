package decode

import (
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// strip is the decoder Strip: so many characters go from the start and from
// the end of each token, if they are the given one. Where a token has fewer
// the reference panics; here they all go.
type strip struct {
	char        string
	front, back int
}

func newStrip(o *jsonread.Object) (decoder, error) {
	char, err := config.Char(o, "content")
	if err != nil {
		return nil, err
	}
	start, err := config.Int(o, "start")
	if err != nil {
		return nil, err
	}
	stop, err := config.Int(o, "stop")
	return eachToken{strip{string(char), start, stop}}, err
}

func (d strip) start() func(string) (string, bool) {
	return func(token string) (string, bool) {
		token, _ = cutStart(token, d.char, d.front)
		token, _ = cutEnd(token, d.char, d.back)
		return token, true
	}
}

func (d strip) fused(next stage) stage {
	return &stripStage{next: next, strip: d, left: d.front}
}

// cutStart takes up to n times char from the start of token, and says how many
// are left to take.
func cutStart(token, char string, n int) (rest string, left int) {
	for n > 0 && strings.HasPrefix(token, char) {
		token = token[len(char):]
		n--
	}
	return token, n
}

func cutEnd(token, char string, n int) (rest string, left int) {
	for n > 0 && strings.HasSuffix(token, char) {
		token = token[:len(token)-len(char)]
		n--
	}
	return token, n
}

// stripStage holds back what it may have to strip from the end.
type stripStage struct {
	next  stage
	strip strip
	left  int // characters to strip from the start
	held  int // characters at the end
}

func (s *stripStage) write(part string) {
	char := s.strip.char
	if s.left > 0 {
		if part, s.left = cutStart(part, char, s.left); part == "" {
			return
		}
		s.left = 0
	}
	kept, _ := cutEnd(part, char, len(part))
	ends := (len(part) - len(kept)) / len(char)
	if kept != "" {
		s.give(s.held)
		s.next.write(kept)
		s.held = 0
	}
	s.held += ends
	if more := s.held - s.strip.back; more > 0 {
		s.give(more)
		s.held = s.strip.back
	}
}

func (s *stripStage) close() {
	s.left, s.held = s.strip.front, 0
	s.next.close()
}

func (s *stripStage) finish() { s.next.finish() }

func (s *stripStage) give(chars int) {
	for range chars {
		s.next.write(s.strip.char)
	}
}
