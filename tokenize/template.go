//go:build !nibbletext

package tokenize

import (
	"strconv"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// template is TemplateProcessing: where the special tokens stand around one
// text and around two.
type template struct{ single, pair []templatePiece }

// A templatePiece is the place of a text, or a special token, which may stand
// for several tokens.
type templatePiece struct {
	text   int // 0 or 1; of a special token -1
	tokens []namedToken
	typeID uint32
}

func newTemplate(o *jsonread.Object) (postProcessor, error) {
	special := make(map[string][]namedToken)
	tokens, err := config.Or(o, "special_tokens", config.Object, nil)
	if err != nil {
		return nil, err
	}
	for name, v := range tokens.All() {
		def, ok := v.(*jsonread.Object)
		if !ok {
			return nil, config.In("special_tokens", config.Malformed(fault.Quote(name)+" is not an object"))
		}
		if special[name], err = readTemplateTokens(def); err != nil {
			return nil, config.In("special_tokens", config.In(name, err))
		}
	}
	var t template
	if t.single, err = readTemplate(o, "single", special, 1); err != nil {
		return nil, err
	}
	t.pair, err = readTemplate(o, "pair", special, 2)
	return &t, err
}

// maxTemplateTokens bounds the special tokens of a template. Real ones have a
// handful.
const maxTemplateTokens = 1024

// readTemplateTokens reads {"id": ..., "ids": [...], "tokens": [...]}.
func readTemplateTokens(o *jsonread.Object) ([]namedToken, error) {
	ids, err := config.Array(o, "ids")
	if err != nil {
		return nil, err
	}
	texts, err := config.Array(o, "tokens")
	if err != nil {
		return nil, err
	}
	if len(ids) != len(texts) {
		return nil, config.Malformed("as many ids as tokens are wanted")
	}
	tokens := make([]namedToken, len(ids))
	for i := range ids {
		number, isNumber := ids[i].(jsonread.Number)
		text, isText := texts[i].(string)
		if !isNumber || !isText {
			return nil, config.Malformed("ids are numbers and tokens are strings")
		}
		id, err := number.Uint()
		if err != nil || id > maxID {
			return nil, config.In("ids"+config.Index(i), config.Malformed("not the id of a token"))
		}
		tokens[i] = namedToken{text, uint32(id)}
	}
	return tokens, nil
}

// readTemplate reads a list of {"Sequence": {"id": "A", "type_id": 0}} and
// {"SpecialToken": {"id": "[CLS]", "type_id": 0}}.
func readTemplate(o *jsonread.Object, key string, special map[string][]namedToken, texts int) ([]templatePiece, error) {
	list, err := config.Array(o, key)
	if err != nil {
		return nil, err
	}
	pieces := make([]templatePiece, len(list))
	var cited [2]int
	tokens := 0
	for i, v := range list {
		member, _ := v.(*jsonread.Object)
		if pieces[i], err = readTemplatePiece(member, special, texts); err != nil {
			return nil, config.In(key+config.Index(i), err)
		}
		if text := pieces[i].text; text >= 0 {
			cited[text]++
		}
		tokens += len(pieces[i].tokens)
	}
	switch {
	case tokens > maxTemplateTokens:
		return nil, config.In(key, config.Unsupported("more than "+strconv.Itoa(maxTemplateTokens)+" special tokens"))
	case cited[0] != 1 || cited[1] != texts-1:
		return nil, config.In(key, config.Unsupported("a text that is not there once"))
	}
	return pieces, nil
}

func readTemplatePiece(o *jsonread.Object, special map[string][]namedToken, texts int) (templatePiece, error) {
	piece := templatePiece{text: -1}
	body, isText := o.Object("Sequence")
	if !isText {
		var ok bool
		if body, ok = o.Object("SpecialToken"); !ok {
			return piece, config.Malformed("neither a Sequence nor a SpecialToken")
		}
	}
	typeID, err := config.Or(body, "type_id", config.Int, 0)
	if err != nil {
		return piece, err
	}
	piece.typeID = uint32(typeID)
	id, err := config.String(body, "id")
	if err != nil {
		return piece, err
	}
	if !isText {
		var ok bool
		if piece.tokens, ok = special[id]; !ok {
			return piece, config.In("id", config.Malformed(fault.Quote(id)+" is not among the special_tokens"))
		}
		return piece, nil
	}
	switch {
	case id == "A":
		piece.text = 0
	case id == "B" && texts > 1:
		piece.text = 1
	default:
		return piece, config.In("id", config.Malformed("there is no text "+fault.Quote(id)))
	}
	return piece, nil
}

func (t *template) pieces(pair bool) []templatePiece {
	if pair {
		return t.pair
	}
	return t.single
}

func (t *template) added(pair bool) int {
	n := 0
	for _, piece := range t.pieces(pair) {
		n += len(piece.tokens)
	}
	return n
}

func (t *template) process(parts []*Encoding, addSpecial bool) []*Encoding {
	var out []*Encoding
	for _, piece := range t.pieces(len(parts) > 1) {
		switch {
		case piece.text >= 0:
			part := parts[piece.text].clone()
			part.setTypeID(piece.typeID)
			part.setSequence(piece.text)
			out = append(out, part)
		case addSpecial:
			e := &Encoding{}
			for _, token := range piece.tokens {
				e.addOutside(token.id, token.text, piece.typeID, 1)
			}
			out = append(out, e)
		}
	}
	return out
}
