package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// atOnce is the number of candidates of a pass over the values: their sums do not
// wait for each other.
const atOnce = 3

// symmetricSearch makes the kernel that does what symmetricScale does in every lane.
// Its quotients are small, so that nothing wraps.
func (m *machine) symmetricSearch() {
	m.function("symmetricSearch", "s *laneSet, n, candidates int", `
sets scale, sumW and the inverse of each lane as symmetricScale does, and min to 0. It
takes lowest, highest and the numerators of the candidates, one and a multiple of three.`)
	s, n, candidates := op.Mem{Base: m.parameter("s")}, m.parameter("n"), m.parameter("candidates")
	magic, lowest, highest := m.vector(), m.keep(s.Offset(rowLowest)), m.keep(s.Offset(rowHighest))
	m.load(magic, m.constant("magic"))
	for g := range m.groups() {
		scale, best, peak := m.vector(), m.vector(), m.vector()
		m.extreme(s, n, g, peak)
		project := func(numerator op.Mem, count int) []projection {
			p := make([]projection, count)
			for i := range p {
				p[i] = projection{m.vector(), m.vector(), m.vector()}
				m.broadcast(p[i].inverse, numerator.Offset(4*i))
				m.div(p[i].inverse, p[i].inverse, peak)
				m.zero(p[i].wxq)
				m.zero(p[i].wqq)
			}
			m.eachRow(s, n, func(row op.Mem) {
				for _, p := range p {
					q, w := m.vector(), m.vector()
					m.mul(q, p.inverse, m.part(row, planeX, g))
					m.add(q, q, magic)
					m.VPMAXSD(lowest, q, q)
					m.VPMINSD(highest, q, q)
					m.sub(q, q, magic)
					m.mul(w, q, m.part(row, planeWork, g))
					m.add(p.wxq, p.wxq, w)
					m.mul(w, q, m.part(row, planeW, g))
					m.mul(w, w, q)
					m.add(p.wqq, p.wqq, w)
				}
			})
			return p
		}

		m.Comment("The first candidate puts the peak at the lowest quant.")
		numerator, left := m.GP64(), m.GP64()
		m.LEAQ(s.Offset(rowNumerators), numerator)
		m.MOVQ(candidates, left)
		first := project(op.Mem{Base: numerator}, 1)[0]
		zero := m.vector()
		m.zero(zero)
		none := m.compare(equal, first.wqq, zero)
		m.div(scale, first.wxq, first.wqq)
		m.replace(none, scale, zero)
		m.mul(best, scale, first.wxq)
		m.store(m.part(s, rowInverse, g), first.inverse)
		m.store(m.part(s, rowInverseLow, g), zero)
		m.ADDQ(op.U8(4), numerator)
		m.DECQ(left)

		m.Comment("The others replace it where they explain more.")
		loop := m.label("candidates")
		m.Label(loop)
		for _, p := range project(op.Mem{Base: numerator}, atOnce) {
			m.takeBetter(scale, best, p, m.part(s, rowInverse, g))
		}
		m.ADDQ(op.U8(4*atOnce), numerator)
		m.SUBQ(op.U8(atOnce), left)
		m.JNZ(op.LabelRef(loop))
		m.storeScale(s, g, scale, peak)
	}
	m.end()
}

// projection is a candidate's inverse scale, Σwxq and Σwq².
type projection struct{ inverse, wxq, wqq reg.VecVirtual }

// extreme sets peak to the first value of the largest magnitude, the plane work to the
// products of weights and values, and sumW.
func (m *machine) extreme(s op.Mem, n reg.Register, g int, peak reg.VecVirtual) {
	most, sumW := m.vector(), m.vector()
	m.zero(peak)
	m.zero(most)
	m.zero(sumW)
	m.eachRow(s, n, func(row op.Mem) {
		x, size, w := m.vector(), m.vector(), m.vector()
		m.load(x, m.part(row, planeX, g))
		m.magnitude(size, x)
		m.replace(m.compare(less, most, size), peak, x)
		m.larger(most, size, most)
		m.load(w, m.part(row, planeW, g))
		m.add(sumW, sumW, w)
		m.mul(x, w, x)
		m.store(m.part(row, planeWork, g), x)
	})
	m.store(m.part(s, rowSumW, g), sumW)
}

// takeBetter takes a candidate in the lanes in which it explains more than best.
func (m *machine) takeBetter(scale, best reg.VecVirtual, p projection, inverse op.Mem) {
	zero, left, right := m.vector(), m.vector(), m.vector()
	m.zero(zero)
	taken := m.compare(less, zero, p.wqq)
	m.mul(left, p.wxq, p.wxq)
	m.mul(right, best, p.wqq)
	m.and2(taken, m.compare(less, right, left))
	m.div(left, p.wxq, p.wqq)
	m.mul(right, left, p.wxq)
	m.replace(taken, scale, left)
	m.replace(taken, best, right)
	m.load(left, inverse)
	m.replace(taken, left, p.inverse)
	m.store(inverse, left)
}

// storeScale stores the scale, 0 where all values count as zeros, and the min 0.
func (m *machine) storeScale(s op.Mem, g int, scale, peak reg.VecVirtual) {
	zero := m.vector()
	m.zero(zero)
	m.magnitude(peak, peak)
	m.replace(m.compare(less, peak, m.constant("nothing")), scale, zero)
	m.store(m.part(s, rowScale, g), scale)
	m.store(m.part(s, rowMin, g), zero)
}
