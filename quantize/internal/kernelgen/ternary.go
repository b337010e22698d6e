package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of quantize.ternarySet, behind its laneSet. kernel_ternary.go of package
// quantize declares the same; every kernel's test fails if they differ.
const (
	sortedValues = laneSetBytes // 32 records
	sortedKey    = 0 * rowBytes
	sortedIndex  = 1 * rowBytes
	sortedWeight = 2 * rowBytes
	sortedBytes  = 3 * rowBytes

	rowPlace   = sortedValues + 32*sortedBytes
	rowNothing = rowPlace + 1*rowBytes
	rowShifts  = rowPlace + 2*rowBytes
	rowMoved   = rowPlace + 3*rowBytes
	rowPoints  = rowPlace + 4*rowBytes // four
	rowOffsets = rowPlace + 8*rowBytes // two

	ternaryScratch = rowPlace + 10*rowBytes
)

// noPlace is what the place of a split is where there is none: no value is as far on.
const noPlace = 0xFFFF

// ternary makes the kernels of the IQ1 types.
func (m *machine) ternary() {
	m.define("integer1", 1)
	m.define("integer3", 3)
	m.define("integer7", 7)
	m.define("integer32", 32)
	m.define("lowByte", 0xFF)
	m.define("lowWord", 0xFFFF)
	m.define("noPlace", noPlace)
	m.define("twos", 0xAAAAAAAA)
	m.define("quarter", math.Float32bits(0.25))
	m.define("eighth", math.Float32bits(0.125))
	m.define("leastBest", math.Float32bits(-math.MaxFloat32))
	m.define("nearly", math.Float32bits(1-0x1p-10))
	m.define("smallW", math.Float32bits(0x1p-60))
	m.define("largeW", math.Float32bits(0x1p60))
	m.define("smallProduct", math.Float32bits(0x1p-100))
	m.define("largeProduct", math.Float32bits(0x1p100))
	m.define("mostError", math.Float32bits(math.MaxFloat32))
	for digit, names := range levelNames {
		m.define(names[0], math.Float32bits(float32(digit)-1+0.125))
		m.define(names[1], math.Float32bits(float32(digit)-1-0.125))
	}
	m.sortTernary()
	m.splitsIQ1S()
	m.splitsIQ1M()
	m.ternaryPoints()
	m.nearestTernary()
	m.refitTernary()
}

// levelNames are the constants of the levels of each digit, shifted up and down.
var levelNames = [3][2]string{{"level0Up", "level0Down"}, {"level1Up", "level1Down"}, {"level2Up", "level2Down"}}

// A comparator puts two places of an array in order.
type comparator struct{ first, second int }

// comparators returns Batcher's odd-even mergesort of n places from first on, a power
// of two, those of a half before those of the next.
func comparators(first, n int) (network []comparator) {
	if n == 1 {
		return nil
	}
	network = append(comparators(first, n/2), comparators(first+n/2, n/2)...)
	return append(network, merger(first, n, 1)...)
}

// merger merges the halves of every stride'th of n places.
func merger(first, n, stride int) (network []comparator) {
	if 2*stride == n {
		return []comparator{{first, first + stride}}
	}
	network = append(merger(first, n, 2*stride), merger(first+stride, n, 2*stride)...)
	for i := first + stride; i+stride < first+n; i += 2 * stride {
		network = append(network, comparator{i, i + stride})
	}
	return network
}

