package decode

import (
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// ctc is the decoder CTC, of connectionist temporal classification: of equal
// tokens in a row one counts, padding is dropped, and the delimiter of words
// becomes a space, but only where there is a clean-up.
type ctc struct {
	pad, delimiter string
	cleanup        bool
}

func newCTC(o *jsonread.Object) (decoder, error) {
	var d ctc
	var err error
	if d.pad, err = config.String(o, "pad_token"); err != nil {
		return nil, err
	}
	if d.delimiter, err = config.String(o, "word_delimiter_token"); err != nil {
		return nil, err
	}
	d.cleanup, err = config.Bool(o, "cleanup")
	return eachToken{d}, err
}

func (d ctc) start() func(string) (string, bool) {
	var last string
	first := true
	return func(token string) (string, bool) {
		if token == last && !first {
			return "", false
		}
		last, first = token, false
		token = strings.ReplaceAll(token, d.pad, "")
		if d.cleanup {
			token = strings.ReplaceAll(cleanUp(token), d.delimiter, " ")
		}
		return token, token != ""
	}
}

func (d ctc) fused(next stage) stage {
	next = &dropEmptyStage{next: next}
	if d.cleanup {
		if next = newReplaceStage(next, d.delimiter, " "); next == nil {
			return nil
		}
		next = cleanUpStage(next)
	}
	return newReplaceStage(next, d.pad, "")
}

// dropEmptyStage drops tokens without text.
type dropEmptyStage struct {
	next  stage
	wrote bool
}

func (s *dropEmptyStage) write(part string) {
	s.wrote = s.wrote || part != ""
	s.next.write(part)
}

func (s *dropEmptyStage) close() {
	if s.wrote {
		s.next.close()
	}
	s.wrote = false
}

func (s *dropEmptyStage) finish() { s.next.finish() }
