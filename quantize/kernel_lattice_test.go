package quantize

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// eachLatticeKernel runs a test for every implementation of latticeKernels, with a block
// that searches by it and one that searches plainly.
func eachLatticeKernel(t *testing.T, test func(t *testing.T, k *kernels, byKernel, plainly *signedBlock)) {
	t.Helper()
	eachKernelWith(t, func(k *kernels) bool { return k.sweep8 != nil }, func(t *testing.T, k *kernels) {
		test(t, k, k.block(), noLatticeKernels.block())
	})
}

// drawSubBlock draws the values and weights of a sub-block.
func drawSubBlock(t *rapid.T, n int) (x, w []float32) {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 13))
	x, w = make([]float32, n), make([]float32, n)
	kernelInput(random, rapid.SampledFrom(kernelClasses).Draw(t, "class"), x)
	if importance := kernelImportance(random, n); importance != nil {
		importanceWeights(w, x, importance, sumSquares(x)/float32(n))
	} else {
		squareWeights(w, x)
	}
	return x, w
}

// What the blocks know of their values.
func TestLatticeKernelsSetValues(t *testing.T) {
	odd := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(-1)), math.MaxFloat32}
	eachLatticeKernel(t, func(t *testing.T, _ *kernels, byKernel, plainly *signedBlock) {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.SampledFrom([]int{16, 32}).Draw(t, "values")
			x, w := drawSubBlock(t, n)
			for range rapid.IntRange(0, 2).Draw(t, "odd values") {
				x[rapid.IntRange(0, n-1).Draw(t, "place")] = rapid.SampledFrom(odd).Draw(t, "value")
			}
			even := rapid.Bool().Draw(t, "even")
			got, want := byKernel.set(x, w, even), plainly.set(x, w, even)
			same := got == want || !isNumber(got) && !isNumber(want)
			for name, array := range map[string]func(b *signedBlock) *[32]float32{
				"x":    func(b *signedBlock) *[32]float32 { return &b.x },
				"w":    func(b *signedBlock) *[32]float32 { return &b.w },
				"wx":   func(b *signedBlock) *[32]float32 { return &b.wx },
				"root": func(b *signedBlock) *[32]float32 { return &b.root },
			} {
				if g, w := array(byKernel)[:n], array(plainly)[:n]; !slices.EqualFunc(g, w, sameNumber) {
					t.Fatalf("%s: %v, plainly %v", name, g, w)
				}
			}
			if byKernel.signs != plainly.signs || !same {
				t.Fatalf("signs %b, peak %v, plainly %b, %v", byKernel.signs, got, plainly.signs, want)
			}
		})
	})
}

// Each candidate has the points and the scale that it has plainly.
func TestLatticeKernelsSweep(t *testing.T) {
	sweeps := map[string]struct {
		sweep   latticeSweep
		lattice *lazyLattice8
		grid    []uint16
		shells  int
	}{
		"iq2_xxs": {latticeSweep{steps: 6, step: tenth}, &iq2xxsLattice, iq2xxsGrid[:], 2},
		"iq2_xs":  {latticeSweep{steps: 9, step: tenth}, &iq2xsLattice, iq2xsGrid[:], 2},
		"iq2_s":   {latticeSweep{steps: 9, step: tenth}, &iq2sLattice, iq2sGrid[:], 1},
	}
	eachLatticeKernel(t, func(t *testing.T, k *kernels, byKernel, plainly *signedBlock) {
		for name, c := range sweeps {
			lattice := c.lattice.get(c.grid, c.shells)
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					points := rapid.IntRange(1, 4).Draw(t, "points")
					x, w := drawSubBlock(t, 32)
					c.sweep.peak = plainly.set(x, w, false) * rapid.SampledFrom([]float32{1, 1, 0.3, 1e-9}).Draw(t, "part of the peak")
					byKernel.set(x, w, false)
					candidates := plainly.candidates(5, c.sweep)
					decided := plainly.sweep8(candidates, points, lattice)
					k.sweep8(byKernel.latticeSet, lattice, &lattice.neighbours[0], byKernel.setSweep(5, &c.sweep), points)
					compareSweeps(t, byKernel.latticeSet, candidates, points, decided)
				})
			})
		}
		for name, lattice := range map[string]*lattice4{
			"iq3_xxs": iq3xxsLattice.get(iq3xxsGrid[:], 2),
			"iq3_s":   iq3sLattice.get(iq3sGrid[:], 3),
		} {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					x, w := drawSubBlock(t, 32)
					sweep := latticeSweep{steps: rapid.Int32Range(1, 15).Draw(t, "steps"), step: fifth}
					sweep.peak = plainly.set(x, w, false) * rapid.SampledFrom([]float32{1, 1, 0.3, 1e-9}).Draw(t, "part of the peak")
					byKernel.set(x, w, false)
					candidates := plainly.candidates(15, sweep)
					decided := plainly.sweep4(candidates, lattice)
					k.sweep4(byKernel.latticeSet, lattice, &lattice.neighbours[0], byKernel.setSweep(15, &sweep), 8)
					compareSweeps(t, byKernel.latticeSet, candidates, 8, decided)
				})
			})
		}
	})
}

