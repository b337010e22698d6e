package quantize

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// ternarySearches are the searches of both types by definition, and their kernels.
var ternarySearches = []struct {
	typ     Type
	n       int
	shifts  []iq1mShifts
	splits  func(k *kernels) func(s *ternarySet)
	project func(x, w []float32, order []uint8) func(s ternarySplit, shifts iq1mShifts) projection
}{
	{
		IQ1_S, 32, []iq1mShifts{{false, false}, {true, true}},
		func(k *kernels) func(s *ternarySet) { return k.splitsIQ1S },
		func(x, w []float32, order []uint8) func(s ternarySplit, shifts iq1mShifts) projection {
			var sums iq1sSums
			sums.set((*[32]float32)(x), (*[32]float32)(w), (*[32]uint8)(order))
			return func(s ternarySplit, shifts iq1mShifts) projection { return sums.project(s, shifts[0]) }
		},
	},
	{
		IQ1_M, 16, iq1mAllShifts[:],
		func(k *kernels) func(s *ternarySet) { return k.splitsIQ1M },
		func(x, w []float32, order []uint8) func(s ternarySplit, shifts iq1mShifts) projection {
			var terms iq1mTerms
			terms.set((*[16]float32)(x), (*[16]float32)(w), (*[16]uint8)(order))
			return terms.project
		},
	},
}

// drawLanes draws the values and weights of 16 sub-blocks. Some are too small or too large
// for a head start, or below what counts.
func drawLanes(t *rapid.T, s *ternarySet, n int) (x, w [16][]float32) {
	for j := range x {
		x[j], w[j] = drawTernary(t, n)
		scaleX := float32(math.Ldexp(1, rapid.SampledFrom([]int{0, 0, 0, -60, -30, -16, 30, 60}).Draw(t, "scale")))
		scaleW := float32(math.Ldexp(1, rapid.SampledFrom([]int{0, 0, 0, -130, -70, 70}).Draw(t, "scale of weights")))
		for i := range n {
			x[j][i] *= scaleX
			w[j][i] *= scaleW
			s.x[i][j], s.w[i][j] = x[j][i], w[j][i]
		}
	}
	return x, w
}

// The order of the values, the best split, the vectors and the scale of each lane.
func TestKernelsTernarySearch(t *testing.T) {
	const nothing = 1e-12
	eachKernelWith(t, func(k *kernels) bool { return k.sortTernary != nil }, func(t *testing.T, k *kernels) {
		for _, search := range ternarySearches {
			t.Run(search.typ.String(), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					n := search.n
					s := new(ternarySet)
					s.nothing.fill(nothing)
					x, w := drawLanes(t, s, n)
					k.sortTernary(s, n)
					search.splits(k)(s)
					scales := s.scale
					k.ternaryPoints(s, n)
					for j := range x {
						order := make([]uint8, n)
						sortedOrder(order, x[j])
						for i, at := range order {
							if s.sorted[i].from[j] != uint32(at) || s.sorted[i].weight[j] != w[j][at] {
								t.Fatalf("lane %d: value %d comes from %d with weight %v, plainly %d, %v", j, i, s.sorted[i].from[j], s.sorted[i].weight[j], at, w[j][at])
							}
						}
						split, shifts, scale := searchSplits(n, search.shifts, search.project(x[j], w[j], order), always, func(float32) {})
						place := uint32(split.two | split.one<<8 | placeOf(shifts)<<16)
						if scale == 0 && s.place[j] == noPlace {
							place = noPlace // none explains anything, or nothing
						}
						if s.place[j] != place || scales[j] != scale {
							t.Fatalf("lane %d: place %#x, scale %v, plainly %#x, %v", j, s.place[j], scales[j], place, scale)
						}

						points := make([]uint16, n/8)
						switch {
						case peak(x[j]) < nothing:
							scale, shifts = 0, iq1mShifts{}
						case s.place[j] != noPlace:
							split.vectors(points, order, scale < 0)
							if scale < 0 {
								scale, shifts = -scale, iq1mShifts{!shifts[0], !shifts[1]}
							}
						}
						for p, point := range points {
							if s.point(p, j) != point {
								t.Fatalf("lane %d: point %d is %#04x, plainly %#04x", j, p, s.point(p, j), point)
							}
							if level := levelsOf(shifts[p%2])[0]; s.offsets[p%2][j] != level {
								t.Fatalf("lane %d: level %v, plainly %v", j, s.offsets[p%2][j], level)
							}
						}
						if s.scale[j] != scale || s.shifts[j] != uint32(placeOf(shifts)) {
							t.Fatalf("lane %d: scale %v, shifts %d, plainly %v, %v", j, s.scale[j], s.shifts[j], scale, shifts)
						}
					}
				})
			})
		}
	})
}

