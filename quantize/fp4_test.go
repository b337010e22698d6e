package quantize

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// nearestFP4 is the definition: of all codes in order the first whose value is
// nearest.
func nearestFP4(x, scale float32) uint8 {
	best, code := float32(math.Inf(1)), 0
	for k, v := range fp4Values {
		if d := magnitude(float32(float32(v)*scale) - x); d < best {
			best, code = d, k
		}
	}
	return uint8(code)
}

func TestFP4QuantsByDefinition(t *testing.T) {
	check := func(scale float32) {
		var x []float32
		for _, midpoint := range []float32{0, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15} {
			u := math.Float32bits(midpoint * scale)
			for d := -3; d <= 3; d++ {
				if f := math.Float32frombits(u + uint32(d)); finite(f) {
					x = append(x, f, -f)
				}
			}
		}
		got := make([]uint8, len(x))
		fp4Quants(got, x, scale)
		for i, f := range x {
			if want := nearestFP4(f, scale); got[i] != want {
				t.Fatalf("scale %v: code of %v is %d, want %d", scale, f, got[i], want)
			}
		}
	}
	// 254 is only written for blocks of tiny values, 255 never.
	for e := range 254 {
		check(halfE8M0(byte(e)))
	}
	for v := 1; v < 0x7F; v++ {
		check(halfUE4M3(byte(v)))
	}
}

// Far beyond the largest value no distance tells the codes apart, and the first is
// taken.
func TestFP4Search(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := halfUE4M3(byte(rapid.IntRange(1, 0x7E).Draw(t, "UE4M3")))
		x := rapid.SliceOfN(rapid.Float32(), 16, 16).Draw(t, "values")
		got := make([]uint8, len(x))
		fp4Search(got, x, scale)
		for i, f := range x {
			if want := nearestFP4(f, scale); got[i] != want {
				t.Fatalf("scale %v: code of %v is %d, want %d", scale, f, got[i], want)
			}
		}
		block := make([]float32, 64)
		copy(block, x)
		var encoded [36]byte
		encodeNVFP4(&encoded, (*[64]float32)(block))
		if scale = halfUE4M3(encoded[0]); scale == 0 {
			return
		}
		for i, f := range x {
			if got, want := encoded[4+i%8]>>(i/8*4)&15, nearestFP4(f, scale); got != want {
				t.Fatalf("scale %v: encoded %v as %d, want %d", scale, f, got, want)
			}
		}
	})
}

func TestFP4QuantsOfRandomValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.IntRange(2, 252).Draw(t, "exponent")
		v := rapid.IntRange(1, 0x7E).Draw(t, "UE4M3")
		for _, scale := range []float32{halfE8M0(byte(e)), halfUE4M3(byte(v))} {
			f := rapid.Float32Range(-16, 16).Draw(t, "value") * scale
			if !finite(f) { // under the largest scales; infinity is no value to encode
				f = float32(math.Copysign(math.MaxFloat32, float64(f)))
			}
			var got [1]uint8
			fp4Quants(got[:], []float32{f}, scale)
			if want := nearestFP4(f, scale); got[0] != want {
				t.Fatalf("scale %v: code of %v is %d, want %d", scale, f, got[0], want)
			}
		}
	})
}

// TestFP4Nearest goes through both sides of every entry of the table.
func TestFP4Nearest(t *testing.T) {
	var x []float32
	for entry := uint32(0); entry<<21 < math.Float32bits(8); entry++ {
		for _, u := range []uint32{entry << 21, entry<<21 + 1, entry<<21 + 1<<20, entry<<21 + 1<<21 - 1} {
			x = append(x, math.Float32frombits(u), -math.Float32frombits(u))
		}
	}
	want := make([]uint8, len(x))
	fp4Quants(want, x, 0.5)
	for i, f := range x {
		if got := fp4Nearest(f); got != want[i] {
			t.Fatalf("code of %v is %d, want %d", f, got, want[i])
		}
	}
}

// TestMXFP4Extremes holds whole blocks against the definition where scales or
// values are close to the ends of float32.
func TestMXFP4Extremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		exponent := rapid.SampledFrom([]int{-149, -140, -128, -127, -126, -125, -124, -100, 0, 100, 125, 126, 127}).Draw(t, "exponent")
		var x [32]float32
		for i := range x {
			x[i] = float32(math.Ldexp(rapid.Float64Range(-1, 1).Draw(t, "value"), exponent+1))
		}
		if rapid.Bool().Draw(t, "almost a power of two") {
			x[7] = math.Nextafter32(float32(math.Ldexp(1, exponent)), 0)
			if exponent == 127 {
				x[7] = math.MaxFloat32
			}
		}
		for i, f := range x {
			if !finite(f) {
				x[i] = math.MaxFloat32
			}
		}
		var b [17]byte
		encodeMXFP4(&b, &x)
		if want := mxfp4Exponent(peak(x[:])); b[0] != want {
			t.Fatalf("scale %d, want %d", b[0], want)
		}
		for i, f := range x {
			got, want := b[1+i%16]>>(i/16*4)&15, nearestFP4(f, halfE8M0(b[0]))
			if got != want {
				t.Fatalf("scale %d: code of %v is %d, want %d", b[0], f, got, want)
			}
		}
	})
}

