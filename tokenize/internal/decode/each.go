package decode

// eachToken makes a decoder of what decodes tokens one by one.
type eachToken struct{ tokenDecoder }

type tokenDecoder interface {
	// start returns a function that decodes the tokens of a text, from first
	// to last. If it returns false the token is dropped.
	start() func(token string) (string, bool)

	// fused is as decoder.stage for the case that there is one token.
	fused(next stage) stage
}

func (d eachToken) Decode(tokens []string) []string {
	decode := d.start()
	out := make([]string, 0, len(tokens))
	for _, token := range tokens {
		if token, ok := decode(token); ok {
			out = append(out, token)
		}
	}
	return out
}

func (d eachToken) fuses() bool { return false }

func (d eachToken) stage(next stage, fused bool) stage {
	if fused {
		return d.fused(next)
	}
	return &tokenStage{next: next, decode: d.start()}
}

type tokenStage struct {
	wholeTokens
	next   stage
	decode func(string) (string, bool)
}

func (s *tokenStage) close() {
	if token, ok := s.decode(s.take()); ok {
		s.next.write(token)
		s.next.close()
	}
}

func (s *tokenStage) finish() { s.next.finish() }
