package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
)

// Of positiveErrors' candidates the first keeps the low byte of its quants, and the others
// are clamped.
const (
	startMost       = 4
	startCandidates = 9
)

// positiveErrors makes the kernel that tries the roundings of positiveScale, each in a
// lane of its own.
func (m *machine) positiveErrors() {
	ofFirst := func(first, others uint32) []uint32 {
		words := make([]uint32, m.lanes())
		for i := range words {
			words[i] = others
		}
		words[0] = first
		return words
	}
	m.define("limit", magicBits+startMost)
	m.define("limitFirst", ofFirst(math.MaxInt32, magicBits+startMost)...)
	m.define("keptFirst", ofFirst(0xFF, math.MaxUint32)...)
	m.define("magicFirst", ofFirst(magicBits, 0)...)

	m.function("positiveErrors", "s *latticeSet", `
sets best to the errors of the nine roundings that positiveScale tries, for 32 values and
quants up to four, with the inverse scales numerators/peak.`)
	set := op.Mem{Base: m.parameter("s")}
	for g := 0; g < startCandidates; g += m.lanes() {
		inverse, scale, sum, magic := m.vector(), m.vector(), m.vector(), m.vector()
		m.broadcast(scale, set.Offset(setPeak))
		m.load(inverse, set.Offset(setNumerators+4*g))
		m.div(inverse, inverse, scale)
		m.load(scale, m.constant("one"))
		m.div(scale, scale, inverse)
		m.zero(sum)
		m.load(magic, m.constant("magic"))
		mantissa, exponent := m.keep(m.constant("mantissa")), m.keep(m.constant("exponent"))
		limit, kept, others := m.keep(m.constant("limitFirst")), m.keep(m.constant("keptFirst")), m.keep(m.constant("magicFirst"))
		value, left := op.Mem{Base: m.GP64()}, m.GP64()
		m.MOVQ(set.Base, value.Base)
		m.MOVQ(op.U32(32), left)
		loop := m.label("values")
		m.Label(loop)
		for i := range 4 {
			x, e := m.vector(), m.vector()
			m.broadcast(x, value.Offset(setX+4*i))
			m.mul(e, inverse, x)
			m.add(e, e, magic)
			m.andOr(e, mantissa, exponent)
			if g == 0 {
				m.VPMINSD(limit, e, e)
				m.andOr(e, kept, others)
			} else {
				m.VPMINSD(m.constant("limit"), e, e)
			}
			m.sub(e, e, magic)
			m.mul(e, scale, e)
			m.sub(e, x, e)
			m.broadcast(x, value.Offset(setW+4*i))
			m.mul(x, x, e)
			m.addProduct(sum, x, e)
		}
		m.ADDQ(op.U8(16), value.Base)
		m.SUBQ(op.U8(4), left)
		m.JNZ(op.LabelRef(loop))
		m.store(set.Offset(setBest+4*g), sum)
	}
	m.end()
}

// andOr keeps the bits of v that are in kept and sets others.
func (m *machine) andOr(v, kept, others op.Op) {
	if !m.wide {
		m.VPAND(kept, v, v)
		m.VPOR(others, v, v)
		return
	}
	m.VPTERNLOGD(op.U8(0xEA), others, kept, v)
}
