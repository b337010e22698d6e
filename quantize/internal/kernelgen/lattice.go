package main

import (
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of quantize.latticeSet: arrays of 32 numbers, one for each value or
// candidate, and rows of scratch. kernel_lattice.go of package quantize declares the
// same; every kernel's test fails if they differ.
const (
	arrayBytes = 32 * 4

	setX          = 0 * arrayBytes // values
	setW          = 1 * arrayBytes
	setWX         = 2 * arrayBytes
	setRoot       = 3 * arrayBytes
	setNumerators = 4 * arrayBytes // candidates
	setWQQ        = 5 * arrayBytes
	setScale      = 6 * arrayBytes
	setSquare     = 7 * arrayBytes
	setBest       = 8 * arrayBytes
	setVectors    = 9 * arrayBytes // of eight points
	setPoints     = 17 * arrayBytes
	setLevels     = 25 * arrayBytes // scratch
	setTerms      = setLevels + 8*rowBytes
	setPeak       = setTerms + termRows*rowBytes
	setUndecided  = setPeak + 4
	setSigns      = setUndecided + 4
	setFit        = setSigns + 4
	setAgain      = setFit + 4
	setFound      = setAgain + 4
)

// latticeBase3 is where base3 stands in quantize.lattice8, behind the heads.
const latticeBase3 = 81 * 81 * 4

// A lattice is what its kernel depends on.
type lattice struct {
	typ       string // of package quantize
	dimension int    // digits of a point
	bits      int    // of a digit
	digits    int    // how many digits there are
	slots     int    // how many would fit into the bits

	// Constants: the bits of magic and the highest digit, the odd numbers of the digits,
	// what packing adds, and where the digits of values are.
	highest, odds, excess, shifts string
}

var (
	ofLattice8 = lattice{"lattice8", 8, 2, 3, 4, "digit2", "odds2", "excess2", "shifts2"}
	ofLattice4 = lattice{"lattice4", 4, 3, 8, 8, "digit7", "odds3", "excess3", "shifts3"}
)

// lattices makes the kernels that search the scales of the IQ2 and IQ3 types.
func (m *machine) lattices() {
	m.define("twiceMagic", math.Float32bits(3<<23))
	m.define("negativeInfinity", math.Float32bits(float32(math.Inf(-1))))
	counting := []uint32{}
	for i := range m.lanes() {
		counting = append(counting, uint32(i))
	}
	m.define("counting", counting...)
	m.define("everyBit", math.MaxUint32)
	m.define("largest", math.Float32bits(math.MaxFloat32))
	for _, l := range []*lattice{&ofLattice8, &ofLattice4} {
		m.define(l.highest, magicBits+uint32(l.digits)-1)
		odds, excess, shifts := []uint32{}, uint32(0), []uint32{}
		for i := range l.slots {
			odds = append(odds, math.Float32bits(float32(2*i+1)))
		}
		for i := range l.dimension {
			excess = excess<<l.bits + magicBits
			shifts = append(shifts, uint32(l.bits*i))
		}
		m.define(l.odds, odds...)
		m.define(l.excess, excess)
		m.define(l.shifts, shifts...)
	}
	if !m.wide {
		m.latticeValues()
	}
	m.sweep("sweep8", &ofLattice8)
	m.sweep("sweep4", &ofLattice4)
	m.refit("refit8", &ofLattice8)
	m.refit("refit4", &ofLattice4)
}

// sweep makes the kernel that judges candidates, a register full after the other.
func (m *machine) sweep(name string, l *lattice) {
	m.function(name, "s *latticeSet, lattice *"+l.typ+", neighbours *uint16, candidates, points int", `
tries the candidates numerators/peak of an inverse scale on so many points, and sets
vectors, points, undecided and the sums of the candidates and what follows from them.`)
	set := op.Mem{Base: m.parameter("s")}
	none := m.GP32()
	m.XORL(none, none)
	m.MOVL(none, set.Offset(setUndecided))
	group, left := m.GP64(), m.parameter("candidates")
	m.MOVQ(set.Base, group)
	loop := m.label("groups")
	m.Label(loop)
	m.sweepGroup(l, set, op.Mem{Base: group})
	m.ADDQ(op.U8(byte(4*m.lanes())), group)
	m.SUBQ(op.U8(byte(m.lanes())), left)
	m.JG(op.LabelRef(loop))
	m.end()
}

// sweepGroup judges the candidates of one register. Their part of the arrays begins at
// group.
func (m *machine) sweepGroup(l *lattice, set, group op.Mem) {
	round := m.oddRounding(l)
	odds := m.keep(m.constant(l.odds))
	inverse, wxq, wqq := m.vector(), m.vector(), m.vector()
	t := m.vector()
	m.load(inverse, group.Offset(setNumerators))
	m.broadcast(t, set.Offset(setPeak))
	m.div(inverse, inverse, t)
	levels := m.sweepLevels(l, set, inverse)
	m.zero(wxq)
	m.zero(wqq)

	// The values of a point and its part of the arrays.
	values, lanes, left := op.Mem{Base: m.GP64()}, op.Mem{Base: m.GP64()}, m.parameter("points")
	m.MOVQ(set.Base, values.Base)
	m.MOVQ(group.Base, lanes.Base)
	loop := m.label("points")
	m.Label(loop)
	point := round(inverse, values)
	m.store(lanes.Offset(setVectors), point)
	m.movePoints(l, set, values, lanes, point, levels)
	m.store(lanes.Offset(setPoints), point)
	for i := range l.dimension {
		q, t := m.vector(), m.vector()
		m.VPSRLD(op.U8(byte(l.bits*i)), point, q)
		m.VPERMPS(odds, q, q)
		m.broadcast(t, values.Offset(setWX+4*i))
		m.addProduct(wxq, t, q)
		m.broadcast(t, values.Offset(setW+4*i))
		m.mul(t, t, q)
		m.addProduct(wqq, t, q)
	}
	m.ADDQ(op.U8(byte(4*l.dimension)), values.Base)
	m.ADDQ(op.U32(arrayBytes), lanes.Base)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
	m.store(group.Offset(setWQQ), wqq)
	m.div(t, wxq, wqq)
	m.store(group.Offset(setScale), t)
	m.mul(t, t, wxq)
	m.store(group.Offset(setBest), t)
	m.mul(t, wxq, wxq)
	m.store(group.Offset(setSquare), t)
}

// oddRounding returns what rounds the values of a point to digits, as oddDigit does, and
// packs them.
//
// Where oddDigit takes half of the number this adds twice the magic number: the low 23
// bits of the sums are the same.
func (m *machine) oddRounding(l *lattice) func(inverse op.Op, values op.Mem) (point reg.VecVirtual) {
	one, lowest, highest := m.keep(m.constant("one")), m.keep(m.constant("magic")), m.keep(m.constant(l.highest))
	excess := m.keep(m.constant(l.excess))
	r := rounding{m.keep(m.constant("twiceMagic")), m.keep(m.constant("mantissa")), m.keep(m.constant("exponent"))}
	return func(inverse op.Op, values op.Mem) (point reg.VecVirtual) {
		for i := l.dimension - 1; i >= 0; i-- {
			digit := m.vector()
			m.broadcast(digit, values.Offset(setX+4*i))
			m.mul(digit, inverse, digit)
			m.sub(digit, digit, one)
			m.round(digit, r, lowest, highest)
			if point == nil {
				point = digit
				continue
			}
			m.VPSLLD(op.U8(byte(l.bits)), point, point)
			m.VPADDD(digit, point, point)
		}
		m.VPSUBD(excess, point, point)
		return point
	}
}

// sweepLevels returns what digits stand for with inverse scales: in registers, or where there
// are many in the set's scratch.
func (m *machine) sweepLevels(l *lattice, set op.Mem, inverse op.Op) []op.Op {
	scale := m.vector()
	m.load(scale, m.constant("one"))
	m.div(scale, scale, inverse)
	levels := make([]op.Op, l.digits)
	for d := range levels {
		level := m.vector()
		m.broadcast(level, m.constant(l.odds).Offset(4*d))
		m.mul(level, scale, level)
		levels[d] = level
		if l.digits > 4 {
			m.store(set.Offset(setLevels+rowBytes*d), level)
			levels[d] = set.Offset(setLevels + rowBytes*d)
		}
	}
	return levels
}

// movePoints moves the vectors of a point that are no points of the lattice to their
// neighbours of least error. Lanes with equal vectors share the list.
//
// The errors are those of nearest8 and nearest4, term by term: the terms of all digits
// are made beforehand, for all lanes.
func (m *machine) movePoints(l *lattice, set, values, lanes op.Mem, point reg.VecVirtual, levels []op.Op) {
	vectors, todo, made := m.vector(), m.GP32(), m.GP32()
	m.VMOVAPS(point, vectors)
	m.MOVL(op.U32(1<<m.lanes()-1), todo)
	m.XORL(made, made)
	next, skip, ready := m.label("vectors"), m.label("isPoint"), m.label("termsMade")
	m.Label(next)

	first, vector, all := m.GP32(), m.GP32(), m.vector()
	m.BSFL(todo, first)
	at := lanes.Offset(setVectors).Idx(first.As64(), 4)
	m.MOVL(at, vector)
	m.VPBROADCASTD(at, all)
	same, bits := m.equalWords(vectors, all)
	m.XORL(bits, todo)
	head := m.head(l, vector)
	m.TESTL(op.U32(0xFFF), head)
	m.JZ(op.LabelRef(skip))

	m.TESTL(made, made)
	m.JNZ(op.LabelRef(ready))
	m.MOVL(op.U32(1), made)
	m.terms(l, set, values, levels)
	m.Label(ready)

	list, end := m.list(head)
	best, bestPoint := m.vector(), m.vector()
	m.load(best, m.constant("largest"))
	m.zero(bestPoint)
	loop := m.label("neighbours")
	m.Label(loop)
	neighbour := m.GP32()
	m.MOVWLZX(op.Mem{Base: list}, neighbour)
	sum := m.errorOf(l, set, op.Mem{Base: list}, neighbour)
	m.replaceWord(m.compare(less, sum, best), bestPoint, neighbour)
	m.smaller(best, sum, best)
	m.ADDQ(op.U8(2), list)
	m.CMPQ(list, end)
	m.JNE(op.LabelRef(loop))

	m.replace(same, point, bestPoint)
	none := m.GP32()
	m.bits(m.compare(equal, best, m.constant("largest")), none)
	m.ANDL(bits, none)
	m.ORL(none, set.Offset(setUndecided))
	m.Label(skip)
	m.TESTL(todo, todo)
	m.JNZ(op.LabelRef(next))
}

// head returns the neighbourHead of a vector, which it overwrites.
func (m *machine) head(l *lattice, vector reg.GPVirtual) reg.GPVirtual {
	heads, head := m.parameter("lattice"), m.GP32()
	if l.dimension == 4 {
		m.MOVL(op.Mem{Base: heads, Index: vector.As64(), Scale: 4}, head)
		return head
	}
	low, high := m.GP64(), m.GP64()
	base3 := op.Mem{Base: heads, Disp: latticeBase3}
	m.MOVBLZX(vector.As8(), low.As32())
	m.SHRL(op.U8(8), vector)
	m.MOVBLZX(base3.Idx(low, 1), low.As32())
	m.MOVBLZX(base3.Idx(vector.As64(), 1), high.As32())
	m.LEAQ(op.Mem{Base: high, Index: high, Scale: 8}, high) // times 81
	m.LEAQ(op.Mem{Base: high, Index: high, Scale: 8}, high)
	m.ADDQ(high, low)
	m.MOVL(op.Mem{Base: heads, Index: low, Scale: 4}, head)
	return head
}

// list returns where the list of a head, which it overwrites, begins and ends.
func (m *machine) list(head reg.GPVirtual) (list, end reg.GPVirtual) {
	list, end = m.parameter("neighbours"), m.GP64()
	start := m.GP32()
	m.MOVL(head, start)
	m.SHRL(op.U8(12), start)
	m.ANDL(op.U32(0xFFF), head)
	m.LEAQ(op.Mem{Base: list, Index: start.As64(), Scale: 2}, list)
	m.LEAQ(op.Mem{Base: list, Index: head.As64(), Scale: 2}, end)
	return list, end
}

// The terms of a point have rows of scratch: of four digits the term of every digit; of
// eight digits the sums of the first three for all of them that there can be, by their
// bits, and then as those of four.

// termsRow is the first row of a digit.
func (l *lattice) termsRow(i int) int {
	if l.dimension == 8 {
		return firstRows + l.slots*(i-firstDigits)
	}
	return l.slots * i
}

// firstDigits of eight are summed up beforehand, in so many rows, before those of the
// others.
const (
	firstDigits = 3
	firstRows   = 1 << (2 * firstDigits)
	termRows    = firstRows + 4*(8-firstDigits)
)

// terms sets the terms of the errors of all digits of a point.
func (m *machine) terms(l *lattice, set, values op.Mem, levels []op.Op) {
	row := func(n int) op.Mem { return set.Offset(setTerms + rowBytes*n) }
	i := 0
	if l.dimension == 8 {
		for d, term := range m.termsOf(values, 0, levels) {
			m.store(row(d), term)
		}
		for i = 1; i < firstDigits; i++ {
			terms := m.termsOf(values, i, levels)
			for n := range 1 << (l.bits * i) {
				if n&3 == 3 || n>>2&3 == 3 {
					continue
				}
				for d := len(terms) - 1; d >= 0; d-- { // the last takes the place of the sum
					t := m.vector()
					m.add(t, terms[d], row(n))
					m.store(row(n|d<<(l.bits*i)), t)
				}
			}
		}
	}
	for ; i < l.dimension; i++ {
		for d, term := range m.termsOf(values, i, levels) {
			m.store(row(l.termsRow(i)+d), term)
		}
	}
}

// termsOf returns the terms of value i with all digits: (w·e)·e with the difference e of
// value and level, whose sign does not matter.
func (m *machine) termsOf(values op.Mem, i int, levels []op.Op) []reg.VecVirtual {
	x, w := m.vector(), m.vector()
	m.broadcast(x, values.Offset(setX+4*i))
	m.broadcast(w, values.Offset(setRoot+4*i))
	terms := make([]reg.VecVirtual, len(levels))
	for d, level := range levels {
		e := m.vector()
		terms[d] = m.vector()
		m.sub(e, x, level)
		m.mul(terms[d], w, e)
		m.mul(terms[d], terms[d], e)
	}
	return terms
}

// errorOf returns the error of a neighbour, which stands in memory too.
func (m *machine) errorOf(l *lattice, set, memory op.Mem, neighbour reg.GPVirtual) reg.VecVirtual {
	sum := m.vector()
	term := func(i int, digits reg.GPVirtual, bit int, mask uint32) op.Mem {
		return m.rowAt(set.Offset(setTerms+rowBytes*l.termsRow(i)), digits, bit, mask)
	}
	if l.dimension == 4 {
		m.load(sum, term(0, neighbour, 0, 7))
		for i := 1; i < 4; i++ {
			m.add(sum, sum, term(i, neighbour, 3*i, 7))
		}
		return sum
	}
	m.load(sum, m.rowAt(set.Offset(setTerms), neighbour, 0, firstRows-1))
	for i := firstDigits; i < 4; i++ {
		m.add(sum, sum, term(i, neighbour, 2*i, 3))
	}
	high := m.GP32()
	m.MOVBLZX(memory.Offset(1), high)
	for i := 4; i < 8; i++ {
		m.add(sum, sum, term(i, high, 2*i-8, 3))
	}
	return sum
}

// rowAt returns the row whose number stands in digits from a bit on.
func (m *machine) rowAt(rows op.Mem, digits reg.GPVirtual, bit int, mask uint32) op.Mem {
	// The number goes where one, two, four or eight times it is that of a byte.
	const scaled, byBytes = 3, 6
	n := m.GP32()
	at := min(max(bit, scaled), byBytes)
	switch {
	case at == bit+1:
		m.LEAL(op.Mem{Base: digits.As64(), Index: digits.As64(), Scale: 1}, n)
	case at > bit:
		m.MOVL(digits, n)
		m.SHLL(op.U8(byte(at-bit)), n)
	default:
		m.MOVL(digits, n)
		if at < bit {
			m.SHRL(op.U8(byte(bit-at)), n)
		}
	}
	m.ANDL(op.U32(mask<<at), n)
	return rows.Idx(n.As64(), 1<<(byBytes-at))
}

// equalWords returns where a and b are equal as integers, as a mask and as bits.
func (m *machine) equalWords(a, b op.Op) (k mask, bits reg.GPVirtual) {
	k = m.mask()
	m.VPCMPEQD(b, a, k)
	bits = m.GP32()
	m.bits(k, bits)
	return k, bits
}

// bits sets dst to a bit for each lane of the mask.
func (m *machine) bits(k mask, dst op.Op) {
	if m.wide {
		m.KMOVW(k, dst)
	} else {
		m.VMOVMSKPS(k, dst)
	}
}

// replaceWord sets the lanes of the mask in dst to an integer.
func (m *machine) replaceWord(k mask, dst reg.VecVirtual, word reg.Register) {
	if m.wide {
		m.VPBROADCASTD(word, k, dst)
		return
	}
	all := m.vector()
	m.VMOVD(word, all.AsX())
	m.VPBROADCASTD(all.AsX(), all)
	m.VBLENDVPS(k, all, dst, dst)
}
