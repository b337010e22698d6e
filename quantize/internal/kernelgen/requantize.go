package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// requantize makes the kernel that rounds values, in the order of memory, with the
// scales and mins that a file will hold.
func (m *machine) requantize() {
	m.function("requantize", "quants *byte, x *float32, s *laneSet, n int", `
sets n quants, 16 or 32, of each of 16 sub-blocks to (x+min)/scale, rounded and
clamped from lowest to highest, minus lowest.`)
	quants, x, s, n := m.parameter("quants"), m.parameter("x"), m.parameter("s"), m.parameter("n")
	table := op.Mem{Base: s}
	r, lowest, highest := m.rounding(), m.vector(), m.vector()
	m.load(lowest, table.Offset(rowLowest))
	m.load(highest, table.Offset(rowHighest))
	left := m.GP64()
	m.MOVQ(op.U32(16), left)
	subBlock, inner := m.label("subblocks"), m.label("values")
	m.Label(subBlock)
	scale, least := m.vector(), m.vector()
	m.broadcast(scale, table.Offset(rowScale))
	m.broadcast(least, table.Offset(rowMin))
	values := m.GP64()
	m.MOVQ(n, values)
	m.Label(inner)
	v := m.vectors()
	for g := range v {
		m.add(v[g], least, m.part(op.Mem{Base: x}, 0, g))
		m.div(v[g], v[g], scale)
		m.round(v[g], r, lowest, highest)
		m.VPSUBD(lowest, v[g], v[g])
	}
	m.storeBytes(op.Mem{Base: quants}, v)
	m.ADDQ(op.U8(64), x)
	m.ADDQ(op.U8(16), quants)
	m.SUBQ(op.U8(16), values)
	m.JNZ(op.LabelRef(inner))
	m.ADDQ(op.U8(4), s)
	m.DECQ(left)
	m.JNZ(op.LabelRef(subBlock))
	m.end()
}

// storeBytes stores 16 integers from 0 to 255 as bytes.
func (m *machine) storeBytes(dst op.Mem, v []reg.VecVirtual) {
	if m.wide {
		m.VPMOVDB(v[0], dst)
	} else {
		// The pack instructions work on halves of registers: put the quarters in order
		// between them.
		upper := m.XMM()
		m.VPACKUSDW(v[1], v[0], v[0])
		m.VPERMQ(op.U8(0xD8), v[0], v[0])
		m.VEXTRACTI128(op.U8(1), v[0], upper)
		m.VPACKUSWB(upper, v[0].AsX(), v[0].AsX())
		m.VMOVDQU(v[0].AsX(), dst)
	}
}
