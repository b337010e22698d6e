package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// latticeValues makes the kernel that takes the values of a sub-block. Its lanes are
// eight values, the signs of which make a byte: AVX2 serves all machines.
func (m *machine) latticeValues() {
	m.define("eachBit", 1, 2, 4, 8, 16, 32, 64, 128)
	m.function("setValues", "s *latticeSet, x, w *float32, groups int, even bool", `
sets x, w, wx, root, signs and peak for so many groups of eight values and weights. Peak
is NaN if a value or an error is.`)
	set, x, w, groups := op.Mem{Base: m.parameter("s")}, m.parameter("x"), m.parameter("w"), m.parameter("groups")
	even := m.GP8()
	m.Load(m.Param("even"), even)
	signs := m.GP64()
	m.LEAQ(set.Offset(setSigns), signs)
	peak, noNumber := m.vector(), m.vector()
	m.zero(noNumber)
	m.load(peak, m.constant("negativeInfinity"))

	loop := m.label("values")
	m.Label(loop)
	values, weights, errors := m.vector(), m.vector(), m.vector()
	m.load(values, op.Mem{Base: x})
	m.load(weights, op.Mem{Base: w})
	m.zero(errors)
	negative := m.compare(notAtLeast, values, errors)
	bits := m.GP32()
	m.bits(negative, bits)
	m.and(negative, negative, m.constant("sign"))
	m.xor(values, values, negative)
	m.mul(errors, weights, values)
	m.mul(errors, errors, values)
	m.or(noNumber, noNumber, m.compare(unordered, values, errors))

	m.Comment("Where even says so the value of least error makes the number of signs even.")
	odd, flipped, least := m.GP8(), m.GP32(), m.vector()
	m.TESTB(bits.As8(), bits.As8())
	m.SETPC(odd)
	m.ANDB(even, odd)
	m.MOVBLZX(odd, flipped)
	m.NEGL(flipped)
	m.VMOVAPS(errors, least)
	m.acrossLanes(least, func(dst, a, b op.Op) { m.VPMINUD(b, a, dst) })
	m.VPCMPEQD(least, errors, least)
	first, rest := m.GP32(), m.GP32()
	m.bits(least, first)
	m.MOVL(first, rest)
	m.NEGL(rest)
	m.ANDL(rest, first)
	m.ANDL(first, flipped)
	m.XORL(flipped, bits)
	m.MOVB(bits.As8(), op.Mem{Base: signs})
	all := m.vector()
	m.VMOVD(flipped, all.AsX())
	m.VPBROADCASTD(all.AsX(), all)
	m.and(all, all, m.constant("eachBit"))
	m.VPCMPEQD(m.constant("eachBit"), all, all)
	m.and(all, all, m.constant("sign"))
	m.xor(values, values, all)

	m.larger(peak, values, peak)
	m.store(set.Offset(setX), values)
	m.store(set.Offset(setW), weights)
	m.mul(values, weights, values)
	m.store(set.Offset(setWX), values)
	m.sqrt(weights, weights)
	m.store(set.Offset(setRoot), weights)
	for _, at := range []reg.Register{x, w, set.Base} {
		m.ADDQ(op.U8(32), at)
	}
	m.INCQ(signs)
	m.DECQ(groups)
	m.JNZ(op.LabelRef(loop))

	m.acrossLanes(peak, m.larger)
	m.acrossLanes(noNumber, m.or)
	m.or(peak, peak, noNumber)
	m.Load(m.Param("s"), set.Base)
	m.VMOVSS(peak.AsX(), set.Offset(setPeak))
	m.end()
}
