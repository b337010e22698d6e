package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// halves makes the conversions of F16 and BF16, 16 values at a time in the order of
// memory. AVX-512F converts F16 itself; with AVX2 it is done as package half does it,
// because the instructions for it are not part of AVX2.
func (m *machine) halves() {
	m.defineHalves()

	m.converter("widenBF16", "dst *float32, src *byte", "BF16 in src to float32", 64, 32, func(dst, src op.Mem) {
		for g, v := range m.vectors() {
			m.VPMOVZXWD(src.Offset(16*g), v)
			m.VPSLLD(op.U8(16), v, v)
			m.store(m.part(dst, 0, g), v)
		}
	})
	m.converter("narrowBF16", "dst *byte, src *float32", "float32 in src to BF16", 32, 64, func(dst, src op.Mem) {
		values := m.vectors()
		for g, v := range values {
			odd, quiet := m.vector(), m.vector()
			m.load(v, m.part(src, 0, g))
			nan := m.compare(unordered, v, v)
			m.or(quiet, v, m.constant("quietBit"))
			m.VPSRLD(op.U8(16), v, odd)
			m.and(odd, odd, m.constant("integer1"))
			m.VPADDD(odd, v, v)
			m.VPADDD(m.constant("bf16Half"), v, v)
			m.replace(nan, v, quiet)
			m.VPSRLD(op.U8(16), v, v)
		}
		m.storeWords(dst, values)
	})
	m.converter("widenF16", "dst *float32, src *byte", "F16 in src to float32", 64, 32, func(dst, src op.Mem) {
		for g, v := range m.vectors() {
			if m.wide {
				m.VCVTPH2PS(src, v)
			} else {
				m.widenF16(v, src.Offset(16*g))
			}
			m.store(m.part(dst, 0, g), v)
		}
	})
	m.converter("narrowF16", "dst *byte, src *float32", "float32 in src to F16", 32, 64, func(dst, src op.Mem) {
		values := m.vectors()
		for g, v := range values {
			m.load(v, m.part(src, 0, g))
			if m.wide {
				// The format drops what a NaN carries, the instruction does not.
				nan, quiet := m.compare(unordered, v, v), m.vector()
				m.and(quiet, v, m.constant("sign"))
				m.or(quiet, quiet, m.constant("quietNaN"))
				m.replace(nan, v, quiet)
				m.VCVTPS2PH(op.U8(0), v, dst)
			} else {
				m.narrowF16(v)
			}
		}
		if !m.wide {
			m.storeWords(dst, values)
		}
	})
	m.f8()
}

func (m *machine) defineHalves() {
	m.define("quietBit", 1<<22)
	m.define("quietNaN", 0x7FC00000)
	m.define("bf16Half", 0x7FFF)
	m.define("integer1", 1)
	if !m.wide {
		m.define("f16Magnitude", 0x7FFF)
		m.define("f16Sign", 0x8000)
		m.define("f16NaN", 0x7E00)
		m.define("f16Infinity", 0x7C00)
		m.define("belowF16Infinity", 0x7C00<<13-1)
		m.define("wideF16Infinity", 0x7C00<<13)
		m.define("f32Infinity", 0x7F800000)
		m.define("wideF16MinNormal", 0x400<<13)
		m.define("biasOfF16", 112<<23)
		m.define("rebias", 112<<23-0xFFF)
		m.define("f16MinNormal", 0x38800000)
		m.define("half", math.Float32bits(0.5))
	}
}

// converter makes a kernel that takes 16 values of some bytes at a time to others.
func (m *machine) converter(name, parameters, what string, dstBytes, srcBytes int, convert func(dst, src op.Mem)) {
	m.function(name, parameters+", n int", "converts "+what+", n times 16 values, n at least one.")
	dst, src, n := m.parameter("dst"), m.parameter("src"), m.parameter("n")
	loop := m.label("values")
	m.Label(loop)
	convert(op.Mem{Base: dst}, op.Mem{Base: src})
	m.ADDQ(op.U8(byte(dstBytes)), dst)
	m.ADDQ(op.U8(byte(srcBytes)), src)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

func (m *machine) widenF16(v reg.VecVirtual, src op.Mem) {
	m.VPMOVZXWD(src, v)
	m.widenWords(v)
}

// widenWords converts F16 in the low halves of the lanes, whatever is in the high ones.
// No operand is a subnormal float32, for which many processors take a hundred cycles:
// subnormals of F16, as many scales are, become mantissas of floats from 2^-14 on, less
// 2^-14.
func (m *machine) widenWords(v reg.VecVirtual) {
	sign, subnormal, t := m.YMM(), m.YMM(), m.YMM()
	m.VPAND(m.constant("f16Sign"), v, sign)
	m.VPSLLD(op.U8(16), sign, sign)
	m.VPAND(m.constant("f16Magnitude"), v, v)
	m.VPSLLD(op.U8(13), v, v)
	m.VPCMPGTD(m.constant("belowF16Infinity"), v, t)
	m.VPAND(m.constant("f32Infinity"), t, t)
	m.VPOR(t, sign, sign)
	m.VPCMPGTD(m.constant("wideF16Infinity"), v, t)
	m.VPAND(m.constant("quietBit"), t, t)
	m.VPOR(t, sign, sign)
	m.load(t, m.constant("wideF16MinNormal"))
	m.VPCMPGTD(v, t, t)
	m.VPADDD(m.constant("f16MinNormal"), v, subnormal)
	m.sub(subnormal, subnormal, m.constant("f16MinNormal"))
	m.VPADDD(m.constant("biasOfF16"), v, v)
	m.VBLENDVPS(t, subnormal, v, v)
	m.VPOR(sign, v, v)
}

func (m *machine) narrowF16(v reg.VecVirtual) {
	sign, size, subnormal, t := m.YMM(), m.YMM(), m.YMM(), m.YMM()
	m.VPSRLD(op.U8(16), v, sign)
	m.VPAND(m.constant("f16Sign"), sign, sign)
	m.magnitude(size, v)
	nan := m.compare(unordered, v, v)

	m.VPSRLD(op.U8(13), size, v)
	m.VPAND(m.constant("integer1"), v, v)
	m.VPADDD(size, v, v)
	m.VPSUBD(m.constant("rebias"), v, v)
	m.VPSRLD(op.U8(13), v, v)
	m.VPMINUD(m.constant("f16Infinity"), v, v)

	m.add(subnormal, size, m.constant("half"))
	m.VPSUBD(m.constant("half"), subnormal, subnormal)
	m.load(t, m.constant("f16MinNormal"))
	m.VPCMPGTD(size, t, t)
	m.VBLENDVPS(t, subnormal, v, v)
	m.load(t, m.constant("f16NaN"))
	m.replace(nan, v, t)
	m.VPOR(sign, v, v)
}

// storeWords stores 16 integers from 0 to 65535 as words.
func (m *machine) storeWords(dst op.Mem, v []reg.VecVirtual) {
	if m.wide {
		m.VPMOVDW(v[0], dst)
		return
	}
	m.VPACKUSDW(v[1], v[0], v[0])
	m.VPERMQ(op.U8(0xD8), v[0], v[0])
	m.VMOVDQU(v[0], dst)
}