// TestMXFP4Exponent holds the count of units against the table of where a
// float32 logarithm rounds up, and against a float64 logarithm.
func TestMXFP4Exponent(t *testing.T) {
	data, err := os.ReadFile("../testdata/golden/iq_tables.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		RoundsUp struct {
			Ranges []struct {
				From int `json:"k_from"`
				To   int `json:"k_to"`
				N    int `json:"n"`
			} `json:"ranges"`
		} `json:"mxfp4_log2_round_up"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	roundsUp := map[int]int{}
	for _, r := range doc.RoundsUp.Ranges {
		for k := r.From; k <= r.To; k++ {
			roundsUp[k] = r.N
		}
	}
	if len(roundsUp) < 250 {
		t.Fatalf("the table tells of %d powers of two", len(roundsUp))
	}
	for k := -148; k <= 128; k++ {
		power := math.Ldexp(1, k) // 2^128 is not a float32, but its predecessor is
		f := float32(power)
		if k == 128 {
			f = float32(math.Inf(1))
		} else if got := mxfp4Exponent(f); got != byte(k-2+127) {
			t.Errorf("2^%d: exponent %d, want %d", k, got, byte(k-2+127))
		}
		for j := 1; j <= 100; j++ {
			if f = math.Nextafter32(f, 0); f <= float32(math.Ldexp(1, k-1)) {
				break
			}
			floor := k - 1
			if j <= roundsUp[k] {
				floor = k
			}
			if log := float32(math.Log2(float64(f))); math.Floor(float64(log)) != float64(floor) {
				t.Errorf("%d values below 2^%d: the logarithm is %v, the table says %d", j, k, log, floor)
			}
			if got := mxfp4Exponent(f); got != byte(floor-2+127) {
				t.Errorf("%d values below 2^%d: exponent %d, want %d", j, k, got, byte(floor-2+127))
			}
		}
	}
	for _, f := range []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.NaN())} {
		if got := mxfp4Exponent(f); got != 0 {
			t.Errorf("exponent of %v is %d, want 0", f, got)
		}
	}
}

func TestE8M0(t *testing.T) {
	for e := range 256 {
		if got, want := float64(halfE8M0(byte(e))), math.Ldexp(1, e-128); got != want {
			t.Errorf("halfE8M0(%d) = %v, want %v", e, got, want)
		}
	}
}

func TestUE4M3(t *testing.T) {
	for v := range 256 {
		exponent, mantissa := v>>3&15, float64(v&7)
		want := math.Ldexp(8+mantissa, exponent-7-3-1)
		if exponent == 0 {
			want = math.Ldexp(mantissa, -10)
		}
		if v == 0x7F {
			want = 0
		}
		got := float64(halfUE4M3(byte(v)))
		if got != want {
			t.Errorf("halfUE4M3(%#02x) = %v, want %v", v, got, want)
		}
		if v < 0x7F && want < 128 {
			if back := ue4m3(float32(2 * want)); back != byte(v) {
				t.Errorf("ue4m3(%v) = %#02x, want %#02x", 2*want, back, v)
			}
		}
	}
	for _, test := range []struct {
		f    float32
		want byte
	}{
		{0, 0}, {-1, 0}, {float32(math.NaN()), 0}, {float32(math.Inf(1)), 0x7E},
		{1.0624, 0x38}, {1.0625, 0x39}, {1.1, 0x39}, // half way rounds up
		{1.9375, 0x40}, // into the next exponent
		{247.9, 0x77}, {248, 0x7E}, {255, 0x7E}, {256, 0x7E}, {447, 0x7E}, {1e9, 0x7E},
		{0x1p-11, 0}, {0x1p-10, 1}, {0x1p-9, 1}, {0.0151, 7}, {0x1p-6, 8},
	} {
		if got := ue4m3(test.f); got != test.want {
			t.Errorf("ue4m3(%v) = %#02x, want %#02x", test.f, got, test.want)
		}
	}
}

// TestNVFP4Zero: a sub-block whose scale rounds to 0 has no other quant than 0.
func TestNVFP4Zero(t *testing.T) {
	var x [64]float32
	for i := range x {
		x[i] = 1e-6
	}
	x[20] = 1
	dst := [36]byte{0: 0xFF, 4: 0xFF, 35: 0xFF}
	encodeNVFP4(&dst, &x)
	for s := range 4 {
		zero := s != 1
		if (dst[s] == 0) != zero {
			t.Errorf("scale %d is %#02x", s, dst[s])
		}
		if zero && [8]byte(dst[4+8*s:]) != [8]byte{} {
			t.Errorf("quants of sub-block %d: %x", s, dst[4+8*s:][:8])
		}
	}
}
