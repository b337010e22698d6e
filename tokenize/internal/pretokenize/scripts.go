package pretokenize

import (
	"sort"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// unicodeScripts is the pre-tokenizer UnicodeScripts: it cuts where the script
// changes. Spaces and characters without a script go with any; those before
// the first script are dropped.
type unicodeScripts struct{}

func (unicodeScripts) Split(t text.Text, emit func(text.Text) error) error {
	s, cut := t.String(), newCutter(t)
	last := ucd.Unknown
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		script := scriptOf(r)
		if script != ucd.Unknown && script != last {
			if last != ucd.Unknown {
				if err := emit(cut.slice(start, i)); err != nil {
					return err
				}
			}
			start, last = i, script
		}
		i += size
	}
	if last == ucd.Unknown {
		return nil
	}
	return emit(cut.slice(start, len(s)))
}

// scriptOf returns the script of r, as SentencePiece has it: kana are Han, and
// a space has none.
func scriptOf(r rune) ucd.Script {
	switch {
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return ucd.Latin
	case r == ' ':
		return ucd.Unknown
	case r == 'ー':
		return ucd.Han
	}
	i := sort.Search(len(scriptOtherwise), func(i int) bool { return r <= scriptOtherwise[i].hi })
	if i < len(scriptOtherwise) && scriptOtherwise[i].lo <= r {
		return scriptOtherwise[i].script
	}
	script := ucd.ScriptOf(r)
	if script == ucd.Hiragana || script == ucd.Katakana {
		return ucd.Han
	}
	return script
}

// A scriptRange is the code points from lo to hi, both included.
type scriptRange struct {
	lo, hi rune
	script ucd.Script
}