// compareSweeps holds what a kernel made of candidates against what the plain code did.
func compareSweeps(t *rapid.T, s *latticeSet, candidates []latticeCandidate, points int, decided bool) {
	if decided != (s.undecided == 0) {
		t.Fatalf("undecided %b, plainly decided: %v", s.undecided, decided)
	}
	if !decided {
		return
	}
	for i := range candidates {
		c := &candidates[i]
		if !sameNumber(s.wqq[i], c.sums.wqq) || !sameNumber(s.scale[i], c.sums.wxq/c.sums.wqq) {
			t.Fatalf("candidate %d: Σwq² %v, scale %v, plainly %v, %v", i, s.wqq[i], s.scale[i], c.sums.wqq, c.sums.wxq/c.sums.wqq)
		}
		for g := range points {
			moved := s.points[g][i] != s.vectors[g][i]
			if uint16(s.points[g][i]) != c.points[g] || moved != (c.moved>>g&1 != 0) {
				t.Fatalf("candidate %d: point %d is %#04x, moved: %v, plainly %#04x, %v", i, g, s.points[g][i], moved, c.points[g], !moved)
			}
		}
	}
}

// The kernels write nothing beside the set.
func TestLatticeKernelsStayInSet(t *testing.T) {
	eachLatticeKernel(t, func(t *testing.T, k *kernels, _, _ *signedBlock) {
		var memory struct {
			before [64]byte
			set    latticeSet
			after  [64]byte
		}
		block := &signedBlock{latticeSet: &memory.set, kernels: k}
		random := rand.New(rand.NewPCG(14, 15))
		x, importance := new([256]float32), new([256]float32)
		for range 10 {
			kernelInput(random, "bell", x[:])
			for i := range importance {
				importance[i] = random.Float32()
			}
			block.encodeIQ2XXS(new([66]byte), x, importance)
			block.encodeIQ3XXS(new([98]byte), x)
		}
		if memory.before != [64]byte{} || memory.after != [64]byte{} {
			t.Errorf("before the set: % x, behind it: % x", memory.before, memory.after)
		}
	})
}

// Infinities, NaN and values that overflow in sums spoil the same blocks in the same
// way.
func TestLatticeKernelsNonFinite(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, 1e30, 1e-30, 0}
	eachLatticeKernel(t, func(t *testing.T, k *kernels, _, _ *signedBlock) {
		random := rand.New(rand.NewPCG(11, 12))
		for _, typ := range []Type{IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S} {
			for range 200 {
				x := make([]float32, 2*typ.BlockSize())
				kernelInput(random, "mixture", x)
				for range random.IntN(6) {
					x[random.IntN(len(x))] = odd[random.IntN(len(odd))]
				}
				importance := importanceFor(random, typ, len(x))
				want, got := encodeRows(t, nil, typ, x, importance), encodeRows(t, k, typ, x, importance)
				if !slices.Equal(got, want) {
					t.Fatalf("%v, importance %v: % x, plainly % x", typ, importance != nil, got, want)
				}
			}
		}
	})
}
