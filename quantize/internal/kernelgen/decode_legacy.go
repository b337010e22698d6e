package main

import op "github.com/mmcloughlin/avo/operand"

// decodeLegacy makes the decoders of the types of 32 values.
func (m *machine) decodeLegacy() {
	m.decoder("Q8_0", 34, 32, func(dst, src op.Mem) {
		scale := m.half(src)
		for i := range 2 {
			for g, v := range m.lanes16(src.Offset(2 + 16*i)) {
				m.mul(v, v, scale)
				m.store(m.part(dst, rowBytes*i, g), v)
			}
		}
	})
	m.decoder("Q4_0", 18, 32, func(dst, src op.Mem) {
		scale, quants := m.half(src), m.nibbles(src.Offset(2))
		m.VPSUBB(m.constant("byte8"), quants, quants)
		m.storeScaled(dst, quants, scale)
	})
}
