package tokenize

import "strconv"

// EncodeAll is EncodeBatch on the calling goroutine alone, for programs in
// which nothing else goes on, such as a WebAssembly module.
func (t *Tokenizer) EncodeAll(texts []string, o Options) ([]*Encoding, error) {
	encodings := make([]*Encoding, len(texts))
	for i, text := range texts {
		var err error
		if encodings[i], _, err = t.encode(Input{Text: text}, o); err != nil {
			return nil, &TextError{i, err}
		}
	}
	return encodings, t.padTogether(encodings, o)
}

// padTogether pads encodings to one length where the options ask for it.
func (t *Tokenizer) padTogether(encodings []*Encoding, o Options) error {
	_, padding, err := t.settle(o)
	if err == nil && padding != nil {
		padding.apply(encodings)
	}
	return err
}

// A TextError is an error about one text of a batch.
type TextError struct {
	Index int // from 0
	Err   error
}

func (e *TextError) Error() string { return "text " + strconv.Itoa(e.Index) + ": " + e.Err.Error() }

func (e *TextError) Unwrap() error { return e.Err }
