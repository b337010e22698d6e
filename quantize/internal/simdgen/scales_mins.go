package main

// roundScalesMins makes the kernel that does what roundScalesMins of package quantize
// does for the lanes of some super-blocks: it takes dst, s, size, the bytes from a
// super-block to the next, and n, the number of them, one or two. It sets the header of
// each, and scale and min to what is in there.
func (m *module) roundScalesMins() {
	f := m.function("roundScalesMins", 4)
	dst, s, size, n := f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)
	r := f.rounding()
	f.countDown(n, 1, func() {
		scale, scales := f.roundSixBits(r, place{s, rowScale})
		lowest, mins := f.roundSixBits(r, place{s, rowMin})

		// The two F16, byte by byte, then the quants: scales_mins.go of package quantize
		// says how they are packed.
		halves := f.let(shuffle(scale, lowest, 0, 1, 4, 5))
		low, high := and(halves, words(0xFF, 0, 0xFF, 0)), and(shift(opI32ShiftRight, halves, 8), words(0, 0xFF, 0, 0xFF))
		first := func(q [2]vectorLocal) vector {
			return or(q[0], shift(opI32ShiftLeft, shift(opI32ShiftRight, q[1], 4), 6))
		}
		last := or(and(scales[1], bits(15)), and(shift(opI32ShiftLeft, mins[1], 4), bits(0xF0)))
		f.store(place{base: dst}, narrowBytes([4]vector{or(low, high), first(scales), first(mins), last}))
		f.advance(s, 2*partBytes)
		f.setNumber(dst, addNumbers(dst, size))
	})
}

// roundSixBits rounds eight lanes evenly up to the largest. It returns their scale as an
// F16 and their quants, and sets the lanes to what these stand for.
func (f *function) roundSixBits(r rounding, lanes place) (scale vectorLocal, quants [2]vectorLocal) {
	x := [2]vectorLocal{f.let(load(lanes)), f.let(load(lanes.part(1)))}
	peak := f.let(larger(x[1], larger(x[0], zero())))
	f.across(opF32PseudoMax, peak)
	inverse := f.let(and(div(float(63), peak), less(zero(), peak)))
	scale = f.let(f.narrowF16(f.let(div(peak, float(63)))))
	widened := f.let(f.widenF16(scale))
	for i := range quants {
		rounded := or(and(add(mul(inverse, x[i]), r.magic), r.mantissa), r.exponent)
		quants[i] = f.let(vectors(opI32Min, and(rounded, bits(0xFF)), bits(63)))
		f.store(lanes.part(i), mul(widened, vectors(opF32FromI32, quants[i])))
	}
	return scale, quants
}
