package quantize

import (
	"encoding/binary"
	"testing"
	"unsafe"
)

// The lists of neighbours need not fill registers.
func TestKernelsNearestTernaryStaysWithinOperands(t *testing.T) {
	lattice := iq1Lattice.get(iq1Grid[:], 3)
	x := []float32{1, -2, 3, -4, 5, -6, 7, -8}
	w := []float32{8, 7, 6, 5, 4, 3, 2, 1}
	levels := [4]float32{-7, 1, 9}
	eachKernelWith(t, func(k *kernels) bool { return k.nearestTernary != nil }, func(t *testing.T, k *kernels) {
		for count := leastNeighbours; count < 4*leastNeighbours; count++ {
			for _, atEnd := range []bool{false, true} {
				list := fenced(t, 2*count, atEnd)
				for i, neighbour := range lattice.neighbours[:count] {
					binary.NativeEndian.PutUint16(list[2*i:], neighbour)
				}
				move := ternaryMove{levels: [3]float32(levels[:3]), count: uint32(count)}
				k.nearestTernary(&move, 1, (*uint16)(unsafe.Pointer(unsafe.SliceData(list))), &fencedFloats(t, x, atEnd)[0], &fencedFloats(t, w, atEnd)[0])
				want, _ := nearest8(lattice.neighbours[:count], &levels, (*[8]float32)(x), (*[8]float32)(w))
				if got := lattice.neighbours[move.neighbour]; got != want {
					t.Errorf("%d neighbours: %#04x, plainly %#04x", count, got, want)
				}
			}
		}
	})
}
