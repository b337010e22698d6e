package main

import (
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// What is known of a split's place, for IQ1_S: sums of the terms of the values before it,
// and the parts of the projection of those behind it, with either shift.
const (
	splitX       = 0 * rowBytes
	splitW       = 1 * rowBytes
	splitUpX     = 2 * rowBytes
	splitDownX   = 3 * rowBytes
	splitUpW     = 4 * rowBytes
	splitDownW   = 5 * rowBytes
	splitBytes   = 6 * rowBytes
	bothDown     = 3 << 16 // what the shifts are in the place of a split
	firstOfPlace = 1 << 8  // what one more before the first place is
)

// splitsIQ1S makes the kernel that searches the splits of 32 values.
func (m *machine) splitsIQ1S() {
	m.define("bothDown", bothDown)
	m.function("splitsIQ1S", "s *ternarySet", `
sets scale and place of each lane to those of the best split of 32 sorted values, all
shifted alike, as searchIQ1S finds it.`)
	s := op.Mem{Base: m.parameter("s")}
	for g := range m.groups() {
		m.sumsIQ1S(s, g)
		best := m.beginSplits(s, g)
		m.headStartIQ1S(s, g, best)

		atOne, one, ones := m.GP64(), m.GP64(), m.GP64()
		m.LEAQ(s.Offset(ternaryScratch), atOne)
		m.XORQ(one, one)
		m.MOVQ(op.U32(33), ones)
		nextOne, nextTwo, next, better, done := m.label("one"), m.label("two"), m.label("next"), m.label("better"), m.label("done")
		m.Label(nextOne)
		first := m.firstIQ1S(op.Mem{Base: atOne}, g)
		atTwo, two, twos := m.GP64(), m.GP64(), m.GP64()
		m.MOVQ(atOne, atTwo)
		m.MOVQ(one, two)
		m.MOVQ(ones, twos)

		m.Label(nextTwo)
		up, down := m.projectIQ1S(op.Mem{Base: atTwo}, g, first)
		m.ifAny([]mask{m.explains(up, best), m.explains(down, best)}, better)
		m.Label(next)
		m.ADDQ(op.U32(splitBytes), atTwo)
		m.INCQ(two)
		m.DECQ(twos)
		m.JNZ(op.LabelRef(nextTwo))
		m.ADDQ(op.U32(splitBytes), atOne)
		m.ADDQ(op.U32(firstOfPlace+1), one)
		m.DECQ(ones)
		m.JNZ(op.LabelRef(nextOne))
		m.JMP(op.LabelRef(done))

		m.Label(better)
		place := m.vector()
		m.broadcastInteger(place, two)
		m.takeSplit(s, g, up, best, place)
		m.VPADDD(m.constant("bothDown"), place, place)
		m.takeSplit(s, g, down, best, place)
		m.JMP(op.LabelRef(next))
		m.Label(done)
	}
	m.end()
}

// headStartIQ1S raises best to nearly what the best of 25 splits explains, every third in
// the middle.
func (m *machine) headStartIQ1S(s op.Mem, g int, best reg.VecVirtual) {
	start := m.newHeadStart()
	atOne, ones := m.GP64(), m.GP64()
	m.LEAQ(s.Offset(ternaryScratch+4*splitBytes), atOne)
	m.MOVQ(op.U32(5), ones)
	nextOne, nextTwo := m.label("startOne"), m.label("startTwo")
	m.Label(nextOne)
	first := m.firstIQ1S(op.Mem{Base: atOne}, g)
	atTwo, twos := m.GP64(), m.GP64()
	m.LEAQ(s.Offset(ternaryScratch+16*splitBytes), atTwo)
	m.MOVQ(op.U32(5), twos)
	m.Label(nextTwo)
	up, down := m.projectIQ1S(op.Mem{Base: atTwo}, g, first)
	m.consider(start, up)
	m.consider(start, down)
	m.ADDQ(op.U32(3*splitBytes), atTwo)
	m.DECQ(twos)
	m.JNZ(op.LabelRef(nextTwo))
	m.ADDQ(op.U32(3*splitBytes), atOne)
	m.DECQ(ones)
	m.JNZ(op.LabelRef(nextOne))

	sumW := m.vector()
	m.load(sumW, m.part(s, ternaryScratch+32*splitBytes+splitW, g))
	m.begin(start, best, sumW)
}

// A headStart is the split that explains most of some: the square of its Σwxq, and Σwq².
type headStart struct{ square, wqq reg.VecVirtual }

func (m *machine) newHeadStart() headStart {
	h := headStart{m.vector(), m.vector()}
	m.zero(h.square)
	m.load(h.wqq, m.constant("one"))
	return h
}

// consider takes a split where it explains more. Where products overflow it may not, and
// then the start is a worse one.
func (m *machine) consider(h headStart, p sums) {
	square, left, right := m.vector(), m.vector(), m.vector()
	m.mul(square, p.wxq, p.wxq)
	m.mul(left, square, h.wqq)
	m.mul(right, h.square, p.wqq)
	more := m.compare(less, right, left)
	m.replace(more, h.square, square)
	m.replace(more, h.wqq, p.wqq)
}

// begin raises best to nearly what a split explains, where that and the sum of the weights
// are neither so small nor so large that bits are lost.
func (m *machine) begin(h headStart, best, sumW reg.VecVirtual) {
	explained := h.square
	m.div(explained, h.square, h.wqq)
	m.mul(explained, explained, m.constant("nearly"))
	t := m.vector()
	m.mul(t, explained, sumW)
	sane := m.compare(less, sumW, m.constant("largeW"))
	for _, bound := range []struct {
		v    reg.VecVirtual
		name string
	}{{sumW, "smallW"}, {t, "smallProduct"}} {
		small := m.vector()
		m.load(small, m.constant(bound.name))
		m.and2(sane, m.compare(less, small, bound.v))
	}
	m.and2(sane, m.compare(less, t, m.constant("largeProduct")))
	m.replace(sane, best, explained)
}

// splitOne are the sums of the values before a split's first place, and the parts of the
// projection that are theirs, shifted up and down.
type splitOne struct {
	x, w  reg.VecVirtual
	parts [2]sums
}

func (m *machine) firstIQ1S(at op.Mem, g int) splitOne {
	first := splitOne{x: m.vector(), w: m.vector()}
	m.load(first.x, m.part(at, splitX, g))
	m.load(first.w, m.part(at, splitW, g))
	for i, name := range levelNames[0] {
		p := sums{m.vector(), m.vector()}
		m.mul(p.wxq, first.x, m.constant(name))
		m.mul(p.wqq, first.w, m.constant(name))
		m.mul(p.wqq, p.wqq, m.constant(name))
		first.parts[i] = p
	}
	return first
}

// projectIQ1S returns the sums of a split with both shifts.
func (m *machine) projectIQ1S(at op.Mem, g int, first splitOne) (up, down sums) {
	// Between the places the levels are 1/8 and -1/8: the terms differ in sign.
	x, w := m.vector(), m.vector()
	m.load(x, m.part(at, splitX, g))
	m.sub(x, x, first.x)
	m.mul(x, x, m.constant("eighth"))
	m.load(w, m.part(at, splitW, g))
	m.sub(w, w, first.w)
	m.mul(w, w, m.constant("eighth"))
	m.mul(w, w, m.constant("eighth"))
	up, down = sums{m.vector(), m.vector()}, sums{m.vector(), m.vector()}
	m.add(up.wxq, first.parts[0].wxq, x)
	m.add(up.wxq, up.wxq, m.part(at, splitUpX, g))
	m.sub(down.wxq, first.parts[1].wxq, x)
	m.add(down.wxq, down.wxq, m.part(at, splitDownX, g))
	m.add(up.wqq, first.parts[0].wqq, w)
	m.add(up.wqq, up.wqq, m.part(at, splitUpW, g))
	m.add(down.wqq, first.parts[1].wqq, w)
	m.add(down.wqq, down.wqq, m.part(at, splitDownW, g))
	return up, down
}

// sumsIQ1S sets what is known of each place.
func (m *machine) sumsIQ1S(s op.Mem, g int) {
	sumX, sumW := m.vector(), m.vector()
	m.zero(sumX)
	m.zero(sumW)
	record, at, left := m.GP64(), m.GP64(), m.GP64()
	m.LEAQ(s.Offset(sortedValues), record)
	m.LEAQ(s.Offset(ternaryScratch), at)
	m.MOVQ(op.U32(32), left)
	loop := m.label("sums")
	m.Label(loop)
	m.store(m.part(op.Mem{Base: at}, splitX, g), sumX)
	m.store(m.part(op.Mem{Base: at}, splitW, g), sumW)
	x, w := m.sortedValue(op.Mem{Base: record}, g)
	m.mul(x, w, x)
	m.add(sumX, sumX, x)
	m.add(sumW, sumW, w)
	m.ADDQ(op.U32(sortedBytes), record)
	m.ADDQ(op.U32(splitBytes), at)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
	m.store(m.part(op.Mem{Base: at}, splitX, g), sumX)
	m.store(m.part(op.Mem{Base: at}, splitW, g), sumW)

	m.LEAQ(s.Offset(ternaryScratch), at)
	m.MOVQ(op.U32(33), left)
	loop = m.label("rests")
	m.Label(loop)
	m.sub(x, sumX, m.part(op.Mem{Base: at}, splitX, g))
	m.sub(w, sumW, m.part(op.Mem{Base: at}, splitW, g))
	for i, name := range levelNames[2] {
		t := m.vector()
		m.mul(t, x, m.constant(name))
		m.store(m.part(op.Mem{Base: at}, splitUpX+i*rowBytes, g), t)
		m.mul(t, w, m.constant(name))
		m.mul(t, t, m.constant(name))
		m.store(m.part(op.Mem{Base: at}, splitUpW+i*rowBytes, g), t)
	}
	m.ADDQ(op.U32(splitBytes), at)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
}

// sortedValue returns a value and its weight.
func (m *machine) sortedValue(record op.Mem, g int) (x, w reg.VecVirtual) {
	x, w = m.vector(), m.vector()
	m.load(x, m.part(record, sortedKey, g))
	m.ordered(x)
	m.load(w, m.part(record, sortedWeight, g))
	return x, w
}

// sums are Σwxq and Σwq².
type sums struct{ wxq, wqq reg.VecVirtual }

// beginSplits sets place and scale to those of no split. It returns what that explains.
func (m *machine) beginSplits(s op.Mem, g int) (best reg.VecVirtual) {
	best = m.vector()
	m.zero(best)
	m.store(m.part(s, rowScale, g), best)
	m.load(best, m.constant("noPlace"))
	m.store(m.part(s, rowPlace, g), best)
	m.load(best, m.constant("leastBest"))
	return best
}

// explains returns where the sums, if Σwq² is positive, explain more than best.
func (m *machine) explains(p sums, best reg.VecVirtual) mask {
	left, right := m.vector(), m.vector()
	m.mul(left, p.wxq, p.wxq)
	m.mul(right, best, p.wqq)
	return m.compare(less, right, left)
}

// takeSplit takes a split in the lanes in which it explains more than best.
func (m *machine) takeSplit(s op.Mem, g int, p sums, best, place reg.VecVirtual) {
	t, old := m.vector(), m.vector()
	taken := m.explains(p, best)
	m.zero(t)
	m.and2(taken, m.compare(less, t, p.wqq))
	m.div(t, p.wxq, p.wqq)
	m.load(old, m.part(s, rowScale, g))
	m.replace(taken, old, t)
	m.store(m.part(s, rowScale, g), old)
	m.mul(t, t, p.wxq)
	m.replace(taken, best, t)
	m.load(old, m.part(s, rowPlace, g))
	m.replace(taken, old, place)
	m.store(m.part(s, rowPlace, g), old)
}

// ifAny jumps where any lane is in any of the masks, of which there are two or four.
func (m *machine) ifAny(masks []mask, label string) {
	for ; len(masks) > 2; masks = masks[1:] {
		if m.wide {
			m.KORW(masks[0], masks[1], masks[1])
		} else {
			m.VPOR(masks[0], masks[1], masks[1])
		}
	}
	if m.wide {
		m.KORTESTW(masks[0], masks[1])
	} else {
		m.VPOR(masks[0], masks[1], masks[1])
		m.VPTEST(masks[1], masks[1])
	}
	m.JNZ(op.LabelRef(label))
}

// broadcastInteger sets all lanes to an integer.
func (m *machine) broadcastInteger(dst reg.VecVirtual, src reg.GPVirtual) {
	if m.wide {
		m.VPBROADCASTD(src.As32(), dst)
		return
	}
	x := m.XMM()
	m.VMOVD(src.As32(), x)
	m.VPBROADCASTD(x, dst)
}

// The terms of IQ1_M: by the digit, then by the value, the terms for each shifts.
const (
	shiftsIQ1M = 4
	termsBytes = 2 * shiftsIQ1M * rowBytes // of a value
	digitBytes = 16 * termsBytes

	sumsBefore  = ternaryScratch + 3*digitBytes // of the values of the first digit
	sumsBetween = sumsBefore + termsBytes       // of those of the first two
)

// splitsIQ1M makes the kernel that searches the splits of 16 values.
func (m *machine) splitsIQ1M() {
	m.define("nextShifts", 1<<16)
	m.function("splitsIQ1M", "s *ternarySet", `
sets scale and place of each lane to those of the best split of 16 sorted values, each
half of which, before they were sorted, is shifted for itself, as searchIQ1M finds it.`)
	s := op.Mem{Base: m.parameter("s")}
	for g := range m.groups() {
		sumW := m.termsIQ1M(s, g)
		best := m.beginSplits(s, g)
		m.headStartIQ1M(s, g, best, sumW)
		row := func(base op.Mem, i int) op.Mem { return m.part(base, i*rowBytes, g) }
		t := m.vector()
		m.zero(t)
		for i := range 2 * shiftsIQ1M {
			m.store(row(s.Offset(sumsBefore), i), t)
		}

		// Pointers go over the terms of the first digit and of the last.
		one, two, place, placeOne, end := m.GP64(), m.GP64(), m.GP64(), m.GP64(), m.GP64()
		m.LEAQ(s.Offset(ternaryScratch), one)
		m.LEAQ(s.Offset(ternaryScratch+digitBytes), end)
		m.XORQ(placeOne, placeOne)
		nextOne, nextTwo, next, better, done := m.label("one"), m.label("two"), m.label("next"), m.label("better"), m.label("done")
		m.Label(nextOne)
		for i := range 2 * shiftsIQ1M {
			m.load(t, row(s.Offset(sumsBefore), i))
			m.store(row(s.Offset(sumsBetween), i), t)
		}
		m.MOVQ(one, two)
		m.MOVQ(placeOne, place)

		m.Label(nextTwo)
		var all termsIQ1M
		for i := range all {
			all[i] = m.vector()
			m.load(all[i], row(s.Offset(sumsBetween), i))
		}
		rest := m.GP64()
		m.MOVQ(two, rest)
		m.addTerms(all, g, rest, end, 2)
		var masks []mask
		for i := range shiftsIQ1M {
			masks = append(masks, m.explains(all.sums(i), best))
		}
		m.ifAny(masks, better)

		m.Label(next)
		m.CMPQ(two, end)
		after := m.label("after")
		m.JEQ(op.LabelRef(after))
		for i := range 2 * shiftsIQ1M {
			m.load(t, row(s.Offset(sumsBetween), i))
			m.add(t, t, row(op.Mem{Base: two, Disp: digitBytes}, i))
			m.store(row(s.Offset(sumsBetween), i), t)
		}
		m.ADDQ(op.U32(termsBytes), two)
		m.INCQ(place)
		m.JMP(op.LabelRef(nextTwo))

		m.Label(after)
		m.CMPQ(one, end)
		m.JEQ(op.LabelRef(done))
		for i := range 2 * shiftsIQ1M {
			m.load(t, row(s.Offset(sumsBefore), i))
			m.add(t, t, row(op.Mem{Base: one}, i))
			m.store(row(s.Offset(sumsBefore), i), t)
		}
		m.ADDQ(op.U32(termsBytes), one)
		m.ADDQ(op.U32(firstOfPlace+1), placeOne)
		m.JMP(op.LabelRef(nextOne))

		m.Label(better)
		places := m.vector()
		m.broadcastInteger(places, place)
		for i := range shiftsIQ1M {
			m.takeSplit(s, g, all.sums(i), best, places)
			m.VPADDD(m.constant("nextShifts"), places, places)
		}
		m.JMP(op.LabelRef(next))
		m.Label(done)
	}
	m.end()
}

// termsIQ1M are Σwxq and Σwq² for each shifts.
type termsIQ1M [2 * shiftsIQ1M]reg.VecVirtual

func (t termsIQ1M) sums(shifts int) sums { return sums{t[2*shifts], t[2*shifts+1]} }

// addTerms adds the terms of values, from the one that at points to, which it moves, to
// end, with a digit.
func (m *machine) addTerms(all termsIQ1M, g int, at, end reg.Register, digit int) {
	more, complete := m.label("more"), m.label("complete")
	m.CMPQ(at, end)
	m.JEQ(op.LabelRef(complete))
	m.Label(more)
	for i, sum := range all {
		m.add(sum, sum, m.part(op.Mem{Base: at, Disp: digit * digitBytes}, i*rowBytes, g))
	}
	m.ADDQ(op.U32(termsBytes), at)
	m.CMPQ(at, end)
	m.JNE(op.LabelRef(more))
	m.Label(complete)
}

// headStartIQ1M raises best to nearly what the best of four splits explains that lie in
// the middle of their kind.
func (m *machine) headStartIQ1M(s op.Mem, g int, best, sumW reg.VecVirtual) {
	start := m.newHeadStart()
	one, two, ones, twos, at, end := m.GP64(), m.GP64(), m.GP64(), m.GP64(), m.GP64(), m.GP64()
	m.LEAQ(s.Offset(ternaryScratch+digitBytes), end)
	m.LEAQ(s.Offset(ternaryScratch+3*termsBytes), one)
	m.MOVQ(op.U32(2), ones)
	nextOne, nextTwo := m.label("startOne"), m.label("startTwo")
	m.Label(nextOne)
	m.LEAQ(s.Offset(ternaryScratch+10*termsBytes), two)
	m.MOVQ(op.U32(2), twos)
	m.Label(nextTwo)
	var all termsIQ1M
	for i := range all {
		all[i] = m.vector()
		m.zero(all[i])
	}
	m.LEAQ(s.Offset(ternaryScratch), at)
	for digit, to := range []reg.Register{one, two, end} {
		m.addTerms(all, g, at, to, digit)
	}
	for shifts := range shiftsIQ1M {
		m.consider(start, all.sums(shifts))
	}
	m.ADDQ(op.U32(3*termsBytes), two)
	m.DECQ(twos)
	m.JNZ(op.LabelRef(nextTwo))
	m.ADDQ(op.U32(3*termsBytes), one)
	m.DECQ(ones)
	m.JNZ(op.LabelRef(nextOne))
	m.begin(start, best, sumW)
}

// termsIQ1M sets the terms of each value with each digit and shifts. It returns Σw.
func (m *machine) termsIQ1M(s op.Mem, g int) (sumW reg.VecVirtual) {
	sumW = m.vector()
	m.zero(sumW)
	record, at, left := m.GP64(), m.GP64(), m.GP64()
	m.LEAQ(s.Offset(sortedValues), record)
	m.LEAQ(s.Offset(ternaryScratch), at)
	m.MOVQ(op.U32(16), left)
	loop := m.label("terms")
	m.Label(loop)
	x, w := m.sortedValue(op.Mem{Base: record}, g)
	m.add(sumW, sumW, w)
	index, second := m.vector(), m.vector()
	m.load(index, m.part(op.Mem{Base: record}, sortedIndex, g))
	m.load(second, m.constant("integer7"))
	m.VCVTDQ2PS(index, index)
	m.VCVTDQ2PS(second, second)
	ofSecond := m.compare(less, second, index)
	for digit, names := range levelNames {
		var terms [2][2]reg.VecVirtual // Σwxq and Σwq², up and down
		for i, name := range names {
			wq := m.vector()
			m.mul(wq, w, m.constant(name))
			terms[0][i], terms[1][i] = m.vector(), m.vector()
			m.mul(terms[0][i], wq, x)
			m.mul(terms[1][i], wq, m.constant(name))
		}
		for i, term := range terms {
			for shifts, ofPoints := range [shiftsIQ1M][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
				t := m.vector()
				m.VMOVUPS(term[ofPoints[0]], t)
				if ofPoints[0] != ofPoints[1] {
					m.replace(ofSecond, t, term[ofPoints[1]])
				}
				m.store(m.part(op.Mem{Base: at, Disp: digit * digitBytes}, (2*shifts+i)*rowBytes, g), t)
			}
		}
	}
	m.ADDQ(op.U32(sortedBytes), record)
	m.ADDQ(op.U32(termsBytes), at)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
	return sumW
}
