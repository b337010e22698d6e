package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// weights makes the kernels that set the plane of weights.
func (m *machine) weights() {
	m.weightsOf("magnitudeWeights", "the magnitudes", func(row op.Mem, g int, w reg.VecVirtual) {
		m.load(w, m.part(row, planeX, g))
		m.magnitude(w, w)
	})
	m.weightsOf("squareWeights", "the squares", func(row op.Mem, g int, w reg.VecVirtual) {
		m.load(w, m.part(row, planeX, g))
		m.mul(w, w, w)
	})

	m.function("importanceWeights", "s *laneSet, n int", `
sets the weights to the importance (work) times the root of base and the square.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	base := m.vectors()
	for g := range base {
		m.load(base[g], m.part(s, rowBase, g))
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range base {
			w, importance := m.vector(), m.vector()
			m.load(w, m.part(row, planeX, g))
			m.mul(w, w, w)
			m.add(w, base[g], w)
			m.sqrt(w, w)
			m.load(importance, m.part(row, planeWork, g))
			m.magnitude(importance, importance)
			m.mul(w, importance, w)
			m.store(m.part(row, planeW, g), w)
		}
	})
	m.end()

	m.rmsWeights()
}

// weightsOf makes a kernel that computes weights value by value.
func (m *machine) weightsOf(name, what string, body func(row op.Mem, g int, w reg.VecVirtual)) {
	m.function(name, "s *laneSet, n int", "sets the weights to "+what+" of the values.")
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	m.eachRow(s, n, func(row op.Mem) {
		for g := range m.groups() {
			w := m.vector()
			body(row, g, w)
			m.store(m.part(row, planeW, g), w)
		}
	})
	m.end()
}

func (m *machine) rmsWeights() {
	m.function("rmsWeights", "s *laneSet, n int", `
sets the weights to the root mean square of the sub-block, which has 32 values,
plus the magnitude.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	rms := m.vectors()
	for g := range rms {
		m.zero(rms[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range rms {
			x := m.vector()
			m.load(x, m.part(row, planeX, g))
			m.addProduct(rms[g], x, x)
		}
	})
	for g := range rms {
		m.mul(rms[g], rms[g], m.constant("thirtysecond"))
		m.sqrt(rms[g], rms[g])
	}
	m.eachRow(s, n, func(row op.Mem) {
		for g := range rms {
			w := m.vector()
			m.load(w, m.part(row, planeX, g))
			m.magnitude(w, w)
			m.add(w, rms[g], w)
			m.store(m.part(row, planeW, g), w)
		}
	})
	m.end()
}
