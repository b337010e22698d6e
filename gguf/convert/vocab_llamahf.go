package convert

import "fmt"

// writeLlamaHF writes a tokenizer.json that was made of a SentencePiece model,
// where that model itself is missing: the tokens without their scores.
// vocab_size does not count; there are as many tokens as the file has.
func (v *vocabulary) writeLlamaHF(f *vocabFiles) error {
	added, err := loadAddedTokens(f, v.modelType)
	if err != nil {
		return err
	}
	size := len(f.tokenizer.Model.Tokens)
	total := size
	for _, token := range added {
		if token.ID >= size {
			total++
		}
	}
	isNamed := make(map[string]bool)
	for _, token := range namedTokens(f, tokenizerClassOf(f.tokenizerConfig, v.modelType)) {
		isNamed[token.Content] = true
	}
	list := newTokenList(total, true)
	for _, token := range f.tokenizer.Model.Tokens {
		text, id := token.Text, token.ID
		if id >= size {
			return malformed(v.dir, tokenizerFile, fmt.Errorf("token %q has id %d in a vocabulary of %d tokens", text, id, size))
		}
		kind := int32(tokenNormal)
		if _, ok := parseByteToken(text); ok {
			kind = tokenByte
		} else if isNamed[text] {
			kind = tokenControl
		}
		list.set(id, text, kind, addedScore)
	}
	next := size
	for _, token := range added {
		if token.ID < size {
			continue
		}
		kind := int32(tokenUserDefined)
		if isNamed[token.Content] {
			kind = tokenControl
		}
		list.set(next, token.Content, kind, addedScore)
		next++
	}
	for id := range size {
		if !list.named(id) {
			return malformed(v.dir, tokenizerFile, fmt.Errorf("no token has id %d in a vocabulary of %d tokens", id, size))
		}
	}
	v.write("llama", "default", list)
	return v.writeSpecial(f, list.len())
}
