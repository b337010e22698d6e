package convert

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// addPieces writes the vocabulary of tokenizer.model.
func (v *vocabulary) addPieces() error {
	f, err := v.files(false)
	if err != nil {
		return err
	}
	return v.writePieces(f)
}

func (v *vocabulary) writePieces(f *vocabFiles) error {
	list, err := v.readPieces(f)
	if err != nil {
		return err
	}
	if err := list.addFromConfig(f, true); err != nil {
		return err
	}
	list.pad()
	v.write("llama", "default", list)
	return v.writeSpecial(f, list.len())
}

// writePhi3 is writePieces with the rules of Phi 3: tokenizer.json has the
// last word on added tokens, and they are taken as they stand.
func (v *vocabulary) writePhi3(f *vocabFiles) error {
	list, err := v.readPieces(f)
	if err != nil {
		return err
	}
	if err := list.addFromConfig(f, false); err != nil {
		return err
	}
	if f.tokenizer != nil {
		for _, token := range f.tokenizer.AddedTokens {
			list.addAsIs(token.ID, token.Content, token.Special)
		}
	}
	list.pad()
	v.write("llama", "default", list)
	return v.writeSpecial(f, list.len())
}

// readPieces reads tokenizer.model, with the tokens of added_tokens.json over
// it. Ids from vocab_size on are dropped.
func (v *vocabulary) readPieces(f *vocabFiles) (*tokenList, error) {
	model, err := readSentencePiece(v.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, v.missing("has no tokenizer.model")
	}
	if err != nil {
		return nil, err
	}
	pieces := model.Pieces
	size := v.size
	if size == 0 {
		size = len(pieces)
	}
	list := newTokenList(size, true)
	for id, piece := range pieces[:min(len(pieces), size)] {
		// llama.cpp knows no pieces that users defined; the reference has them
		// as normal ones.
		kind := int32(piece.Type)
		if piece.Type == vocab.UserDefined {
			kind = tokenNormal
		}
		list.set(id, piece.Text, kind, piece.Score)
	}
	for content, value := range f.addedTokens.All() {
		n, _ := value.(jsonread.Number)
		id, err := n.Int()
		if err != nil || id < 0 {
			return nil, malformed(v.dir, "added_tokens.json", fmt.Errorf("%q has no id", content))
		}
		if id < int64(size) {
			list.set(int(id), content, tokenUserDefined, addedScore)
		}
	}
	return list, nil
}

// addFromConfig puts the added_tokens_decoder of tokenizer_config.json over
// the list. With rules, what looks special is special, and the spaces of other
// tokens are spaces.
func (l *tokenList) addFromConfig(f *vocabFiles, rules bool) error {
	tokens, err := decoderTokens(f)
	for _, token := range tokens {
		switch {
		case !l.has(token.ID):
		case rules:
			l.setAdded(token.ID, token.Content, token.Special)
		default:
			l.addAsIs(token.ID, token.Content, token.Special)
		}
	}
	return err
}

// addAsIs names an id by an added token, without looking at its text.
func (l *tokenList) addAsIs(id int, text string, special bool) {
	kind := int32(tokenUserDefined)
	if special {
		kind = tokenControl
	}
	if l.has(id) {
		l.set(id, text, kind, addedScore)
	}
}
