package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// decodeLattices makes the decoders of the IQ1, IQ2 and IQ3 types by the tables of package
// quantize. The scales of the sub-blocks come first, as floats on the stack.
func (m *machine) decodeLattices() {
	m.define("oneHalf", math.Float32bits(0.5))
	m.define("quarter", math.Float32bits(0.25))
	m.define("iq2Levels", floatWords(8, 25, 43, 0)...)
	m.define("iq3xxsLevels", floatWords(4, 12, 20, 28, 36, 44, 52, 62)...)
	m.define("iq3sLevels", floatWords(1, 3, 5, 7, 9, 11, 13, 15)...)
	m.define("iq1Levels", floatWords(-1, 0, 1, 0)...)
	m.define("eighth", math.Float32bits(0.125))
	m.define("wordsOf4", 0x01000100, 0x01000100, 0x01000100, 0x01000100, 0x03020302, 0x03020302, 0x03020302, 0x03020302)
	m.define("wordsOfNext4", 0x05040504, 0x05040504, 0x05040504, 0x05040504, 0x07060706, 0x07060706, 0x07060706, 0x07060706)
	m.define("each3Bits", 0, 3, 6, 9, 16, 19, 22, 25)
	m.define("each3BitsOfWord", 0, 3, 6, 9, 0, 3, 6, 9)
	m.define("nibblesToTop", 28, 28, 28, 28, 28, 28, 28, 28, 24, 24, 24, 24, 24, 24, 24, 24)

	m.decoder("IQ1_S", 50, 256, rowBytes, func(dst, src, scales op.Mem) {
		quants := m.YMM()
		m.VPMOVZXWD(src.Offset(34), quants)
		m.VPSRLD(op.U8(12), quants, quants)
		m.storeOddScales(scales, m.half(src), quants)
		points := m.table("iq1Grid")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			levels := m.iq1Levels(m.eachScale(scales, j, 4, 0), m.topBit(src.Offset(35).Idx(j, 2), 0))
			high := m.GP32()
			m.MOVWLZX(src.Offset(34).Idx(j, 2), high)
			m.SHLL(op.U8(8), high)
			m.storePoints(out, points, always(levels), func(k int) point {
				return point{indexes: []reg.GPVirtual{m.index(src.Offset(2+k).Idx(j, 4), high, 3*k, 0x700)}}
			})
		})
	})
	m.decoder("IQ1_M", 56, 256, rowBytes, func(dst, src, scales op.Mem) {
		scale := m.iq1mScale(src)
		words := m.YMM()
		m.VPBROADCASTQ(src.Offset(48), words)
		for i, order := range []string{"wordsOf4", "wordsOfNext4"} {
			quants := m.YMM()
			m.VPSHUFB(m.constant(order), words, quants)
			m.VPSRLVD(m.constant("each3BitsOfWord"), quants, quants)
			m.storeOddScales(scales.Offset(32*i), scale, quants)
		}
		points := m.table("iq1Grid")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			levels := func(k int) reg.VecVirtual {
				return m.iq1Levels(m.eachScale(scales, j, 8, k/2), m.nibbleTops(src.Offset(32+k/2).Idx(j, 2), k%2))
			}
			m.storePoints(out, points, levels, func(k int) point {
				high := m.GP32()
				m.MOVBLZX(src.Offset(32+k/2).Idx(j, 2), high)
				m.SHLL(op.U8(8), high)
				return point{indexes: []reg.GPVirtual{m.index(src.Offset(k).Idx(j, 4), high, 4*(k%2), 0x700)}}
			})
		})
	})
	m.decoder("IQ2_XXS", 66, 256, rowBytes, func(dst, src, scales op.Mem) {
		// The upper words of eight pairs.
		quants, upper := m.YMM(), m.YMM()
		m.load(quants, src.Offset(2))
		m.load(upper, src.Offset(34))
		m.VSHUFPS(op.U8(0xDD), upper, quants, quants)
		m.VPERMQ(op.U8(0xD8), quants, quants)
		m.VPSRLD(op.U8(28), quants, quants)
		m.storeHalfScales(scales, m.half(src), quants, "quarter")
		points := m.table("iq2xxsGrid")
		signMasks := m.table("evenSigns")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			levels := m.levels(m.eachScale(scales, j, 4, 0), "iq2Levels")
			rest := m.GP32()
			m.MOVL(src.Offset(6).Idx(j, 8), rest)
			m.storePoints(out, points, always(levels), func(k int) point {
				return point{[]reg.GPVirtual{m.loadByte(src.Offset(2+k).Idx(j, 8))}, m.evenSigns(signMasks, rest, k)}
			})
		})
	})
	m.decoder("IQ2_XS", 74, 256, rowBytes, func(dst, src, scales op.Mem) {
		m.storeNibbleScales(scales, m.half(src), src.Offset(66))
		points := m.table("iq2xsGrid")
		signMasks := m.table("evenSigns")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			m.storePoints(out, points, m.iq2Levels(scales, j), func(k int) point {
				index, signs := m.GP32(), m.GP32()
				m.MOVWLZX(src.Offset(2+2*k).Idx(j, 8), index)
				m.MOVL(index, signs)
				m.ANDL(op.U32(511), index)
				m.SHRL(op.U8(9), signs)
				return point{[]reg.GPVirtual{index}, signMasks.Idx(signs.As64(), 1)}
			})
		})
	})
	m.decoder("IQ2_S", 82, 256, rowBytes, func(dst, src, scales op.Mem) {
		m.storeNibbleScales(scales, m.half(src), src.Offset(74))
		points := m.table("iq2sGrid")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			high := m.GP32()
			m.MOVBLZX(src.Offset(66).Idx(j, 1), high)
			m.SHLL(op.U8(8), high)
			m.storePoints(out, points, m.iq2Levels(scales, j), func(k int) point {
				return point{[]reg.GPVirtual{m.index(src.Offset(2+k).Idx(j, 4), high, 2*k, 0x300)}, src.Offset(34+k).Idx(j, 4)}
			})
		})
	})
	m.decoder("IQ3_XXS", 98, 256, rowBytes, func(dst, src, scales op.Mem) {
		quants := m.YMM()
		m.load(quants, src.Offset(66))
		m.VPSRLD(op.U8(28), quants, quants)
		m.storeHalfScales(scales, m.half(src), quants, "oneHalf")
		points := m.table("iq3xxsGrid")
		signMasks := m.table("evenSigns")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			levels := m.levels(m.eachScale(scales, j, 4, 0), "iq3xxsLevels")
			rest := m.GP32()
			m.MOVL(src.Offset(66).Idx(j, 4), rest)
			m.storePoints(out, points, always(levels), func(k int) point {
				first, second := m.loadByte(src.Offset(2+2*k).Idx(j, 8)), m.loadByte(src.Offset(3+2*k).Idx(j, 8))
				return point{[]reg.GPVirtual{first, second}, m.evenSigns(signMasks, rest, k)}
			})
		})
	})
	m.decoder("IQ3_S", 110, 256, rowBytes, func(dst, src, scales op.Mem) {
		quants := m.YMM()
		m.VPBROADCASTD(src.Offset(106), quants)
		m.VPSRLVD(m.constant("eachNibble"), quants, quants)
		m.VPAND(m.constant("integer15"), quants, quants)
		m.storeProducts(scales, m.half(src), m.odd(quants))
		points := m.table("iq3sGrid")
		m.eachSubBlock(dst, func(j reg.Register, out op.Mem) {
			levels := m.levels(m.eachScale(scales, j, 4, 0), "iq3sLevels")
			high := m.GP32()
			m.MOVBLZX(src.Offset(66).Idx(j, 1), high)
			m.SHLL(op.U8(8), high)
			m.storePoints(out, points, always(levels), func(k int) point {
				first := m.index(src.Offset(2+2*k).Idx(j, 8), high, 2*k, 0x100)
				second := m.index(src.Offset(3+2*k).Idx(j, 8), high, 2*k+1, 0x100)
				return point{[]reg.GPVirtual{first, second}, src.Offset(74+k).Idx(j, 4)}
			})
		})
	})
}