// sortTernary makes the kernel that sorts the values of every lane.
func (m *machine) sortTernary() {
	network := comparators(0, 32)
	table := m.StaticGlobal("comparators")
	m.DataAttributes(attr.RODATA | attr.NOPTR)
	for i, c := range network {
		m.AddDatum(4*i, op.U16(c.first*sortedBytes))
		m.AddDatum(4*i+2, op.U16(c.second*sortedBytes))
	}

	m.function("sortTernary", "s *ternarySet, n int", `
sets sorted to the n values of each lane, 16 or 32, in the order that sortedOrder says,
and their weights.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	m.Comment("What the network sorts.")
	record := m.GP64()
	m.LEAQ(s.Offset(sortedValues), record)
	zero, one, index := m.vector(), m.vector(), m.vector()
	m.zero(zero)
	m.zero(index)
	m.load(one, m.constant("integer1"))
	m.eachRow(s, n, func(row op.Mem) {
		for g := range m.groups() {
			x, w := m.vector(), m.vector()
			m.add(x, zero, m.part(row, planeX, g)) // the two zeros are equal
			m.ordered(x)
			m.store(m.part(op.Mem{Base: record}, sortedKey, g), x)
			m.store(m.part(op.Mem{Base: record}, sortedIndex, g), index)
			m.load(w, m.part(row, planeW, g))
			m.store(m.part(op.Mem{Base: record}, sortedWeight, g), w)
		}
		m.ADDQ(op.U32(sortedBytes), record)
		m.VPADDD(one, index, index)
	})

	m.Comment("The first of the network's comparators sort the first 16.")
	left, next := m.GP64(), m.GP64()
	loop := m.label("comparators")
	m.LEAQ(table, next)
	m.CMPQ(n, op.U8(16))
	m.MOVQ(op.U32(len(comparators(0, 16))), left)
	m.JEQ(op.LabelRef(loop))
	m.MOVQ(op.U32(len(network)), left)
	m.Label(loop)
	first, second := m.GP64(), m.GP64()
	m.MOVWQZX(op.Mem{Base: next}, first)
	m.MOVWQZX(op.Mem{Base: next, Disp: 2}, second)
	for g := range m.groups() {
		at := func(place reg.Register, field int) op.Mem {
			return m.part(op.Mem{Base: s.Base, Index: place, Scale: 1}, sortedValues+field, g)
		}
		m.putInOrder(at, first, second)
	}
	m.ADDQ(op.U8(4), next)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
	m.end()
}

// putInOrder swaps two records where the first is not before the second.
func (m *machine) putInOrder(at func(place reg.Register, field int) op.Mem, first, second reg.Register) {
	fields := [3][2]reg.VecVirtual{}
	for i, field := range []int{sortedKey, sortedIndex, sortedWeight} {
		fields[i] = [2]reg.VecVirtual{m.vector(), m.vector()}
		m.load(fields[i][0], at(first, field))
		m.load(fields[i][1], at(second, field))
	}
	key, index := fields[0], fields[1]
	if m.wide {
		swapped, tied := m.K(), m.K()
		m.VPCMPGTD(key[1], key[0], swapped)
		m.VPCMPEQD(key[1], key[0], tied)
		m.VPCMPGTD(index[1], index[0], tied, tied)
		m.KORW(tied, swapped, swapped)
		for i, field := range []int{sortedIndex, sortedWeight} {
			v, t := fields[1+i], m.vector()
			m.VPBLENDMD(v[1], v[0], swapped, t)
			m.store(at(first, field), t)
			m.VPBLENDMD(v[0], v[1], swapped, v[1])
			m.store(at(second, field), v[1])
		}
	} else {
		swapped, tied, t := m.vector(), m.vector(), m.vector()
		m.VPCMPEQD(key[1], key[0], tied)
		m.VPCMPGTD(index[1], index[0], t)
		m.VPAND(tied, t, tied)
		m.VPCMPGTD(key[1], key[0], swapped)
		m.VPOR(tied, swapped, swapped)
		for i, field := range []int{sortedIndex, sortedWeight} {
			v := fields[1+i]
			m.VPXOR(v[0], v[1], t)
			m.VPAND(swapped, t, t)
			m.VPXOR(t, v[0], v[0])
			m.VPXOR(t, v[1], v[1])
			m.store(at(first, field), v[0])
			m.store(at(second, field), v[1])
		}
	}
	t := m.vector()
	m.VPMINSD(key[1], key[0], t)
	m.store(at(first, sortedKey), t)
	m.VPMAXSD(key[1], key[0], t)
	m.store(at(second, sortedKey), t)
}

// ordered maps the bits of floats to integers of the same order, and back.
func (m *machine) ordered(v reg.VecVirtual) {
	t := m.vector()
	m.VPSRAD(op.U8(31), v, t)
	m.VPSRLD(op.U8(1), t, t)
	m.xor(v, v, t)
}

// ternaryPoints makes the kernel that gives the values their digits.
func (m *machine) ternaryPoints() {
	m.function("ternaryPoints", "s *ternarySet, n int", `
takes place and scale of the best splits and sets points to the vectors of digits, eight
a point, of n values, 16 or 32; where scale is negative it turns them, the shifts and
scale. Then it sets shifts and offsets. Where all values are below nothing, all is zero.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	last := m.GP64()
	m.IMUL3Q(op.U32(sortedBytes), n, last)
	for g := range m.groups() {
		place, before1, before2 := m.vector(), m.vector(), m.vector()
		m.load(place, m.part(s, rowPlace, g))
		m.VPSRLD(op.U8(8), place, before1)
		m.and(before1, before1, m.constant("lowByte"))
		m.and(before2, place, m.constant("lowByte"))
		low, high := m.vector(), m.vector()
		m.zero(low)
		m.zero(high)

		record, left := m.GP64(), m.GP64()
		m.LEAQ(s.Offset(sortedValues), record)
		m.MOVQ(n, left)
		loop := m.label("digits")
		m.Label(loop)
		// What was the place of the first value of a digit gets negative with the
		// value behind it.
		digit, t := m.vector(), m.vector()
		m.VPSUBD(m.constant("integer1"), before1, before1)
		m.VPSUBD(m.constant("integer1"), before2, before2)
		m.VPSRLD(op.U8(31), before1, digit)
		m.VPSRLD(op.U8(31), before2, t)
		m.VPADDD(t, digit, digit)
		// Shifts by 32 and more, or less than nothing, leave zero.
		shift := m.vector()
		m.load(shift, m.part(op.Mem{Base: record}, sortedIndex, g))
		m.VPADDD(shift, shift, shift)
		m.VPSLLVD(shift, digit, t)
		m.or(low, low, t)
		m.VPSUBD(m.constant("integer32"), shift, shift)
		m.VPSLLVD(shift, digit, t)
		m.or(high, high, t)
		m.ADDQ(op.U32(sortedBytes), record)
		m.DECQ(left)
		m.JNZ(op.LabelRef(loop))

		shifts, scale, turned := m.vector(), m.vector(), m.vector()
		m.VPSRLD(op.U8(16), place, shifts)
		m.load(scale, m.part(s, rowScale, g))
		zero := m.vector()
		m.zero(zero)
		negative := m.compare(less, scale, zero)
		m.xor(turned, shifts, m.constant("integer3"))
		m.replace(negative, shifts, turned)
		m.xor(turned, scale, m.constant("sign"))
		m.replace(negative, scale, turned)
		for _, v := range []reg.VecVirtual{low, high} {
			m.load(turned, m.constant("twos"))
			m.VPSUBD(v, turned, turned)
			m.replace(negative, v, turned)
		}

		m.Comment("The largest magnitude is that of the first or the last value.")
		first, most := m.vector(), m.vector()
		m.load(first, m.part(s, sortedValues+sortedKey, g))
		m.load(most, m.part(op.Mem{Base: s.Base, Index: last, Scale: 1}, sortedValues-sortedBytes+sortedKey, g))
		for _, v := range []reg.VecVirtual{first, most} {
			m.ordered(v)
			m.magnitude(v, v)
		}
		m.VPMAXSD(first, most, most)
		empty := m.compare(less, most, m.part(s, rowNothing, g))
		for _, v := range []reg.VecVirtual{low, high, shifts, scale} {
			m.replace(empty, v, zero)
		}

		m.store(m.part(s, rowScale, g), scale)
		m.store(m.part(s, rowShifts, g), shifts)
		for i, v := range []reg.VecVirtual{low, high} {
			m.and(turned, v, m.constant("lowWord"))
			m.store(m.part(s, rowPoints+2*i*rowBytes, g), turned)
			m.VPSRLD(op.U8(16), v, v)
			m.store(m.part(s, rowPoints+(2*i+1)*rowBytes, g), v)
		}
		m.and(first, shifts, m.constant("integer1"))
		m.VPSRLD(op.U8(1), shifts, shifts)
		for i, down := range []reg.VecVirtual{shifts, first} {
			m.VCVTDQ2PS(down, down)
			m.mul(down, down, m.constant("quarter"))
			m.load(turned, m.constant("level0Up"))
			m.sub(down, turned, down)
			m.store(m.part(s, rowOffsets+i*rowBytes, g), down)
		}
	}
	m.end()
}

// refitTernary makes the kernel that fits the scales to the points.
func (m *machine) refitTernary() {
	m.function("refitTernary", "s *ternarySet, n int", `
sets scale to the best one for points and offsets, of n values, 16 or 32, in the lanes
that moved says, and where the sums are positive.`)
	s, n := op.Mem{Base: m.parameter("s")}, m.parameter("n")
	for g := range m.groups() {
		wxq, wqq := m.vector(), m.vector()
		m.zero(wxq)
		m.zero(wqq)
		row, points, left := m.GP64(), m.GP64(), m.GP64()
		m.LEAQ(s, row)
		m.LEAQ(s.Offset(rowPoints), points)
		m.MOVQ(n, left)
		loop := m.label("points")
		m.Label(loop)
		for i := range 2 {
			point, offset := m.vector(), m.vector()
			m.load(point, m.part(op.Mem{Base: points}, i*rowBytes, g))
			m.load(offset, m.part(s, rowOffsets+i*rowBytes, g))
			for k := range 8 {
				at := op.Mem{Base: row, Disp: (8*i + k) * rowBytes}
				level, wq := m.vector(), m.vector()
				m.and(level, point, m.constant("integer3"))
				m.VPSRLD(op.U8(2), point, point)
				m.VCVTDQ2PS(level, level)
				m.add(level, level, offset)
				m.mul(wq, level, m.part(at, planeW, g))
				m.mul(level, wq, level)
				m.add(wqq, wqq, level)
				m.mul(wq, wq, m.part(at, planeX, g))
				m.add(wxq, wxq, wq)
			}
		}
		m.ADDQ(op.U32(16*rowBytes), row)
		m.ADDQ(op.U32(2*rowBytes), points)
		m.SUBQ(op.U8(16), left)
		m.JNZ(op.LabelRef(loop))

		zero, scale, moved := m.vector(), m.vector(), m.vector()
		m.zero(zero)
		m.load(scale, m.part(s, rowScale, g))
		m.VCVTDQ2PS(m.part(s, rowMoved, g), moved)
		fitted := m.compare(less, zero, moved)
		m.and2(fitted, m.compare(less, zero, wxq))
		m.and2(fitted, m.compare(less, zero, wqq))
		m.div(wxq, wxq, wqq)
		m.replace(fitted, scale, wxq)
		m.store(m.part(s, rowScale, g), scale)
	}
	m.end()
}
