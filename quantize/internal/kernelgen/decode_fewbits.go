package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// fp4Values is quantize.fp4Values.
var fp4Values = [16]int8{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12}

// decodeFewBits makes the decoders of the four-bit floats, and of the types whose values
// are few multiples of a scale: levels, of which each quant picks one.
func (m *machine) decodeFewBits() {
	m.define("fp4", packBytes(fp4Values)...)
	m.define("integerOne", 1)
	m.define("leastScale", 1<<21)
	m.define("sevenBits", 127)
	m.define("ue4m3Bias", (127-11)<<23)
	m.define("ternaryFactors", math.Float32bits(1), math.Float32bits(0), math.Float32bits(1), math.Float32bits(2))
	m.define("ternarySigns", 1<<31, 0, 0, 0)
	m.define("lowByteOnly", 255)
	m.define("nibblesOf8", 0, 0, 4, 0)
	m.defineSigns()

	m.decoder("MXFP4", 17, 32, 0, func(dst, src, _ op.Mem) {
		scale := m.halfE8M0(src)
		m.lanes32(dst, m.fp4(m.nibbles(src.Offset(1))), m.times(scale))
	})
	m.decoder("NVFP4", 36, 64, 16, func(dst, src, scales op.Mem) {
		m.store(scales, m.halfUE4M3(src))
		for s := range 4 {
			// The second half of the register is of no use.
			quants, scale := m.YMM(), m.lane(scales, s)
			m.VPBROADCASTQ(src.Offset(4+8*s), quants)
			m.VPSRLVQ(m.constant("nibblesOf8"), quants, quants)
			m.VPAND(m.constant("bytes15"), quants, quants)
			v := m.lanes16(m.fp4(quants).AsX())
			for _, v := range v {
				m.mul(v, v, scale)
			}
			m.storeLanes(dst.Offset(rowBytes*s), v)
		}
	})
	m.decoder("Q1_0", 18, 128, 0, func(dst, src, _ op.Mem) {
		negative := m.half(src)
		m.xor(negative, negative, m.constant("sign"))
		for i := range 8 {
			v := m.vectors()
			for g, v := range v {
				if m.wide {
					m.VPBROADCASTD(src.Offset(2+i/2*4), v)
					if i%2 == 0 {
						m.VPSLLD(op.U8(16), v, v)
					}
				} else {
					m.VPBROADCASTB(src.Offset(2+2*i+g), v)
				}
				m.VPSLLVD(m.constant("toSigns"), v, v)
				m.and(v, v, m.constant("sign"))
				m.xor(v, v, negative)
			}
			m.storeLanes(dst.Offset(rowBytes*i), v)
		}
	})
	m.decoder("Q2_0", 18, 64, 0, func(dst, src, _ op.Mem) {
		levels := m.ternaryLevels(src)
		for i := range 4 {
			v := m.vectors()
			for g, v := range v {
				m.VPBROADCASTD(src.Offset(2+4*i), v)
				if g > 0 {
					m.VPSRLD(op.U8(16), v, v)
				}
				m.VPSRLVD(m.constant("each2Bits"), v, v)
				m.lookUp(v, levels)
			}
			m.storeLanes(dst.Offset(rowBytes*i), v)
		}
	})
	m.decoder("TQ2_0", 66, 256, 0, func(dst, src, _ op.Mem) {
		levels := m.ternaryLevels(src.Offset(64))
		for i := range 4 {
			quants := m.zeroExtended(src.Offset(16 * i))
			for k := range 4 {
				v := m.vectors()
				for g, v := range v {
					m.VPSRLD(op.U8(byte(2*k)), quants[g], v)
					m.lookUp(v, levels)
				}
				m.storeLanes(dst.Offset(512*(i/2)+128*k+64*(i%2)), v)
			}
		}
	})
	m.decoder("TQ1_0", 54, 256, 0, func(dst, src, _ op.Mem) {
		levels := m.ternaryLevels(src.Offset(52))
		for i := range 2 {
			m.ternaryDigits(m.zeroExtended(src.Offset(16*i)), levels, 5, func(n int, v []reg.VecVirtual) {
				m.storeLanes(dst.Offset(128*n+64*i), v)
			})
		}
		m.ternaryDigits(m.zeroExtended(src.Offset(32)), levels, 5, func(n int, v []reg.VecVirtual) {
			m.storeLanes(dst.Offset(640+64*n), v)
		})
		last := m.vector()
		m.VPMOVZXBD(src.Offset(48), last.AsX())
		m.ternaryDigits([]reg.VecVirtual{last}, levels, 4, func(n int, v []reg.VecVirtual) {
			m.store(dst.Offset(960+16*n), v[0].AsX())
		})
	})
}

