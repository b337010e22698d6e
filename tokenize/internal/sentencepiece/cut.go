package sentencepiece

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Cut returns the last place up to limit where a text can be cut: what Rest
// makes of the text from there on comes behind what the Model makes of the text
// up to there. 0: there is none.
//
// It can be cut before a space, unless a piece or a replacement has the like of
// it inside. Unigram models cannot cut: which of two paths is better may depend
// on how their scores were rounded since the start of the text.
func (m *Model) Cut(text string, limit int) int {
	if m.rest == nil {
		return 0
	}
	for i := min(limit, len(text)-1); i > 0; i-- {
		if text[i] == ' ' && m.cuts[text[i-1]] && (m.normalizer.blank == plainAlways || i+1 < len(text) && text[i+1] < utf8.RuneSelf) {
			return i
		}
	}
	return 0
}

// Rest returns the Model for texts that begin where another one was cut.
func (m *Model) Rest() *Model {
	if m.rest == nil {
		return m
	}
	return m.rest
}

// findCuts finds the bytes behind which a text can be cut, if a space follows.
func (m *Model) findCuts() {
	s, ok := m.segmenter.(*bpeSegmenter)
	n := m.normalizer
	if !ok || n.suffix || n.blank == notPlain {
		return
	}
	// Unknown pieces on both sides of a cut would be one.
	if !m.byteFallback && !slices.Contains(m.texts, n.space) {
		return
	}
	if slices.ContainsFunc(m.pieces, func(p Piece) bool { return p.Type == UserDefined && strings.Contains(p.Text, " ") }) {
		return
	}
	inKeys := n.charsmap.insideKeys()
	if inKeys[' '] {
		return
	}
	_, label, _ := character(n.space, 0)
	m.cuts = new([256]bool)
	for b := range byte(utf8.RuneSelf) {
		m.cuts[b] = n.plain[b] != notPlain && !inKeys[b] && s.joined.apart(b, label)
	}
	normalizer := *n
	normalizer.dummy, normalizer.goesOn = false, true
	rest := *m
	rest.normalizer, rest.rest = &normalizer, &rest
	m.rest = &rest
}
