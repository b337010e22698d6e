package quantize

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// plainBlockTypes are the types of blockKernels: what their lowest and highest quants
// stand for when the scale is 1, and the bytes before the quants.
var plainBlockTypes = []struct {
	typ             Type
	lowest, highest float32
	header          int
}{
	{Q8_0, -127, 127, 2},
	{Q4_0, -8, 8, 2}, // 8 becomes 7
	{Q5_0, -16, 16, 2},
	{Q4_1, 0, 15, 4},
	{Q5_1, 0, 31, 4},
}

// Values at and beside the midpoints between quants, of blocks whose scale is a power of
// two, so that they get there exactly.
func TestKernelsTies(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, test := range plainBlockTypes {
			for scale := float32(0x1p-20); scale < 1; scale *= 2 {
				x := make([]float32, 3*8*test.typ.BlockSize())
				for i := range x {
					quant := float32(i/3%int(test.highest-test.lowest)) + test.lowest + 0.5
					x[i] = scale * math.Float32frombits(math.Float32bits(quant)+uint32(i%3)-1)
					switch i % test.typ.BlockSize() {
					case 0:
						x[i] = scale * test.lowest
					case 1:
						x[i] = scale * test.highest
					}
				}
				want := encodeRows(t, nil, test.typ, x, nil)
				if got := encodeRows(t, k, test.typ, x, nil); !bytes.Equal(got, want) {
					t.Errorf("%v, scale %v: % x, plainly % x", test.typ, scale, got, want)
				}
			}
		}
	})
}

// A NaN makes the scale NaN and the quants zeros, whatever else it carries.
func TestKernelsNaN(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, test := range plainBlockTypes {
			for _, nan := range []uint32{0x7FC12345, 0xFFC12345, 0x7F800001} {
				x := make([]float32, test.typ.BlockSize())
				kernelInput(rand.New(rand.NewPCG(1, 2)), "bell", x)
				x[5] = math.Float32frombits(nan)
				block := encodeRows(t, k, test.typ, x, nil)
				quants := block[test.header:]
				if scale := getF16(block); !math.IsNaN(float64(scale)) || !bytes.Equal(quants, make([]byte, len(quants))) {
					t.Errorf("%v: scale %v, quants % x", test.typ, scale, quants)
				}
			}
		}
	})
}

// Infinities, and differences and inverses that overflow, give what the plain code gives;
// but for the sign of a NaN, which machines choose.
func TestKernelsOverflow(t *testing.T) {
	infinity := float32(math.Inf(1))
	odd := []float32{infinity, -infinity, math.MaxFloat32, -math.MaxFloat32, 0x1p-149, -0x1p-149, 0x1p-128}
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(8, 9))
		for _, test := range plainBlockTypes {
			for round := range 500 {
				x := make([]float32, test.typ.BlockSize())
				if round%2 == 0 {
					kernelInput(random, "mixture", x)
				}
				for range 1 + random.IntN(3) {
					x[random.IntN(len(x))] = odd[random.IntN(len(odd))]
				}
				want, got := encodeRows(t, nil, test.typ, x, nil), encodeRows(t, k, test.typ, x, nil)
				for _, block := range [][]byte{want, got} {
					if math.IsNaN(float64(getF16(block))) {
						block[1] &^= 0x80
					}
				}
				if !bytes.Equal(got, want) {
					t.Fatalf("%v of %v: % x, plainly % x", test.typ, x, got, want)
				}
			}
		}
	})
}
