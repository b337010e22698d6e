package main

// decodeScalesMins makes the decoders of the types with six bits for each scale and min
// of 32 values.
func (m *module) decodeScalesMins() {
	m.decoder("Q4K", 144, 256, func(f *function, dst, src numberLocal) {
		f.decodePairs(dst, src, 16, func(quants vector, _, _ int) vector { return quants })
	})
	m.decoder("Q5K", 176, 256, func(f *function, dst, src numberLocal) {
		fifth := [2]vectorLocal{f.let(load(place{src, 16})), f.let(load(place{src, 32}))}
		f.decodePairs(dst, src, 48, func(quants vector, i, half int) vector {
			q := or(quants, field(fifth[half], int32(i-4), 16))
			if i == 1 { // the two lowest bits have served
				v := f.let(q)
				f.set(fifth[half], shift(opI16ShiftRight, fifth[half], 2))
				return v
			}
			return q
		})
	})
}

// decodePairs decodes a super-block, two sub-blocks at a time, which are the low and the
// high halves of 32 bytes. complete makes quants of the halves of 16 bytes: i is 0 for
// the low halves, half is 0 for the first 16 bytes.
func (f *function) decodePairs(dst, src numberLocal, quants int, complete func(quants vector, i, half int) vector) {
	scales, mins := f.scalesMins(place{base: src})
	f.repeat(4, func() {
		var value [2]scaling
		for i := range value {
			value[i] = timesLess(f.let(lane(scales[0], byte(i))), f.let(lane(mins[0], byte(i))))
		}
		for half := range 2 {
			for i, q := range f.nibbles(place{src, quants + 16*half}) {
				f.spread(place{dst, 128*i + 64*half}, complete(q, i, half), value[i])
			}
		}
		f.rotate(scales, 2)
		f.rotate(mins, 2)
		f.advance(dst, 256)
		f.advance(src, 32)
	})
}

// scalesMins returns eight scales and eight mins: scales_mins.go of package quantize
// says how they are packed.
func (f *function) scalesMins(src place) (scales, mins [2]vectorLocal) {
	b := f.let(load(src))
	last := f.let(shuffleBytes(field(b, 0, 15), field(b, 4, 15), append(run(12, 4), run(28, 4)...)...))
	top := f.let(field(b, 2, 0x30)) // of the last four, in the bytes of the first
	low := shuffleBytes(field(b, 0, 63), last, append(append(run(4, 4), run(16, 4)...), append(run(8, 4), run(20, 4)...)...)...)
	high := shuffleBytes(top, zero(), append(append(run(16, 4), run(4, 4)...), append(run(16, 4), run(8, 4)...)...)...)
	q := f.let(or(low, high))
	return f.scaled(f.half(src), vectors(opI16ExtendLow, q)), f.scaled(f.half(src.at(2)), vectors(opI16ExtendHigh, q))
}

// scaled returns the products of eight numbers of 16 bits with a scale.
func (f *function) scaled(scale, words vector) (v [2]vectorLocal) {
	for i, q := range floats(f.let(words)) {
		v[i] = f.let(mul(scale, q))
	}
	return v
}

// decodeSixteens makes the decoders of the types with sub-blocks of 16.
func (m *module) decodeSixteens() {
	m.decoder("Q2K", 84, 256, func(f *function, dst, src numberLocal) {
		b := f.let(load(place{base: src}))
		scales := subScales{f.half(place{src, 80}), f.let(field(b, 0, 15))}
		mins := subScales{f.half(place{src, 82}), f.let(field(b, 4, 15))}
		f.eachFourSixteens(dst, []subScales{scales, mins}, func(s []vectorLocal) {
			packed := f.let(load(place{src, 16}))
			for k := range 4 {
				value := timesLess(f.let(lane(s[0], byte(k))), f.let(lane(s[1], byte(k))))
				f.spread(place{dst, 128 * k}, field(packed, int32(2*k), 3), value)
			}
			f.advance(src, 16)
		}, func() {})
	})
	m.decoder("Q3K", 110, 256, func(f *function, dst, src numberLocal) {
		third, bit := f.letNumber(src), f.letNumber(integer(0))
		scales := subScales{f.half(place{src, 108}), f.let(scalesQ3K(f, place{base: src}))}
		f.eachFourSixteens(dst, []subScales{scales}, func(s []vectorLocal) {
			packed := f.let(load(place{src, 32}))
			high := f.let(shiftBy(opI16ShiftRight, load(place{base: third}), bit))
			for k := range 4 {
				q := or(field(packed, int32(2*k), 3), field(high, int32(k-2), 4))
				f.spread(place{dst, 128 * k}, minus(q, 4), times(f.let(lane(s[0], byte(k)))))
			}
			f.advance(src, 16)
			f.advance(third, 16)
		}, func() {
			f.advance(third, -32)
			f.advance(bit, 4)
		})
	})
	m.decoder("Q6K", 210, 256, func(f *function, dst, src numberLocal) {
		top := f.letNumber(src)
		scales := subScales{f.half(place{src, 208}), f.let(load(place{src, 192}))}
		f.eachFourSixteens(dst, []subScales{scales}, func(s []vectorLocal) {
			high := f.let(load(place{top, 128}))
			first, second := f.nibbles(place{base: src}), f.nibbles(place{src, 32})
			for k, low := range []vector{first[0], second[0], first[1], second[1]} {
				q := or(low, field(high, int32(2*k-4), 0x30))
				f.spread(place{dst, 128 * k}, minus(q, 32), times(f.let(lane(s[0], byte(k)))))
			}
			f.advance(src, 16)
			f.advance(top, 16)
		}, func() { f.advance(src, 32) })
	})
}

