package quantize_test

import (
	"fmt"

	"github.com/nibble-go/nibble/quantize"
)

// What does Q4_0 make of a row of 32 values?
func ExampleMeasure() {
	row := make([]float32, 32)
	for i := range row {
		row[i] = float32(i) / 10
	}
	encoded, err := quantize.AppendEncode(nil, quantize.Q4_0, row, quantize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	decoded, err := quantize.AppendDecode(nil, quantize.Q4_0, encoded)
	if err != nil {
		fmt.Println(err)
		return
	}
	m := quantize.Measure(row, decoded)
	fmt.Printf("RMSE %.4f, largest error %.4f at %d, SQNR %.1f dB, cosine %.4f\n",
		m.RMSE, m.MaxError, m.MaxErrorAt, m.SQNR, m.Cosine)
	// Output: RMSE 0.1101, largest error 0.1878 at 29, SQNR 24.3 dB, cosine 0.9981
}

// Rows can be measured apart and put together in order.
func ExampleMeter() {
	var first, second quantize.Meter
	first.Add([]float32{1, 2}, []float32{1, 2.5})
	second.Add([]float32{3, 4}, []float32{3, 3})
	first.Merge(&second)

	m := first.Metrics()
	const columns = 2
	fmt.Printf("largest error %v in row %d, column %d\n", m.MaxError, m.MaxErrorAt/columns, m.MaxErrorAt%columns)
	// Output: largest error 1 in row 1, column 1
}
