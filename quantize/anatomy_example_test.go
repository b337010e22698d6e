package quantize_test

import (
	"fmt"

	"github.com/nibble-go/nibble/quantize"
)

// What weight 200 of a super-block is made of, and where that stands.
func ExampleDissect() {
	row := make([]float32, 256)
	for i := range row {
		row[i] = float32((i%32-12)*(8-i/32)) / 512
	}
	block, err := quantize.AppendEncode(nil, quantize.Q4_K, row, quantize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := quantize.Dissect(quantize.Q4_K, block)
	if err != nil {
		fmt.Println(err)
		return
	}
	const weight = 200
	for _, f := range a.Fields {
		i := weight / f.Each
		fmt.Printf("%-5s %3d = %-9.4g", f.Name, i, f.Values[i])
		for _, s := range f.Spans[i] {
			fmt.Printf(" %d bits from byte %d, bit %d;", s.Width, s.Bit/8, s.Bit%8)
		}
		fmt.Println(" weights", i*f.Each, "to", (i+1)*f.Each-1)
	}
	j := weight / a.SubBlock
	fmt.Println(a.Formula)
	fmt.Printf("%.4f · %v - %.4f = %.4f, was %.4f\n", a.Scales[j], a.Levels[weight], a.Mins[j], a.Weights[weight], row[weight])
	// Output:
	// d       0 = 0.0004964 16 bits from byte 0, bit 0; weights 0 to 255
	// dmin    0 = 0.002855  16 bits from byte 2, bit 0; weights 0 to 255
	// scale   6 = 16        4 bits from byte 14, bit 0; 2 bits from byte 6, bit 6; weights 192 to 223
	// min     6 = 16        4 bits from byte 14, bit 4; 2 bits from byte 10, bit 6; weights 192 to 223
	// quant 200 = 4         4 bits from byte 120, bit 0; weights 200 to 200
	// d·scale·quant - dmin·min
	// 0.0079 · 4 - 0.0457 = -0.0139, was -0.0156
}
