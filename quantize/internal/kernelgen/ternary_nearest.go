package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of quantize.ternaryMove.
const (
	moveLevels    = 0
	moveStart     = 12
	moveCount     = 16
	moveX         = 20
	moveW         = 24
	moveNeighbour = 28
	moveBytes     = 32
)

// nearestTernary makes the kernel that finds the nearest of neighbours. Its lanes are the
// neighbours in a list, each with a sum of its own.
func (m *machine) nearestTernary() {
	var counting []uint32
	for i := range uint32(16) {
		counting = append(counting, i)
	}
	m.define("counting", counting...)
	m.define("none", 0xFFFFFFFF)
	m.function("nearestTernary", "moves *ternaryMove, n int, neighbours *uint16, x, w *float32", `
sets neighbour of n moves, at least one, to where in the list of neighbours the nearest
stands, as nearest8 finds it, or to 0xFFFFFFFF where no error is finite. A list has 16
neighbours or more.`)
	moves, n, neighbours := op.Mem{Base: m.parameter("moves")}, m.parameter("n"), m.parameter("neighbours")
	x, w := m.parameter("x"), m.parameter("w")
	lanes := 8
	if m.wide {
		lanes = 16
	}
	loop := m.label("moves")
	m.Label(loop)
	at, list, last := m.GP64(), m.GP64(), m.GP64()
	tables := m.errorTables(moves, x, w)

	m.MOVL(moves.Offset(moveStart), at.As32())
	m.LEAQ(op.Mem{Base: neighbours, Index: at, Scale: 2}, list)
	m.MOVL(moves.Offset(moveCount), last.As32())
	m.SUBQ(op.U8(byte(lanes)), last)
	m.XORQ(at, at)
	least, place := m.vector(), m.vector()
	m.load(least, m.constant("mostError"))
	m.load(place, m.constant("none"))
	next, done := m.label("neighbours"), m.label("done")
	m.Label(next)
	digits, sum, t := m.vector(), m.vector(), m.vector()
	m.VPMOVZXWD(op.Mem{Base: list, Index: at, Scale: 2}, digits)
	m.VPERMILPS(digits, tables[0], sum)
	for _, table := range tables[1:] {
		m.VPSRLD(op.U8(2), digits, digits)
		m.VPERMILPS(digits, table, t)
		m.add(sum, sum, t)
	}
	smaller := m.compare(less, sum, least)
	m.replace(smaller, least, sum)
	m.broadcastInteger(t, at)
	m.replace(smaller, place, t)
	// The last ones are looked at once more if they do not fill the lanes.
	m.CMPQ(at, last)
	m.JEQ(op.LabelRef(done))
	m.ADDQ(op.U8(byte(lanes)), at)
	m.CMPQ(at, last)
	m.CMOVQGT(last, at)
	m.JMP(op.LabelRef(next))

	m.Label(done)
	m.Comment("The first of those with the least error.")
	m.load(t, m.constant("mostError"))
	found := m.compare(less, least, t)
	m.VPADDD(m.constant("counting"), place, place)
	m.VMOVUPS(least, sum)
	m.acrossLanes(sum, m.smaller)
	m.and2(found, m.compare(equal, least, sum))
	m.load(sum, m.constant("none"))
	m.replace(found, sum, place)
	m.acrossLanes(sum, func(dst, a, b op.Op) { m.VPMINUD(b, a, dst) })
	m.VMOVD(sum.AsX(), moves.Offset(moveNeighbour))
	m.ADDQ(op.U8(moveBytes), moves.Base)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// errorTables returns, for each of eight values, the errors of its digits, four times a
// register or twice.
func (m *machine) errorTables(move op.Mem, x, w reg.GPVirtual) (tables [8]reg.VecVirtual) {
	at, values, weights := m.GP64(), m.vector(), m.vector()
	m.MOVL(move.Offset(moveX), at.As32())
	m.loadEight(values, op.Mem{Base: x, Index: at, Scale: 4})
	m.MOVL(move.Offset(moveW), at.As32())
	m.loadEight(weights, op.Mem{Base: w, Index: at, Scale: 4})
	var errors [3]reg.VecVirtual
	for digit := range errors {
		e, t := m.vector(), m.vector()
		m.broadcast(e, move.Offset(moveLevels+4*digit))
		m.sub(e, e, values)
		m.mul(t, weights, e)
		m.mul(e, t, e)
		errors[digit] = e
	}
	for pair := range 2 {
		// Of two of the values in each half of a register.
		first, last := m.vector(), m.vector()
		if pair == 0 {
			m.VUNPCKLPS(errors[1], errors[0], first)
			m.VUNPCKLPS(errors[2], errors[2], last)
		} else {
			m.VUNPCKHPS(errors[1], errors[0], first)
			m.VUNPCKHPS(errors[2], errors[2], last)
		}
		for i := range 2 {
			both := m.vector()
			if i == 0 {
				m.VUNPCKLPD(last, first, both)
			} else {
				m.VUNPCKHPD(last, first, both)
			}
			low, high := m.vector(), m.vector()
			if m.wide {
				m.VSHUFF32X4(op.U8(0x00), both, both, low)
				m.VSHUFF32X4(op.U8(0x55), both, both, high)
			} else {
				m.VPERM2F128(op.U8(0x00), both, both, low)
				m.VPERM2F128(op.U8(0x11), both, both, high)
			}
			tables[2*pair+i], tables[4+2*pair+i] = low, high
		}
	}
	return tables
}

// loadEight loads eight floats, twice if they do not fill a register.
func (m *machine) loadEight(dst reg.VecVirtual, src op.Mem) {
	if m.wide {
		m.VBROADCASTF64X4(src, dst)
	} else {
		m.load(dst, src)
	}
}

// acrossLanes sets all lanes to what an operation makes of them all.
func (m *machine) acrossLanes(v reg.VecVirtual, operation func(dst, a, b op.Op)) {
	t := m.vector()
	if m.wide {
		m.VSHUFF32X4(op.U8(0x4E), v, v, t)
		operation(v, v, t)
		m.VSHUFF32X4(op.U8(0xB1), v, v, t)
	} else {
		m.VPERM2F128(op.U8(0x01), v, v, t)
	}
	operation(v, v, t)
	for _, order := range []byte{0x4E, 0xB1} {
		m.VPERMILPS(op.U8(order), v, t)
		operation(v, v, t)
	}
}
