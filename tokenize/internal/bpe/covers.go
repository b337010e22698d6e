package bpe

// CoversBytes reports whether the model is byte-level and has a token for each
// byte, so that the texts of the tokens of a piece, behind each other, are the
// piece.
func (m *Model) CoversBytes() bool { return m.alphabet.byteLevel && m.alphabet.complete }
