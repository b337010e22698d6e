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
	Weighted    bool          // importance weights had their part in it
}

func (e *WeightError) Error() string {
	what := "is not finite"
	if v := float64(e.Value); !math.IsNaN(v) && !math.IsInf(v, 0) {
		what = "is too large for " + e.Type.String()
		if e.Weighted {
			what = "is not finite as " + e.Type.String() + ": it, or its importance weights, are too large"
		}
	}
	return fmt.Sprintf("tensor %q: row %d, column %d: %v %s", e.Tensor, e.Row, e.Column, e.Value, what)
}

func (e *WeightError) Unwrap() error { return ErrNonFinite }

// A RequantizeError names a tensor that is quantized already and is to be
// quantized again. It wraps [ErrUnsupported];
// [QuantizeOptions.AllowRequantize] lets it pass.
type RequantizeError struct {
	Tensor   string
	From, To quantize.Type
}

func (e *RequantizeError) Error() string {
	return fmt.Sprintf("tensor %q: it is %s already, and quantizing it again to %s would add to what it lost", e.Tensor, e.From, e.To)
}

func (e *RequantizeError) Unwrap() error { return ErrUnsupported }
