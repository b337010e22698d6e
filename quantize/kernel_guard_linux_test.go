package quantize

import (
	"bytes"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// fenced returns n bytes of memory that end where a page begins which must not be
// touched, or begin where one ends.
func fenced(t *testing.T, n int, atEnd bool) []byte {
	t.Helper()
	page := os.Getpagesize()
	size := (n + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal("no memory with fences: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(all); err != nil {
			t.Error(err)
		}
	})
	for _, fence := range [][]byte{all[:page], all[page+size:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal("no memory with fences: ", err)
		}
	}
	if atEnd {
		return all[page+size-n : page+size : page+size]
	}
	return all[page : page+n : page+n]
}

func fencedFloats(t *testing.T, x []float32, atEnd bool) []float32 {
	t.Helper()
	if x == nil {
		return nil
	}
	f := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(fenced(t, 4*len(x), atEnd)))), len(x))
	copy(f, x)
	return f
}

// Kernels read and write nothing beside their operands: the process would end.
func TestKernelsStayWithinOperands(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(5, 6))
		for typ, encode := range k.encoders() {
			for _, blocks := range []int{1, 2, 3, 16, 17} {
				x := make([]float32, blocks*typ.BlockSize())
				kernelInput(random, "mixture", x)
				weights := make([]float32, len(x))
				for i, f := range x {
					weights[i] = magnitude(f)
				}
				for _, importance := range [][]float32{nil, weights} {
					if importance == nil && codecOf(typ).weighted == importanceRequired {
						continue
					}
					want := make([]byte, blocks*typ.BlockBytes())
					codecOf(typ).encode(want, x, importance)
					for _, atEnd := range []bool{false, true} {
						dst := fenced(t, len(want), atEnd)
						encode(dst, fencedFloats(t, x, atEnd), fencedFloats(t, importance, atEnd))
						if !bytes.Equal(dst, want) {
							t.Errorf("%v, %d blocks: the bytes differ from the plain code's", typ, blocks)
						}
					}
				}
			}
		}
		x := make([]float32, 3*lanes)
		kernelInput(random, "bell", x)
		for _, atEnd := range []bool{false, true} {
			var s laneSums
			k.addErrors(&s, &fencedFloats(t, x, atEnd)[0], &fencedFloats(t, x, atEnd)[0], 3)
			for _, narrow := range []func(dst *byte, src *float32, n int){k.narrowF16, k.narrowBF16} {
				narrow(&fenced(t, 2*16, atEnd)[0], &fencedFloats(t, x[:16], atEnd)[0], 1)
			}
			if k.nonFinite != nil {
				k.nonFinite(&fencedFloats(t, x[:16], atEnd)[0], 1)
				k.nonFiniteBytes(&fenced(t, 64, atEnd)[0], 1, formatBF16.exponents, formatBF16.signs)
			}
			if k.widenF8E4M3 != nil {
				for _, widen := range []func(dst *float32, src *byte, n int){k.widenF8E4M3, k.widenF8E5M2} {
					widen(&fencedFloats(t, x[:16], atEnd)[0], &fenced(t, 16, atEnd)[0], 1)
				}
			}
			for _, widen := range []func(dst *float32, src *byte, n int){k.widenF16, k.widenBF16} {
				widen(&fencedFloats(t, x[:16], atEnd)[0], &fenced(t, 2*16, atEnd)[0], 1)
			}
		}
	})
}
