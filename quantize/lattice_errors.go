package quantize

import "math"

// A neighbourErrors finds the nearest of the neighbours of a vector for several
// scales. The error of a neighbour,
//
//	Σ w·(scale·q - x)² = scale²·Σwq² - 2·scale·Σwxq + Σwx²
//
// takes two products for a scale once the sums are there. It is not the error that
// nearest8 and nearest4 compute in its last bits: where the second smallest error
// is too close, or numbers are so small or large that bits are lost, they are asked.
//
// How close is too close? Let u be 2^-24, f the error and C be Σwx². The sums take
// eight to ten roundings each and their combination four, of numbers that are not
// larger together than scale²·Σwq² + 2·scale·Σw|x|q + C <= 2·(scale²·Σwq² + C) <=
// 2·(2f + 3C). So this f is off by less than 14u·2·(2f + 3C), that of the format by
// less than 12u·f, and two of them by less than 2^-17·(f1 + f2 + 2C). What comes
// after the second is farther off, but farther from the first by more.
type neighbourErrors struct {
	x, w      [8]float32 // what the points stand for
	dimension int        // of the lattice: 8 or 4

	sumXX float32 // Σwx²
	sane  bool    // whether it is neither so small nor so large that bits are lost

	pairs  [4][16]projection // Σwxq and Σwq² of two digits of two bits
	digits [4][8]projection  // of one digit of three bits

	// The neighbours of a vector, and those that matter most first.
	list   []uint16
	count  int
	points [maxNeighbours]uint16
	sums   [maxNeighbours]projection
}

// maxNeighbours is the length of the longest list, of IQ2_XS.
const maxNeighbours = 292

// setPoint8 takes eight values and weights.
func (e *neighbourErrors) setPoint8(x, w *[8]float32) {
	e.x, e.w, e.dimension = *x, *w, 8
	e.sumXX = 0
	for p := range e.pairs {
		wx0, wx1 := w[2*p]*x[2*p], w[2*p+1]*x[2*p+1]
		e.sumXX += float32(wx0*x[2*p]) + float32(wx1*x[2*p+1])
		for d1 := range 3 {
			q1 := oddNumbers[d1]
			p1 := projection{float32(wx1 * q1), float32(w[2*p+1] * (q1 * q1))}
			for d0 := range 3 {
				q0 := oddNumbers[d0]
				e.pairs[p][d0|d1<<2] = projection{float32(wx0*q0) + p1.wxq, float32(w[2*p]*(q0*q0)) + p1.wqq}
			}
		}
	}
	e.sane = e.sumXX > 0x1p-80 && e.sumXX < 0x1p80
}

// setPoint4 takes four values and weights.
func (e *neighbourErrors) setPoint4(x, w *[4]float32) {
	copy(e.x[:], x[:])
	copy(e.w[:], w[:])
	e.dimension = 4
	e.sumXX = 0
	for i := range e.digits {
		wx := w[i] * x[i]
		e.sumXX += float32(wx * x[i])
		for d, q := range oddNumbers {
			e.digits[i][d] = projection{float32(wx * q), float32(w[i] * (q * q))}
		}
	}
	e.sane = e.sumXX > 0x1p-80 && e.sumXX < 0x1p80
}

// setList8 takes the neighbours of a vector.
func (e *neighbourErrors) setList8(list []uint16) {
	e.list, e.count = list, len(list)
	sums, points := e.sums[:len(list)], e.points[:len(list)]
	for i, point := range list {
		points[i] = point
		a, b := &e.pairs[0][point&15], &e.pairs[1][point>>4&15]
		c, d := &e.pairs[2][point>>8&15], &e.pairs[3][point>>12]
		sums[i] = projection{(a.wxq + b.wxq) + (c.wxq + d.wxq), (a.wqq + b.wqq) + (c.wqq + d.wqq)}
	}
}

// setList4 takes the neighbours of a vector.
func (e *neighbourErrors) setList4(list []uint16) {
	e.list, e.count = list, len(list)
	sums, points := e.sums[:len(list)], e.points[:len(list)]
	for i, point := range list {
		points[i] = point
		a, b := &e.digits[0][point&7], &e.digits[1][point>>3&7]
		c, d := &e.digits[2][point>>6&7], &e.digits[3][point>>9&7]
		sums[i] = projection{(a.wxq + b.wxq) + (c.wxq + d.wxq), (a.wqq + b.wqq) + (c.wqq + d.wqq)}
	}
}

// An answer is a neighbour of least error.
type answer struct {
	point uint16
	clear bool // no other comes near it
	none  bool // no error is finite
}

// nearestOfRun sets the points g of candidates to the neighbours of least error. It
// reports false where no error is finite.
//
// The difference of the errors of two neighbours is the scale times a linear
// function of it. So a neighbour that is nearest with the first and the last scale
// of a run is nearest with all between, and what holds of the margin holds too: it
// shrinks by the ratio of the scales at most, which is below two.
func (e *neighbourErrors) nearestOfRun(run []latticeCandidate, g int) bool {
	first := e.nearest(run[0].scale)
	last := first
	if len(run) > 1 {
		last = e.nearest(run[len(run)-1].scale)
	}
	return e.fill(run, g, first, last)
}

// fill is nearestOfRun where the first and the last neighbour are known.
func (e *neighbourErrors) fill(run []latticeCandidate, g int, first, last answer) bool {
	if first.none || last.none {
		return false
	}
	if first == last && first.clear {
		for i := range run {
			run[i].points[g&7] = first.point
		}
		return true
	}
	run[0].points[g&7], run[len(run)-1].points[g&7] = first.point, last.point
	if len(run) <= 2 {
		return true
	}
	middle := len(run) / 2
	point := e.nearest(run[middle].scale)
	return e.fill(run[:middle+1], g, first, point) && e.fill(run[middle:], g, point, last)
}

// nearest returns the neighbour of least error.
//
// The best for the last scale is first in the list, so that as a rule no other
// comes near it, and the branch that is taken for those that do is predicted well.
func (e *neighbourErrors) nearest(scale float32) answer {
	if !(e.sane && scale > 0x1p-40 && scale < 0x1p40) {
		return e.exact(scale)
	}
	const margin = 0x1p-15
	square, twice, xx := scale*scale, 2*scale, 2*e.sumXX
	sums := e.sums[:e.count]
	least := float32(square*sums[0].wqq) - float32(twice*sums[0].wxq) // without C
	limit := least + float32(margin*(least+xx))
	next, at := float32(math.MaxFloat32), 0
	for i := 1; i < len(sums); i++ {
		sum := float32(square*sums[i].wqq) - float32(twice*sums[i].wxq)
		if !(sum < limit) {
			continue
		}
		if sum < least {
			least, next, at = sum, least, i
			limit = least + float32(margin*(least+xx))
		} else {
			next = min(next, sum)
		}
	}
	if next < limit {
		return e.exact(scale)
	}
	if at != 0 {
		sums[0], sums[at] = sums[at], sums[0]
		e.points[0], e.points[at] = e.points[at], e.points[0]
	}
	return answer{point: e.points[0], clear: true}
}

// exact is nearest by the rules of the formats.
func (e *neighbourErrors) exact(scale float32) answer {
	var point uint16
	var ok bool
	if e.dimension == 8 {
		levels := odds8(scale)
		point, ok = nearest8(e.list, &levels, &e.x, &e.w)
	} else {
		levels := odds4(scale)
		point, ok = nearest4(e.list, &levels, (*[4]float32)(e.x[:]), (*[4]float32)(e.w[:]))
	}
	return answer{point: point, none: !ok}
}
