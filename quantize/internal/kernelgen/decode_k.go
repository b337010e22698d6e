package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// decodeK makes the decoders of the super-blocks of 256 values with scales for their
// sub-blocks. These come first, as floats on the stack; their mins 64 bytes behind.
func (m *machine) decodeK() {
	m.define("scalesMinsShifts", 0, 0, 0, 4)
	m.define("scalesMinsLow", 0x3F3F3F3F, 0x0F0F0F0F, 0x3F3F3F3F, 0x0F0F0F0F)
	m.define("scalesMinsHigh", 0, 0x30303030, 0, 0x30303030)
	m.define("q3kLowBytes", 0x05040302, 0x09080706, 0x05040302, 0x09080706)
	m.define("q3kLowShifts", 0, 0, 4, 0)
	m.define("q3kHighBytes", 0x0D0C0B0A, 0x0D0C0B0A, 0x0D0C0B0A, 0x0D0C0B0A)
	m.define("q3kHighShifts", 0, 2, 4, 6)
	m.define("integer3", 3)
	m.define("integer32", 32)

	m.decoder("Q2_K", 84, 256, 2*rowBytes, func(dst, src, scales op.Mem) {
		packed := m.YMM()
		m.VMOVDQU(src, packed.AsX())
		ofScales, ofMins := m.twoHalves(src.Offset(80))
		m.subScales(scales, ofScales, m.field(packed, 0, "bytes15"))
		m.subScales(scales.Offset(rowBytes), ofMins, m.field(packed, 4, "bytes15"))
		for h := range 2 {
			packed := m.bytes32(src.Offset(16 + 32*h))
			for k := range 4 {
				m.lanes32(dst.Offset(512*h+128*k), m.field(packed, 2*k, "bytes3"), func(i int, v reg.VecVirtual) {
					m.timesMinus(v, m.lane(scales, 8*h+2*k+i), m.lane(scales, 16+8*h+2*k+i))
				})
			}
		}
	})
	m.decoder("Q3_K", 110, 256, rowBytes, func(dst, src, scales op.Mem) {
		m.subScales(scales, m.half(src.Offset(108)), m.scalesQ3K(src))
		third := m.bytes32(src)
		for h := range 2 {
			packed := m.bytes32(src.Offset(32 + 32*h))
			for k := range 4 {
				quants := m.field(packed, 2*k, "bytes3")
				m.VPOR(m.field(third, 4*h+k-2, "bytes4"), quants, quants)
				m.VPSUBB(m.constant("bytes4"), quants, quants)
				m.lanes32(dst.Offset(512*h+128*k), quants, m.timesEach(scales, 8*h+2*k))
			}
		}
	})
	m.decoder("Q4_K", 144, 256, 2*rowBytes, func(dst, src, scales op.Mem) {
		m.scalesMins(scales, src)
		for j := 0; j < 8; j += 2 {
			packed := m.bytes32(src.Offset(16 + 16*j))
			for half := range 2 {
				m.lanes32(dst.Offset(128*(j+half)), m.field(packed, 4*half, "bytes15"), m.timesMinusSame(scales, j+half))
			}
		}
	})
	m.decoder("Q5_K", 176, 256, 2*rowBytes, func(dst, src, scales op.Mem) {
		m.scalesMins(scales, src)
		fifth := m.bytes32(src.Offset(16))
		for j := 0; j < 8; j += 2 {
			packed := m.bytes32(src.Offset(48 + 16*j))
			for half := range 2 {
				quants := m.field(packed, 4*half, "bytes15")
				m.VPOR(m.field(fifth, j+half-4, "bytes16"), quants, quants)
				m.lanes32(dst.Offset(128*(j+half)), quants, m.timesMinusSame(scales, j+half))
			}
		}
	})
	m.decoder("Q6_K", 210, 256, rowBytes, func(dst, src, scales op.Mem) {
		ofScales, scaleQuants := m.half(src.Offset(208)), m.XMM()
		m.VMOVDQU(src.Offset(192), scaleQuants)
		m.subScales(scales, ofScales, scaleQuants)
		for h := range 2 {
			high := m.bytes32(src.Offset(128 + 32*h))
			for k := range 4 {
				low := m.bytes32(src.Offset(64*h + 32*(k%2)))
				quants := m.field(low, 4*(k/2), "bytes15")
				m.VPOR(m.field(high, 2*k-4, "bytes48"), quants, quants)
				m.VPSUBB(m.constant("bytes32"), quants, quants)
				m.lanes32(dst.Offset(512*h+128*k), quants, m.timesEach(scales, 8*h+2*k))
			}
		}
	})
	m.decoder("IQ4_XS", 136, 256, rowBytes, func(dst, src, scales op.Mem) {
		quants, high := m.YMM(), m.YMM()
		m.VPBROADCASTD(src.Offset(4), quants)
		m.VPSRLVD(m.constant("eachNibble"), quants, quants)
		m.VPAND(m.constant("integer15"), quants, quants)
		m.VPBROADCASTW(src.Offset(2), high)
		m.VPSRLVD(m.constant("each2Bits"), high, high)
		m.VPAND(m.constant("integer3"), high, high)
		m.VPSLLD(op.U8(4), high, high)
		m.VPOR(high, quants, quants)
		m.VPSUBD(m.constant("integer32"), quants, quants)
		m.VCVTDQ2PS(quants, quants)
		m.mul(quants, m.half(src).AsY(), quants)
		m.store(scales, quants)
		for j := range 8 {
			scale := m.lane(scales, j)
			m.lanes32(dst.Offset(128*j), m.codebookValues(src.Offset(8+16*j)), m.times(scale))
		}
	})
}

