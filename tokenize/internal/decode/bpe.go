package decode

import "strings"

// bpe is the decoder BPEDecoder: the suffix that marks the end of a word
// becomes a space, but not in the last token.
type bpe struct{ suffix string }

func (d bpe) Decode(tokens []string) []string {
	out := make([]string, len(tokens))
	for i, token := range tokens {
		space := " "
		if i == len(tokens)-1 {
			space = ""
		}
		out[i] = strings.ReplaceAll(token, d.suffix, space)
	}
	return out
}

func (d bpe) fuses() bool { return false }

func (d bpe) stage(next stage, fused bool) stage {
	if fused {
		return newReplaceStage(next, d.suffix, "")
	}
	return &bpeStage{next: next, suffix: d.suffix}
}

// bpeStage holds back the last token, from its first suffix on.
type bpeStage struct {
	wholeTokens
	next   stage
	suffix string
	held   string
	open   bool // a token is not closed yet
}

func (s *bpeStage) close() {
	s.closeLast(" ")
	token := s.take()
	i := strings.Index(token, s.suffix)
	if i < 0 {
		i = len(token)
	}
	s.next.write(token[:i])
	s.held, s.open = token[i:], true
}

func (s *bpeStage) finish() {
	s.closeLast("")
	s.next.finish()
}

func (s *bpeStage) closeLast(space string) {
	if !s.open {
		return
	}
	if s.held != "" || s.suffix == "" {
		s.next.write(strings.ReplaceAll(s.held, s.suffix, space))
	}
	s.next.close()
	s.held, s.open = "", false
}
