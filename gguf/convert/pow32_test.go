package convert

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestPow32 compares with SLEEF itself.
func TestPow32(t *testing.T) {
	data, err := os.ReadFile("testdata/pow32-sleef-3.5.1.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var x, y, want uint32
		if _, err := fmt.Sscanf(line, "%x %x %x", &x, &y, &want); err != nil {
			t.Fatal(err)
		}
		lines++
		if have := math.Float32bits(pow32(math.Float32frombits(x), math.Float32frombits(y))); have != want {
			t.Errorf("%08x to the power of %08x: have %08x, want %08x", x, y, have, want)
		}
	}
	if lines < 300 {
		t.Errorf("%d lines", lines)
	}
}

// TestPow32Error holds the bound that SLEEF gives: one unit in the last place.
func TestPow32Error(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float32Range(0x1p-20, 0x1p40).Draw(t, "x")
		y := rapid.Float32Range(-2, 2).Draw(t, "y")
		have, want := float64(pow32(x, y)), math.Pow(float64(x), float64(y))
		unit := float64(math.Nextafter32(float32(want), math.MaxFloat32)) - float64(float32(want))
		if math.Abs(have-want) > unit {
			t.Fatalf("%v to the power of %v: have %v, want %v", x, y, have, want)
		}
	})
}

func TestPow32Edges(t *testing.T) {
	for _, test := range []struct{ x, y, want float32 }{
		{2, 0, 1}, {1, 5, 1}, {2, 10, 1024}, {0, 1, 0}, {4, 0.5, 2}, {2, -126, 0x1p-126}, {2, -130, 0x1p-130},
		{2, 200, float32(math.Inf(1))}, {-2, 3, -8},
	} {
		if have := pow32(test.x, test.y); have != test.want {
			t.Errorf("%v to the power of %v: have %v, want %v", test.x, test.y, have, test.want)
		}
	}
}

// TestFMA32 compares with a product and sum of as many bits as they need.
func TestFMA32(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float32Range(-4, 4).Draw(t, "x")
		y := rapid.Float32Range(-4, 4).Draw(t, "y")
		z := rapid.Float32Range(-16, 16).Draw(t, "z")
		if have, want := fma32(x, y, z), exactFMA(x, y, z); have != want {
			t.Fatalf("%v*%v+%v: have %v, want %v", x, y, z, have, want)
		}
	})
	// A tie in float32 that the first rounding, to float64, would hide.
	x, y, z := float32(1+0x1p-12), float32(1+0x1p-12), float32(0x1p-60)
	if have := fma32(x, y, z); have != exactFMA(x, y, z) {
		t.Errorf("have %x", have)
	}
}

func exactFMA(x, y, z float32) float32 {
	const precision = 600
	exact := func(v float32) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(float64(v)) }
	sum := exact(x)
	sum.Mul(sum, exact(y)).Add(sum, exact(z))
	f, _ := sum.Float32()
	return f
}
