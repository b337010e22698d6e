package convert

import (
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// addBERT writes a WordPiece vocabulary. llama.cpp wants the starts of words
// marked instead of the continuations: "##ing" becomes "ing", "in" becomes
// "▁in"; control tokens stay.
func (v *vocabulary) addBERT() error {
	f, err := v.files(true)
	if err != nil {
		return err
	}
	list, pre, err := v.readTokens(f)
	if err != nil {
		return err
	}
	for id, text := range list.texts {
		if list.types[id] == tokenControl {
			continue
		}
		if rest, ok := strings.CutPrefix(text, "##"); ok {
			list.texts[id] = rest
		} else {
			list.texts[id] = spaceMark + text
		}
	}
	v.meta.Set(keyTokenTypeCount, gguf.Uint32(uint32(v.typeCount)))
	v.write("bert", pre, list)
	return v.writeSpecial(f, list.len())
}
