package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Scratch of refit, in place of that for terms.
const (
	refitVectors = setTerms                // of each value, the vector of its point
	refitWXQ     = setTerms + 2*arrayBytes // terms of the sums of a point
	refitWQQ     = setTerms + 3*arrayBytes
)

// refit makes the kernel that rounds points once more. Its lanes are values first, and
// then, point after point, the neighbours in a list, each with an error of its own.
func (m *machine) refit(name string, l *lattice) {
	m.function(name, "s *latticeSet, lattice *"+l.typ+", neighbours *uint16, points int", `
rounds those of so many points that again has a bit for with the scale fit, to found, and
sets fit to the scale that suits all points, if there is one, and undecided.`)
	set := op.Mem{Base: m.parameter("s")}
	m.MOVL(op.U32(0), set.Offset(setUndecided))
	m.roundAll(l, set)

	wxq, wqq := m.XMM(), m.XMM()
	m.VXORPS(wxq, wxq, wxq)
	m.VXORPS(wqq, wqq, wqq)
	values, found, left, again := op.Mem{Base: m.GP64()}, op.Mem{Base: m.GP64()}, m.parameter("points"), m.GP32()
	m.MOVQ(set.Base, values.Base)
	m.LEAQ(set.Offset(setFound), found.Base)
	m.MOVL(set.Offset(setAgain), again)
	loop, decided := m.label("points"), m.label("decided")
	m.Label(loop)
	m.SHRL(op.U8(1), again)
	m.JCC(op.LabelRef(decided))
	vector := m.GP32()
	m.MOVL(values.Offset(refitVectors), vector)
	m.MOVL(vector, found)
	head := m.head(l, vector)
	m.TESTL(op.U32(0xFFF), head)
	m.JZ(op.LabelRef(decided))
	m.nearest(l, set, values, found, head)
	m.Label(decided)
	m.addPoint(l, set, values, found, wxq, wqq)
	m.ADDQ(op.U8(byte(4*l.dimension)), values.Base)
	m.ADDQ(op.U8(4), found.Base)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))

	done, zero := m.label("done"), m.XMM()
	m.VXORPS(zero, zero, zero)
	m.VUCOMISS(zero, wqq)
	m.JLS(op.LabelRef(done)) // not above zero, or NaN
	m.VDIVSS(wqq, wxq, wxq)
	m.VMOVSS(wxq, set.Offset(setFit))
	m.Label(done)
	m.end()
}

// roundAll rounds all values with the inverse of the scale.
func (m *machine) roundAll(l *lattice, set op.Mem) {
	inverse, fit := m.vector(), m.vector()
	m.load(inverse, m.constant("one"))
	m.broadcast(fit, set.Offset(setFit))
	m.div(inverse, inverse, fit)
	r := rounding{m.constant("twiceMagic"), m.keep(m.constant("mantissa")), m.constant("exponent")}
	for i := 0; i < 32; i += m.lanes() {
		digits, other := m.vector(), m.vector()
		m.mul(digits, inverse, set.Offset(setX+4*i))
		m.sub(digits, digits, m.constant("one"))
		m.round(digits, r, m.constant("magic"), m.constant(l.highest))
		m.VPSUBD(m.constant("magic"), digits, digits)
		m.VPSLLVD(m.constant(l.shifts), digits, digits)
		for _, order := range []byte{0xB1, 0x4E} {
			m.VPSHUFD(op.U8(order), digits, other)
			m.or(digits, digits, other)
		}
		if l.dimension == 8 {
			m.VPERMQ(op.U8(0x4E), digits, other)
			m.or(digits, digits, other)
		}
		m.store(set.Offset(refitVectors+4*i), digits)
	}
}