// subScales stores 16 quants times the scale of the scales.
func (m *machine) subScales(dst op.Mem, ofScales, quants reg.VecVirtual) {
	v := m.lanes16(quants.AsX())
	for _, v := range v {
		m.mul(v, ofScales, v)
	}
	m.storeLanes(dst, v)
}

// scalesMins stores the scales of 8 sub-blocks, and 64 bytes behind their mins, as
// quantize.decodeScalesMins does.
func (m *machine) scalesMins(dst, src op.Mem) {
	quants, high := m.XMM(), m.XMM()
	m.VMOVDQU(src, high)
	m.VPSHUFD(op.U8(0xED), high, quants) // bytes 4-7, 12-15, 8-11 and again 12-15
	m.VPSRLVD(m.constant("scalesMinsShifts"), quants, quants)
	m.VPAND(m.constant("scalesMinsLow"), quants, quants)
	m.VPSHUFD(op.U8(0xA5), high, high) // twice bytes 4-7, twice bytes 8-11
	m.VPSRLD(op.U8(2), high, high)
	m.VPAND(m.constant("scalesMinsHigh"), high, high)
	m.VPOR(high, quants, quants)
	ofScales, ofMins := m.twoHalves(src)
	for i, of := range []reg.VecVirtual{ofScales, ofMins} {
		v := m.YMM()
		m.VPMOVSXBD(quants, v)
		m.VCVTDQ2PS(v, v)
		m.mul(v, of.AsY(), v)
		m.store(dst.Offset(rowBytes*i), v)
		m.VPSHUFD(op.U8(0x0E), quants, quants)
	}
}

// scalesQ3K returns the quants of the scales of 16 sub-blocks of Q3_K, as
// quantize.decodeScalesQ3K has them. The bytes before those that it needs are from the
// block too.
func (m *machine) scalesQ3K(src op.Mem) reg.VecVirtual {
	packed, low, high := m.XMM(), m.XMM(), m.XMM()
	m.VMOVDQU(src.Offset(94), packed)
	m.VPSHUFB(m.constant("q3kLowBytes"), packed, low)
	m.VPSRLVQ(m.constant("q3kLowShifts"), low, low)
	m.VPAND(m.constant("bytes15"), low, low)
	m.VPSHUFB(m.constant("q3kHighBytes"), packed, high)
	m.VPSRLVD(m.constant("q3kHighShifts"), high, high)
	m.VPAND(m.constant("bytes3"), high, high)
	m.VPSLLW(op.U8(4), high, high)
	m.VPOR(high, low, low)
	m.VPSUBB(m.constant("bytes32"), low, low)
	return low
}

// timesEach makes values of quants: their products with scale j for the first 16, and
// with the next one for the others.
func (m *machine) timesEach(scales op.Mem, j int) func(i int, v reg.VecVirtual) {
	return func(i int, v reg.VecVirtual) { m.mul(v, m.lane(scales, j+i), v) }
}

// timesMinusSame makes values of quants: their products with scale j, less min j.
func (m *machine) timesMinusSame(scales op.Mem, j int) func(i int, v reg.VecVirtual) {
	scale, low := m.lane(scales, j), m.lane(scales, 16+j)
	return func(_ int, v reg.VecVirtual) { m.timesMinus(v, scale, low) }
}

func (m *machine) timesMinus(v, scale, low reg.VecVirtual) {
	m.mul(v, scale, v)
	m.sub(v, v, low)
}
