package quantize

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawTerms draws values and weights, often such that several neighbours suit
// equally well or nearly so.
func drawTerms(t *rapid.T, n int, signed bool) (x, w []float32) {
	unit := float32(math.Ldexp(1, rapid.IntRange(-30, 30).Draw(t, "unit")))
	values := rapid.Custom(func(t *rapid.T) float32 {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return float32(rapid.IntRange(0, 16).Draw(t, "integer"))
		case 1:
			return float32(rapid.IntRange(0, 16).Draw(t, "integer")) + 0x1p-20*float32(rapid.IntRange(-4, 4).Draw(t, "off"))
		default:
			return rapid.Float32Range(0, 16).Draw(t, "value")
		}
	})
	x, w = make([]float32, n), make([]float32, n)
	same := rapid.Bool().Draw(t, "equal weights")
	for i := range x {
		x[i] = unit * values.Draw(t, "x")
		if signed && rapid.Bool().Draw(t, "negative") {
			x[i] = -x[i]
		}
		if w[i] = 1; !same {
			w[i] = rapid.SampledFrom([]float32{0, 0x1p-20, 0.1, 1, 1.5, 1000}).Draw(t, "w")
		}
	}
	return x, w
}

// drawVector draws a vector of a lattice of eight digits that is no point.
func drawVector8(t *rapid.T, l *lattice8) neighbourHead {
	for {
		var vector uint16
		for i := range 8 {
			vector |= uint16(rapid.IntRange(0, 2).Draw(t, "digit")) << (2 * i)
		}
		if head := l.head(vector); !head.isPoint() {
			return head
		}
	}
}

func TestNearestByDefinition(t *testing.T) {
	lattices := []*lattice8{iq1Lattice.get(iq1Grid[:], 3), iq2xxsLattice.get(iq2xxsGrid[:], 2), iq2sLattice.get(iq2sGrid[:], 1)}
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(lattices).Draw(t, "lattice")
		list := drawVector8(t, l).list(l.neighbours)
		xs, ws := drawTerms(t, 8, true)
		x, w := (*[8]float32)(xs), (*[8]float32)(ws)
		levels := odds8(rapid.Float32Range(0x1p-30, 0x1p30).Draw(t, "scale"))
		want, _ := nearest8(list, &levels, x, w)
		var errors pairErrors
		if got, ok := l.nearest(list, &levels, x, w, &errors); !ok || got != want {
			t.Fatalf("the nearest is %#04x, want %#04x", got, want)
		}
	})
}

// No error is finite where squares overflow or values are NaN.
func TestNearestOfNothing(t *testing.T) {
	l := iq1Lattice.get(iq1Grid[:], 3)
	list, list4 := l.head(1).list(l.neighbours), []uint16{0, 1, 2}
	levels, levels4 := odds8(1), odds4(1)
	ones := [8]float32{1, 1, 1, 1, 1, 1, 1, 1}
	for _, f := range []float32{0x1p64, float32(math.NaN()), float32(math.Inf(1))} {
		x := [8]float32{f}
		var errors pairErrors
		if point, ok := l.nearest(list, &levels, &x, &ones, &errors); ok {
			t.Errorf("%#04x is the nearest of %v", point, f)
		}
		if point, ok := nearest4(list4, &levels4, (*[4]float32)(x[:]), (*[4]float32)(ones[:])); ok {
			t.Errorf("%#04x is the nearest of %v in four digits", point, f)
		}
	}
}

// nearest4ByDefinition tells the smallest error with its own rule.
func nearest4ByDefinition(list []uint16, levels *[8]float32, x, w *[4]float32) (point uint16) {
	best := float32(math.MaxFloat32)
	for _, candidate := range list {
		var sum float32
		for i, f := range x {
			e := levels[candidate>>(3*i)&7] - f
			sum += float32(float32(w[i]*e) * e)
		}
		if sum < best {
			best, point = sum, candidate
		}
	}
	return point
}

func drawRun(t *rapid.T) []latticeCandidate {
	run := make([]latticeCandidate, rapid.IntRange(1, maxCandidates).Draw(t, "run"))
	scale := rapid.Float32Range(0.5, 2).Draw(t, "scale") * float32(math.Ldexp(1, rapid.IntRange(-42, 42).Draw(t, "exponent")))
	step := rapid.Float32Range(0.98, 1).Draw(t, "step")
	for i := range run {
		run[i].scale = scale
		scale *= step
	}
	return run
}

func TestNearestOfRun8(t *testing.T) {
	lattices := []*lattice8{iq2xxsLattice.get(iq2xxsGrid[:], 2), iq2xsLattice.get(iq2xsGrid[:], 2), iq2sLattice.get(iq2sGrid[:], 1)}
	var errors neighbourErrors
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(lattices).Draw(t, "lattice")
		list := drawVector8(t, l).list(l.neighbours)
		xs, ws := drawTerms(t, 8, true)
		x, w := (*[8]float32)(xs), (*[8]float32)(ws)
		errors.setPoint8(x, w)
		errors.setList8(list)
		run := drawRun(t)
		if !errors.nearestOfRun(run, 0) {
			t.Fatal("nothing is near")
		}
		for _, c := range run {
			levels := odds8(c.scale)
			if want, _ := nearest8(list, &levels, x, w); c.points[0] != want {
				t.Fatalf("scale %v: the nearest is %#04x, want %#04x", c.scale, c.points[0], want)
			}
		}
	})
}

func TestNearestOfRun4(t *testing.T) {
	lattices := []*lattice4{iq3xxsLattice.get(iq3xxsGrid[:], 2), iq3sLattice.get(iq3sGrid[:], 3)}
	var errors neighbourErrors
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(lattices).Draw(t, "lattice")
		head := l.head(uint16(rapid.IntRange(0, 4095).Filter(func(v int) bool { return !l.head(uint16(v)).isPoint() }).Draw(t, "vector")))
		list := head.list(l.neighbours)
		xs, ws := drawTerms(t, 4, true)
		x, w := (*[4]float32)(xs), (*[4]float32)(ws)
		errors.setPoint4(x, w)
		errors.setList4(list)
		run := drawRun(t)
		if !errors.nearestOfRun(run, 3) {
			t.Fatal("nothing is near")
		}
		for _, c := range run {
			levels := odds4(c.scale)
			want := nearest4ByDefinition(list, &levels, x, w)
			if got, _ := nearest4(list, &levels, x, w); got != want {
				t.Fatalf("scale %v: the nearest alone is %#04x, want %#04x", c.scale, got, want)
			}
			if c.points[3] != want {
				t.Fatalf("scale %v: the nearest is %#04x, want %#04x", c.scale, c.points[3], want)
			}
		}
	})
}