// nearest sets found to the neighbour of least error of a head's list.
func (m *machine) nearest(l *lattice, set, values, found op.Mem, head reg.GPVirtual) {
	levels := m.vector()
	m.broadcast(levels, set.Offset(setFit))
	m.mul(levels, levels, m.constant(l.odds))
	errors := make([]reg.VecVirtual, l.dimension)
	for i := range errors {
		e, w := m.vector(), m.vector()
		m.broadcast(w, values.Offset(setX+4*i))
		m.sub(e, levels, w)
		m.broadcast(w, values.Offset(setRoot+4*i))
		m.mul(w, w, e)
		m.mul(e, w, e)
		errors[i] = e
	}
	list, at, count := m.parameter("neighbours"), m.GP64(), m.GP64()
	m.MOVL(head, at.As32())
	m.SHRL(op.U8(12), at.As32())
	m.LEAQ(op.Mem{Base: list, Index: at, Scale: 2}, list)
	m.MOVL(head, count.As32())
	m.ANDL(op.U32(0xFFF), count.As32())
	least, place := m.vector(), m.vector()
	m.load(least, m.constant("largest"))
	m.zero(place)
	m.XORL(at.As32(), at.As32())
	loop := m.label("neighbours")
	m.Label(loop)
	digits, sum := m.vector(), m.vector()
	m.VPMOVZXWD(op.Mem{Base: list, Index: at, Scale: 2}, digits)
	for i, errors := range errors {
		e := m.vector()
		if i == 0 {
			e = sum
		} else {
			m.VPSRLD(op.U8(byte(l.bits)), digits, digits)
		}
		if l.dimension == 8 {
			m.VPERMILPS(digits, errors, e)
		} else {
			m.VPERMPS(errors, digits, e)
		}
		if i > 0 {
			m.add(sum, sum, e)
		}
	}
	smaller := m.compare(less, sum, least)
	left := m.vector()
	m.broadcastInteger(left, count)
	m.and2(smaller, m.greaterWords(left, m.constant("counting"))) // those behind the list are no neighbours
	m.replace(smaller, least, sum)
	m.replaceWord(smaller, place, at.As32())
	m.ADDQ(op.U8(byte(m.lanes())), at)
	m.SUBQ(op.U8(byte(m.lanes())), count)
	m.JG(op.LabelRef(loop))
	m.VPADDD(m.constant("counting"), place, place)

	// The first of those with the least error.
	all := m.vector()
	m.VMOVAPS(least, all)
	m.acrossLanes(all, m.smaller)
	none, one := m.GP32(), m.vector()
	m.bits(m.compare(equal, all, m.constant("largest")), none)
	m.ORL(none, set.Offset(setUndecided))
	first := m.compare(equal, least, all)
	m.load(one, m.constant("everyBit"))
	m.replace(first, one, place)
	m.acrossLanes(one, func(dst, a, b op.Op) { m.VPMINUD(b, a, dst) })
	m.VMOVD(one.AsX(), at.As32())
	m.MOVWLZX(op.Mem{Base: list, Index: at, Scale: 2}, at.As32())
	m.MOVL(at.As32(), found)
}

// addPoint adds the terms of the point found to the sums, one after the other.
func (m *machine) addPoint(l *lattice, set, values, found op.Mem, wxq, wqq reg.VecVirtual) {
	q, t := m.YMM(), m.YMM()
	m.VPBROADCASTD(found, q)
	m.VPSRLVD(m.constant(l.shifts), q, q)
	m.VMOVUPS(m.constant(l.odds), t)
	m.VPERMPS(t, q, q)
	m.VMULPS(values.Offset(setWX), q, t)
	m.VMOVUPS(t, set.Offset(refitWXQ))
	m.VMULPS(values.Offset(setW), q, t)
	m.VMULPS(q, t, t)
	m.VMOVUPS(t, set.Offset(refitWQQ))
	for i := range l.dimension {
		m.VADDSS(set.Offset(refitWXQ+4*i), wxq, wxq)
		m.VADDSS(set.Offset(refitWQQ+4*i), wqq, wqq)
	}
}

// greaterWords asks where a is greater than b, as signed integers.
func (m *machine) greaterWords(a, b op.Op) mask {
	k := m.mask()
	m.VPCMPGTD(b, a, k)
	return k
}
