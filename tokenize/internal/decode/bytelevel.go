package decode

import "github.com/nibble-go/nibble/tokenize/internal/bytelevel"

// byteLevel is the decoder ByteLevel: one token of the bytes that the tokens
// spell.
type byteLevel struct{}

func (byteLevel) Decode(tokens []string) []string {
	var raw []byte
	for _, token := range tokens {
		raw = appendBytes(raw, token)
	}
	return []string{string(AppendLossy(nil, raw))}
}

func (byteLevel) fuses() bool { return true }

func (byteLevel) stage(next stage, fused bool) stage {
	if fused {
		return nil // one character anywhere may make it a token that is raw
	}
	return &byteLevelStage{next: next}
}

// appendBytes appends the bytes of a token. One with a character that stands
// for no byte is taken as it is.
func appendBytes(raw []byte, token string) []byte {
	out, ok := bytelevel.AppendDecoded(raw, token)
	if !ok {
		return append(raw, token...)
	}
	return out
}

type byteLevelStage struct {
	wholeTokens
	next stage
	raw  []byte // the start of a character
	text []byte // for reuse
}

func (s *byteLevelStage) close() {
	s.raw = appendBytes(s.raw, s.take())
	s.give(WholeLen(s.raw))
}

func (s *byteLevelStage) finish() {
	s.give(len(s.raw))
	s.next.close()
	s.next.finish()
}

// give passes on the first n bytes.
func (s *byteLevelStage) give(n int) {
	if n == 0 {
		return
	}
	s.text = AppendLossy(s.text[:0], s.raw[:n])
	s.next.write(string(s.text))
	s.raw = append(s.raw[:0], s.raw[n:]...)
}
