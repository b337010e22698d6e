package main

// codebook is quantize.codebook4.
var codebook = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// A value is picked by the number of midpoints between neighbours in the codebook that
// it is not below. Tables have, for each of 32 buckets of 16 of twice the values, which
// are narrower than the gaps between midpoints, the number of midpoints below its end
// and the place of the one in it, 16 for none. Beyond pickLimit everything is next to
// one of the ends.
const pickLimit = 120

// A picker has the tables, whose halves are looked up each for itself.
type picker struct{ upTo, midpoints [2]vectorLocal }

func (f *function) picker() (p picker) {
	var upTo, midpoints [32]byte
	for b := range 32 {
		from := 16*b - 2*pickLimit
		upTo[b], midpoints[b] = 1, 16
		for i := range 15 {
			switch twice := int(codebook[i]) + int(codebook[i+1]); {
			case twice < from:
				upTo[b]++
			case twice < from+16:
				midpoints[b] = byte(twice - from)
			}
		}
	}
	for half := range 2 {
		p.upTo[half] = f.let(bytes16(upTo[16*half:]))
		p.midpoints[half] = f.let(bytes16(midpoints[16*half:]))
	}
	return p
}

// pick returns, as integers, the quants of the codebook's values next to half of t.
func (f *function) pick(p picker, t vector) vectorLocal {
	t = larger(smaller(t, float(2*pickLimit)), float(-2*pickLimit))
	// The offset makes it positive, and adding magic puts the integer into the low bits.
	const offset = 2 * pickLimit
	n := f.let(add(floor(t), bits(magicBits+offset)))
	// The low byte has the bucket. What is no place in a table looks up 0: the other
	// bytes, which are made so large, and those of the other half.
	first := f.let(or(shift(opI32ShiftRight, n, 4), bits(0x10001000)))
	halves := [2]vectorLocal{first, f.let(vectors(opXor, first, bits(16)))}
	lookUp := func(table [2]vectorLocal) vector {
		return or(vectors(opSwizzle, table[0], halves[0]), vectors(opSwizzle, table[1], halves[1]))
	}
	above := greater(lookUp(p.midpoints), and(n, bits(15))) // -1 where the midpoint is
	return f.let(vectors(opI32Sum, lookUp(p.upTo), above))
}

// codebookValue returns the values of quants.
func codebookValue(quant vector) vector {
	var table [16]byte
	for i, v := range codebook {
		table[i] = byte(v)
	}
	high := vectors(opSwizzle, bytes16(table[:]), shift(opI32ShiftLeft, quant, 24))
	return vectors(opF32FromI32, shift(opI32ShiftSigned, high, 24))
}

// codebookSearch makes the kernel that does what codebookScale does in every lane, for
// 32 values: it takes s and candidates, of s the numerators, of which the first is -127,
// and sets scale, and min to 0.
func (m *module) codebookSearch() {
	f := m.function("codebookSearch", 2)
	first, candidates := f.parameter(0), f.parameter(1)
	p := f.picker()
	f.eachPart(first, 1, func(s place) {
		peak := f.extreme(s, integer(32))
		wxv, wvv := f.let(zero()), f.let(zero())
		project := func(inverse vectorLocal) {
			twice := f.let(add(inverse, inverse)) // of a peak that is not tiny
			f.set(wxv, zero())
			f.set(wvv, zero())
			f.eachRow(s, integer(32), func(row place) {
				x := f.let(load(row.at(planeX)))
				v := f.let(codebookValue(f.pick(p, mul(twice, x))))
				wv := f.let(mul(v, load(row.at(planeW))))
				f.accumulate(wvv, mul(wv, v))
				f.accumulate(wxv, mul(wv, x))
			})
		}

		// The first candidate puts the peak at -127, by two divisions.
		numerator := f.letNumber(first)
		least := loadBy(opLoadSplat, place{numerator, rowNumerators})
		inverse := f.let(div(float(1), div(negative(peak), least)))
		project(inverse)
		scale := f.let(and(div(wxv, wvv), less(zero(), wvv)))
		best := f.let(mul(scale, wxv))

		// The others replace it where they explain more.
		left := f.letNumber(addNumbers(candidates, integer(-1)))
		f.countDown(left, 1, func() {
			f.advance(numerator, 4)
			f.set(inverse, div(loadBy(opLoadSplat, place{numerator, rowNumerators}), peak))
			project(inverse)
			taken := f.let(and(less(zero(), wvv), less(mul(best, wvv), mul(wxv, wxv))))
			try := f.let(div(wxv, wvv))
			f.replace(taken, scale, try)
			f.replace(taken, best, mul(try, wxv))
		})
		f.storeScale(s, scale, peak)
	})
}

// picks makes the kernel that picks quants in the order of memory: it takes quants, x
// and s, and sets the quants of 16 sub-blocks of 32 to those of the codebook's values
// next to the values times scale, an inverse.
func (m *module) picks() {
	f := m.function("picks", 3)
	quants, x, s := f.parameter(0), f.parameter(1), f.parameter(2)
	p := f.picker()
	left := f.letNumber(integer(16))
	f.countDown(left, 1, func() {
		inverse := f.let(loadBy(opLoadSplat, place{s, rowScale}))
		halves := f.letNumber(integer(2))
		f.countDown(halves, 1, func() {
			var v [4]vector
			for i := range v {
				t := f.let(mul(inverse, load(place{base: x}.part(i))))
				v[i] = f.pick(p, add(t, t)) // the inverse may be too large to be doubled
			}
			f.store(place{base: quants}, narrowBytes(v))
			f.advance(x, 64)
			f.advance(quants, 16)
		})
		f.advance(s, 4)
	})
}
