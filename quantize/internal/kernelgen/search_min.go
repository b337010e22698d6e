package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// minSearches makes the kernels of scaleAndMin.
func (m *machine) minSearches() {
	m.minSearch("minSearch", "s *laneSet", "square errors", false)
	m.minSearch("minSearchAbsolute", "s *laneSet", "absolute errors", true)
	if !m.wide {
		return // without registers for more
	}
	// In two sets the sums of one do not wait for those of the other, nor for its
	// divisions.
	m.sets = 2
	m.minSearch("minSearchPair", "s *lanePair", "square errors", false)
	m.minSearch("minSearchAbsolutePair", "s *lanePair", "absolute errors", true)
	m.sets = 1
}

// minSearch makes a kernel that does what scaleAndMin does in every lane. That tries
// no candidate that has the quants of the last one; in 16 lanes there is hardly ever
// such a candidate, and the outcome is the same.
func (m *machine) minSearch(name, sets, errors string, absolute bool) {
	m.function(name, sets+", n, candidates int", `
sets scale, min, sumW and the inverse of each lane as scaleAndMin does, for `+errors+`. It takes
most, lowest, highest and the numerators of the candidates.`)
	s, n, candidates := op.Mem{Base: m.parameter("s")}, m.parameter("n"), m.parameter("candidates")
	each := m.groups()
	r := m.rounding()

	m.Comment("The extent of the values, and the sums that do not depend on the quants.")
	low, high, sumW, sumX := m.vectors(), m.vectors(), m.vectors(), m.vectors()
	for g := range each {
		m.load(low[g], m.part(s, planeX, g))
		m.load(high[g], m.part(s, planeX, g))
		m.zero(sumW[g])
		m.zero(sumX[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range each {
			x, w := m.vector(), m.vector()
			m.load(x, m.part(row, planeX, g))
			m.load(w, m.part(row, planeW, g))
			m.smaller(low[g], x, low[g])
			m.larger(high[g], x, high[g])
			m.add(sumW[g], sumW[g], w)
			m.mul(w, w, x)
			m.add(sumX[g], sumX[g], w)
		}
	})
	inverse, scale := m.vectors(), m.vectors()
	for g := range each {
		zero := m.vector()
		m.zero(zero)
		m.smaller(low[g], zero, low[g])
		m.store(m.part(s, rowLow, g), low[g])
		m.store(m.part(s, rowFirstLow, g), low[g])
		m.store(m.part(s, rowHigh, g), high[g])
		m.store(m.part(s, rowSumW, g), sumW[g])
		m.store(m.part(s, rowSumX, g), sumX[g])
	}

	m.Comment("The plain rounding and its error.")
	for g := range each {
		span := m.vector()
		m.sub(span, high[g], low[g])
		m.load(inverse[g], m.part(s, rowMost, g))
		m.div(inverse[g], inverse[g], span)
		m.load(scale[g], m.constant("one"))
		m.div(scale[g], scale[g], inverse[g])
		m.store(m.part(s, rowScale, g), scale[g])
		m.store(m.part(s, rowInverse, g), inverse[g])
		m.store(m.part(s, rowInverseLow, g), low[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range each {
			q := m.vector()
			m.load(q, m.part(row, planeX, g))
			m.roundMin(s, g, q, q, low[g], inverse[g], r)
			m.store(m.part(row, planeWork, g), q)
		}
	})
	sums := m.errors(s, n, scale, low, absolute)
	for g := range each {
		m.store(m.part(s, rowBest, g), sums[g])
	}

	numerator := m.GP64()
	m.LEAQ(s.Offset(rowNumerators), numerator)
	loop, done := m.label("candidates"), m.label("done")
	m.TESTQ(candidates, candidates)
	m.JZ(op.LabelRef(done))
	m.Label(loop)
	m.minCandidate(s, n, op.Mem{Base: numerator}, r, absolute)
	m.ADDQ(op.U8(4), numerator)
	m.DECQ(candidates)
	m.JNZ(op.LabelRef(loop))
	m.Label(done)

	m.Comment("Lanes of equal values have no scale, and the min that is in all of them.")
	for g := range each {
		first, last, scale, low := m.vector(), m.vector(), m.vector(), m.vector()
		m.load(first, m.part(s, rowFirstLow, g))
		m.load(last, m.part(s, rowHigh, g))
		constant := m.compare(equal, first, last)
		m.load(scale, m.part(s, rowScale, g))
		m.load(low, m.part(s, rowLow, g))
		m.replace(constant, low, last)
		zero := m.vector()
		m.zero(zero)
		m.replace(constant, scale, zero)
		m.xor(low, low, m.constant("sign"))
		m.store(m.part(s, rowScale, g), scale)
		m.store(m.part(s, rowMin, g), low)
	}
	m.end()
}

// roundMin sets q to the quant of x, as a float.
func (m *machine) roundMin(s op.Mem, g int, q, x, low, inverse op.Op, r rounding) {
	m.sub(q, x, low)
	m.mul(q, inverse, q)
	m.round(q, r, r.magic, m.part(s, rowHighest, g))
	m.sub(q, q, r.magic)
}

// minCandidate rounds with one more scale, solves for the best scale and min of the
// quants, and takes them where their error is smaller.
func (m *machine) minCandidate(s op.Mem, n reg.Register, numerator op.Mem, r rounding, absolute bool) {
	each := m.groups()
	low, inverse := m.vectors(), m.vectors()
	wq, wqq, wqx := m.vectors(), m.vectors(), m.vectors()
	for g := range each {
		m.load(low[g], m.part(s, rowLow, g))
		m.load(inverse[g], m.part(s, rowHigh, g))
		m.sub(inverse[g], inverse[g], low[g])
		top := m.vector()
		m.broadcast(top, numerator)
		m.div(inverse[g], top, inverse[g])
		m.zero(wq[g])
		m.zero(wqq[g])
		m.zero(wqx[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range each {
			x, q := m.vector(), m.vector()
			m.load(x, m.part(row, planeX, g))
			m.roundMin(s, g, q, x, low[g], inverse[g], r)
			m.store(m.part(row, planeWork, g), q)
			// Of w·q, w·q·q and w·q·x only one is alive with w·q.
			w := m.vector()
			m.mul(w, q, m.part(row, planeW, g))
			m.add(wq[g], wq[g], w)
			m.mul(q, w, q)
			m.add(wqq[g], wqq[g], q)
			m.mul(x, w, x)
			m.add(wqx[g], wqx[g], x)
		}
	})

	scale, tryLow := m.vectors(), m.vectors()
	solved := make([]mask, each)
	for g := range each {
		determinant, right, sumW, sumX := m.vector(), m.vector(), m.vector(), m.vector()
		m.load(sumW, m.part(s, rowSumW, g))
		m.load(sumX, m.part(s, rowSumX, g))
		m.mul(determinant, sumW, wqq[g])
		m.mul(right, wq[g], wq[g])
		m.sub(determinant, determinant, right)
		m.mul(scale[g], sumW, wqx[g])
		m.mul(right, sumX, wq[g])
		m.sub(scale[g], scale[g], right)
		m.div(scale[g], scale[g], determinant)
		m.mul(tryLow[g], wqq[g], sumX)
		m.mul(right, wq[g], wqx[g])
		m.sub(tryLow[g], tryLow[g], right)
		m.div(tryLow[g], tryLow[g], determinant)
		zero := m.vector()
		m.zero(zero)
		solved[g] = m.compare(less, zero, determinant)

		positive, none := m.compare(less, zero, tryLow[g]), m.label("negative")
		m.unlessAny(positive, none)
		m.replace(positive, tryLow[g], zero)
		m.div(right, wqx[g], wqq[g])
		m.replace(positive, scale[g], right)
		m.Label(none)
	}

	sums := m.errors(s, n, scale, tryLow, absolute)
	for g := range each {
		best, row := m.vector(), m.vector()
		m.load(best, m.part(s, rowBest, g))
		taken := m.compare(less, sums[g], best)
		m.and2(taken, solved[g])
		m.replace(taken, best, sums[g])
		m.store(m.part(s, rowBest, g), best)
		m.load(row, m.part(s, rowScale, g))
		m.replace(taken, row, scale[g])
		m.store(m.part(s, rowScale, g), row)
		m.load(row, m.part(s, rowInverse, g))
		m.replace(taken, row, inverse[g])
		m.store(m.part(s, rowInverse, g), row)
		old := m.vector()
		m.load(old, m.part(s, rowLow, g))
		m.load(row, m.part(s, rowInverseLow, g))
		m.replace(taken, row, old)
		m.store(m.part(s, rowInverseLow, g), row)
		m.replace(taken, old, tryLow[g])
		m.store(m.part(s, rowLow, g), old)
	}
}

// errors sums the weighted errors of the quants in work.
func (m *machine) errors(s op.Mem, n reg.Register, scale, low []reg.VecVirtual, absolute bool) []reg.VecVirtual {
	sums := m.vectors()
	for g := range sums {
		m.zero(sums[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range sums {
			e := m.vector()
			m.mul(e, scale[g], m.part(row, planeWork, g))
			m.add(e, e, low[g])
			m.sub(e, e, m.part(row, planeX, g))
			if absolute {
				m.magnitude(e, e)
			} else {
				m.mul(e, e, e)
			}
			m.mul(e, e, m.part(row, planeW, g))
			m.add(sums[g], sums[g], e)
		}
	})
	return sums
}
