package quantize_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nibble-go/nibble/quantize"
)

// wave returns rows of values to encode.
func wave(rows, columns int) []float32 {
	x := make([]float32, rows*columns)
	for i := range x {
		x[i] = float32(math.Sin(float64(i)))
	}
	return x
}

func ExampleEncode() {
	const rows, columns = 4, 512
	weights := wave(rows, columns)

	size, err := quantize.EncodedSize(quantize.Q4_K, len(weights))
	if err != nil {
		fmt.Println(err)
		return
	}
	encoded := make([]byte, size)
	if err := quantize.Encode(encoded, quantize.Q4_K, weights, quantize.Options{Columns: columns}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(4*len(weights), "bytes became", size)
	// Output: 8192 bytes became 1152
}

func ExampleEncode_importance() {
	weights := wave(4, 256)

	// The first column is the one that counts.
	importance := make([]float32, 256)
	for i := range importance {
		importance[i] = 0.01
	}
	importance[0] = 100

	worst := func(opts quantize.Options) float64 {
		encoded, err := quantize.AppendEncode(nil, quantize.Q2_K, weights, opts)
		if err != nil {
			fmt.Println(err)
		}
		decoded, err := quantize.AppendDecode(nil, quantize.Q2_K, encoded)
		if err != nil {
			fmt.Println(err)
		}
		var worst float64
		for row := range 4 {
			worst = max(worst, math.Abs(float64(decoded[256*row]-weights[256*row])))
		}
		return worst
	}
	without := worst(quantize.Options{Columns: 256})
	with := worst(quantize.Options{Columns: 256, Importance: importance})
	fmt.Println("better in column 0:", with < without)
	// Output: better in column 0: true
}

func ExampleDecode() {
	// A block of Q8_0: the scale 0.5 as F16, then 32 quants.
	block := make([]byte, quantize.Q8_0.BlockBytes())
	block[0], block[1] = 0x00, 0x38
	block[2], block[3], block[4] = 1, 2, 0xFD

	values := make([]float32, 32)
	if err := quantize.Decode(values, quantize.Q8_0, block); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(values[:4])
	// Output: [0.5 1 -1.5 0]
}

func ExampleEncode_errors() {
	err := quantize.Encode(nil, quantize.Q4_K, make([]float32, 100), quantize.Options{})
	fmt.Println(errors.Is(err, quantize.ErrShape))
	fmt.Println(err)
	// Output:
	// true
	// q4_K: 100 values are not a whole number of blocks of 256: shape does not fit
}

func ExampleRowWriter() {
	const columns = 256
	var file bytes.Buffer
	w, err := quantize.NewRowWriter(&file, quantize.Q6_K, quantize.Options{Columns: columns})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 { // as the rows arrive
		if err := w.WriteRows(context.Background(), wave(2, columns)); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(file.Len(), "bytes")

	r, err := quantize.NewRowReader(&file, quantize.Q6_K, columns)
	if err != nil {
		fmt.Println(err)
		return
	}
	row := make([]float32, columns)
	for rows := 0; ; rows++ {
		if _, err := r.ReadRows(row); err == io.EOF {
			fmt.Println(rows, "rows")
			return
		} else if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// 1260 bytes
	// 6 rows
}
