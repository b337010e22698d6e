package half

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/x448/float16"
	"pgregory.net/rapid"
)

// sameFloat reports whether a and b are the same bits.
func sameFloat(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }

// float32Bits yields the bits of floats that rounding code gets wrong: for each
// sign and exponent the mantissas at, next to and half way between the points
// where F16 and BF16 round, then a large sample of all others.
func float32Bits(yield func(uint32) bool) {
	for exponent := range uint32(512) { // the ninth bit is the sign
		for _, mantissa := range []uint32{0, 1, 2, 0x400000, 0x3FFFFF, 0x400001, 0x7FFFFF, 0x7FFFFE} {
			if !yield(exponent<<23 | mantissa) {
				return
			}
		}
		for shift := range uint32(24) {
			for _, upper := range []uint32{0, 1, 2, 3, 0x155555, 0x7FFFFF} {
				tie := upper<<(shift+1) | 1<<shift // an exact tie if shift+1 bits are dropped
				for _, m := range []uint32{tie - 1, tie, tie + 1, upper << shift} {
					if !yield(exponent<<23 | m&0x7FFFFF) {
						return
					}
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2_000_000 {
		if !yield(r.Uint32()) {
			return
		}
	}
}

// float16.Float16 keeps the payload of a NaN both ways and makes it quiet;
// F16ToF32 does the same, F32ToF16 drops the payload.

func TestF16ToF32AgainstX448(t *testing.T) {
	for h := range uint32(1 << 16) {
		got, want := F16ToF32(uint16(h)), float16.Frombits(uint16(h)).Float32()
		if !sameFloat(got, want) {
			t.Fatalf("F16ToF32(%#04x) = %v (%#08x), want %v (%#08x)", h, got, math.Float32bits(got), want, math.Float32bits(want))
		}
	}
}

func TestF32ToF16AgainstX448(t *testing.T) {
	for u := range float32Bits {
		f := math.Float32frombits(u)
		want := float16.Fromfloat32(f).Bits()
		if f != f {
			want = want&0x8000 | 0x7E00
		}
		if got := F32ToF16(f); got != want {
			t.Fatalf("F32ToF16(%v = %#08x) = %#04x, want %#04x", f, u, got, want)
		}
	}
}

func TestF16RoundTrip(t *testing.T) {
	for h := range uint32(1 << 16) {
		want := uint16(h)
		if want&0x7FFF > 0x7C00 {
			want = want&0x8000 | 0x7E00
		}
		if got := F32ToF16(F16ToF32(uint16(h))); got != want {
			t.Fatalf("F32ToF16(F16ToF32(%#04x)) = %#04x, want %#04x", h, got, want)
		}
	}
}

// TestF32ToBF16 holds the conversion against a search for the nearest value
// in float64, where the difference between a float32 and a BF16 is exact.
func TestF32ToBF16(t *testing.T) {
	for u := range float32Bits {
		f := math.Float32frombits(u)
		got := F32ToBF16(f)
		if f != f {
			if want := uint16(u>>16) | 0x40; got != want {
				t.Fatalf("F32ToBF16(NaN %#08x) = %#04x, want %#04x", u, got, want)
			}
			continue
		}
		below := uint16(u >> 16) // toward zero
		want := below
		if lower, upper := bf16Magnitude(below), bf16Magnitude(below+1); !math.IsInf(lower, 0) {
			toLower, toUpper := math.Abs(float64(f))-lower, upper-math.Abs(float64(f))
			if toUpper < toLower || toUpper == toLower && below&1 == 1 {
				want = below + 1
			}
		}
		if got != want {
			t.Fatalf("F32ToBF16(%v = %#08x) = %#04x, want %#04x", f, u, got, want)
		}
	}
}

// bf16Magnitude computes the magnitude of b from its fields. Infinity counts as
// 2^128, the value that rounding compares with.
func bf16Magnitude(b uint16) float64 {
	exponent, mantissa := int(b>>7&0xFF), float64(b&0x7F)
	switch {
	case exponent == 0:
		return math.Ldexp(mantissa, -126-7)
	case exponent == 255 && b&0x7F == 0:
		return 0x1p128
	case exponent == 255:
		return math.Inf(1)
	}
	return math.Ldexp(128+mantissa, exponent-127-7)
}

func TestBF16ToF32(t *testing.T) {
	for b := range uint32(1 << 16) {
		got := BF16ToF32(uint16(b))
		if math.Float32bits(got) != b<<16 {
			t.Fatalf("BF16ToF32(%#04x) = %#08x", b, math.Float32bits(got))
		}
		if want := bf16Magnitude(uint16(b)); b&0x7FFF < 0x7F80 && math.Abs(float64(got)) != want {
			t.Fatalf("BF16ToF32(%#04x) = %v, want magnitude %v", b, got, want)
		}
	}
}

// f8Value computes the value of b from its fields.
func f8Value(b byte, exponentBits, bias int) float64 {
	mantissaBits := 7 - exponentBits
	exponent := int(b&0x7F) >> mantissaBits
	mantissa := float64(int(b) & (1<<mantissaBits - 1))
	if exponent > 0 {
		mantissa += float64(int(1) << mantissaBits)
		exponent--
	}
	v := math.Ldexp(mantissa, exponent+1-bias-mantissaBits)
	if b&0x80 != 0 {
		v = -v
	}
	return v
}

func TestF8E4M3ToF32(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		want := f8Value(b, 4, 7)
		if b&0x7F == 0x7F {
			want = math.Copysign(math.NaN(), want)
		}
		checkF8(t, "F8E4M3ToF32", b, F8E4M3ToF32(b), want)
	}
	if got := F8E4M3ToF32(0x7E); got != 448 {
		t.Errorf("largest F8_E4M3 = %v, want 448", got)
	}
}

func TestF8E5M2ToF32(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		want := f8Value(b, 5, 15)
		switch {
		case b&0x7F == 0x7C:
			want = math.Copysign(math.Inf(1), want)
		case b&0x7F > 0x7C:
			want = math.Copysign(math.NaN(), want)
		}
		checkF8(t, "F8E5M2ToF32", b, F8E5M2ToF32(b), want)
	}
}

func checkF8(t *testing.T, name string, b byte, got float32, want float64) {
	t.Helper()
	if math.IsNaN(want) {
		if got == got || math.Signbit(float64(got)) != math.Signbit(want) {
			t.Errorf("%s(%#02x) = %v (%#08x), want NaN of the same sign", name, b, got, math.Float32bits(got))
		}
		return
	}
	if float64(got) != want || math.Signbit(float64(got)) != math.Signbit(want) {
		t.Errorf("%s(%#02x) = %v, want %v", name, b, got, want)
	}
}

// TestBulk holds the bulk functions against the scalar ones, over lengths
// around what they unroll, and sees to it that no byte beyond is touched.
func TestBulk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.Uint32(), 0, 21).Draw(t, "words")
		n := len(words)
		values := make([]float32, n)
		raw := make([]byte, 4*n)
		for i, w := range words {
			values[i] = math.Float32frombits(w)
			binary.LittleEndian.PutUint32(raw[4*i:], w)
		}

		encoders := []struct {
			name   string
			size   int
			encode func([]byte, []float32)
			value  func(float32) uint32
		}{
			{"EncodeF16", 2, EncodeF16, func(f float32) uint32 { return uint32(F32ToF16(f)) }},
			{"EncodeBF16", 2, EncodeBF16, func(f float32) uint32 { return uint32(F32ToBF16(f)) }},
			{"EncodeF32", 4, EncodeF32, math.Float32bits},
		}
		for _, c := range encoders {
			got := make([]byte, c.size*n+3)
			want := make([]byte, c.size*n+3)
			for i := range got {
				got[i], want[i] = 0xA5, 0xA5
			}
			c.encode(got, values)
			for i, f := range values {
				v := c.value(f)
				for k := range c.size {
					want[c.size*i+k] = byte(v >> (8 * k))
				}
			}
			if string(got) != string(want) {
				t.Fatalf("%s(%x) = %x, want %x", c.name, words, got, want)
			}
		}

		decoders := []struct {
			name   string
			size   int
			decode func([]float32, []byte)
			value  func([]byte) float32
		}{
			{"DecodeF16", 2, DecodeF16, func(b []byte) float32 { return F16ToF32(binary.LittleEndian.Uint16(b)) }},
			{"DecodeBF16", 2, DecodeBF16, func(b []byte) float32 { return BF16ToF32(binary.LittleEndian.Uint16(b)) }},
			{"DecodeF32", 4, DecodeF32, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }},
			{"DecodeF8E4M3", 1, DecodeF8E4M3, func(b []byte) float32 { return F8E4M3ToF32(b[0]) }},
			{"DecodeF8E5M2", 1, DecodeF8E5M2, func(b []byte) float32 { return F8E5M2ToF32(b[0]) }},
		}
		for _, c := range decoders {
			// One value more than is asked for stands on either side.
			got := make([]float32, n+1)
			got[n] = 42
			c.decode(got[:n], append(raw[:c.size*n:c.size*n], 1, 2, 3, 4))
			for i := range n {
				if want := c.value(raw[c.size*i:]); !sameFloat(got[i], want) {
					t.Fatalf("%s: value %d of %x is %v, want %v", c.name, i, raw, got[i], want)
				}
			}
			if got[n] != 42 {
				t.Fatalf("%s wrote beyond its destination", c.name)
			}
		}
	})
}

