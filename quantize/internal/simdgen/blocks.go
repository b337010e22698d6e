package main

// A block has 32 values: eight vectors in the order of memory.
type block [8]vectorLocal

// blocks makes the encoders of blocks of 32 values without a search. They take dst, x,
// scales and n, at least one. The scales go to an array of their own, for Go to narrow
// them.
func (m *module) blocks() {
	m.eachBlock("blocksQ80", 34, 127, func(f *function, _ block, _ place, peak vectorLocal) vectorLocal { return peak },
		func(f *function, products block, dst place) {
			// Half away from zero, by an addend that ends just below it.
			var quants [8]vector
			for i, v := range products {
				away := or(and(v, bits(0x80000000)), bits(0x3EFFFFFF))
				quants[i] = f.let(f.lowByte(add(v, away)))
			}
			for half := range 2 {
				f.store(dst.at(16*half), narrowBytes([4]vector(quants[4*half:])))
			}
		})

	m.eachBlock("blocksQ40", 18, -8, (*function).firstOf, func(f *function, products block, dst place) {
		quant := func(v vector) vector {
			return vectors(opI32Min, f.lowByte(add(v, float(8.5))), bits(15))
		}
		var pairs [4]vector
		for i := range pairs {
			low, high := quant(products[i]), quant(products[i+4])
			pairs[i] = f.let(or(low, shift(opI32ShiftLeft, high, 4)))
		}
		f.store(dst, narrowBytes(pairs))
	})
}

// eachBlock makes a kernel that encodes block after block: with the scale peak/divisor,
// of the largest magnitude, which sign may replace by the value that has it; pack gets
// the products of the values and the inverse of the scale.
func (m *module) eachBlock(name string, size int32, divisor float32, sign func(f *function, values block, x place, peak vectorLocal) vectorLocal, pack func(f *function, products block, dst place)) {
	f := m.function(name, 4)
	dst, x, scales, n := f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)
	f.countDown(n, 1, func() {
		var values block
		for i := range values {
			values[i] = f.let(load(place{base: x}.part(i)))
		}
		peak := sign(f, values, place{base: x}, f.largestMagnitude(values))
		scale := f.let(div(peak, float(divisor)))
		f.storeFirst(place{base: scales}, scale)
		inverse := f.let(and(div(float(1), scale), unequal(scale, zero())))
		for _, v := range values {
			f.set(v, mul(v, inverse))
		}
		pack(f, values, place{base: dst, offset: 2})
		f.advance(x, 128)
		f.advance(dst, size)
		f.advance(scales, 4)
	})
}

// largestMagnitude returns the largest magnitude of values, in all lanes. Magnitudes
// order as their bits do.
func (f *function) largestMagnitude(values block) vectorLocal {
	most := magnitude(values[0])
	for _, v := range values[1:] {
		most = vectors(opI32MaxUnsigned, most, magnitude(v))
	}
	peak := f.let(most)
	for _, lanes := range [][]byte{{2, 3, 0, 1}, {1, 0, 3, 2}} {
		f.set(peak, vectors(opI32MaxUnsigned, peak, shuffle(peak, peak, lanes...)))
	}
	return peak
}

// firstOf returns the first value that has the magnitude peak, in all lanes, and +0
// where there are only zeros of either sign.
func (f *function) firstOf(values block, x place, peak vectorLocal) vectorLocal {
	found := integer(0)
	for i, v := range values {
		// Compared as integers, NaN too, so that one is found.
		lanes := answer(opI32Bitmask, vectors(opI32Equal, magnitude(v), peak))
		found = orNumbers(found, shiftLeft(lanes, integer(int32(4*i))))
	}
	first := addNumbers(x.base, shiftLeft(trailingZeros(found), integer(2)))
	value := f.let(loadBy(opLoadSplat, place{base: first, offset: x.offset}))
	f.set(value, and(value, unequal(value, zero())))
	return value
}

// lowByte returns the low bytes of v without its fraction, whose magnitude is small; of
// infinities and NaN 0. Adding magic puts the integer into the low bits.
func (f *function) lowByte(v vector) vector {
	l := f.let(v)
	number := vectors(opF32Sum, truncate(l), bits(magicBits))
	return and(without(number, isNaN(l)), bits(0xFF))
}
