package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// blocks makes the encoders of blocks of 32 values without a search. The values stay in
// the order of memory. The scales go to an array of their own, for Go to narrow them.
func (m *machine) blocks() {
	m.define("belowHalf", 0x3EFFFFFF)
	m.define("eightAndHalf", math.Float32bits(8.5))
	m.define("hundred27", math.Float32bits(127))
	m.define("minus8", math.Float32bits(-8))
	m.define("lowByte", 0xFF)
	m.define("fifteen", 15)

	noSign := func([]reg.VecVirtual, op.Mem, reg.VecVirtual) {}
	m.eachBlock("blocksQ80", "Q8_0", 34, "hundred27", noSign, func(values []reg.VecVirtual, dst op.Mem) {
		for _, v := range values {
			// Half away from zero, by an addend that ends just below it.
			away := m.vector()
			m.and(away, v, m.constant("sign"))
			m.or(away, away, m.constant("belowHalf"))
			m.add(v, v, away)
			m.lowBytes(v)
		}
		for half := range 2 {
			m.storeBytes(dst.Offset(16*half), values[half*m.groups():][:m.groups()])
		}
	})

	m.eachBlock("blocksQ40", "Q4_0", 18, "minus8", m.firstOf, func(values []reg.VecVirtual, dst op.Mem) {
		for _, v := range values {
			m.add(v, v, m.constant("eightAndHalf"))
			m.lowBytes(v)
			m.VPMINSD(m.constant("fifteen"), v, v)
		}
		low, high := values[:m.groups()], values[m.groups():]
		for g := range low {
			m.VPSLLD(op.U8(4), high[g], high[g])
			m.or(low[g], low[g], high[g])
		}
		m.storeBytes(dst, low)
	})
}

// eachBlock makes a kernel that encodes block after block: with the scale peak/divisor,
// of the largest magnitude, which sign may replace by the value that has it; pack gets
//
//	the products of the values and the inverse of the scale.
func (m *machine) eachBlock(name, typ string, size int, divisor string, sign func(values []reg.VecVirtual, x op.Mem, peak reg.VecVirtual), pack func(values []reg.VecVirtual, dst op.Mem)) {
	m.function(name, "dst *byte, x, scales *float32, n int", "encodes n blocks, at least one, as "+typ+
		", but for their scales, which it stores as float32 in scales.")
	dst, x, scales, n := m.parameter("dst"), m.parameter("x"), m.parameter("scales"), m.parameter("n")
	loop := m.label("blocks")
	m.Label(loop)
	values := append(m.vectors(), m.vectors()...)
	for i, v := range values {
		m.load(v, op.Mem{Base: x, Disp: 128 / len(values) * i})
	}
	peak := m.largestMagnitude(values)
	sign(values, op.Mem{Base: x}, peak)

	scale, inverse, nothing := peak.AsX(), m.XMM(), m.XMM()
	m.VDIVSS(m.constant(divisor), scale, scale)
	m.VMOVSS(scale, op.Mem{Base: scales})
	m.VMOVSS(m.constant("one"), inverse)
	m.VDIVSS(scale, inverse, inverse)
	m.VXORPS(nothing, nothing, nothing)
	m.VCMPPS(op.U8(unequal), nothing, scale, nothing)
	m.VANDPS(nothing, inverse, inverse)
	factor := m.vector()
	m.VBROADCASTSS(inverse, factor)
	for _, v := range values {
		m.mul(v, v, factor)
	}
	pack(values, op.Mem{Base: dst, Disp: 2})

	m.ADDQ(op.U8(128), x)
	m.ADDQ(op.U8(byte(size)), dst)
	m.ADDQ(op.U8(4), scales)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// largestMagnitude returns the largest magnitude of values, in its first lane. Magnitudes
// order as their bits do.
func (m *machine) largestMagnitude(values []reg.VecVirtual) reg.VecVirtual {
	peak := m.vector()
	m.magnitude(peak, values[0])
	for _, v := range values[1:] {
		size := m.vector()
		m.magnitude(size, v)
		m.VPMAXUD(size, peak, peak)
	}
	if m.wide {
		upper := m.YMM()
		m.VEXTRACTI64X4(op.U8(1), peak, upper)
		m.VPMAXUD(upper, peak.AsY(), peak.AsY())
	}
	upper := m.XMM()
	m.VEXTRACTI128(op.U8(1), peak.AsY(), upper)
	m.VPMAXUD(upper, peak.AsX(), peak.AsX())
	m.VPSHUFD(op.U8(0x4E), peak.AsX(), upper)
	m.VPMAXUD(upper, peak.AsX(), peak.AsX())
	m.VPSHUFD(op.U8(0xB1), peak.AsX(), upper)
	m.VPMAXUD(upper, peak.AsX(), peak.AsX())
	return peak
}

// firstOf replaces the magnitude peak by the first value that has it, and by +0 where
// there are only zeros of either sign.
func (m *machine) firstOf(values []reg.VecVirtual, x op.Mem, peak reg.VecVirtual) {
	all := m.vector()
	m.VPBROADCASTD(peak.AsX(), all)
	found := m.GP32()
	m.XORL(found, found)
	for i, v := range values {
		size, bits := m.vector(), m.GP32()
		m.magnitude(size, v)
		if m.wide {
			k := m.K()
			m.VPCMPEQD(all, size, k)
			m.KMOVW(k, bits)
		} else {
			m.VPCMPEQD(all, size, size)
			m.VMOVMSKPS(size, bits)
		}
		if i > 0 {
			m.SHLL(op.U8(byte(32/len(values)*i)), bits)
		}
		m.ORL(bits, found)
	}
	// One is found: they are compared as integers, NaN too.
	m.BSFL(found, found)
	m.VMOVSS(x.Idx(found.As64(), 4), peak.AsX())
	nothing := m.XMM()
	m.VXORPS(nothing, nothing, nothing)
	m.VCMPPS(op.U8(unequal), nothing, peak.AsX(), nothing)
	m.VANDPS(nothing, peak.AsX(), peak.AsX())
}

// lowBytes converts to integers and keeps their low bytes. What does not fit becomes
// 1<<31, and so 0.
func (m *machine) lowBytes(v reg.VecVirtual) {
	m.VCVTTPS2DQ(v, v)
	m.and(v, v, m.constant("lowByte"))
}
