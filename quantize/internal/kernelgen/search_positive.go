package main

import (
	"fmt"
	"math"
	"slices"

	op "github.com/mmcloughlin/avo/operand"
)

// positiveSteps are what the roundings of positiveScale add to most, in tenths. The first
// one keeps the low byte of its quants, which negative values may wrap to any number; the
// others are clamped.
var positiveSteps = [9]float32{0, -4, -3, -2, -1, 1, 2, 3, 4}

// tenth is that of package quantize: products round as float32 products do.
var tenth float32 = 0.1

// positiveErrors makes the kernel that tries the roundings of positiveScale, each in a
// lane of its own: of such scales a block has only one set.
func (m *machine) positiveErrors() {
	m.function("positiveErrors", "inverses, errors *row, x, w *float32, n int, peak, most float32", `
sets inverses to those of the nine scales that positiveScale tries, and errors to those of
the roundings of x, with weights w: n values, a multiple of four, the largest of which is
peak, and quants up to most. What is behind the ninth repeats it.`)
	for first := 0; first < len(positiveSteps); first += m.lanes() {
		m.positiveLanes(first)
	}
	m.end()
}

// positiveLanes tries the roundings of one register.
func (m *machine) positiveLanes(first int) {
	var steps []uint32
	for i := range m.lanes() {
		steps = append(steps, math.Float32bits(tenth*positiveSteps[min(first+i, len(positiveSteps)-1)]))
	}
	stepsOf := fmt.Sprint("steps", first)
	m.define(stepsOf, steps...)

	x, w, n := op.Mem{Base: m.parameter("x")}, op.Mem{Base: m.parameter("w")}, m.parameter("n")
	inverse, scale, sum, magic, limit := m.vector(), m.vector(), m.vector(), m.vector(), m.vector()
	m.load(magic, m.constant("magic"))
	m.broadcast(limit, m.argument("most"))
	m.add(inverse, limit, m.constant(stepsOf))
	m.add(limit, limit, magic)
	m.broadcast(scale, m.argument("peak"))
	m.div(inverse, inverse, scale)
	m.store(op.Mem{Base: m.parameter("inverses"), Disp: 4 * first}, inverse)
	m.load(scale, m.constant("one"))
	m.div(scale, scale, inverse)
	m.zero(sum)
	mantissa, exponent := m.keep(m.constant("mantissa")), m.keep(m.constant("exponent"))
	var kept, others op.Op
	if first == 0 {
		ofFirst := func(word, ofRest uint32) []uint32 {
			return append([]uint32{word}, slices.Repeat([]uint32{ofRest}, m.lanes()-1)...)
		}
		m.define("unlimited", ofFirst(math.MaxInt32, 0)...)
		m.define("kept", ofFirst(0xFF, math.MaxUint32)...)
		m.define("others", ofFirst(magicBits, 0)...)
		m.or(limit, limit, m.constant("unlimited"))
		kept, others = m.keep(m.constant("kept")), m.keep(m.constant("others"))
	}
	loop := m.label("values")
	m.Label(loop)
	for i := range 4 {
		f, e := m.vector(), m.vector()
		m.broadcast(f, x.Offset(4*i))
		m.mul(e, inverse, f)
		m.add(e, e, magic)
		m.andOr(e, mantissa, exponent)
		m.VPMINSD(limit, e, e)
		if first == 0 {
			m.andOr(e, kept, others)
		}
		m.sub(e, e, magic)
		m.mul(e, scale, e)
		m.sub(e, f, e)
		m.broadcast(f, w.Offset(4*i))
		m.mul(f, f, e)
		m.addProduct(sum, f, e)
	}
	m.ADDQ(op.U8(16), x.Base)
	m.ADDQ(op.U8(16), w.Base)
	m.SUBQ(op.U8(4), n)
	m.JNZ(op.LabelRef(loop))
	m.store(op.Mem{Base: m.parameter("errors"), Disp: 4 * first}, sum)
}
