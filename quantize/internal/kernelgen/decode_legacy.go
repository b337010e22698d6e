package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// decodeLegacy makes the decoders of the types of 32 values, and of those that hold
// their quants as they are.
func (m *machine) decodeLegacy() {
	m.define("codebook", packBytes(codebook)...)

	m.decodePlain("Q8_0", 34, 2)
	m.decodePlain("Q8_1", 36, 4)
	m.decoder("Q8_K", 292, 256, 0, func(dst, src, _ op.Mem) {
		scale := m.lane(src, 0)
		for i := range 16 {
			v := m.lanes16(src.Offset(4 + 16*i))
			for _, v := range v {
				m.mul(v, v, scale)
			}
			m.storeLanes(dst.Offset(rowBytes*i), v)
		}
	})
	m.decoder("Q4_0", 18, 32, 0, func(dst, src, _ op.Mem) {
		scale, quants := m.half(src), m.nibbles(src.Offset(2))
		m.VPSUBB(m.constant("bytes8"), quants, quants)
		m.lanes32(dst, quants, m.times(scale))
	})
	m.decoder("Q5_0", 22, 32, 0, func(dst, src, _ op.Mem) {
		scale, quants := m.half(src), m.fiveBits(src.Offset(2))
		m.VPSUBB(m.constant("bytes16"), quants, quants)
		m.lanes32(dst, quants, m.times(scale))
	})
	m.decoder("Q4_1", 20, 32, 0, func(dst, src, _ op.Mem) {
		m.lanes32(dst, m.nibbles(src.Offset(4)), m.timesPlus(src))
	})
	m.decoder("Q5_1", 24, 32, 0, func(dst, src, _ op.Mem) {
		m.lanes32(dst, m.fiveBits(src.Offset(4)), m.timesPlus(src))
	})
	m.decoder("IQ4_NL", 18, 32, 0, func(dst, src, _ op.Mem) {
		scale := m.half(src)
		m.lanes32(dst, m.codebookValues(src.Offset(2)), m.times(scale))
	})
}

// decodePlain makes the decoder of a type of 32 quants, from an offset in its blocks.
func (m *machine) decodePlain(typ string, size, quants int) {
	m.decoder(typ, size, 32, 0, func(dst, src, _ op.Mem) {
		scale := m.half(src)
		for i := range 2 {
			v := m.lanes16(src.Offset(quants + 16*i))
			for _, v := range v {
				m.mul(v, v, scale)
			}
			m.storeLanes(dst.Offset(rowBytes*i), v)
		}
	})
}

// timesPlus makes values of quants: their products with the scale at src, plus the
// negated min behind it.
func (m *machine) timesPlus(src op.Mem) func(i int, v reg.VecVirtual) {
	scale, low := m.twoHalves(src)
	return func(_ int, v reg.VecVirtual) {
		m.mul(v, v, scale)
		m.add(v, v, low)
	}
}

// fiveBits returns 32 quants, whose bits 4 stand at src before the others.
func (m *machine) fiveBits(src op.Mem) reg.VecVirtual {
	quants, fifth := m.nibbles(src.Offset(4)), m.YMM()
	m.VPBROADCASTD(src, fifth)
	m.VPSHUFB(m.constant("fourTimes8"), fifth, fifth)
	m.VPAND(m.constant("bitsOfByte"), fifth, fifth)
	m.VPCMPEQB(m.constant("bitsOfByte"), fifth, fifth)
	m.VPAND(m.constant("bytes16"), fifth, fifth)
	m.VPOR(fifth, quants, quants)
	return quants
}

// codebookValues returns what the codebook has for the 32 quants in 16 bytes at src.
func (m *machine) codebookValues(src op.Mem) reg.VecVirtual {
	quants, values := m.nibbles(src), m.YMM()
	m.VMOVDQU(m.constant("codebook"), values)
	m.VPSHUFB(quants, values, values)
	return values
}
