package safetensors

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
)

var (
	// ErrFormat reports a file that breaks the format: it is no safetensors
	// file, was truncated, was damaged on its way, or was made to do harm.
	// Another copy of the file may be good. A [Set] reports it for an index and
	// shards that do not belong together.
	ErrFormat = errors.New("malformed safetensors file")

	// ErrUnsupported reports a file that may be well formed but that this
	// package does not read: a DType of the future, or a size above a limit of
	// [ReaderOptions].
	ErrUnsupported = errors.New("unsupported safetensors file")

	// ErrNoWeights reports a directory without safetensors files of a model.
	ErrNoWeights = errors.New("no model weights in safetensors format")

	// ErrLayout reports tensors or metadata that no safetensors file may hold,
	// such as two tensors of one name. Nothing was written.
	ErrLayout = errors.New("cannot be laid out as a safetensors file")
)

// A FormatError says where a file breaks the format, or where it asks for what
// is not supported.
type FormatError struct {
	// Offset is where the offending value starts, in bytes from the start of
	// the file.
	Offset int64

	// Path names the value, such as `tensor "lm_head.weight".shape[1]`; it is
	// empty for the file as a whole.
	Path string

	// Err is the reason. It wraps ErrFormat or ErrUnsupported.
	Err error
}

func (e *FormatError) Error() string {
	s := "byte " + strconv.FormatInt(e.Offset, 10)
	if e.Path != "" {
		s += ": " + e.Path
	}
	return s + ": " + e.Err.Error()
}

func (e *FormatError) Unwrap() error { return e.Err }

// A reason is a text that stands for one of the sentinels. The cause, if not
// nil, is in the text already and wrapped beside the sentinel.
type reason struct {
	text     string
	sentinel error
	cause    error
}

func (r *reason) Error() string { return r.text + ": " + r.sentinel.Error() }

func (r *reason) Unwrap() []error {
	if r.cause == nil {
		return []error{r.sentinel}
	}
	return []error{r.sentinel, r.cause}
}

func malformed(text string) error { return &reason{text: text, sentinel: ErrFormat} }

func unsupported(text string) error { return &reason{text: text, sentinel: ErrUnsupported} }

func unfit(text string) error { return &reason{text: text, sentinel: ErrLayout} }

// formatError turns a fault of a JSON document, which starts at byte start of
// its file, into a FormatError. Other errors, from reading, stay as they are.
func formatError(err error, start int64, path string) error {
	var fault *jsonread.Error
	if !errors.As(err, &fault) {
		return err
	}
	cause := fault.Err
	if _, ours := cause.(*reason); !ours { //nolint:errorlint // only what was not wrapped yet
		sentinel := ErrFormat
		if errors.Is(cause, jsonread.ErrSize) {
			sentinel = ErrUnsupported
		}
		cause = &reason{text: cause.Error(), sentinel: sentinel, cause: cause}
	}
	return &FormatError{Offset: start + fault.Offset, Path: path, Err: cause}
}

// located is an error with a place before it: the name of a file.
type located struct {
	place string
	err   error
}

func (e *located) Error() string { return e.place + ": " + e.err.Error() }

func (e *located) Unwrap() error { return e.err }

func tensorPath(name string) string { return "tensor " + quote(name) }

// quote quotes a name from a file, cut to a length that a message can bear.
func quote(name string) string {
	const most = 80
	if len(name) > most {
		return strconv.Quote(name[:most]) + "..."
	}
	return strconv.Quote(name)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
