package vocab

import (
	"io"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// Limits (spec reliability 2e).
const (
	maxID        = 1<<22 - 1
	maxFileBytes = 256 << 20
)

// A JSON is what tokenizer.json says.
type JSON struct {
	Model       Model
	AddedTokens []AddedToken // in the order of the file

	// The other parts, as they stand in the file: objects, with a type as
	// their first member as a rule, or nil.
	Normalizer, PreTokenizer, PostProcessor, Decoder *jsonread.Object
	Truncation, Padding                              *jsonread.Object
}

// An AddedToken is an entry of added_tokens.
type AddedToken struct {
	// ID is what the file says. Hugging Face's tokenizers do not follow it: a
	// token that the model has keeps its id there, any other gets the next
	// free one.
	ID      int
	Content string

	SingleWord bool // does not match within a word
	LStrip     bool // takes the white space before it along
	RStrip     bool // takes the white space behind it along
	Normalized bool // is looked for in the normalized text; absent: true unless special
	Special    bool
}

// ReadJSON reads a tokenizer.json.
func ReadJSON(r io.Reader) (*JSON, error) {
	t := &jsonReader{d: jsonread.NewDecoder(r, jsonread.Options{MaxBytes: maxFileBytes, NonFinite: true})}
	if err := t.read(); err != nil {
		return nil, formatError(err)
	}
	return &t.out, nil
}

// jsonReader is a tokenizer.json on its way in.
type jsonReader struct {
	d   *jsonread.Decoder
	out JSON
}

func (t *jsonReader) read() error {
	hasModel := false
	err := t.d.ReadObject(func(key string) error {
		switch key {
		case "version":
			return t.readVersion()
		case "added_tokens":
			return t.readAddedTokens()
		case "model":
			hasModel = true
			m := modelReader{d: t.d, out: &t.out.Model}
			return m.read()
		case "normalizer":
			return t.readStage(&t.out.Normalizer)
		case "pre_tokenizer":
			return t.readStage(&t.out.PreTokenizer)
		case "post_processor":
			return t.readStage(&t.out.PostProcessor)
		case "decoder":
			return t.readStage(&t.out.Decoder)
		case "truncation":
			return t.readStage(&t.out.Truncation)
		case "padding":
			return t.readStage(&t.out.Padding)
		}
		return t.d.Skip()
	})
	if err != nil {
		return err
	}
	if err := t.d.End(); err != nil {
		return err
	}
	if !hasModel {
		return &FormatError{Line: 1, Column: 1, Err: malformed("no model, so it is no tokenizer.json")}
	}
	return nil
}

func (t *jsonReader) readVersion() error {
	version, err := t.d.ReadString()
	if err == nil && version != "1.0" {
		err = unsupported("version " + fault.Quote(version) + ", not 1.0")
	}
	return err
}

// readStage reads an object or null.
func (t *jsonReader) readStage(to **jsonread.Object) error {
	if null, err := t.d.ReadNull(); null || err != nil {
		return err
	}
	v, err := t.d.ReadValue()
	if err != nil {
		return err
	}
	o, ok := v.(*jsonread.Object)
	if !ok {
		return malformed("neither an object nor null")
	}
	*to = o
	return nil
}

func (t *jsonReader) readAddedTokens() error {
	if null, err := t.d.ReadNull(); null || err != nil {
		return err
	}
	return t.d.ReadArray(func(int) error {
		token, err := t.readAddedToken()
		t.out.AddedTokens = append(t.out.AddedTokens, token)
		return err
	})
}

func (t *jsonReader) readAddedToken() (AddedToken, error) {
	var token AddedToken
	var hasID, hasContent, hasNormalized bool
	err := t.d.ReadObject(func(key string) error {
		var err error
		switch key {
		case "id":
			hasID = true
			token.ID, err = readID(t.d)
		case "content":
			hasContent = true
			token.Content, err = t.d.ReadString()
		case "single_word":
			token.SingleWord, err = t.d.ReadBool()
		case "lstrip":
			token.LStrip, err = t.d.ReadBool()
		case "rstrip":
			token.RStrip, err = t.d.ReadBool()
		case "normalized":
			hasNormalized = true
			token.Normalized, err = t.d.ReadBool()
		case "special":
			token.Special, err = t.d.ReadBool()
		default:
			err = t.d.Skip()
		}
		return err
	})
	switch {
	case err != nil:
	case !hasID:
		err = malformed("no id")
	case !hasContent:
		err = malformed("no content")
	}
	if !hasNormalized {
		token.Normalized = !token.Special
	}
	return token, err
}

// readID reads a token's id.
func readID(d *jsonread.Decoder) (int, error) {
	id, err := d.ReadInt()
	switch {
	case err != nil:
		return 0, err
	case id < 0:
		return 0, malformed("negative id " + decimal(id))
	case id > maxID:
		return 0, unsupported("id " + decimal(id) + " above " + decimal(maxID))
	}
	return int(id), nil
}
