package main

import (
	"strings"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// decoders makes a kernel for each type. Most types' quants become bytes in the order of
// the values, 32 in a register, whatever the block's order is: few operations serve all
// of them. Bytes become floats 16 at a time.
func (m *machine) decoders() {
	m.defineHalves()
	m.defineDecoders()
	m.decodeLegacy()
	m.decodeK()
	m.decodeFewBits()
	m.decodeLattices()
}

// defineDecoders defines what kernels of several kinds need.
func (m *machine) defineDecoders() {
	m.repeat("bytes3", 3)
	m.repeat("bytes4", 4)
	m.repeat("bytes8", 8)
	m.repeat("bytes15", 15)
	m.repeat("bytes16", 16)
	m.repeat("bytes32", 32)
	m.repeat("bytes48", 48)
	m.define("bitsOfByte", 0x08040201, 0x80402010)
	m.define("fourTimes8", 0, 0, 0x01010101, 0x01010101, 0x02020202, 0x02020202, 0x03030303, 0x03030303)
	m.define("highNibbles", 0, 0, 0, 0, 4, 0, 4, 0)
	m.define("eitherHalf", 0, 16)
	m.define("eachNibble", 0, 4, 8, 12, 16, 20, 24, 28)
	m.define("each2Bits", 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
	m.define("integer7", 7)
	m.define("integer15", 15)
}

// repeat defines a constant of equal bytes.
func (m *machine) repeat(name string, b uint32) { m.define(name, b*0x01010101) }

// packBytes returns 16 bytes as the words of a constant.
func packBytes(b [16]int8) (words []uint32) {
	for i := 0; i < 16; i += 4 {
		words = append(words, uint32(byte(b[i]))|uint32(byte(b[i+1]))<<8|uint32(byte(b[i+2]))<<16|uint32(byte(b[i+3]))<<24)
	}
	return words
}

// decoder makes the kernel that decodes blocks of a type, of so many bytes and values.
// scratch bytes on the stack are its own.
func (m *machine) decoder(typ string, size, values, scratch int, decode func(dst, src, scratch op.Mem)) {
	m.function("decode"+strings.ReplaceAll(typ, "_", ""), "dst *float32, src *byte, n int",
		"decodes n blocks, at least one, of "+typ+".")
	var local op.Mem
	if scratch > 0 {
		local = m.AllocLocal(scratch)
	}
	dst, src, n := m.parameter("dst"), m.parameter("src"), m.parameter("n")
	loop := m.label("blocks")
	m.Label(loop)
	decode(op.Mem{Base: dst}, op.Mem{Base: src}, local)
	m.ADDQ(op.U32(4*values), dst)
	m.ADDQ(op.U32(size), src)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// half returns the F16 in memory or in the lowest bits of a register in all lanes.
func (m *machine) half(src op.Op) reg.VecVirtual {
	words := m.YMM()
	m.VPBROADCASTW(src, words)
	if m.wide {
		v := m.ZMM()
		m.VCVTPH2PS(words, v)
		return v
	}
	m.widenWords(words)
	return words
}

// twoHalves returns the F16 at src in all lanes, and the one behind it.
func (m *machine) twoHalves(src op.Mem) (first, second reg.VecVirtual) {
	first, second = m.vector(), m.vector()
	words := m.YMM()
	m.VPBROADCASTD(src, words)
	if m.wide {
		m.VCVTPH2PS(words, second)
	} else {
		m.VPSRLVD(m.constant("eitherHalf"), words, second)
		m.widenWords(second)
	}
	m.VMOVSLDUP(second, first)
	m.VMOVSHDUP(second, second)
	return first, second
}

// lanes16 returns 16 bytes, in a register or memory, as floats. They are signed.
func (m *machine) lanes16(b op.Op) []reg.VecVirtual {
	v := m.vectors()
	m.VPMOVSXBD(b, v[0])
	if !m.wide {
		if src, ok := b.(op.Mem); ok {
			m.VPMOVSXBD(src.Offset(8), v[1])
		} else {
			m.VPSHUFD(op.U8(0x0E), b, v[1].AsX())
			m.VPMOVSXBD(v[1].AsX(), v[1])
		}
	}
	for _, v := range v {
		m.VCVTDQ2PS(v, v)
	}
	return v
}

// lanes32 converts 32 bytes, value makes of each register of them the values, and they
// are stored. i is 0 for the first 16 of them and 1 for the others.
func (m *machine) lanes32(dst op.Mem, b reg.VecVirtual, value func(i int, v reg.VecVirtual)) {
	for i := range 2 {
		x := b.AsX()
		if i > 0 {
			x = m.XMM()
			m.VEXTRACTI128(op.U8(1), b, x)
		}
		for g, v := range m.lanes16(x) {
			value(i, v)
			m.store(m.part(dst, rowBytes*i, g), v)
		}
	}
}

// times makes values of quants: their products with scale.
func (m *machine) times(scale op.Op) func(i int, v reg.VecVirtual) {
	return func(_ int, v reg.VecVirtual) { m.mul(v, v, scale) }
}

// field returns b shifted right, or left where shift is negative, less the bits beyond
// the mask in each byte.
func (m *machine) field(b reg.VecVirtual, shift int, mask string) reg.VecVirtual {
	f := m.YMM()
	switch {
	case shift > 0:
		m.VPSRLW(op.U8(byte(shift)), b, f)
		b = f
	case shift < 0:
		m.VPSLLW(op.U8(byte(-shift)), b, f)
		b = f
	}
	m.VPAND(m.constant(mask), b, f)
	return f
}

// bytes32 returns 32 bytes of memory.
func (m *machine) bytes32(src op.Mem) reg.VecVirtual {
	b := m.YMM()
	m.VMOVDQU(src, b)
	return b
}

// nibbles returns 32 bytes: the low halves of the 16 bytes at src, then the high ones.
func (m *machine) nibbles(src op.Mem) reg.VecVirtual {
	b := m.YMM()
	m.VBROADCASTI128(src, b)
	m.VPSRLVQ(m.constant("highNibbles"), b, b)
	m.VPAND(m.constant("bytes15"), b, b)
	return b
}

// storeLanes stores 16 floats.
func (m *machine) storeLanes(dst op.Mem, v []reg.VecVirtual) {
	for g, v := range v {
		m.store(m.part(dst, 0, g), v)
	}
}

// lane returns float i at src in all lanes.
func (m *machine) lane(src op.Mem, i int) reg.VecVirtual {
	v := m.vector()
	m.broadcast(v, src.Offset(4*i))
	return v
}
