package quantize

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// The kernel touches nothing but its rows and n values and weights: the process would end.
func TestPositiveKernelsStayWithinOperands(t *testing.T) {
	eachPositiveKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(18, 19))
		for _, n := range []int{4, 8, 16, 32} {
			x := make([]float32, n)
			kernelInput(random, "positive", x)
			for _, atEnd := range []bool{false, true} {
				fencedRow := func() *row {
					return (*row)(unsafe.Pointer(unsafe.SliceData(fenced(t, int(unsafe.Sizeof(row{})), atEnd))))
				}
				inverses, errors := fencedRow(), fencedRow()
				peak := largest(x)
				k.positiveErrors(inverses, errors, &fencedFloats(t, x, atEnd)[0], &fencedFloats(t, x, atEnd)[0], n, peak, 15)
				if want := 15 / peak; inverses[0] != want {
					t.Errorf("%d values: the first inverse is %v, want %v", n, inverses[0], want)
				}
			}
		}
	})
}
