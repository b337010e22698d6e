package safetensors

import (
	"errors"
	"strconv"

	"github.com/nibble-go/nibble/internal/binio"
	"github.com/nibble-go/nibble/internal/fault"
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

func malformed(text string) error { return &fault.Reason{Text: text, Sentinel: ErrFormat} }

// truncated is malformed for a file that ends before what it says it holds.
func truncated(text string) error {
	return &fault.Reason{Text: text, Sentinel: ErrFormat, Cause: binio.ErrShort}
}

func unsupported(text string) error { return &fault.Reason{Text: text, Sentinel: ErrUnsupported} }

func unfit(text string) error { return &fault.Reason{Text: text, Sentinel: ErrLayout} }

// formatError turns a fault of a JSON document, which starts at byte start of
// its file, into a FormatError. Other errors, from reading, stay as they are.
func formatError(err error, start int64, path string) error {
	at, ok := errors.AsType[*jsonread.Error](err)
	if !ok {
		return err
	}
	cause := at.Err
	if _, ours := cause.(*fault.Reason); !ours { //nolint:errorlint // only what was not wrapped yet
		sentinel := ErrFormat
		if errors.Is(cause, jsonread.ErrSize) {
			sentinel = ErrUnsupported
		}
		cause = fault.Of(sentinel, cause)
	}
	return &FormatError{Offset: start + at.Offset, Path: path, Err: cause}
}

func tensorPath(name string) string { return "tensor " + fault.Quote(name) }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
