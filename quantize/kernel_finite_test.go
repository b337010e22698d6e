package quantize

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Every float of 16 bits, wherever it stands among finite ones, is found where it is NaN
// or infinite.
func TestKernelsNonFinite16(t *testing.T) {
	eachKernelWith(t, func(k *kernels) bool { return k.nonFinite != nil }, func(t *testing.T, k *kernels) {
		for name, format := range map[string]struct {
			floatFormat
			exponent uint16
		}{"F16": {formatF16, 0x7C00}, "BF16": {formatBF16, 0x7F80}} {
			data := make([]byte, 192)
			for i := range len(data) / 2 { // the largest there are, of both signs
				binary.LittleEndian.PutUint16(data[2*i:], format.exponent-1|uint16(i)<<15)
			}
			if k.nonFiniteBytes(&data[0], 3, format.exponents, format.signs) {
				t.Errorf("%s: found something among finite values", name)
			}
			for u := range 1 << 16 {
				at := data[2*(u%96):]
				was := binary.LittleEndian.Uint16(at)
				binary.LittleEndian.PutUint16(at, uint16(u))
				got := k.nonFiniteBytes(&data[0], 3, format.exponents, format.signs)
				if want := uint16(u)&format.exponent == format.exponent; got != want {
					t.Fatalf("%s: %#04x: got %v, want %v", name, u, got, want)
				}
				binary.LittleEndian.PutUint16(at, was)
			}
		}
	})
}

func TestKernelsNonFinite32(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	x := make([]float32, 48)
	for i := range x {
		x[i] = math.Float32frombits(math.Float32bits(math.MaxFloat32) | uint32(i)<<31)
	}
	eachKernelWith(t, func(k *kernels) bool { return k.nonFinite != nil }, func(t *testing.T, k *kernels) {
		for i := range 1 << 16 {
			u := random.Uint32()
			if i%4 > 0 { // exponents of all ones and next to it, in every other bit
				u = 0x7F800000 - uint32(i%4-1)<<23 | 1<<(i/4%32)
			}
			at := i % len(x)
			was := x[at]
			x[at] = math.Float32frombits(u)
			data := make([]byte, 4*len(x))
			encodeF32(data, x)
			want := !finite(x[at])
			if got := k.nonFinite(&x[0], len(x)/16); got != want {
				t.Fatalf("%#08x: got %v, want %v", u, got, want)
			}
			if got := k.nonFiniteBytes(&data[0], len(data)/64, formatF32.exponents, formatF32.signs); got != want {
				t.Fatalf("%#08x in bytes: got %v, want %v", u, got, want)
			}
			x[at] = was
		}
	})
}

func TestFirstNonFinite(t *testing.T) {
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for _, n := range []int{1, 15, 16, 17, 100, batchValues, 2*batchValues + 33} {
			x := slices.Repeat([]float32{0, float32(math.Copysign(0, -1)), math.MaxFloat32, -math.MaxFloat32, 1e-45}, n/5+1)[:n]
			if got := FirstNonFinite(x); got != -1 {
				t.Fatalf("%d finite values: got %d, want -1", n, got)
			}
			for _, at := range []int{n - 1, n / 2, 0} { // each before the last
				x[at] = v
				if got := FirstNonFinite(x); got != at {
					t.Errorf("%v at %d of %d: got %d", v, at, n, got)
				}
			}
		}
	}
}

// What is found in many bytes is found where it stands.
func TestValidateFindsThePlace(t *testing.T) {
	for _, typ := range []Type{F32, F16, BF16} {
		size := typ.BlockBytes()
		for _, values := range []int{1, 31, 33, 3 * batchBytes / size} {
			data := make([]byte, values*size)
			if err := Validate(typ, data); err != nil {
				t.Fatalf("%v: %d zeros: %v", typ, values, err)
			}
			for at := range values {
				if at > 40 && at%997 > 0 && at < values-40 {
					continue
				}
				data[at*size+size-1], data[at*size+size-2] = 0x7F, 0xFF
				err, ok := errors.AsType[*InvalidError](Validate(typ, data))
				if !ok || err.Block != at || err.Value != "NaN" {
					t.Fatalf("%v: NaN at %d of %d: got %v", typ, at, values, err)
				}
				data[at*size+size-1], data[at*size+size-2] = 0, 0
			}
		}
	}
}

func BenchmarkKernelsFinite(b *testing.B) {
	x := make([]float32, batchValues)
	data := make([]byte, 4*batchValues)
	floats := map[string]func() bool{"plain": func() bool { return allFinite(x) }}
	bytes := map[string]func() bool{"plain": func() bool { return plainFiniteBytes(data, formatBF16) }}
	for _, k := range available {
		floats[k.name] = func() bool { return !k.nonFinite(&x[0], len(x)/16) }
		bytes[k.name] = func() bool {
			return !k.nonFiniteBytes(&data[0], len(data)/64, formatBF16.exponents, formatBF16.signs)
		}
	}
	for name, looks := range map[string]struct {
		by     map[string]func() bool
		values int
	}{"F32": {floats, len(x)}, "BF16 in bytes": {bytes, len(data) / 2}} {
		for machine, look := range looks.by {
			b.Run(name+"/"+machine, func(b *testing.B) {
				for b.Loop() {
					if !look() {
						b.Fatal("zeros are not finite")
					}
				}
				reportValues(b, looks.values)
			})
		}
	}
}
