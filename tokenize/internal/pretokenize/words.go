package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/text"

// bert is the pre-tokenizer BertPreTokenizer: white space parts pieces and is
// dropped, each punctuation mark is a piece.
type bert struct{}

func (bert) Split(t text.Text, emit func(text.Text) error) error {
	s, cut := t.String(), newCutter(t)
	for i := 0; i < len(s); {
		end := until(s, i, space|punct)
		if i < end {
			if err := emit(cut.slice(i, end)); err != nil {
				return err
			}
		}
		if end == len(s) {
			break
		}
		c, size := classAt(s, end, space|punct)
		i = end + size
		if c == punct {
			if err := emit(cut.slice(end, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// whitespaceSplit is the pre-tokenizer WhitespaceSplit: white space parts
// pieces and is dropped.
type whitespaceSplit struct{}

func (whitespaceSplit) Split(t text.Text, emit func(text.Text) error) error {
	s, cut := t.String(), newCutter(t)
	for i := while(s, 0, space, space); i < len(s); {
		end := until(s, i, space)
		if err := emit(cut.slice(i, end)); err != nil {
			return err
		}
		i = while(s, end, space, space)
	}
	return nil
}

// whitespace is the pre-tokenizer Whitespace: the pieces are what the pattern
// \w+|[^\w\s]+ matches.
type whitespace struct{}

func (whitespace) Split(t text.Text, emit func(text.Text) error) error {
	s, cut := t.String(), newCutter(t)
	const want = space | word
	for i := 0; i < len(s); {
		c, size := classAt(s, i, want)
		end := while(s, i+size, want, c)
		if c != space {
			if err := emit(cut.slice(i, end)); err != nil {
				return err
			}
		}
		i = end
	}
	return nil
}
