package convert

import (
	"errors"
	"fmt"
	"math"

	"github.com/nibble-go/nibble/quantize"
)

var (
	// ErrFormat reports a model directory that contradicts itself: a
	// config.json without a key that its architecture needs, a tensor of the
	// wrong shape.
	ErrFormat = errors.New("malformed model directory")

	// ErrUnsupported reports a model directory that is in order but that this
	// package cannot convert: an unknown architecture, pickled weights, an
	// adapter.
	ErrUnsupported = errors.New("unsupported")

	// ErrNonFinite reports a weight that is NaN or infinite, or that the
	// target type would store as one.
	ErrNonFinite = errors.New("not finite")
)

// A WeightError locates a weight that cannot be stored: it is NaN or infinite,
// or too large for the type it is to be stored in. It wraps [ErrNonFinite].
type WeightError struct {
	Tensor      string // GGUF name
	Row, Column int64  // from 0, of the tensor seen as one matrix
	Value       float32
	Type        quantize.Type // of the tensor in the output
}

func (e *WeightError) Error() string {
	what := "is not finite"
	if v := float64(e.Value); !math.IsNaN(v) && !math.IsInf(v, 0) {
		what = "is too large for " + e.Type.String()
	}
	return fmt.Sprintf("tensor %q: row %d, column %d: %v %s", e.Tensor, e.Row, e.Column, e.Value, what)
}

func (e *WeightError) Unwrap() error { return ErrNonFinite }
