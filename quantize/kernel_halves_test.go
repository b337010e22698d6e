package quantize

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/internal/half"
)

// All values of 16 bits widen as package half has it, NaN bit by bit.
func TestKernelsWiden(t *testing.T) {
	src := make([]byte, 2<<16)
	for i := range 1 << 16 {
		binary.LittleEndian.PutUint16(src[2*i:], uint16(i))
	}
	eachKernel(t, func(t *testing.T, k *kernels) {
		for name, widen := range map[string]struct {
			kernel func(dst *float32, src *byte, n int)
			plain  func(dst []float32, src []byte)
		}{
			"F16":  {k.widenF16, half.DecodeF16},
			"BF16": {k.widenBF16, half.DecodeBF16},
		} {
			want, got := make([]float32, 1<<16), make([]float32, 1<<16+1)
			widen.plain(want, src)
			widen.kernel(&got[0], &src[0], 1<<16/16)
			for i, f := range want {
				if !sameBits(got[i], f) {
					t.Fatalf("%s: %#04x gives %v, plainly %v", name, i, got[i], f)
				}
			}
			if got[1<<16] != 0 {
				t.Errorf("%s: wrote beyond the destination", name)
			}
		}
	})
}

// Every value that F16 and BF16 have, those halfway to the next and those beside them,
// and any others narrow as package half has it.
func TestKernelsNarrow(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var src []float32
	for i := range 1 << 16 {
		for _, f := range []float32{half.F16ToF32(uint16(i)), half.BF16ToF32(uint16(i))} {
			u := math.Float32bits(f)
			for _, add := range []uint32{0, 1, 1<<12 - 1, 1 << 12, 1<<12 + 1, 1<<15 - 1, 1 << 15, 1<<15 + 1, math.MaxUint32} {
				src = append(src, math.Float32frombits(u+add))
			}
		}
		src = append(src, math.Float32frombits(random.Uint32()))
	}
	for e := range uint32(60) { // subnormals of F16, at their midpoints
		for range 64 {
			u := (e+90)<<23 | random.Uint32()&0x807FFFFF
			src = append(src, math.Float32frombits(u), math.Float32frombits(u&^0xFFF), math.Float32frombits(u&^0xFFFFF))
		}
	}
	src = src[:len(src)/16*16]
	eachKernel(t, func(t *testing.T, k *kernels) {
		for name, narrow := range map[string]struct {
			kernel func(dst *byte, src *float32, n int)
			plain  func(dst []byte, src []float32)
		}{
			"F16":  {k.narrowF16, half.EncodeF16},
			"BF16": {k.narrowBF16, half.EncodeBF16},
		} {
			want, got := make([]byte, 2*len(src)), make([]byte, 2*len(src)+1)
			narrow.plain(want, src)
			narrow.kernel(&got[0], &src[0], len(src)/16)
			for i, f := range src {
				if !slices.Equal(got[2*i:2*i+2], want[2*i:2*i+2]) {
					t.Fatalf("%s: %v (%#08x) gives %x, plainly %x", name, f, math.Float32bits(f), got[2*i:2*i+2], want[2*i:2*i+2])
				}
			}
			if got[2*len(src)] != 0 {
				t.Errorf("%s: wrote beyond the destination", name)
			}
		}
	})
}
