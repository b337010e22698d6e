package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// blocks makes the encoders of blocks of 32 values without a search. The values stay in
// the order of memory. What a block begins with in F16 goes to an array, for narrowF16.
func (m *machine) blocks() {
	m.define("belowHalf", 0x3EFFFFFF)
	m.define("half", math.Float32bits(0.5))
	m.define("eightAndHalf", math.Float32bits(8.5))
	m.define("sixteenAndHalf", math.Float32bits(16.5))
	m.define("hundred27", math.Float32bits(127))
	m.define("minus8", math.Float32bits(-8))
	m.define("minus16", math.Float32bits(-16))
	m.define("float15", math.Float32bits(15))
	m.define("float31", math.Float32bits(31))
	m.define("lowByte", 0xFF)
	m.define("fifteen", 15)
	m.define("thirtyOne", 31)
	m.define("sixteen", 16)
	m.define("allOnes", 0xFFFFFFFF)
	if !m.wide {
		m.define("highNibbles", 0xF0F0F0F0)
		m.define("lowNibbles", 0x0F0F0F0F)
		m.define("quarters", 0, 4, 1, 5, 2, 6, 3, 7)
	}

	m.eachBlock("blocksQ80", "Q8_0", 34, 2, m.peakOver("hundred27"), func(values []reg.VecVirtual, dst op.Mem) {
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
	m.eachBlock("blocksQ40", "Q4_0", 18, 2, m.extremeOver("minus8"), func(values []reg.VecVirtual, dst op.Mem) {
		m.truncate(values, "eightAndHalf", "fifteen")
		m.storeNibbles(dst, values)
	})
	m.eachBlock("blocksQ50", "Q5_0", 22, 2, m.extremeOver("minus16"), func(values []reg.VecVirtual, dst op.Mem) {
		m.truncate(values, "sixteenAndHalf", "thirtyOne")
		m.storeFiveBits(dst, values)
	})
	m.eachBlock("blocksQ41", "Q4_1", 20, 4, m.extentOver("float15"), func(values []reg.VecVirtual, dst op.Mem) {
		m.truncate(values, "half", "fifteen")
		m.storeNibbles(dst, values)
	})
	m.eachBlock("blocksQ51", "Q5_1", 24, 4, m.extentOver("float31"), func(values []reg.VecVirtual, dst op.Mem) {
		m.truncate(values, "half", "")
		m.storeFiveBits(dst, values)
	})
}

// A blockScale makes the code that stores what a block begins with, as float32, and
// returns the scale, in the first lane. It may subtract something from the values, which
// stand at x.
type blockScale func(values []reg.VecVirtual, x, header op.Mem) reg.VecVirtual

// eachBlock makes a kernel that encodes block after block, of size bytes: pack gets the
// products of the values and the inverse of the scale, and where to put the quants,
// behind the bytes of the header.
func (m *machine) eachBlock(name, typ string, size, header int, scaleOf blockScale, pack func(values []reg.VecVirtual, dst op.Mem)) {
	m.function(name, "dst *byte, x, header *float32, n int", "encodes n blocks, at least one, as "+typ+
		", but for what they begin with in F16, which it stores as float32 in header.")
	dst, x, halves, n := m.parameter("dst"), m.parameter("x"), m.parameter("header"), m.parameter("n")
	loop := m.label("blocks")
	m.Label(loop)
	values := append(m.vectors(), m.vectors()...)
	for i, v := range values {
		m.load(v, op.Mem{Base: x, Disp: 128 / len(values) * i})
	}
	scale := scaleOf(values, op.Mem{Base: x}, op.Mem{Base: halves}).AsX()

	inverse, nothing := m.XMM(), m.XMM()
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
	pack(values, op.Mem{Base: dst, Disp: header})

	m.ADDQ(op.U8(128), x)
	m.ADDQ(op.U8(byte(size)), dst)
	m.ADDQ(op.U8(byte(2*header)), halves)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// peakOver makes the largest magnitude, divided, the scale.
func (m *machine) peakOver(divisor string) blockScale {
	return func(values []reg.VecVirtual, _, header op.Mem) reg.VecVirtual {
		scale := m.largestMagnitude(values)
		m.VDIVSS(m.constant(divisor), scale.AsX(), scale.AsX())
		m.VMOVSS(scale.AsX(), header)
		return scale
	}
}

// extremeOver makes the first value of the largest magnitude, divided, the scale, and +0
// where there are only zeros of either sign.
func (m *machine) extremeOver(divisor string) blockScale {
	return func(values []reg.VecVirtual, x, header op.Mem) reg.VecVirtual {
		scale, all := m.largestMagnitude(values), m.vector()
		m.VPBROADCASTD(scale.AsX(), all)
		m.VMOVSS(m.firstOf(values, x, all), scale.AsX())
		nothing := m.XMM()
		m.VXORPS(nothing, nothing, nothing)
		m.VCMPPS(op.U8(unequal), nothing, scale.AsX(), nothing)
		m.VANDPS(nothing, scale.AsX(), scale.AsX())
		m.VDIVSS(m.constant(divisor), scale.AsX(), scale.AsX())
		m.VMOVSS(scale.AsX(), header)
		return scale
	}
}

// extentOver makes the distance from the smallest value to the largest, divided, the
// scale, and subtracts the smallest from all.
func (m *machine) extentOver(divisor string) blockScale {
	return func(values []reg.VecVirtual, x, header op.Mem) reg.VecVirtual {
		low, scale := m.extent(values)
		bits, signed := m.GP32(), m.label("signed")
		m.VMOVD(low.AsX(), bits)
		m.SHLL(op.U8(1), bits)
		m.JNZ(op.LabelRef(signed))
		zero := m.vector()
		m.zero(zero)
		m.VMOVSS(m.firstOf(values, x, zero), low.AsX())
		m.Label(signed)

		m.VSUBSS(low.AsX(), scale.AsX(), scale.AsX())
		m.VDIVSS(m.constant(divisor), scale.AsX(), scale.AsX())
		m.VMOVSS(scale.AsX(), header)
		m.VMOVSS(low.AsX(), header.Offset(4))
		m.VBROADCASTSS(low.AsX(), low)
		for _, v := range values {
			m.sub(v, v, low)
		}
		return scale
	}
}

// extent returns the smallest and the largest of values, in their first lanes, of zeros
// any, and NaN beyond infinity. As integers they have the order of the floats once the
// negative ones are turned around; the smallest is the complement of the largest
// complement, so that one register can take both from its halves on.
func (m *machine) extent(values []reg.VecVirtual) (low, high reg.VecVirtual) {
	low, high = m.vector(), m.vector()
	for i, v := range values {
		key, complement := m.vector(), m.vector()
		m.turnNegative(key, v)
		m.xor(complement, key, m.constant("allOnes"))
		if i == 0 {
			low, high = complement, key
		} else {
			m.VPMAXSD(complement, low, low)
			m.VPMAXSD(key, high, high)
		}
	}
	first, second := m.vector(), m.vector()
	if m.wide {
		m.VINSERTI64X4(op.U8(1), low.AsY(), high, first)
		m.VSHUFI64X2(op.U8(0xEE), low, high, second)
		m.VPMAXSD(second, first, first)
		m.VSHUFI64X2(op.U8(0xB1), first, first, second)
	} else {
		m.VINSERTI128(op.U8(1), low.AsX(), high, first)
		m.VPERM2I128(op.U8(0x31), low, high, second)
	}
	m.VPMAXSD(second, first, first)
	for _, order := range []byte{0x4E, 0xB1} {
		m.VPSHUFD(op.U8(order), first, second)
		m.VPMAXSD(second, first, first)
	}
	high, low = m.vector(), m.vector()
	if m.wide {
		m.VEXTRACTI64X4(op.U8(1), first, low.AsY())
	} else {
		m.VEXTRACTI128(op.U8(1), first, low.AsX())
	}
	m.xor(low, low, m.constant("allOnes"))
	m.turnNegative(low, low)
	m.turnNegative(high, first)
	return low, high
}

// turnNegative sets dst to the bits of v, but for the sign inverted where that is set.
func (m *machine) turnNegative(dst, v reg.VecVirtual) {
	t := m.vector()
	m.VPSRAD(op.U8(31), v, t)
	m.VPSRLD(op.U8(1), t, t)
	m.xor(dst, v, t)
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

// firstOf returns where the first value stands that has a magnitude which one of them has.
func (m *machine) firstOf(values []reg.VecVirtual, x op.Mem, magnitude reg.VecVirtual) op.Mem {
	found := m.GP32()
	m.XORL(found, found)
	for i, v := range values {
		size, bits := m.vector(), m.GP32()
		m.magnitude(size, v)
		if m.wide {
			k := m.K()
			m.VPCMPEQD(magnitude, size, k)
			m.KMOVW(k, bits)
		} else {
			m.VPCMPEQD(magnitude, size, size)
			m.VMOVMSKPS(size, bits)
		}
		if i > 0 {
			m.SHLL(op.U8(byte(32/len(values)*i)), bits)
		}
		m.ORL(bits, found)
	}
	// One is found: they are compared as integers, NaN too.
	m.BSFL(found, found)
	return x.Idx(found.As64(), 4)
}

// truncate makes of values, with the offset positive, their quants without a fraction,
// at most most if that has a name.
func (m *machine) truncate(values []reg.VecVirtual, offset, most string) {
	for _, v := range values {
		m.add(v, v, m.constant(offset))
		m.lowBytes(v)
		if most != "" {
			m.VPMINSD(m.constant(most), v, v)
		}
	}
}

// lowBytes converts to integers and keeps their low bytes. What does not fit becomes
// 1<<31, and so 0.
func (m *machine) lowBytes(v reg.VecVirtual) {
	m.VCVTTPS2DQ(v, v)
	m.and(v, v, m.constant("lowByte"))
}

// storeNibbles stores 32 quants below 16, quant i in the low half of byte i, quant i+16 in
// the high half.
func (m *machine) storeNibbles(dst op.Mem, values []reg.VecVirtual) {
	low, high := values[:m.groups()], values[m.groups():]
	for g := range low {
		m.VPSLLD(op.U8(4), high[g], high[g])
		m.or(low[g], low[g], high[g])
	}
	m.storeBytes(dst, low)
}

// storeFiveBits stores bit 4 of 32 quants in the first four bytes, quant i's in bit i, and
// behind them the others as storeNibbles does.
func (m *machine) storeFiveBits(dst op.Mem, values []reg.VecVirtual) {
	if m.wide {
		for half, v := range values {
			k, bits := m.K(), m.GP32()
			m.VPTESTMD(m.constant("sixteen"), v, k)
			m.KMOVW(k, bits)
			m.MOVW(bits.As16(), dst.Offset(2*half))
		}
		for _, v := range values {
			m.and(v, v, m.constant("fifteen"))
		}
		m.storeNibbles(dst.Offset(4), values)
		return
	}
	// The pack instructions work on halves of registers, so that quarters get out of order.
	all, high, bits := values[0], m.YMM(), m.GP32()
	m.VPACKUSDW(values[1], values[0], all)
	m.VPACKUSDW(values[3], values[2], values[2])
	m.VPACKUSWB(values[2], all, all)
	m.load(high, m.constant("quarters"))
	m.VPERMD(all, high, all)
	m.VPSLLW(op.U8(3), all, high)
	m.VPMOVMSKB(high, bits)
	m.MOVL(bits, dst)
	m.VEXTRACTI128(op.U8(1), all, high.AsX())
	m.VPSLLW(op.U8(4), high.AsX(), high.AsX())
	m.VPAND(m.constant("highNibbles"), high, high)
	m.VPAND(m.constant("lowNibbles"), all, all)
	m.VPOR(high.AsX(), all.AsX(), all.AsX())
	m.VMOVDQU(all.AsX(), dst.Offset(4))
}
