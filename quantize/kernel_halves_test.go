package quantize

import (
	"bytes"
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

// With -kernel.values of 2^32 every float32 there is narrows as package half has it, and
// is found to be finite or not; with fewer, runs of 2^16 from all over them.
func TestKernelsEveryFloat(t *testing.T) {
	if *kernelValues == 0 {
		t.Skip("-kernel.values says for how many: make kernel-judge does")
	}
	const run = 1 << 16
	runs := uint32(min(*kernelValues, 1<<32-run)/run) + 1
	x := make([]float32, run)
	want, got := make([]byte, 2*run), make([]byte, 2*run)
	eachKernel(t, func(t *testing.T, k *kernels) {
		for i := range runs {
			first := 1 << 16 / runs * i << 16
			for j := range x {
				x[j] = math.Float32frombits(first + uint32(j))
			}
			half.EncodeF16(want, x)
			k.narrowF16(&got[0], &x[0], run/16)
			if !bytes.Equal(got, want) {
				t.Fatalf("F16 of %#08x to %#08x differ from those of the plain code", first, first+run-1)
			}
			half.EncodeBF16(want, x)
			k.narrowBF16(&got[0], &x[0], run/16)
			if !bytes.Equal(got, want) {
				t.Fatalf("BF16 of %#08x to %#08x differ from those of the plain code", first, first+run-1)
			}
			for j := 0; j < run && k.nonFinite != nil; j += 16 {
				if k.nonFinite(&x[j], 1) == allFinite(x[j:j+16]) {
					t.Fatalf("%#08x to %#08x: finite or not, unlike the plain code", first+uint32(j), first+uint32(j)+15)
				}
			}
		}
		t.Log(uint64(runs)*run, "values")
	})
}

// All floats of 8 bits, at every place of 16, widen as package half has it, NaN bit by bit.
func TestKernelsWidenF8(t *testing.T) {
	src := make([]byte, 17*256)
	for i := range src {
		src[i] = byte(i % 257)
	}
	eachKernelWith(t, func(k *kernels) bool { return k.widenF8E4M3 != nil }, func(t *testing.T, k *kernels) {
		for name, widen := range map[string]struct {
			kernel func(dst *float32, src *byte, n int)
			plain  func(dst []float32, src []byte)
		}{
			"E4M3": {k.widenF8E4M3, half.DecodeF8E4M3},
			"E5M2": {k.widenF8E5M2, half.DecodeF8E5M2},
		} {
			want, got := make([]float32, len(src)), make([]float32, len(src)+1)
			widen.plain(want, src)
			widen.kernel(&got[0], &src[0], len(src)/16)
			for i, f := range want {
				if !sameBits(got[i], f) {
					t.Fatalf("%s: %#02x gives %v, plainly %v", name, src[i], got[i], f)
				}
			}
			if got[len(src)] != 0 {
				t.Errorf("%s: wrote beyond the destination", name)
			}
		}
	})
}

func TestDecodeF8(t *testing.T) {
	src := make([]byte, 300)
	for i := range src {
		src[i] = byte(7 * i)
	}
	for name, decode := range map[string]struct {
		kernel, plain func(dst []float32, src []byte)
	}{
		"E4M3": {DecodeF8E4M3, half.DecodeF8E4M3},
		"E5M2": {DecodeF8E5M2, half.DecodeF8E5M2},
	} {
		for n := range src {
			got, want := make([]float32, n), make([]float32, n)
			decode.kernel(got, src)
			decode.plain(want, src)
			if !slices.EqualFunc(got, want, sameBits) {
				t.Errorf("%s: %d values: got %v, want %v", name, n, got, want)
			}
		}
	}
}

// More values than a kernel gets at a time, and some that fill no group.
func TestDecodeManyHalves(t *testing.T) {
	src := make([]byte, 2*(2*batchValues+21))
	for i := range src {
		src[i] = byte(i * i >> 3)
	}
	for name, decode := range map[string]struct {
		size          int
		kernel, plain func(dst []float32, src []byte)
	}{
		"F16":  {2, decodeF16, half.DecodeF16},
		"BF16": {2, decodeBF16, half.DecodeBF16},
		"E4M3": {1, DecodeF8E4M3, half.DecodeF8E4M3},
		"E5M2": {1, DecodeF8E5M2, half.DecodeF8E5M2},
	} {
		n := len(src) / decode.size
		got, want := make([]float32, n), make([]float32, n)
		decode.kernel(got, src)
		decode.plain(want, src)
		if !slices.EqualFunc(got, want, sameBits) {
			t.Errorf("%s: the values of %d bytes differ from the plain code's", name, len(src))
		}
	}
}

func BenchmarkKernelsHalves(b *testing.B) {
	x, data := make([]float32, batchValues), make([]byte, 2*batchValues)
	for i := range data {
		data[i] = byte(3 * i)
	}
	for _, k := range append([]*kernels{{
		name: "plain",
		halfKernels: halfKernels{
			widenF16:    func(*float32, *byte, int) { half.DecodeF16(x, data) },
			widenBF16:   func(*float32, *byte, int) { half.DecodeBF16(x, data) },
			narrowF16:   func(*byte, *float32, int) { half.EncodeF16(data, x) },
			narrowBF16:  func(*byte, *float32, int) { half.EncodeBF16(data, x) },
			widenF8E4M3: func(*float32, *byte, int) { half.DecodeF8E4M3(x, data) },
			widenF8E5M2: func(*float32, *byte, int) { half.DecodeF8E5M2(x, data) },
		},
	}}, available...) {
		for name, convert := range map[string]func(){
			"f16 decode":     func() { k.widenF16(&x[0], &data[0], len(x)/16) },
			"bf16 decode":    func() { k.widenBF16(&x[0], &data[0], len(x)/16) },
			"f16 encode":     func() { k.narrowF16(&data[0], &x[0], len(x)/16) },
			"bf16 encode":    func() { k.narrowBF16(&data[0], &x[0], len(x)/16) },
			"f8_e4m3 decode": func() { k.widenF8E4M3(&x[0], &data[0], len(x)/16) },
			"f8_e5m2 decode": func() { k.widenF8E5M2(&x[0], &data[0], len(x)/16) },
		} {
			b.Run(name+"/"+k.name, func(b *testing.B) {
				for b.Loop() {
					convert()
				}
				reportValues(b, len(x))
			})
		}
	}
}
