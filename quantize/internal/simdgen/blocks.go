package main

// A block has 32 values: eight vectors in the order of memory.
type block [8]vectorLocal

// blocks makes the encoders of blocks of 32 values without a search. They take dst, x,
// header and n, at least one. What a block begins with in F16 goes to header as float32,
// for Go to narrow.
func (m *module) blocks() {
	m.eachBlock("blocksQ80", 34, 2, peakOver(127), func(f *function, products block, dst place) {
		for half, bytes := range f.quants(products, func(v vector) vector {
			// Half away from zero, by an addend that ends just below it.
			return add(v, or(and(v, bits(0x80000000)), bits(0x3EFFFFFF)))
		}) {
			f.store(dst.at(16*half), bytes)
		}
	})
	m.eachBlock("blocksQ40", 18, 2, extremeOver(-8), func(f *function, products block, dst place) {
		f.storeNibbles(dst, f.truncated(products, 8.5, 15))
	})
	m.eachBlock("blocksQ50", 22, 2, extremeOver(-16), func(f *function, products block, dst place) {
		f.storeFiveBits(dst, f.truncated(products, 16.5, 31))
	})
	m.eachBlock("blocksQ41", 20, 4, extentOver(15), func(f *function, products block, dst place) {
		f.storeNibbles(dst, f.truncated(products, 0.5, 15))
	})
	m.eachBlock("blocksQ51", 24, 4, extentOver(31), func(f *function, products block, dst place) {
		f.storeFiveBits(dst, f.truncated(products, 0.5, 255)) // 32 has its upper bit taken off
	})
}

// A blockScale makes the code that stores what a block begins with, as float32, and
// returns the scale, in all lanes. It may subtract something from the values, which stand
// at x.
type blockScale func(f *function, values block, x, header place) vectorLocal

// eachBlock makes a kernel that encodes block after block, of size bytes: pack gets the
// products of the values and the inverse of the scale, and where to put the quants,
// behind the bytes of the header.
func (m *module) eachBlock(name string, size, header int32, scaleOf blockScale, pack func(f *function, products block, dst place)) {
	f := m.function(name, 4)
	dst, x, numbers, n := f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)
	f.countDown(n, 1, func() {
		var values block
		for i := range values {
			values[i] = f.let(load(place{base: x}.part(i)))
		}
		scale := scaleOf(f, values, place{base: x}, place{base: numbers})
		inverse := f.let(and(div(float(1), scale), unequal(scale, zero())))
		for _, v := range values {
			f.set(v, mul(v, inverse))
		}
		pack(f, values, place{dst, int(header)})
		f.advance(x, 128)
		f.advance(dst, size)
		f.advance(numbers, 2*header)
	})
}

// peakOver makes the largest magnitude, divided, the scale.
func peakOver(divisor float32) blockScale {
	return func(f *function, values block, _, header place) vectorLocal {
		scale := f.let(div(f.largestMagnitude(values), float(divisor)))
		f.storeFirst(header, scale)
		return scale
	}
}

// extremeOver makes the first value of the largest magnitude, divided, the scale, and +0
// where there are only zeros of either sign.
func extremeOver(divisor float32) blockScale {
	return func(f *function, values block, x, header place) vectorLocal {
		first := f.firstOf(values, x, f.largestMagnitude(values))
		scale := f.let(div(and(first, unequal(first, zero())), float(divisor)))
		f.storeFirst(header, scale)
		return scale
	}
}

// extentOver makes the distance from the smallest value to the largest, divided, the
// scale, and subtracts the smallest from all.
func extentOver(divisor float32) blockScale {
	return func(f *function, values block, x, header place) vectorLocal {
		low, high := f.extent(values)
		f.when(allLanes(equal(low, zero())), func() { f.set(low, f.firstOf(values, x, zero())) })
		scale := f.let(div(sub(high, low), float(divisor)))
		f.storeFirst(header, scale)
		f.storeFirst(header.at(4), low)
		for _, v := range values {
			f.set(v, sub(v, low))
		}
		return scale
	}
}

