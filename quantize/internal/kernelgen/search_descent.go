package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The halves of the planes that 16 values leave free hold the quants, and between which
// quotients they remain what they are.
const (
	planeLeast  = planeX + 16*rowBytes
	planeMost   = planeW + 16*rowBytes
	planeQuants = planeWork + 16*rowBytes
)

// descentSearches makes the kernels of descendScale.
func (m *machine) descentSearches() {
	// By the low three bits of a quant, 0 to 3, then -4 to -1, the quotients between which
	// it remains, less a margin. Quotients beyond the clamps remain until they wrap.
	var least, most []uint32
	for _, q := range []float32{0, 1, 2, 3, -4, -3, -2, -1} {
		const half = 0.5 - 1./4096
		least, most = append(least, math.Float32bits(q-half)), append(most, math.Float32bits(q+half))
	}
	most[3], least[4] = math.Float32bits(0x1p21), math.Float32bits(-0x1p21)
	m.define("least", least...)
	m.define("most", most...)
	m.define("zero", 0)
	m.define("safe", math.Float32bits(0x1p-100))
	m.descentSearch("descentSearch", "s *laneSet")
	if m.wide {
		m.sets = 2
		m.descentSearch("descentSearchPair", "s *lanePair")
		m.sets = 1
	}
}

// A descent is the state of the lanes of a register: the sums, and which lanes have
// quants that may move.
type descent struct {
	wxq, wqq reg.VecVirtual
	live     mask
}

// descentSearch makes a kernel that does what descendScale does in every lane. A
// lane that is done before the others stays as it is.
func (m *machine) descentSearch(name, sets string) {
	m.function(name, sets, `
sets scale of each lane as descendScale does, and min to 0, for 16 values. It takes
most, lowest and highest, and the weights.`)
	s := op.Mem{Base: m.parameter("s")}
	n := m.GP64()
	m.MOVQ(op.U32(16), n)
	r, lowest, highest := m.rounding(), m.keep(s.Offset(rowLowest)), m.keep(s.Offset(rowHighest))
	peak, inverse, lanes := m.vectors(), m.vectors(), make([]descent, m.groups())
	for g := range lanes {
		m.extreme(s, n, g, peak[g])
		m.store(m.part(s, rowHigh, g), peak[g])
		m.broadcast(inverse[g], s.Offset(rowNumerators))
		m.div(inverse[g], inverse[g], peak[g])
		lanes[g] = descent{wxq: m.vector(), wqq: m.vector()}
		m.zero(lanes[g].wxq)
		m.zero(lanes[g].wqq)
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g, lane := range lanes {
			q := m.vector()
			m.mul(q, inverse[g], m.part(row, planeX, g))
			m.round(q, r, lowest, highest)
			q = m.storeQuant(row, g, q, r)
			m.addProduct(lane.wxq, q, m.part(row, planeWork, g))
			w := m.vector()
			m.mul(w, q, m.part(row, planeW, g))
			m.addProduct(lane.wqq, w, q)
		}
	})
	// Other lanes have no terms above zero, and so no rest: none of their quants moves.
	for g := range lanes {
		lanes[g].live = m.compare(more, lanes[g].wxq, m.constant("zero"))
	}

	changed, rounds := m.GP64(), m.GP64()
	loop, done := m.label("rounds"), m.label("done")
	m.MOVQ(op.U32(5), rounds)
	m.Label(loop)
	m.XORL(changed.As32(), changed.As32())
	m.eachRow(s, n, func(row op.Mem) {
		for g, lane := range lanes {
			m.descend(row, g, r, lowest, highest, lane, changed)
		}
	})
	m.TESTQ(changed, changed)
	m.JZ(op.LabelRef(done))
	m.DECQ(rounds)
	m.JNZ(op.LabelRef(loop))
	m.Label(done)

	for g, lane := range lanes {
		scale := m.vector()
		m.zero(scale)
		solved := m.compare(more, lane.wqq, m.constant("zero"))
		m.div(lane.wxq, lane.wxq, lane.wqq)
		m.replace(solved, scale, lane.wxq)
		m.load(peak[g], m.part(s, rowHigh, g))
		m.storeScale(s, g, scale, peak[g])
	}
	m.end()
}

// storeQuant stores the quants of one row, from the bits of magic+q, and how far their
// quotients may go, which the low three bits say. It returns q.
func (m *machine) storeQuant(row op.Mem, g int, biased reg.VecVirtual, r rounding) (q reg.VecVirtual) {
	bound := m.vector()
	m.VPERMPS(m.constant("least"), biased, bound)
	m.store(m.part(row, planeLeast, g), bound)
	m.VPERMPS(m.constant("most"), biased, bound)
	m.store(m.part(row, planeMost, g), bound)
	m.sub(biased, biased, r.magic)
	m.store(m.part(row, planeQuants, g), biased)
	return biased
}

// descend moves the quants of one row where that explains more. In most rows no quant
// of any lane moves, which shows without the division: products say that the quotient is
// further from the ends than they and it can be off. Then it leaves the sums alone, so
// that the next row does not wait for them.
func (m *machine) descend(row op.Mem, g int, r rounding, lowest, highest op.Op, lane descent, changed reg.GPVirtual) {
	q, restX, restQ, t, bound := m.vector(), m.vector(), m.vector(), m.vector(), m.vector()
	m.load(q, m.part(row, planeQuants, g))
	m.mul(t, q, m.part(row, planeWork, g))
	m.sub(restX, lane.wxq, t)
	m.mul(t, q, m.part(row, planeW, g))
	m.mul(t, t, q)
	m.sub(restQ, lane.wqq, t)
	m.mul(t, restQ, m.part(row, planeX, g))
	same := m.label("same")
	// The rounding of products that are not normal could take more than the margin.
	uncertain := m.compare(notAtLeast, restX, m.constant("safe"))
	m.mul(bound, restX, m.part(row, planeLeast, g))
	m.or2(uncertain, m.compare(notAtLeast, t, bound))
	m.mul(bound, restX, m.part(row, planeMost, g))
	m.or2(uncertain, m.compare(notAtMost, t, bound))
	m.and2(uncertain, lane.live)
	m.unlessAny(uncertain, same)

	m.div(t, t, restX)
	m.round(t, r, lowest, highest)
	m.sub(t, t, r.magic)
	moved := m.compare(more, restX, m.constant("zero"))
	m.and2(moved, m.compare(unequal, t, q))
	w := m.vector()
	m.addProduct(restX, t, m.part(row, planeWork, g))
	m.mul(w, t, m.part(row, planeW, g))
	m.addProduct(restQ, w, t)
	m.and2(moved, m.compare(more, restQ, m.constant("zero")))
	better := m.vector()
	m.mul(better, restX, restX)
	m.mul(better, better, lane.wqq)
	m.mul(w, lane.wxq, lane.wxq)
	m.mul(w, w, restQ)
	m.and2(moved, m.compare(less, w, better))
	m.unlessAny(moved, same)
	m.replace(moved, q, t)
	m.add(q, q, r.magic)
	m.storeQuant(row, g, q, r)
	m.replace(moved, lane.wxq, restX)
	m.replace(moved, lane.wqq, restQ)
	m.MOVL(op.U32(1), changed.As32())
	m.Label(same)
}