// placeOf returns the place of shifts in iq1mAllShifts.
func placeOf(shifts iq1mShifts) int {
	for i, s := range iq1mAllShifts {
		if s == shifts {
			return i
		}
	}
	return -1
}

// Lists of any length and errors that are equal, nearly equal and not finite.
func TestKernelsNearestTernary(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), math.MaxFloat32, -math.MaxFloat32}
	lattice := iq1Lattice.get(iq1Grid[:], 3)
	eachKernelWith(t, func(k *kernels) bool { return k.nearestTernary != nil }, func(t *testing.T, k *kernels) {
		rapid.Check(t, func(t *rapid.T) {
			var moves [3]ternaryMove
			x, w := drawTerms(t, 8*len(moves), true)
			for range rapid.IntRange(0, 4).Draw(t, "odd values") {
				x[rapid.IntRange(0, len(x)-1).Draw(t, "place")] = rapid.SampledFrom(odd).Draw(t, "odd")
			}
			for i := range moves {
				head := drawVector8(t, lattice)
				for len(head.list(lattice.neighbours)) < leastNeighbours {
					head = drawVector8(t, lattice)
				}
				count := rapid.IntRange(leastNeighbours, len(head.list(lattice.neighbours))).Draw(t, "count")
				scale := rapid.Float32Range(0x1p-30, 0x1p30).Draw(t, "scale")
				levels := levelsOf(rapid.Bool().Draw(t, "down"))
				at := uint32(8 * rapid.IntRange(0, len(moves)-1).Draw(t, "at"))
				moves[i] = ternaryMove{
					levels: [3]float32{scale * levels[0], scale * levels[1], scale * levels[2]},
					start:  uint32(head >> 12), count: uint32(count), x: at, w: uint32(8 * i),
				}
			}
			k.nearestTernary(&moves[0], len(moves), &lattice.neighbours[0], &x[0], &w[0])
			for i, m := range moves {
				list := lattice.neighbours[m.start:][:m.count]
				levels := [4]float32{m.levels[0], m.levels[1], m.levels[2]}
				want, ok := nearest8(list, &levels, (*[8]float32)(x[m.x:]), (*[8]float32)(w[m.w:]))
				if found := m.neighbour != noNeighbour; found != ok || ok && list[m.neighbour] != want {
					t.Fatalf("move %d: neighbour %d of %d, plainly %#04x, %v", i, int32(m.neighbour), m.count, want, ok)
				}
			}
		})
	})
}

func TestKernelsRefitTernary(t *testing.T) {
	eachKernelWith(t, func(k *kernels) bool { return k.refitTernary != nil }, func(t *testing.T, k *kernels) {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.SampledFrom([]int{16, 32}).Draw(t, "n")
			s := new(ternarySet)
			x, w := drawLanes(t, s, n)
			var want [16]float32
			for j := range want {
				s.scale[j], s.moved[j] = float32(j)+0.5, uint32(rapid.IntRange(0, 1).Draw(t, "moved"))
				var levels [2]*[4]float32
				for i := range levels {
					levels[i] = levelsOf(rapid.Bool().Draw(t, "down"))
					s.offsets[i][j] = levels[i][0]
				}
				var sums projection
				for p := range n / 8 {
					s.points[p][j] = uint32(rapid.SampledFrom(iq1Grid[:]).Draw(t, "point"))
					sums.addTernary(s.point(p, j), levels[p%2], x[j][8*p:], w[j][8*p:])
				}
				want[j] = s.scale[j]
				if s.moved[j] != 0 && sums.wxq > 0 && sums.wqq > 0 {
					want[j] = sums.wxq / sums.wqq
				}
			}
			k.refitTernary(s, n)
			for j, scale := range s.scale {
				if !sameBits(scale, want[j]) {
					t.Fatalf("lane %d: scale %v, plainly %v", j, scale, want[j])
				}
			}
		})
	})
}

// Even where values are no numbers the bytes are those of the plain code: a block that no
// scale suits is marked.
func TestKernelsTernaryNonFinite(t *testing.T) {
	odd := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, 1e15}
	eachKernelWith(t, func(k *kernels) bool { return k.sortTernary != nil }, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(9, 10))
		for _, typ := range []Type{IQ1_S, IQ1_M} {
			for range 100 {
				x := make([]float32, 5*256)
				kernelInput(random, "mixture", x)
				for range random.IntN(10) {
					x[random.IntN(len(x))] = odd[random.IntN(len(odd))]
				}
				importance := importanceFor(random, typ, len(x))
				want := encodeRows(t, nil, typ, x, importance)
				if got := encodeRows(t, k, typ, x, importance); !bytes.Equal(got, want) {
					t.Fatalf("%v: % x, plainly % x", typ, got, want)
				}
			}
		}
	})
}