// extent returns the smallest and the largest of values, in all lanes, of zeros any, and
// NaN beyond infinity. As integers they have the order of the floats once the negative
// ones are turned around.
func (f *function) extent(values block) (low, high vectorLocal) {
	first := f.let(turnNegative(values[0]))
	low, high = f.let(first), first
	for _, v := range values[1:] {
		key := f.let(turnNegative(v))
		f.set(low, vectors(opI32Min, low, key))
		f.set(high, vectors(opI32Max, high, key))
	}
	f.across(opI32Min, low)
	f.across(opI32Max, high)
	f.set(low, turnNegative(low))
	f.set(high, turnNegative(high))
	return low, high
}

// turnNegative returns the bits of v, but for the sign inverted where that is set.
func turnNegative(v vectorLocal) vector {
	return vectors(opXor, v, shift(opI32ShiftRight, shift(opI32ShiftSigned, v, 31), 1))
}

// largestMagnitude returns the largest magnitude of values, in all lanes. Magnitudes
// order as their bits do.
func (f *function) largestMagnitude(values block) vectorLocal {
	most := magnitude(values[0])
	for _, v := range values[1:] {
		most = vectors(opI32MaxUnsigned, most, magnitude(v))
	}
	peak := f.let(most)
	f.across(opI32MaxUnsigned, peak)
	return peak
}

// across sets all lanes of v to what op makes of them.
func (f *function) across(op int, v vectorLocal) {
	for _, lanes := range [][]byte{{2, 3, 0, 1}, {1, 0, 3, 2}} {
		f.set(v, vectors(op, v, shuffle(v, v, lanes...)))
	}
}

// firstOf returns the first value that has a magnitude which one of them has, in all
// lanes.
func (f *function) firstOf(values block, x place, size vector) vectorLocal {
	found := integer(0)
	for i, v := range values {
		// Compared as integers, NaN too, so that one is found.
		lanes := answer(opI32Bitmask, vectors(opI32Equal, magnitude(v), size))
		found = orNumbers(found, shiftLeft(lanes, integer(int32(4*i))))
	}
	first := addNumbers(x.base, shiftLeft(trailingZeros(found), integer(2)))
	return f.let(loadBy(opLoadSplat, place{base: first, offset: x.offset}))
}

// truncated returns products with the offset, positive, without a fraction, at most most.
func (f *function) truncated(products block, offset float32, most byte) [2]vector {
	quants := f.quants(products, func(v vector) vector { return add(v, float(offset)) })
	if most < 255 {
		for i, q := range quants {
			quants[i] = f.let(vectors(opI8MinUnsigned, q, bytesOf(most)))
		}
	}
	return quants
}

// quants returns the low bytes of what number makes of products.
func (f *function) quants(products block, number func(v vector) vector) (quants [2]vector) {
	for half := range quants {
		var q [4]vector
		for i := range q {
			q[i] = f.let(f.lowByte(number(products[4*half+i])))
		}
		quants[half] = f.let(narrowBytes(q))
	}
	return quants
}

// lowByte returns the low bytes of v without its fraction, whose magnitude is small; of
// infinities and NaN 0. Adding magic puts the integer into the low bits.
func (f *function) lowByte(v vector) vector {
	l := f.let(v)
	number := vectors(opF32Sum, truncate(l), bits(magicBits))
	return and(without(number, isNaN(l)), bits(0xFF))
}

// storeNibbles stores bits 0-3 of 32 quants, quant i's in the low half of byte i, quant
// i+16's in the high half.
func (f *function) storeNibbles(dst place, quants [2]vector) {
	f.store(dst, or(field(quants[0], 0, 0x0F), field(quants[1], -4, 0xF0)))
}

// storeFiveBits stores bit 4 of 32 quants in the first four bytes, quant i's in bit i, and
// behind them the others as storeNibbles does.
func (f *function) storeFiveBits(dst place, quants [2]vector) {
	var fifth [2]number
	for i, q := range quants {
		fifth[i] = answer(opI8Bitmask, shift(opI16ShiftLeft, q, 3))
	}
	f.storeNumber(dst, orNumbers(fifth[0], shiftLeft(fifth[1], integer(16))))
	f.storeNibbles(dst.at(4), quants)
}
