package llamacpp

import "strings"

// A cutter is an engine whose text can be cut in some places: what stands before
// the cut has the same tokens whatever follows, and what follows has the same
// tokens as if it were the rest of a text (see Options.Continues).
type cutter interface {
	// cutsBefore is the byte that cuts are before.
	cutsBefore() byte

	// canCut reports whether s, which goes on, can be cut before s[i], which is
	// such a byte and neither the first nor the last.
	canCut(s string, i int) bool
}

// Cut returns the last place that it finds where a text that starts with s and
// goes on can be cut, 0 if there is none.
func (v *Vocabulary) Cut(s string, o Options) int {
	e, ok := v.engine.(cutter)
	if !ok {
		return 0
	}
	m := v.matcher(o)
	// A special token that starts before end is in s as a whole.
	end := len(s) - 1
	if m != nil {
		end -= m.most
	}
	for end > 1 {
		i := strings.LastIndexByte(s[:end], e.cutsBefore())
		if i <= 0 {
			break
		}
		if e.canCut(s, i) && !m.reaches(s, i) {
			return i
		}
		end = i
	}
	return 0
}

// reaches reports whether a token is spelled in s that starts before s[i] and
// ends there or behind it.
func (m *matcher) reaches(s string, i int) bool {
	if m == nil {
		return false
	}
	for start := max(0, i-m.most); start < i; start++ {
		if m.first[s[start]] {
			if token := m.longest(s, start, len(s)); token >= 0 && start+m.tokens[token].size >= i {
				return true
			}
		}
	}
	return false
}

// How the texts of a pre-tokenizer can be cut.
type cuts uint8

const (
	cutsAtWords cuts = iota // before a space between letters of ASCII
	cutsAtLines             // before newlines
	cutsNowhere
)

// cutsOf returns how the texts of a type can be cut. All patterns but two make a
// piece start with a space between letters, and their stages know nothing of
// what is before it.
func cutsOf(pre *preType) cuts {
	switch pre {
	case preGemma4:
		return cutsAtLines
	case preEXAONEMoE, preSuperBPE:
		return cutsNowhere
	}
	return cutsAtWords
}

func (e *bytePair) cutsBefore() byte {
	if e.cuts == cutsAtLines {
		return '\n'
	}
	return ' '
}

func (e *bytePair) canCut(s string, i int) bool {
	switch e.cuts {
	case cutsAtWords:
		return isLetter(s[i-1]) && isLetter(s[i+1])
	case cutsAtLines:
		return s[i-1] != '\n'
	}
	return false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// The tokens of DNA are not cut.
func (e *hybridDNA) canCut(string, int) bool { return false }

func (e *sentencePiece) cutsBefore() byte { return ' ' }

// canCut reports whether no token has a space behind the byte before it. Bytes
// that start a character which is none may take up to three more with them.
func (e *sentencePiece) canCut(s string, i int) bool {
	for k := max(0, i-3); k < i; k++ {
		if s[k] >= 0x80 {
			return false
		}
	}
	return !isSpace(s[i-1]) && !e.before[s[i-1]]
}

func (e *wordPiece) cutsBefore() byte { return ' ' }

func (e *wordPiece) canCut(s string, i int) bool { return isLetter(s[i-1]) }
