package main

import op "github.com/mmcloughlin/avo/operand"

// finite makes the kernels that look for NaN and infinities, in which all bits of the
// exponent are set: one more in its lowest place carries into the sign.
func (m *machine) finite() {
	m.define("exponentBits", 0x7F800000)
	m.define("lowestExponent", 1<<23)

	m.carries("nonFinite", "x *float32, n int", "x", `
reports whether one of n times 16 values, n at least one, is NaN or infinite.`, func() (exponents, lowest, signs op.Op) {
		return m.keep(m.constant("exponentBits")), m.keep(m.constant("lowestExponent")), m.constant("sign")
	})
	m.carries("nonFiniteBytes", "data *byte, n int, exponents, signs uint32", "data", `
reports whether one of the floats in n times 64 bytes, n at least one, is NaN or
infinite. They have the exponents and the signs that are given for 32 bits.`, func() (op.Op, op.Op, op.Op) {
		exponents, lowest, signs := m.vector(), m.vector(), m.vector()
		m.broadcast(exponents, m.argument("exponents"))
		m.broadcast(signs, m.argument("signs"))
		m.VPSUBD(exponents, signs, lowest)
		return exponents, lowest, signs
	})
}

// carries makes a kernel that reports whether an exponent in n times 64 bytes carries.
func (m *machine) carries(name, parameters, data, doc string, constants func() (exponents, lowest, signs op.Op)) {
	m.predicate(name, parameters, doc)
	at, n := m.parameter(data), m.parameter("n")
	exponents, lowest, signs := constants()
	carried := m.vectors()
	for _, c := range carried {
		m.zero(c)
	}
	loop := m.label("groups")
	m.Label(loop)
	for g, c := range carried {
		v := m.vector()
		m.load(v, m.part(op.Mem{Base: at}, 0, g))
		m.and(v, v, exponents)
		m.VPADDD(lowest, v, v)
		m.or(c, c, v)
	}
	m.ADDQ(op.U8(64), at)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))

	for _, c := range carried[1:] {
		m.or(carried[0], carried[0], c)
	}
	m.and(carried[0], carried[0], signs)
	if m.wide {
		k := m.K()
		m.VPTESTMD(carried[0], carried[0], k)
		m.KORTESTW(k, k)
	} else {
		m.VPTEST(carried[0], carried[0])
	}
	found := m.GP8()
	m.SETNE(found)
	m.Store(found, m.ReturnIndex(0))
	m.end()
}
