package quantize

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTernary(t *testing.T) {
	half := float32(0.5)
	below, above := math.Nextafter32(half, 0), math.Nextafter32(half, 1)
	for _, f := range []float32{0, half, below, above, 1, math.Nextafter32(1, 2), 1e-40, 0.25, 0.75} {
		for _, f := range []float32{f, -f} {
			if got, want := ternary(f), uint8(math.Round(float64(f))+1); got != want {
				t.Errorf("ternary(%v) = %d, want %d", f, got, want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float32Range(-1.25, 1.25).Draw(t, "value")
		if got, want := ternary(f), uint8(math.Round(float64(f))+1); got != want {
			t.Fatalf("ternary(%v) = %d, want %d", f, got, want)
		}
	})
}

func TestPeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float32(), 16, 16).Draw(t, "values")
		want := float32(0)
		for _, f := range x {
			want = max(want, magnitude(f))
		}
		if got := peak(x); got != want {
			t.Fatalf("peak(%v) = %v, want %v", x, got, want)
		}
		x[rapid.IntRange(0, 15).Draw(t, "place")] = float32(math.NaN())
		if got := peak(x); got == got {
			t.Fatalf("peak with a NaN is %v", got)
		}
	})
}

// TestTernaryRoundTrip: values that are -s, 0 and s come back, s being exact in
// F16.
func TestTernaryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]Type{TQ1_0, TQ2_0, Q2_0}).Draw(t, "type")
		scale := getF16([]byte{byte(rapid.IntRange(1, 0xFF).Draw(t, "low")), byte(rapid.IntRange(0, 0x7B).Draw(t, "high"))})
		digits := rapid.SliceOfN(rapid.IntRange(-1, 1), typ.BlockSize(), typ.BlockSize()).Draw(t, "digits")
		x := make([]float32, len(digits))
		any := false
		for i, d := range digits {
			x[i] = float32(d) * scale
			any = any || d != 0
		}
		encoded, err := AppendEncode(nil, typ, x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := AppendDecode(nil, typ, encoded)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range decoded {
			if f != x[i] {
				t.Fatalf("value %d of scale %v: %v, want %v", i, scale, f, x[i])
			}
		}
	})
}

// TestTernaryLayout sets one value at a time and looks where it lands.
func TestTernaryLayout(t *testing.T) {
	zero, err := AppendEncode(nil, TQ2_0, make([]float32, 256), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(zero[:64], bytes.Repeat([]byte{0b01010101}, 64)) {
		t.Errorf("zeros encode to %x", zero)
	}
	for i := range 256 {
		var x [256]float32
		x[i] = -1
		var b66 [66]byte
		encodeTQ20(&b66, &x)
		if at, shift := i/128*32+i%32, i%128/32*2; b66[at]>>shift&3 != 0 {
			t.Errorf("TQ2_0: value %d is not at bits %d of byte %d", i, shift, at)
		}

		// The digit weighs 3^(4-n); the others are 1 each.
		at, n, digits := i%32, i/32, 5
		switch {
		case i >= 240:
			at, n, digits = 48+(i-240)%4, (i-240)/4, 4
		case i >= 160:
			at, n = 32+(i-160)%16, (i-160)/16
		}
		number, weight := 0, 81
		for k := range digits {
			if k != n {
				number += weight
			}
			weight /= 3
		}
		var b54 [54]byte
		encodeTQ10(&b54, &x)
		if want := byte((number*256 + 242) / 243); b54[at] != want {
			t.Errorf("TQ1_0: with value %d byte %d is %d, want %d", i, at, b54[at], want)
		}
	}
}

// TestTernaryTiny: where the inverse of the scale overflows, all quants are 1.
func TestTernaryTiny(t *testing.T) {
	for _, typ := range []Type{TQ1_0, TQ2_0, Q2_0} {
		tiny, zero := make([]float32, typ.BlockSize()), make([]float32, typ.BlockSize())
		tiny[0], tiny[1] = 1e-45, -1e-40
		got, err := AppendEncode(nil, typ, tiny, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := AppendEncode(nil, typ, zero, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%v: %x, want that of zeros, %x", typ, got, want)
		}
	}
}

func TestQ10Signs(t *testing.T) {
	var x [128]float32
	for i := range x {
		x[i] = []float32{2, -1, 0, float32(math.Copysign(0, -1))}[i%4]
	}
	var b [18]byte
	encodeQ10(&b, &x)
	if scale := getF16(b[:2]); scale != 0.75 {
		t.Errorf("scale %v, want the mean magnitude 0.75", scale)
	}
	if !bytes.Equal(b[2:], bytes.Repeat([]byte{0b11011101}, 16)) { // -0 counts as positive
		t.Errorf("signs %x", b[2:])
	}
}
