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
	m.repeat("nibble", 0x0F)
	m.repeat("byte8", 8)
	m.define("highNibbles", 0, 0, 0, 0, 4, 0, 4, 0)

	m.decodeLegacy()
}

// repeat defines a constant of equal bytes.
func (m *machine) repeat(name string, b uint32) { m.define(name, b*0x01010101) }

// decoder makes the kernel that decodes blocks of a type, of so many bytes and values.
// Around the loop over the blocks, prepare may load what all of them need.
func (m *machine) decoder(typ string, size, values int, decode func(dst, src op.Mem)) {
	m.function("decode"+strings.ReplaceAll(typ, "_", ""), "dst *float32, src *byte, n int",
		"decodes n blocks, at least one, of "+typ+".")
	dst, src, n := m.parameter("dst"), m.parameter("src"), m.parameter("n")
	loop := m.label("blocks")
	m.Label(loop)
	decode(op.Mem{Base: dst}, op.Mem{Base: src})
	m.ADDQ(op.U32(4*values), dst)
	m.ADDQ(op.U32(size), src)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// half returns the F16 at src in all lanes.
func (m *machine) half(src op.Mem) reg.VecVirtual {
	v, words := m.vector(), m.YMM()
	m.VPBROADCASTW(src, words)
	if m.wide {
		m.VCVTPH2PS(words, v)
		return v
	}
	m.VPSRLD(op.U8(16), words, v)
	m.widenWords(v)
	return v
}

// lanes16 returns 16 bytes, in a register or memory, as floats. They are signed.
func (m *machine) lanes16(b op.Op) []reg.VecVirtual {
	v := m.vectors()
	if m.wide {
		m.VPMOVSXBD(b, v[0])
	} else {
		m.VPMOVSXBD(b, v[0])
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

// sixteen returns the lower or the upper 16 of 32 bytes.
func (m *machine) sixteen(b reg.VecVirtual, i int) reg.VecVirtual {
	if i == 0 {
		return b.AsX().(reg.VecVirtual)
	}
	upper := m.XMM()
	m.VEXTRACTI128(op.U8(1), b, upper)
	return upper
}

// nibbles returns 32 bytes: the low halves of the 16 bytes at src, then the high ones.
func (m *machine) nibbles(src op.Mem) reg.VecVirtual {
	b := m.YMM()
	m.VBROADCASTI128(src, b)
	m.VPSRLVQ(m.constant("highNibbles"), b, b)
	m.VPAND(m.constant("nibble"), b, b)
	return b
}

// storeScaled stores 32 quants times scale.
func (m *machine) storeScaled(dst op.Mem, quants, scale reg.VecVirtual) {
	for i := range 2 {
		for g, v := range m.lanes16(m.sixteen(quants, i)) {
			m.mul(v, v, scale)
			m.store(m.part(dst, rowBytes*i, g), v)
		}
	}
}