func TestBulkShortSide(t *testing.T) {
	calls := map[string]func(){
		"EncodeF16":  func() { EncodeF16(make([]byte, 9), make([]float32, 5)) },
		"EncodeBF16": func() { EncodeBF16(make([]byte, 9), make([]float32, 5)) },
		"EncodeF32":  func() { EncodeF32(make([]byte, 19), make([]float32, 5)) },
		"DecodeF16":  func() { DecodeF16(make([]float32, 5), make([]byte, 9)) },
		"DecodeBF16": func() { DecodeBF16(make([]float32, 5), make([]byte, 9)) },
		"DecodeF32":  func() { DecodeF32(make([]float32, 5), make([]byte, 19)) },
		"DecodeF8":   func() { DecodeF8E4M3(make([]float32, 5), make([]byte, 4)) },
	}
	for name, call := range calls {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s of a short side did not panic", name)
				}
			}()
			call()
		}()
	}
}

func BenchmarkEncode(b *testing.B) {
	src := sample()
	for _, c := range []struct {
		name   string
		size   int
		encode func([]byte, []float32)
	}{{"F16", 2, EncodeF16}, {"BF16", 2, EncodeBF16}, {"F32", 4, EncodeF32}} {
		b.Run(c.name, func(b *testing.B) {
			dst := make([]byte, c.size*len(src))
			b.SetBytes(int64(4 * len(src)))
			for b.Loop() {
				c.encode(dst, src)
			}
			reportValues(b, len(src))
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	values := sample()
	for _, c := range []struct {
		name   string
		size   int
		decode func([]float32, []byte)
	}{{"F16", 2, DecodeF16}, {"BF16", 2, DecodeBF16}, {"F32", 4, DecodeF32}, {"F8_E4M3", 1, DecodeF8E4M3}, {"F8_E5M2", 1, DecodeF8E5M2}} {
		b.Run(c.name, func(b *testing.B) {
			src := make([]byte, c.size*len(values))
			r := rand.New(rand.NewPCG(3, 4))
			for i := range src {
				src[i] = byte(r.Uint32())
			}
			b.SetBytes(int64(4 * len(values)))
			for b.Loop() {
				c.decode(values, src)
			}
			reportValues(b, len(values))
		})
	}
}

// sample is what weights look like: normally distributed around zero.
func sample() []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, 1<<14)
	for i := range values {
		values[i] = float32(r.NormFloat64() * 0.02)
	}
	return values
}

func reportValues(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "values/s")
}
