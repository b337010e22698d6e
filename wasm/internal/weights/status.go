package weights

import (
	"errors"
	"io"
	"io/fs"
	"slices"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

// kinds are the sentinels of what the room calls, by the status that they have.
// An error may wrap several; the first list that has one of them counts.
var kinds = []struct {
	status wasm.Status
	errs   []error
}{
	// What is not there is not malformed, and so where an index names it.
	{wasm.StatusInput, []error{fs.ErrNotExist, modeldir.ErrNotRegular, modeldir.ErrLink, io.ErrUnexpectedEOF}},
	{wasm.StatusLimit, []error{modeldir.ErrTooLarge, jsonread.ErrSize, jsonread.ErrDepth}},
	{wasm.StatusUsage, []error{quantize.ErrImportance, quantize.ErrShape, inspect.ErrCacheType}},
	{wasm.StatusFormat, []error{
		gguf.ErrFormat, safetensors.ErrFormat, convert.ErrFormat, imatrix.ErrFormat,
		convert.ErrNonFinite, quantize.ErrInvalid, inspect.ErrTooLarge,
		jsonread.ErrSyntax, jsonread.ErrTruncated, jsonread.ErrTrailing, jsonread.ErrDuplicate, jsonread.ErrUTF8,
		jsonread.ErrSurrogate, jsonread.ErrType, jsonread.ErrRange,
	}},
	{wasm.StatusUnsupported, []error{
		gguf.ErrUnsupported, safetensors.ErrUnsupported, convert.ErrUnsupported, imatrix.ErrUnsupported, quantize.ErrUnsupported,
		safetensors.ErrNoWeights, gguf.ErrLayout,
	}},
}

// StatusOf says what kind of fault an error is, or StatusOK for one that is not
// about a model.
func StatusOf(err error) wasm.Status {
	for _, kind := range kinds {
		if slices.ContainsFunc(kind.errs, func(sentinel error) bool { return errors.Is(err, sentinel) }) {
			return kind.status
		}
	}
	return wasm.StatusOK
}
