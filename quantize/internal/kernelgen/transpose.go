package main

import op "github.com/mmcloughlin/avo/operand"

// transpose makes the kernel that puts values from the order of memory into lanes,
// by tiles of 8 by 8.
func (m *machine) transpose() {
	m.function("transpose", "dst *plane, src *float32, n int", `
sets lane j of row i to value i of the n values, 16 or 32, of sub-block j.`)
	dst, src, n := m.parameter("dst"), m.parameter("src"), m.parameter("n")
	stride, three := m.GP64(), m.GP64() // bytes from a sub-block to the next, and three times as much
	m.MOVQ(n, stride)
	m.SHLQ(op.U8(2), stride)
	m.LEAQ(op.Mem{Base: stride, Index: stride, Scale: 2}, three)

	for half := range 2 {
		low, high, row, left := m.GP64(), m.GP64(), m.GP64(), m.GP64()
		m.MOVQ(src, low)
		m.LEAQ(op.Mem{Base: src, Index: stride, Scale: 4}, high)
		m.LEAQ(op.Mem{Base: dst, Disp: 32 * half}, row)
		m.MOVQ(n, left)
		loop := m.label("tiles")
		m.Label(loop)
		for column := 0; column < 8; column += 4 {
			// Four columns: lanes 0 to 3 in the lower halves, 4 to 7 in the upper.
			var r [4]op.Op
			for i := range r {
				at := []op.Mem{{}, {Index: stride, Scale: 1}, {Index: stride, Scale: 2}, {Index: three, Scale: 1}}[i]
				at.Disp = 4 * column
				v := m.YMM()
				at.Base = low
				m.VBROADCASTF128(at, v)
				at.Base = high
				m.VINSERTF128(op.U8(1), at, v, v)
				r[i] = v
			}
			low01, high01, low23, high23 := m.YMM(), m.YMM(), m.YMM(), m.YMM()
			m.VUNPCKLPS(r[1], r[0], low01)
			m.VUNPCKHPS(r[1], r[0], high01)
			m.VUNPCKLPS(r[3], r[2], low23)
			m.VUNPCKHPS(r[3], r[2], high23)
			for i := range 4 {
				v := m.YMM()
				switch i {
				case 0:
					m.VUNPCKLPD(low23, low01, v)
				case 1:
					m.VUNPCKHPD(low23, low01, v)
				case 2:
					m.VUNPCKLPD(high23, high01, v)
				case 3:
					m.VUNPCKHPD(high23, high01, v)
				}
				m.VMOVUPS(v, op.Mem{Base: row, Disp: rowBytes * (column + i)})
			}
		}
		m.ADDQ(op.U8(32), low)
		m.ADDQ(op.U8(32), high)
		m.ADDQ(op.U32(8*rowBytes), row)
		m.SUBQ(op.U8(8), left)
		m.JNZ(op.LabelRef(loop))
		if half == 0 {
			m.LEAQ(op.Mem{Base: src, Index: stride, Scale: 8}, src)
		}
	}
	m.end()
}
