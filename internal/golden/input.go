package golden

import "math"

// Classes are the kinds of input that the vectors are made of.
var Classes = []string{
	"bell", "outlier", "zeroblocks", "negzero", "constant", "sparse",
	"tiny", "huge", "positive", "shifted", "ties", "ramp",
}

// Input returns n values of a class. All arithmetic is exact in float32. It
// panics on an unknown class.
func Input(class string, seed uint64, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = value(class, seed, uint64(i))
	}
	return x
}

func value(class string, seed, i uint64) float32 {
	b := bell(seed, i)
	switch class {
	case "bell":
		return b
	case "outlier":
		if i%97 == 0 {
			return b * 32
		}
		return b
	case "zeroblocks":
		if i/64%2 == 0 {
			return 0
		}
		return b
	case "negzero":
		if i%5 == 0 {
			return float32(math.Copysign(0, -1))
		}
		return b
	case "constant":
		return (float32(i/256%7) - 3) * 0.125
	case "sparse":
		if hash(seed+1, i)%16 == 0 {
			return b
		}
		return 0
	case "tiny":
		return b * 0x1p-20
	case "huge":
		return b * 0x1p14
	case "positive":
		return float32(math.Abs(float64(b)))
	case "shifted":
		return b + 0.5
	case "ties":
		return (float32(hash(seed, i)%31) - 15) * 0.5
	case "ramp":
		return (float32(i%256) - 128) * 0x1p-7
	}
	panic("golden: no class is named " + class)
}

// Importance returns the weights of n columns, the same for every row.
func Importance(seed uint64, n int) []float32 {
	w := make([]float32, n)
	for j := range w {
		w[j] = float32(hash(seed+77, uint64(j))&0xFFFF+1) * 0x1p-12
	}
	return w
}

// bell returns a value near zero, from the sum of four uniform ones.
func bell(seed, i uint64) float32 {
	h := hash(seed, i)
	sum := int32(h&0xFFFF) + int32(h>>16&0xFFFF) + int32(h>>32&0xFFFF) + int32(h>>48)
	return float32(sum-131070) * 0x1p-21
}

func hash(seed, i uint64) uint64 { return splitmix(seed*0x100000001B3 + i) }

func splitmix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
