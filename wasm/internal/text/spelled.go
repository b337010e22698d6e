package text

import "github.com/nibble-go/nibble/wasm"

// maxSpelled bounds the places that a reply lists.
const maxSpelled = 100

// spelledIn returns how many special tokens a text spells, and the first ones.
func (t *Tokenizer) spelledIn(text string) (n int, first []wasm.TextSpelled) {
	place := cursor{text: text}
	for span, token := range t.SpelledSpecial(text) {
		if n++; n <= maxSpelled {
			first = append(first, wasm.TextSpelled{ID: token.ID, Text: token.Text, Start: place.span(span).Start})
		}
	}
	return n, first
}
