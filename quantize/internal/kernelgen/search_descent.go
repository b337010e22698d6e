package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// planeQuants is the half of the plane work that 16 values leave free.
const planeQuants = planeWork + 16*rowBytes

// descentSearch makes the kernel that does what descendScale does in every lane. A
// lane that is done before the others stays as it is.
func (m *machine) descentSearch() {
	m.function("descentSearch", "s *laneSet", `
sets scale of each lane as descendScale does, and min to 0, for 16 values. It takes
most, lowest and highest, and the weights.`)
	s := op.Mem{Base: m.parameter("s")}
	n := m.GP64()
	m.MOVQ(op.U32(16), n)
	r, lowest, highest := m.rounding(), m.keep(s.Offset(rowLowest)), m.keep(s.Offset(rowHighest))
	for g := range m.groups() {
		peak, wxq, wqq := m.vector(), m.vector(), m.vector()
		m.extreme(s, n, g, peak)
		inverse := m.vector()
		m.broadcast(inverse, s.Offset(rowNumerators))
		m.div(inverse, inverse, peak)
		m.zero(wxq)
		m.zero(wqq)
		m.eachRow(s, n, func(row op.Mem) {
			q := m.vector()
			m.mul(q, inverse, m.part(row, planeX, g))
			m.round(q, r, lowest, highest)
			m.sub(q, q, r.magic)
			m.store(m.part(row, planeQuants, g), q)
			m.addProduct(wxq, q, m.part(row, planeWork, g))
			w := m.vector()
			m.mul(w, q, m.part(row, planeW, g))
			m.addProduct(wqq, w, q)
		})

		changed, rounds := m.GP64(), m.GP64()
		loop, done := m.label("rounds"), m.label("done")
		m.MOVQ(op.U32(5), rounds)
		m.Label(loop)
		m.XORL(changed.As32(), changed.As32())
		m.eachRow(s, n, func(row op.Mem) { m.descend(row, g, r, lowest, highest, wxq, wqq, changed) })
		m.TESTQ(changed, changed)
		m.JZ(op.LabelRef(done))
		m.DECQ(rounds)
		m.JNZ(op.LabelRef(loop))
		m.Label(done)

		zero, scale := m.vector(), m.vector()
		m.zero(zero)
		m.zero(scale)
		solved := m.compare(less, zero, wqq)
		m.div(wxq, wxq, wqq)
		m.replace(solved, scale, wxq)
		m.storeScale(s, g, scale, peak)
	}
	m.end()
}

// descend moves the quants of one row where that explains more. In most rows no quant
// of any lane moves: then it leaves the sums alone, so that the next row does not wait
// for them.
func (m *machine) descend(row op.Mem, g int, r rounding, lowest, highest op.Op, wxq, wqq reg.VecVirtual, changed reg.GPVirtual) {
	q, restX, restQ, t := m.vector(), m.vector(), m.vector(), m.vector()
	m.load(q, m.part(row, planeQuants, g))
	m.mul(t, q, m.part(row, planeWork, g))
	m.sub(restX, wxq, t)
	m.mul(t, q, m.part(row, planeW, g))
	m.mul(t, t, q)
	m.sub(restQ, wqq, t)
	m.mul(t, restQ, m.part(row, planeX, g))
	m.div(t, t, restX)
	m.round(t, r, lowest, highest)
	m.sub(t, t, r.magic)
	zero := m.vector()
	m.zero(zero)
	moved, same := m.compare(less, zero, restX), m.label("same")
	m.and2(moved, m.compare(unequal, t, q))
	m.unlessAny(moved, same)

	w := m.vector()
	m.addProduct(restX, t, m.part(row, planeWork, g))
	m.mul(w, t, m.part(row, planeW, g))
	m.addProduct(restQ, w, t)
	m.zero(zero)
	m.and2(moved, m.compare(less, zero, restQ))
	better := m.vector()
	m.mul(better, restX, restX)
	m.mul(better, better, wqq)
	m.mul(w, wxq, wxq)
	m.mul(w, w, restQ)
	m.and2(moved, m.compare(less, w, better))
	m.unlessAny(moved, same)
	m.replace(moved, q, t)
	m.store(m.part(row, planeQuants, g), q)
	m.replace(moved, wxq, restX)
	m.replace(moved, wqq, restQ)
	m.MOVL(op.U32(1), changed.As32())
	m.Label(same)
}
