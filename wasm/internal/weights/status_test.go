package weights

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

func TestStatusOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want wasm.Status
	}{
		{errors.New("anything"), wasm.StatusOK},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, wasm.StatusInput},
		{&modeldir.Error{Path: "x", Err: modeldir.ErrNotRegular}, wasm.StatusInput},
		// A file that an index names and that is not there.
		{fmt.Errorf("%w: %w", convert.ErrFormat, fs.ErrNotExist), wasm.StatusInput},
		{fmt.Errorf("%w: %w", convert.ErrFormat, modeldir.ErrTooLarge), wasm.StatusLimit},
		{&gguf.FormatError{Err: gguf.ErrFormat}, wasm.StatusFormat},
		{&gguf.FormatError{Err: gguf.ErrUnsupported}, wasm.StatusUnsupported},
		{&safetensors.FormatError{Err: safetensors.ErrFormat}, wasm.StatusFormat},
		{safetensors.ErrNoWeights, wasm.StatusUnsupported},
		{&imatrix.FormatError{Err: imatrix.ErrFormat}, wasm.StatusFormat},
		{inspect.ErrTooLarge, wasm.StatusFormat},
		{&convert.WeightError{}, wasm.StatusFormat},
		{&convert.RefusedError{}, wasm.StatusUnsupported},
		{&convert.RequantizeError{}, wasm.StatusUnsupported},
		{gguf.ErrLayout, wasm.StatusUnsupported},
		{&quantize.TypeError{Err: quantize.ErrShape}, wasm.StatusUsage},
		{&quantize.TypeError{Err: quantize.ErrImportance}, wasm.StatusUsage},
		{&quantize.TypeError{Err: quantize.ErrUnsupported}, wasm.StatusUnsupported},
		{fmt.Errorf("tensor: %w", quantize.ErrInvalid), wasm.StatusFormat},
	} {
		if got := StatusOf(tt.err); got != tt.want {
			t.Errorf("%v: status %d, want %d", tt.err, got, tt.want)
		}
	}
}
