package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
)

// f8 makes the conversions from the two formats of 8 bits. As package half does it, an
// E4M3 is computed both as a normal and as a subnormal value; an E5M2 is half of an F16.
func (m *machine) f8() {
	m.define("e4m3Magnitude", 0x7F<<20)
	m.define("e4m3Bias", (127-7)<<23)
	m.define("e4m3MinNormal", math.Float32bits(0x1p-6))
	m.define("belowE4M3Normal", 1<<23-1)
	m.define("belowE4M3NaN", 0x7F<<20-1)

	m.converter("widenF8E4M3", "dst *float32, src *byte", "F8_E4M3 in src to float32", 64, 16, func(dst, src op.Mem) {
		for g, v := range m.vectors() {
			sign, value := m.vector(), m.vector()
			m.VPMOVZXBD(src.Offset(8*g), v)
			m.VPSLLD(op.U8(24), v, sign)
			m.and(sign, sign, m.constant("sign"))
			m.VPSLLD(op.U8(20), v, v)
			m.and(v, v, m.constant("e4m3Magnitude"))
			m.VPADDD(m.constant("e4m3MinNormal"), v, value)
			m.sub(value, value, m.constant("e4m3MinNormal"))
			normal, nan := m.above(v, m.constant("belowE4M3Normal")), m.above(v, m.constant("belowE4M3NaN"))
			m.VPADDD(m.constant("e4m3Bias"), v, v)
			m.replace(normal, value, v)
			m.replace(nan, value, m.constant("quietNaN"))
			m.or(value, value, sign)
			m.store(m.part(dst, 0, g), value)
		}
	})
	m.converter("widenF8E5M2", "dst *float32, src *byte", "F8_E5M2 in src to float32", 64, 16, func(dst, src op.Mem) {
		for g, v := range m.vectors() {
			m.VPMOVZXBD(src.Offset(8*g), v)
			m.VPSLLD(op.U8(8), v, v)
			if m.wide {
				words := m.YMM()
				m.VPMOVDW(v, words)
				m.VCVTPH2PS(words, v)
			} else {
				m.widenWords(v)
			}
			m.store(m.part(dst, 0, g), v)
		}
	})
}

// above asks whether a is greater than b, as signed integers.
func (m *machine) above(a, b op.Op) mask {
	if m.wide {
		k := m.K()
		m.VPCMPGTD(b, a, k)
		return k
	}
	v := m.YMM()
	m.VPCMPGTD(b, a, v)
	return v
}