func floatWords(values ...float32) []uint32 {
	words := make([]uint32, len(values))
	for i, f := range values {
		words[i] = math.Float32bits(f)
	}
	return words
}

// eachSubBlock makes a loop over the 8 sub-blocks of 32 values, j, whose values go to out.
func (m *machine) eachSubBlock(dst op.Mem, body func(j reg.Register, out op.Mem)) {
	j, out, loop := m.GP64(), m.GP64(), m.label("subBlocks")
	m.XORL(j.As32(), j.As32())
	m.MOVQ(dst.Base, out)
	m.Label(loop)
	body(j, op.Mem{Base: out})
	m.ADDQ(op.U32(128), out)
	m.INCQ(j)
	m.CMPQ(j, op.U8(8))
	m.JNE(op.LabelRef(loop))
}

// table returns where a table of package quantize stands.
func (m *machine) table(name string) op.Mem {
	r := m.GP64()
	m.LEAQ(op.NewDataAddr(op.Symbol{Name: "·" + name}, 0), r)
	return op.Mem{Base: r}
}

// storeProducts stores the products of eight integers with scale.
func (m *machine) storeProducts(dst op.Mem, scale, quants reg.VecVirtual) {
	m.VCVTDQ2PS(quants, quants)
	m.mul(quants, scale.AsY(), quants)
	m.store(dst, quants)
}