// subScales are 16 bytes, signed, and what they are to be multiplied with.
type subScales struct{ scale, bytes vectorLocal }

// eachFourSixteens runs body for each 16 of the first 32 values of a half super-block:
// it decodes them and those that come 32, 64 and 96 later, with the lanes of the scales
// that it gets. next runs after each half.
func (f *function) eachFourSixteens(dst numberLocal, scales []subScales, body func(scales []vectorLocal), next func()) {
	f.repeat(2, func() {
		var pairs []vectorLocal // the scales of this 16 and of the next one in each lane
		for _, s := range scales {
			pairs = append(pairs, f.let(vectors(opI16ExtendLow, s.bytes)))
		}
		f.repeat(2, func() {
			var products []vectorLocal
			for i, s := range scales {
				first := shift(opI32ShiftSigned, shift(opI32ShiftLeft, pairs[i], 16), 16)
				products = append(products, f.let(mul(s.scale, vectors(opF32FromI32, first))))
				f.set(pairs[i], shift(opI32ShiftRight, pairs[i], 16))
			}
			body(products)
			f.advance(dst, 64)
		})
		for _, s := range scales {
			f.set(s.bytes, shuffle(s.bytes, s.bytes, 2, 3, 2, 3))
		}
		f.advance(dst, 4*128-2*64)
		next()
	})
}

// scalesQ3K returns the 16 scales of a block of Q3_K.
func scalesQ3K(f *function, src place) vector {
	b := f.let(load(src.at(94))) // to the block's end
	low := shuffleBytes(field(b, 0, 15), field(b, 4, 15), append(run(2, 8), run(18, 8)...)...)
	top := f.let(shuffleBytes(b, b, 10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13, 10, 11, 12, 13))
	high := f.twoBits(top, func(i int) vector {
		var mask [4]uint32
		mask[i] = 0x30303030
		return words(mask[:]...)
	})
	return minus(or(low, high), 32)
}

// twoBits moves bits 2i and 2i+1 of those bytes of which a mask has the bits 4 and 5, for
// i from 0 to 3, to these.
func (f *function) twoBits(b vectorLocal, mask func(i int) vector) vector {
	moved := and(shift(opI16ShiftLeft, b, 4), mask(0))
	moved = or(moved, and(shift(opI16ShiftLeft, b, 2), mask(1)))
	moved = or(moved, and(b, mask(2)))
	return or(moved, and(shift(opI16ShiftRight, b, 2), mask(3)))
}

// decodeIQ4XS makes the decoder of IQ4_XS.
func (m *module) decodeIQ4XS() {
	m.decoder("IQ4XS", 136, 256, func(f *function, dst, src numberLocal) {
		b := f.let(load(place{base: src}))
		low := shuffleBytes(field(b, 0, 15), field(b, 4, 15), 4, 20, 5, 21, 6, 22, 7, 23)
		top := f.let(shuffleBytes(b, b, 2, 2, 2, 2, 3, 3, 3, 3))
		high := f.twoBits(top, func(i int) vector { return bits(0x30 << (8 * i)) })
		scales := f.scaled(f.half(place{base: src}), vectors(opI16ExtendLow, minus(or(low, high), 32)))
		f.repeat(8, func() {
			scale := f.let(lane(scales[0], 0))
			for i, q := range f.nibbles(place{src, 8}) {
				f.spread(place{dst, 64 * i}, lookUp(codebook, q), times(scale))
			}
			f.rotate(scales, 1)
			f.advance(dst, 128)
			f.advance(src, 16)
		})
	})
}
