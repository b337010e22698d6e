package decode

import "strings"

// metaspace is the decoder Metaspace: the replacement becomes a space, and in
// the first token nothing, wherever it stands, unless one never was prepended.
type metaspace struct {
	replacement string
	never       bool
}

func (d metaspace) start() func(string) (string, bool) {
	first := !d.never
	return func(token string) (string, bool) {
		space := " "
		if first {
			space, first = "", false
		}
		return strings.ReplaceAll(token, d.replacement, space), true
	}
}

func (d metaspace) fused(next stage) stage {
	space := ""
	if d.never {
		space = " "
	}
	return newReplaceStage(next, d.replacement, space)
}
