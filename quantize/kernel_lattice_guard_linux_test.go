package quantize

import (
	"testing"
	"unsafe"
)

// Behind the last list the kernels read no more than lists are followed by: the process
// would end.
func TestLatticeKernelsStayWithinLists(t *testing.T) {
	eachLatticeKernel(t, func(t *testing.T, k *kernels, b, _ *signedBlock) {
		fence := func(lists []uint16) []uint16 {
			memory := fenced(t, 2*cap(lists), true)
			copied := unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(memory))), cap(lists))
			copy(copied, lists)
			return copied[:len(lists)]
		}
		lattice8, lattice4 := iq2sLattice.get(iq2sGrid[:], 1), iq3xxsLattice.get(iq3xxsGrid[:], 2)
		lists8, lists4 := fence(lattice8.neighbours), fence(lattice4.neighbours)
		b.w, b.root = [32]float32{}, [32]float32{}
		for i := range b.root {
			b.w[i], b.root[i] = 1, 1
		}
		tried := 0
		for v := range 1 << 16 {
			vector := uint16(v)
			if validVector(vector, 2, 2) {
				if head := lattice8.head(vector); !head.isPoint() && int(head>>12+head&0xFFF) == len(lists8) {
					for i := range 8 {
						b.x[i] = oddNumbers[vector>>(2*i)&3]
					}
					b.fit, b.again = 1, 1
					k.refit8(b.latticeSet, lattice8, &lists8[0], 1)
					tried++
				}
			}
			if v < 1<<12 {
				if head := lattice4.head(vector); !head.isPoint() && int(head>>12+head&0xFFF) == len(lists4) {
					for i := range 4 {
						b.x[i] = oddNumbers[vector>>(3*i)&7]
					}
					b.fit, b.again = 1, 1
					k.refit4(b.latticeSet, lattice4, &lists4[0], 1)
					tried++
				}
			}
		}
		if tried != 2 {
			t.Errorf("%d lists stand last", tried)
		}
	})
}
