package convert

import (
	"strconv"
	"strings"
)

// A tokenList is the list of a vocabulary's tokens, by id.
type tokenList struct {
	texts  []string
	types  []int32
	scores []float32 // nil where the kind of vocabulary has none
}

// padScore is the score of an id that no file names, addedScore that of a
// token that is not the model's own.
const (
	padScore   = -10000
	addedScore = -1000
)

// newTokenList returns n ids that nobody has named yet: [PAD0] and so on.
func newTokenList(n int, scored bool) *tokenList {
	l := &tokenList{texts: make([]string, n), types: make([]int32, n)}
	for i := range l.types {
		l.types[i] = tokenUnused
	}
	if scored {
		l.scores = make([]float32, n)
		for i := range l.scores {
			l.scores[i] = padScore
		}
	}
	return l
}

func (l *tokenList) len() int { return len(l.texts) }

// has reports whether the list reaches id.
func (l *tokenList) has(id int) bool { return 0 <= id && id < len(l.texts) }

func (l *tokenList) set(id int, text string, kind int32, score float32) {
	l.texts[id], l.types[id] = text, kind
	if l.scores != nil {
		l.scores[id] = score
	}
}

// named reports whether an id has a text.
func (l *tokenList) named(id int) bool { return l.types[id] != tokenUnused || l.texts[id] != "" }

// pad names the ids that are left.
func (l *tokenList) pad() {
	for id := range l.texts {
		if !l.named(id) {
			l.texts[id] = "[PAD" + strconv.Itoa(id) + "]"
		}
	}
}

// looksSpecial reports whether a token is a control token that its file fails
// to call special, as those of Command R, DeepSeek Coder and Gemma.
func looksSpecial(token string) bool {
	switch token {
	case "<pad>", "<mask>", "<2mass>", "[@BOS@]":
		return true
	}
	return strings.HasPrefix(token, "<|") && strings.HasSuffix(token, "|>") ||
		strings.HasPrefix(token, "<｜") && strings.HasSuffix(token, "｜>") ||
		strings.HasPrefix(token, "<unused") && strings.HasSuffix(token, ">")
}

// setAdded names an id by an added token: a control token, or one that users
// defined, with its spaces as spaces.
func (l *tokenList) setAdded(id int, text string, special bool) {
	if special || looksSpecial(text) {
		l.set(id, text, tokenControl, addedScore)
		return
	}
	l.set(id, strings.ReplaceAll(text, spaceMark, " "), tokenUserDefined, addedScore)
}
