package quantize_test

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/quantize"
)

// One large value takes the scale of its block from all the others.
func ExampleHistogram() {
	row := make([]float32, 32)
	for i := range row {
		row[i] = float32(i%16) / 32
	}
	row[31] = 8
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
	var h quantize.Histogram
	h.AddErrors(row, decoded)

	bins := h.Bins()
	fmt.Printf("%d errors in bins of %v; %d values are exact\n", bins.Total(), bins.Width, bins.Zeros)
	for i, n := range bins.Counts {
		if n > 0 {
			fmt.Printf("%8.4f %s\n", bins.Center(i), strings.Repeat("#", int(n)))
		}
	}
	// Output:
	// 32 errors in bins of 0.015625; 3 values are exact
	//  -0.4688 #
	//  -0.4375 ##
	//  -0.4062 ##
	//  -0.3750 ##
	//  -0.3438 ##
	//  -0.3125 ##
	//  -0.2812 ##
	//  -0.2500 ##
	//  -0.2188 ##
	//  -0.1875 ##
	//  -0.1562 ##
	//  -0.1250 ##
	//  -0.0938 ##
	//  -0.0625 ##
	//  -0.0312 ##
	//   0.0000 ###
}