// defineSigns defines how far the bits of the lanes are from the top where each lane has
// the same bits there, one for each lane.
func (m *machine) defineSigns() {
	var shifts []uint32
	for i := range 16 / m.groups() {
		shifts = append(shifts, uint32(16/m.groups()-1-i))
	}
	m.define("toSigns", shifts...)
}

// fp4 replaces codes by their values.
func (m *machine) fp4(codes reg.VecVirtual) reg.VecVirtual {
	values := m.YMM()
	m.VMOVDQU(m.constant("fp4"), values)
	m.VPSHUFB(codes, values, values)
	return values
}

// halfE8M0 returns quantize.halfE8M0 of the byte at src in all lanes: the bits
// (e-1)<<23, but for 0 and 1 those of a subnormal, 1<<21<<e. Of those two the right one
// is the larger, since the first is then negative or 0.
func (m *machine) halfE8M0(src op.Mem) reg.VecVirtual {
	scale, subnormal, shift := m.vector(), m.vector(), m.vector()
	m.VPBROADCASTB(src, scale.AsX())
	m.zeroExtend(scale, scale.AsX())
	m.VPMINUD(m.constant("integerOne"), scale, shift)
	m.load(subnormal, m.constant("leastScale"))
	m.VPSLLVD(shift, subnormal, subnormal)
	m.VPSUBD(m.constant("integerOne"), scale, scale)
	m.VPSLLD(op.U8(23), scale, scale)
	m.VPMAXSD(subnormal, scale, scale)
	return scale
}

// halfUE4M3 returns quantize.halfUE4M3 of the four bytes at src.
func (m *machine) halfUE4M3(src op.Mem) reg.VecVirtual {
	mantissa, exponent, nan, normal := m.XMM(), m.XMM(), m.XMM(), m.XMM()
	m.VPMOVZXBD(src, exponent)
	m.VPCMPEQD(m.constant("sevenBits"), exponent, nan)
	m.VPAND(m.constant("integer7"), exponent, mantissa)
	m.VPSRLD(op.U8(3), exponent, exponent)
	m.VPAND(m.constant("integer15"), exponent, exponent)
	m.VPMINUD(m.constant("integerOne"), exponent, normal)
	m.VPSLLD(op.U8(3), normal, normal)
	m.VPOR(normal, mantissa, mantissa)
	m.VPANDN(mantissa, nan, mantissa)
	m.VCVTDQ2PS(mantissa, mantissa)
	m.VPMAXUD(m.constant("integerOne"), exponent, exponent)
	m.VPSLLD(op.U8(23), exponent, exponent)
	m.VPADDD(m.constant("ue4m3Bias"), exponent, exponent)
	m.mul(mantissa, mantissa, exponent)
	return mantissa
}

// ternaryLevels returns quantize.ternaryLevels of the scale at src, over and over. The
// first is the scale with the sign turned, NaN or not; adding it to itself and doubling
// it are the same.
func (m *machine) ternaryLevels(src op.Mem) reg.VecVirtual {
	levels := m.half(src)
	m.mul(levels, levels, m.constant("ternaryFactors"))
	m.xor(levels, levels, m.constant("ternarySigns"))
	return levels
}

// lookUp replaces quants, in the low two bits of the lanes, by their levels.
func (m *machine) lookUp(quants, levels reg.VecVirtual) { m.VPERMILPS(quants, levels, quants) }

// ternaryDigits takes apart bytes of digits as TQ1_0 has them, one byte a lane.
func (m *machine) ternaryDigits(b []reg.VecVirtual, levels reg.VecVirtual, digits int, store func(n int, v []reg.VecVirtual)) {
	for n := range digits {
		values := make([]reg.VecVirtual, len(b))
		for g, b := range b {
			v := m.vector()
			m.VPADDD(b, b, v)
			m.VPADDD(v, b, b)
			m.VPSRLD(op.U8(8), b, v)
			m.lookUp(v, levels)
			m.and(b, b, m.constant("lowByteOnly"))
			values[g] = v
		}
		store(n, values)
	}
}

// zeroExtended returns 16 bytes of memory, one a lane.
func (m *machine) zeroExtended(src op.Mem) []reg.VecVirtual {
	v := m.vectors()
	for g, v := range v {
		m.zeroExtend(v, src.Offset(8*g))
	}
	return v
}

func (m *machine) zeroExtend(dst, src op.Op) { m.VPMOVZXBD(src, dst) }