// storeOddScales stores scale times 1, 3, 5 and so on, for the low three bits of quants.
func (m *machine) storeOddScales(dst op.Mem, scale, quants reg.VecVirtual) {
	m.VPAND(m.constant("integer7"), quants, quants)
	m.storeProducts(dst, scale, m.odd(quants))
}

// odd makes of each integer n the odd number 2n+1.
func (m *machine) odd(quants reg.VecVirtual) reg.VecVirtual {
	m.VPADDD(quants, quants, quants)
	m.VPADDD(m.constant("integerOne"), quants, quants)
	return quants
}

// storeHalfScales stores scale times a half more than quants, times a factor.
func (m *machine) storeHalfScales(dst op.Mem, scale, quants reg.VecVirtual, factor string) {
	m.VCVTDQ2PS(quants, quants)
	m.add(quants, quants, m.constant("oneHalf"))
	m.mul(quants, scale.AsY(), quants)
	m.mul(quants, quants, m.constant(factor))
	m.store(dst, quants)
}

// storeNibbleScales is storeHalfScales, with a quarter, for the 16 quants in 8 bytes.
func (m *machine) storeNibbleScales(dst op.Mem, scale reg.VecVirtual, src op.Mem) {
	low, high := m.XMM(), m.XMM()
	m.VMOVQ(src, low)
	m.VPSRLW(op.U8(4), low, high)
	m.VPUNPCKLBW(high, low, low)
	m.VPAND(m.constant("bytes15"), low, low)
	for i := range 2 {
		quants := m.YMM()
		m.VPMOVZXBD(low, quants)
		m.storeHalfScales(dst.Offset(32*i), scale, quants, "quarter")
		m.VPSHUFD(op.U8(0x0E), low, low)
	}
}

// iq1mScale returns the scale of a block of IQ1_M, as quantize.iq1mScale puts it
// together, in all lanes.
func (m *machine) iq1mScale(src op.Mem) reg.VecVirtual {
	words, scale := m.GP64(), m.GP64()
	m.MOVQ(src.Offset(48), words)
	m.XORL(scale.As32(), scale.As32())
	for i := range 4 {
		quarter := m.GP64()
		m.MOVQ(words, quarter)
		m.SHRQ(op.U8(byte(12*(i+1))), quarter)
		m.ANDL(op.U32(15<<(4*i)), quarter.As32())
		m.ORL(quarter.As32(), scale.As32())
	}
	half := m.XMM()
	m.VMOVD(scale.As32(), half)
	return m.half(half)
}

// eachScale returns, in all lanes, the scale that is k after that at j times stride.
func (m *machine) eachScale(scales op.Mem, j reg.Register, stride uint8, k int) reg.VecVirtual {
	return m.lane(scales.Idx(j, stride), k)
}

// levels returns what the digits stand for, over and over.
func (m *machine) levels(scale reg.VecVirtual, magnitudes string) reg.VecVirtual {
	m.mul(scale, scale, m.constant(magnitudes))
	return scale
}

// always is for levels that are the same for all points.
func always(levels reg.VecVirtual) func(int) reg.VecVirtual {
	return func(int) reg.VecVirtual { return levels }
}

// iq2Levels are the levels of sub-blocks of two points.
func (m *machine) iq2Levels(scales op.Mem, j reg.Register) func(k int) reg.VecVirtual {
	var levels reg.VecVirtual
	return func(k int) reg.VecVirtual {
		if k%2 == 0 {
			levels = m.levels(m.eachScale(scales, j, 8, k/2), "iq2Levels")
		}
		return levels
	}
}

// iq1Levels returns quantize.iq1Levels, over and over. The shift is down where the top
// bit of down is set.
func (m *machine) iq1Levels(scale, down reg.VecVirtual) reg.VecVirtual {
	m.and(down, down, m.constant("sign"))
	m.or(down, down, m.constant("eighth"))
	m.add(down, down, m.constant("iq1Levels"))
	m.mul(down, scale, down)
	return down
}

// topBit returns the bits of the byte at src, shifted left, at the top of all lanes.
func (m *machine) topBit(src op.Mem, left int) reg.VecVirtual {
	b := m.YMM()
	m.VPBROADCASTB(src, b)
	if left > 0 {
		m.VPSLLD(op.U8(byte(left)), b, b)
	}
	if !m.wide {
		return b
	}
	v := m.ZMM()
	m.VINSERTI64X4(op.U8(1), b, b.AsZ(), v)
	return v
}

