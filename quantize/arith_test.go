package quantize

import (
	"math"
	"testing"
)

func TestNearest(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		f    float32
		want int32
	}{
		{0, 0}, {0.5, 0}, {1.5, 2}, {2.5, 2}, {-0.5, 0}, {-1.5, -2}, {-2.5, -2}, {0.50000006, 1},
		{4194303, 4194303}, {-4194304, -4194304},
		// Beyond: the low bits.
		{0x1p23, -2097152}, {inf, -4194304}, {-inf, -4194304},
	} {
		if got := nearest(c.f); got != c.want {
			t.Errorf("nearest(%v) = %d, want %d", c.f, got, c.want)
		}
	}
}

func TestRoundAway(t *testing.T) {
	check := func(f float32) {
		want := int32(math.Round(float64(f)))
		if got := roundAway(f); got != want {
			t.Errorf("roundAway(%v) = %d, want %d", f, got, want)
		}
	}
	for n := float32(-130); n <= 130; n++ {
		for _, f := range []float32{n, n + 0.5, n + 0.25} {
			check(f)
			check(math.Nextafter32(f, -1000))
			check(math.Nextafter32(f, 1000))
		}
	}
}

func TestExtreme(t *testing.T) {
	negativeZero := float32(math.Copysign(0, -1))
	for _, c := range []struct {
		at   map[int]float32
		want float32
	}{
		{nil, 0},
		{map[int]float32{3: negativeZero}, 0},
		{map[int]float32{3: -2, 5: 2}, -2},
		{map[int]float32{3: 2, 5: -2}, 2},
		{map[int]float32{15: 2, 16: -2}, 2},
		{map[int]float32{15: -2, 16: 2}, -2},
		{map[int]float32{31: -0x1p-149}, -0x1p-149},
		{map[int]float32{0: 1, 31: -3, 16: 2}, -3},
	} {
		var x [32]float32
		for i, f := range c.at {
			x[i] = f
		}
		for name, got := range map[string]float32{"extreme": extreme(x[:]), "extreme32": extreme32(&x)} {
			if math.Float32bits(got) != math.Float32bits(c.want) {
				t.Errorf("%s of %v = %v, want %v", name, c.at, got, c.want)
			}
		}
	}
}

func TestExtent(t *testing.T) {
	negativeZero := float32(math.Copysign(0, -1))
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		x               []float32
		lowest, highest float32
	}{
		{[]float32{1}, 1, 1},
		{[]float32{-1, -3, -2}, -3, -1},
		{[]float32{0, negativeZero, 1}, 0, 1},
		{[]float32{1, negativeZero, 0}, negativeZero, 1},
		{[]float32{-1, 0, negativeZero}, -1, 0},
		{[]float32{negativeZero, 0}, negativeZero, negativeZero},
		{[]float32{0x1p-149, -0x1p-149, 0}, -0x1p-149, 0x1p-149},
		{[]float32{inf, -inf, math.MaxFloat32}, -inf, inf},
	} {
		lowest, highest := extent(c.x)
		if math.Float32bits(lowest) != math.Float32bits(c.lowest) || math.Float32bits(highest) != math.Float32bits(c.highest) {
			t.Errorf("%v: from %v to %v, want from %v to %v", c.x, lowest, highest, c.lowest, c.highest)
		}
	}
}

func TestGatherBits(t *testing.T) {
	for want := range 256 {
		quants := uint64(0xFEFEFEFEFEFEFEFE) // what stands above bit 0 is ignored
		for i := range 8 {
			quants |= uint64(want>>i&1) << (8 * i)
		}
		if got := gatherBits(quants); got != byte(want) {
			t.Fatalf("%#02x, want %#02x", got, want)
		}
	}
}

// pick agrees with the definition around each point where it changes.
func TestPick(t *testing.T) {
	definition := func(f float32) uint8 {
		best := uint8(0)
		for q := range uint8(16) {
			if math.Abs(float64(f)-float64(codebook4[q])) <= math.Abs(float64(f)-float64(codebook4[best])) {
				best = q
			}
		}
		return best
	}
	check := func(f float32) {
		if got, want := pick(f), definition(f); got != want {
			t.Errorf("pick(%v) = %d, want %d", f, got, want)
		}
	}
	for n := -600; n <= 600; n++ {
		f := float32(n) / 4
		check(f)
		check(math.Nextafter32(f, -1000))
		check(math.Nextafter32(f, 1000))
	}
	check(-1e6)
	check(1e6)
	for f, want := range map[float32]uint8{-math.MaxFloat32: 0, math.MaxFloat32: 15, float32(math.NaN()): 15} {
		if got := pick(f); got != want {
			t.Errorf("pick(%v) = %d, want %d", f, got, want)
		}
	}
}
