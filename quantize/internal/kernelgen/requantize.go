package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// requantize makes the kernels that round values in the order of memory: with the
// scales and mins that a file will hold, and as the search rounded them.
func (m *machine) requantize() {
	m.rounder("requantize", "(x+min)/scale", rowScale, rowMin, func(v, scale, least op.Op, x op.Mem) {
		m.add(v, least, x)
		m.div(v, v, scale)
	})
	m.rounder("keptQuants", "(x-low)·inverse", rowInverse, rowInverseLow, func(v, inverse, low op.Op, x op.Mem) {
		m.load(v, x)
		m.sub(v, v, low)
		m.mul(v, inverse, v)
	})
}

func (m *machine) rounder(name, what string, rowFactor, rowLeast int, quotient func(v, factor, least op.Op, x op.Mem)) {
	m.function(name, "quants *byte, x *float32, s *laneSet, n int", "sets n quants, 16 or 32, of each of 16 sub-blocks to "+
		what+", rounded and clamped from lowest to highest, minus lowest.")
	quants, x, s, n := m.parameter("quants"), m.parameter("x"), m.parameter("s"), m.parameter("n")
	table := op.Mem{Base: s}
	r, lowest, highest := m.rounding(), m.vector(), m.vector()
	m.load(lowest, table.Offset(rowLowest))
	m.load(highest, table.Offset(rowHighest))
	left := m.GP64()
	m.MOVQ(op.U32(16), left)
	subBlock, inner := m.label("subblocks"), m.label("values")
	m.Label(subBlock)
	factor, least := m.vector(), m.vector()
	m.broadcast(factor, table.Offset(rowFactor))
	m.broadcast(least, table.Offset(rowLeast))
	values := m.GP64()
	m.MOVQ(n, values)
	m.Label(inner)
	v := m.vectors()
	for g := range v {
		quotient(v[g], factor, least, m.part(op.Mem{Base: x}, 0, g))
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
