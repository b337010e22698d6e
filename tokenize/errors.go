package tokenize

import (
	"errors"
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

var (
	// ErrFormat reports a vocabulary file that breaks its format or contradicts
	// itself.
	ErrFormat = vocab.ErrFormat

	// ErrUnsupported reports a vocabulary file that may be well formed but that
	// nibble does not read: an unknown kind of model, a limit exceeded.
	ErrUnsupported = vocab.ErrUnsupported

	// ErrReduced reports a vocabulary file that this program, which was built
	// with the tag nibbletext, leaves out, while others read it. Errors that
	// wrap it wrap ErrUnsupported too. See the package's documentation.
	ErrReduced = config.ErrReduced

	// ErrNoTokenizer reports a path at which there is no vocabulary.
	ErrNoTokenizer = errors.New("no tokenizer")

	// ErrEncoding reports a tiktoken file that is not known to belong to an
	// encoding, or the name of an encoding that nibble does not know: without
	// one there is neither a split pattern nor a special token.
	ErrEncoding = errors.New("unknown encoding")

	// ErrUnknownToken reports a text that the vocabulary does not cover, where
	// it has no token for what it does not know.
	ErrUnknownToken = model.ErrNoUnknown

	// ErrTimeout reports a split pattern that took too long on a text.
	ErrTimeout = pretokenize.ErrTimeout

	// ErrSpecial reports a text that spells a special token where
	// [RefuseSpecial] forbids it.
	ErrSpecial = errors.New("special token in the text")
)

// A FormatError says where a vocabulary file is at fault.
type FormatError = vocab.FormatError

// maxID is the largest id of a token that is read.
const maxID = 1<<22 - 1

// pairError is an error of which one of this package's sentinels is a part.
type pairError [2]error

func (e *pairError) Error() string   { return e[0].Error() + ": " + e[1].Error() }
func (e *pairError) Unwrap() []error { return e[:] }

// detailedError is one of this package's sentinels with what is wrong.
type detailedError struct {
	sentinel error
	detail   string
}

func (e *detailedError) Error() string { return e.sentinel.Error() + ": " + e.detail }
func (e *detailedError) Unwrap() error { return e.sentinel }

// because returns an error that wraps sentinel and says why.
func because(sentinel error, why ...string) error {
	return &detailedError{sentinel, strings.Join(why, "")}
}

// inStage locates the error of a stage's settings.
func inStage(stage string, err error) error {
	if err == nil {
		return nil
	}
	sentinel := ErrFormat
	if errors.Is(err, config.ErrUnsupported) {
		sentinel = ErrUnsupported
	}
	return &pairError{config.In(stage, err), sentinel}
}
