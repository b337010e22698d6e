package decode

// sequence is the decoder Sequence: each decodes what the one before made.
type sequence []decoder

func (q sequence) Decode(tokens []string) []string {
	for _, d := range q {
		tokens = d.Decode(tokens)
	}
	return tokens
}

func (q sequence) fuses() bool {
	for _, d := range q {
		if d.fuses() {
			return true
		}
	}
	return false
}

func (q sequence) stage(next stage, fused bool) stage {
	for i := len(q) - 1; i >= 0 && next != nil; i-- {
		next = q[i].stage(next, fused || q[:i].fuses())
	}
	return next
}
