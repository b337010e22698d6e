package tokenize

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

var (
	// ErrFormat reports a vocabulary file that breaks its format or contradicts
	// itself.
	ErrFormat = vocab.ErrFormat

	// ErrUnsupported reports a vocabulary file that may be well formed but that
	// nibble does not read: an unknown kind of model, a limit exceeded.
	ErrUnsupported = vocab.ErrUnsupported

	// ErrNoTokenizer reports a path at which there is no vocabulary.
	ErrNoTokenizer = errors.New("no tokenizer")

	// ErrUnknownToken reports a text that the vocabulary does not cover, where
	// it has no token for what it does not know.
	ErrUnknownToken = model.ErrNoUnknown

	// ErrTimeout reports a split pattern that took too long on a text.
	ErrTimeout = onig.ErrTimeout

	// ErrSpecial reports a text that spells a special token where
	// [RefuseSpecial] forbids it.
	ErrSpecial = errors.New("special token in the text")
)

// A FormatError says where a vocabulary file is at fault.
type FormatError = vocab.FormatError

// maxID is the largest id of a token that is read.
const maxID = 1<<22 - 1

// stageError is the error of a stage of tokenizer.json, with one of this
// package's sentinels.
type stageError struct {
	err      error
	sentinel error
}

func (e *stageError) Error() string   { return e.err.Error() + ": " + e.sentinel.Error() }
func (e *stageError) Unwrap() []error { return []error{e.err, e.sentinel} }

// inStage locates the error of a stage's settings.
func inStage(stage string, err error) error {
	if err == nil {
		return nil
	}
	sentinel := ErrFormat
	if errors.Is(err, config.ErrUnsupported) {
		sentinel = ErrUnsupported
	}
	return &stageError{config.In(stage, err), sentinel}
}

// quote quotes a text from a file, cut to a length that a message can bear.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