// nibbleTops returns, at the top of the lanes of a point, the upper bit of its half of the
// byte at src.
func (m *machine) nibbleTops(src op.Mem, half int) reg.VecVirtual {
	if !m.wide {
		return m.topBit(src, 4*(1-half))
	}
	v := m.ZMM()
	m.VPBROADCASTD(src, v)
	m.VPSLLVD(m.constant("nibblesToTop"), v, v)
	return v
}

// index returns the byte at src with the upper bits of an index before it, those of high
// that the mask covers after a shift.
func (m *machine) index(src op.Mem, high reg.Register, shift int, mask uint32) reg.GPVirtual {
	index, upper := m.GP32(), m.GP32()
	m.MOVBLZX(src, index)
	m.MOVL(high, upper)
	if shift > 0 {
		m.SHRL(op.U8(byte(shift)), upper)
	}
	m.ANDL(op.U32(mask), upper)
	m.ORL(upper, index)
	return index
}

// loadByte returns the byte at src.
func (m *machine) loadByte(src op.Mem) reg.GPVirtual {
	b := m.GP32()
	m.MOVBLZX(src, b)
	return b
}

// A point is where 8 values of a sub-block come from.
type point struct {
	indexes []reg.GPVirtual // one of 8 digits of two bits, or two of 4 of three bits
	signs   op.Mem          // one byte; nothing where digits have signs
}

// storePoints stores the values of four points, as many at a time as fill a register.
func (m *machine) storePoints(out, points op.Mem, levels func(k int) reg.VecVirtual, each func(k int) point) {
	step := 2 / m.groups()
	for k := 0; k < 4; k += step {
		var all []point
		var indexes []reg.GPVirtual
		for i := range step {
			all = append(all, each(k+i))
			indexes = append(indexes, all[i].indexes...)
		}
		v, l := m.digits(points, indexes, len(all[0].indexes) == 2), levels(k)
		if len(all[0].indexes) == 1 {
			m.lookUp(v, l)
		} else {
			m.VPERMPS(l, v, v)
		}
		if all[0].signs.Base != nil {
			m.negate(v, all)
		}
		m.store(out.Offset(32*k), v)
	}
}

// digits returns the digits of points in the low bits of the lanes.
func (m *machine) digits(points op.Mem, indexes []reg.GPVirtual, ofThreeBits bool) reg.VecVirtual {
	v := m.vector()
	if len(indexes) == 1 {
		m.VPBROADCASTW(points.Idx(indexes[0].As64(), 2), v)
		m.VPSRLVD(m.constant("each2Bits"), v, v)
		return v
	}
	for i := 0; i < len(indexes); i += 2 {
		first, second := m.GP32(), m.GP32()
		m.MOVWLZX(points.Idx(indexes[i].As64(), 2), first)
		m.MOVWLZX(points.Idx(indexes[i+1].As64(), 2), second)
		m.SHLL(op.U8(16), second)
		m.ORL(second, first)
		if i == 0 {
			m.broadcastWord(v, first)
			continue
		}
		upper := m.vector()
		m.broadcastWord(upper, first)
		m.VINSERTI64X4(op.U8(1), upper.AsY(), v, v)
	}
	if ofThreeBits {
		m.VPSRLVD(m.constant("each3Bits"), v, v)
	} else {
		m.VPSRLVD(m.constant("each2Bits"), v, v)
	}
	return v
}

// broadcastWord sets all lanes to a general register.
func (m *machine) broadcastWord(v reg.VecVirtual, r reg.Register) {
	if m.wide {
		m.VPBROADCASTD(r, v)
		return
	}
	m.VMOVD(r, v.AsX())
	m.VPBROADCASTD(v.AsX(), v)
}

// evenSigns returns where the signs of point k stand, of which rest has seven.
func (m *machine) evenSigns(signMasks op.Mem, rest reg.Register, k int) op.Mem {
	seven := m.GP32()
	m.MOVL(rest, seven)
	if k > 0 {
		m.SHRL(op.U8(byte(7*k)), seven)
	}
	m.ANDL(op.U32(127), seven)
	return signMasks.Idx(seven.As64(), 1)
}

// negate turns the signs of the values of points.
func (m *machine) negate(v reg.VecVirtual, points []point) {
	signs := m.vector()
	if m.wide {
		first, second := m.loadByte(points[0].signs), m.loadByte(points[1].signs)
		m.SHLL(op.U8(8), second)
		m.ORL(second, first)
		m.SHLL(op.U8(16), first)
		m.broadcastWord(signs, first)
	} else {
		m.VPBROADCASTB(points[0].signs, signs)
	}
	m.VPSLLVD(m.constant("toSigns"), signs, signs)
	m.and(signs, signs, m.constant("sign"))
	m.xor(v, v, signs)
}
