package main

import op "github.com/mmcloughlin/avo/operand"

// positiveSearch makes the kernel that tries roundings of positiveScale, eight at once,
// each in a lane of its own: of scales a block has only one set.
func (m *machine) positiveSearch() {
	m.function("positiveSearch", "s *laneSet, x, w *float32, n int, peak, most float32", `
divides the first eight numbers of work by peak, which makes them inverse scales, and sets
those of the next row to the errors of the roundings of x with them: n values, a multiple
of four, and quants up to most, which has magic added to it.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	x, w := op.Mem{Base: m.parameter("x")}, op.Mem{Base: m.parameter("w")}
	inverse, scale, sum, limit, magic := m.vector(), m.vector(), m.vector(), m.vector(), m.vector()
	peak, most := m.XMM(), m.XMM()
	m.Load(m.Param("peak"), peak)
	m.Load(m.Param("most"), most)
	m.VBROADCASTSS(peak, scale)
	m.VBROADCASTSS(most, limit)
	m.load(inverse, s.Offset(planeWork))
	m.div(inverse, inverse, scale)
	m.store(s.Offset(planeWork), inverse)
	m.load(scale, m.constant("one"))
	m.div(scale, scale, inverse)
	m.load(magic, m.constant("magic"))
	m.zero(sum)
	loop := m.label("values")
	m.Label(loop)
	for i := range 4 {
		f, e := m.vector(), m.vector()
		m.broadcast(f, x.Offset(4*i))
		m.mul(e, inverse, f)
		m.add(e, e, magic)
		m.and(e, e, m.constant("mantissa"))
		m.or(e, e, m.constant("exponent"))
		m.VPMINSD(limit, e, e)
		m.sub(e, e, magic)
		m.mul(e, scale, e)
		m.sub(e, f, e)
		m.broadcast(f, w.Offset(4*i))
		m.mul(f, f, e)
		m.addProduct(sum, f, e)
	}
	m.ADDQ(op.U8(16), x.Base)
	m.ADDQ(op.U8(16), w.Base)
	m.SUBQ(op.U8(4), n)
	m.JNZ(op.LabelRef(loop))
	m.store(s.Offset(planeWork+rowBytes), sum)
	m.end()
}
