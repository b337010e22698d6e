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

// pick returns, as bytes, the quants of the codebook's values next to the halves of 16
// values.
func (f *function) pick(p picker, twice [4]vector) vectorLocal {
	const offset = 2 * pickLimit // makes them positive
	var n [4]vector
	for i, t := range twice {
		t = larger(smaller(t, float(2*pickLimit)), float(-2*pickLimit))
		// Adding magic puts the integer into the low bits.
		n[i] = and(add(floor(t), bits(magicBits+offset)), bits(0xFFFF))
	}
	words := [2]vectorLocal{f.let(narrowWords(n[0], n[1])), f.let(narrowWords(n[2], n[3]))}
	bucket := f.let(vectors(opI8Narrow, shift(opI16ShiftRight, words[0], 4), shift(opI16ShiftRight, words[1], 4)))
	inBucket := vectors(opI8Narrow, and(words[0], bits(0x000F000F)), and(words[1], bits(0x000F000F)))
	// What is no place in a table looks up 0: that of the other half.
	halves := [2]vectorLocal{bucket, f.let(vectors(opXor, bucket, bytesOf(16)))}
	lookUp := func(table [2]vectorLocal) vector {
		return or(vectors(opSwizzle, table[0], halves[0]), vectors(opSwizzle, table[1], halves[1]))
	}
	above := vectors(opI8Greater, lookUp(p.midpoints), inBucket) // -1 where the midpoint is
	return f.let(vectors(opI8Sum, lookUp(p.upTo), above))
}

// codebookSearch makes the kernel that does what codebookScale does in every lane, for
// 32 values: it takes s and candidates, of s the numerators, of which the first is -127,
// and sets scale, and min to 0. It works on whole rows, whose quants fill a vector.
func (m *module) codebookSearch() {
	f := m.function("codebookSearch", 2)
	first, candidates := f.parameter(0), f.parameter(1)
	s := place{base: first}
	p := f.picker()
	f.eachPart(first, 1, func(s place) { f.store(s.at(rowPeak), f.extreme(s, integer(32))) })
	peak := f.letParts(partsOfRow, func(g int) vector { return load(s.at(rowPeak).part(g)) })

	// The first candidate puts the peak at -127, by two divisions, and is taken.
	numerator := f.letNumber(first)
	least := loadBy(opLoadSplat, place{numerator, rowNumerators})
	inverse := f.letParts(partsOfRow, func(g int) vector { return div(float(1), div(negative(peak[g]), least)) })
	scale, best := f.letZeros(partsOfRow), f.letZeros(partsOfRow)
	isFirst := f.let(bits(0xFFFFFFFF))
	f.countDown(candidates, 1, func() {
		twice := f.letParts(partsOfRow, func(g int) vector { return add(inverse[g], inverse[g]) }) // of a peak that is not tiny
		wxv, wvv := f.letZeros(partsOfRow), f.letZeros(partsOfRow)
		f.eachRow(s, integer(32), func(row place) {
			var products [4]vector
			for g := range products {
				products[g] = mul(twice[g], load(row.at(planeX).part(g)))
			}
			values := f.let(lookUp(codebook, f.pick(p, products)))
			for half, extend := range [2]int{opI16ExtendLow, opI16ExtendHigh} {
				for i, v := range floats(f.let(vectors(extend, values))) {
					g := 2*half + i
					v := f.let(v)
					wv := f.let(mul(v, load(row.at(planeW).part(g))))
					f.accumulate(wvv[g], mul(wv, v))
					f.accumulate(wxv[g], mul(wv, load(row.at(planeX).part(g))))
				}
			}
		})

		// The others replace it where they explain more.
		f.advance(numerator, 4)
		for g := range partsOfRow {
			more := less(mul(best[g], wvv[g]), mul(wxv[g], wxv[g]))
			taken := f.let(and(less(zero(), wvv[g]), or(isFirst, more)))
			f.replace(taken, scale[g], div(wxv[g], wvv[g]))
			f.replace(or(taken, isFirst), best[g], mul(scale[g], wxv[g]))
			f.set(inverse[g], div(least, peak[g]))
		}
		f.set(isFirst, zero())
	})
	for g := range partsOfRow {
		f.storeScale(s.part(g), scale[g], peak[g])
	}
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
				v[i] = add(t, t) // the inverse may be too large to be doubled
			}
			f.store(place{base: quants}, f.pick(p, v))
			f.advance(x, 64)
			f.advance(quants, 16)
		})
		f.advance(s, 4)
	})
}
