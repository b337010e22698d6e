package decode

import "strings"

// A stage decodes tokens that come in parts, each of whole characters, and
// gives what is final to the stage behind it.
type stage interface {
	write(part string) // a part of the current token
	close()            // the current token is whole
	finish()           // there are no more tokens
}

// A sink is the last stage: it collects the text.
type sink struct{ text []byte }

func (s *sink) write(part string) { s.text = append(s.text, part...) }
func (s *sink) close()            {}
func (s *sink) finish()           {}

// wholeTokens is for stages that need a token whole: it collects the parts.
type wholeTokens struct{ token string }

func (w *wholeTokens) write(part string) { w.token += part }

func (w *wholeTokens) take() string {
	token := w.token
	w.token = ""
	return token
}

// maxOld is the length up to which a text is replaced while it comes: what may
// be the start of a match is looked through again with each part.
const maxOld = 256

// newReplaceStage returns a stage that replaces in one token all that equals
// old, from left to right; nil if old is too long.
func newReplaceStage(next stage, old, new string) stage {
	if len(old) > maxOld {
		return nil
	}
	return &replaceStage{next: next, old: old, new: new}
}

type replaceStage struct {
	next     stage
	old, new string
	held     string // a start of old, which may be the start of a match
}

func (s *replaceStage) write(part string) {
	if s.old == "" {
		s.writeBetween(part)
		return
	}
	text := s.held + part
	done := 0
	for {
		i := strings.Index(text[done:], s.old)
		if i < 0 {
			break
		}
		s.give(text[done : done+i])
		s.give(s.new)
		done += i + len(s.old)
	}
	text = text[done:]
	n := startOf(s.old, text)
	s.give(text[:len(text)-n])
	s.held = text[len(text)-n:]
}

// writeBetween replaces the empty text, which is before each character and,
// which close sees to, at the end.
func (s *replaceStage) writeBetween(part string) {
	for _, c := range strings.SplitAfter(part, "") {
		s.give(s.new)
		s.give(c)
	}
}

func (s *replaceStage) close() {
	if s.old == "" {
		s.give(s.new)
	}
	s.give(s.held)
	s.held = ""
	s.next.close()
}

func (s *replaceStage) finish() { s.next.finish() }

func (s *replaceStage) give(part string) {
	if part != "" {
		s.next.write(part)
	}
}

// startOf returns the length of the longest start of old, not all of it, that
// text ends with.
func startOf(old, text string) int {
	for n := min(len(old)-1, len(text)); n > 0; n-- {
		if strings.HasSuffix(text, old[:n]) {
			return n
		}
	}
	return 0
}
