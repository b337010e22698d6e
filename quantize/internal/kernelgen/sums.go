package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// errorSums makes the kernel of the error metrics. Its lanes are the eight partial sums
// of float64 that the metrics are defined by: one register of AVX-512, two of AVX2.
func (m *machine) errorSums() {
	m.function("addErrors", "s *laneSums, original, decoded *float32, n int", `
adds n groups of eight values, at least one, to the partial sums.`)
	s, original, decoded, n := op.Mem{Base: m.parameter("s")}, m.parameter("original"), m.parameter("decoded"), m.parameter("n")

	// The fields of laneSums, 64 bytes each.
	fields := make([][]reg.VecVirtual, 6)
	for i := range fields {
		fields[i] = m.vectors()
		for g, v := range fields[i] {
			m.load(v, m.part(s, rowBytes*i, g))
		}
	}
	signal, decodedSum, product, noise, bias, most := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]

	loop := m.label("groups")
	m.Label(loop)
	for g := range m.groups() {
		x, y, t := m.vector(), m.vector(), m.vector()
		m.VCVTPS2PD(op.Mem{Base: original, Disp: 16 * g}, x)
		m.VCVTPS2PD(op.Mem{Base: decoded, Disp: 16 * g}, y)
		m.VMULPD(x, x, t)
		m.VADDPD(t, signal[g], signal[g])
		m.VMULPD(y, y, t)
		m.VADDPD(t, decodedSum[g], decodedSum[g])
		m.VMULPD(y, x, t)
		m.VADDPD(t, product[g], product[g])
		m.VSUBPD(x, y, y)
		m.VADDPD(y, bias[g], bias[g])
		m.VMULPD(y, y, t)
		m.VADDPD(t, noise[g], noise[g])
		// The largest error, by its bits without the sign, shifted out.
		m.VPADDQ(y, y, y)
		if m.wide {
			m.VPMAXUQ(y, most[g], most[g])
			continue
		}
		// AVX2 compares signed integers only: halves of both, whose lowest bit is 0.
		m.VPSRLQ(op.U8(1), y, x)
		m.VPSRLQ(op.U8(1), most[g], t)
		m.VPCMPGTQ(t, x, t)
		m.VBLENDVPD(t, y, most[g], most[g])
	}
	m.ADDQ(op.U8(32), original)
	m.ADDQ(op.U8(32), decoded)
	m.DECQ(n)
	m.JNZ(op.LabelRef(loop))

	for i, field := range fields {
		for g, v := range field {
			m.store(m.part(s, rowBytes*i, g), v)
		}
	}
	m.end()
}
