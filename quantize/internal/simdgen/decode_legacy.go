package main

// decodeBytes makes the decoders of the types that hold their quants as they are.
func (m *module) decodeBytes() {
	for _, t := range []struct {
		typ                  string
		size, values, quants int32
		scale                func(f *function, p place) vectorLocal
	}{
		{"Q80", 34, 32, 2, (*function).half},
		{"Q81", 36, 32, 4, (*function).half},
		{"Q8K", 292, 256, 4, func(f *function, p place) vectorLocal { return f.let(loadBy(opLoadSplat, p)) }},
	} {
		m.decoder(t.typ, t.size, t.values, func(f *function, dst, src numberLocal) {
			scale := t.scale(f, place{base: src})
			f.repeat(t.values/16, func() {
				f.spread(place{base: dst}, load(place{src, int(t.quants)}), times(scale))
				f.advance(dst, 64)
				f.advance(src, 16)
			})
		})
	}
}

// decodeNibbles makes the decoders of the types of 32 values with four or five bits.
func (m *module) decodeNibbles() {
	for _, t := range []struct {
		typ    string
		size   int32
		quants int // where they begin
		value  func(f *function, src place) scaling
		bytes  func(quants vector) vector
	}{
		{"Q40", 18, 2, byHalf, func(q vector) vector { return minus(q, 8) }},
		{"Q41", 20, 4, byHalves, nil},
		{"Q50", 22, 2, byHalf, func(q vector) vector { return minus(q, 16) }},
		{"Q51", 24, 4, byHalves, nil},
		{"IQ4NL", 18, 2, byHalf, func(q vector) vector { return lookUp(codebook, q) }},
		{"MXFP4", 17, 1, byPower, func(q vector) vector { return lookUp(fp4, q) }},
	} {
		m.decoder(t.typ, t.size, 32, func(f *function, dst, src numberLocal) {
			value := t.value(f, place{base: src})
			quants := f.nibbles(place{src, int(t.size) - 16})
			if int(t.size)-16 > t.quants {
				quants = f.fifthBits(place{src, t.quants}, quants)
			}
			for i, q := range quants {
				if t.bytes != nil {
					q = t.bytes(q)
				}
				f.spread(place{dst, 64 * i}, q, value)
			}
		})
	}
}

// byHalf returns the scaling of blocks that begin with their scale.
func byHalf(f *function, src place) scaling { return times(f.half(src)) }

// byHalves is byHalf for blocks with a negated min behind the scale.
func byHalves(f *function, src place) scaling { return timesPlus(f.half(src), f.half(src.at(2))) }

// fp4 is quantize.fp4Values.
var fp4 = [16]int8{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12}

// byPower is byHalf for blocks that begin with the exponent of a power of two, of which
// the scale is half, as those of fp4 are twice the values.
func byPower(f *function, src place) scaling {
	e := f.let(shift(opI32ShiftRight, loadBy(opLoadSplat8, src), 24))
	normal := shift(opI32ShiftLeft, vectors(opI32Difference, e, bits(1)), 23)
	subnormal := shift(opI32ShiftLeft, vectors(opI32Sum, e, bits(1)), 21)
	return times(f.let(choose(greater(e, bits(1)), normal, subnormal)))
}

// nibbles returns the quants of 16 bytes: the low halves, then the high ones.
func (f *function) nibbles(src place) [2]vector {
	b := f.let(load(src))
	return [2]vector{field(b, 0, 15), field(b, 4, 15)}
}

// fifthBits sets bit 4 of the quants, which stand in 32 bits.
func (f *function) fifthBits(src place, quants [2]vector) [2]vector {
	fifth := f.let(loadBy(opLoadSplat, src))
	eachBit := words(0x08040201, 0x80402010, 0x08040201, 0x80402010)
	for i, q := range quants {
		var from []byte
		for j := range byte(16) {
			from = append(from, byte(2*i)+j/8)
		}
		bit := and(shuffleBytes(fifth, fifth, from...), eachBit)
		quants[i] = or(q, and(vectors(opI8Equal, bit, eachBit), bytesOf(16)))
	}
	return quants
}

// decodeNVFP4 makes the decoder of NVFP4: four times 16 values with a scale of four bits
// of exponent and three of mantissa.
func (m *module) decodeNVFP4() {
	m.decoder("NVFP4", 36, 64, func(f *function, dst, src numberLocal) {
		scales := f.letNumber(src)
		f.repeat(4, func() {
			code := f.let(shift(opI32ShiftRight, loadBy(opLoadSplat8, place{base: scales}), 24))
			mantissa, exponent := and(code, bits(7)), f.let(and(shift(opI32ShiftRight, code, 3), bits(15)))
			leading := and(greater(exponent, bits(0)), bits(8))
			power := vectors(opI32Sum, vectors(opI32Max, exponent, bits(1)), bits(127-11)) // half of it, as for byPower
			scale := mul(vectors(opF32FromI32, or(mantissa, leading)), shift(opI32ShiftLeft, power, 23))
			value := times(f.let(without(scale, vectors(opI32Equal, code, bits(0x7F)))))

			b := f.let(loadBy(opLoadSplat64, place{src, 4}))
			low, high := and(b, words(0x0F0F0F0F, 0x0F0F0F0F, 0, 0)), and(shift(opI16ShiftRight, b, 4), words(0, 0, 0x0F0F0F0F, 0x0F0F0F0F))
			f.spread(place{base: dst}, lookUp(fp4, or(low, high)), value)
			f.advance(dst, 64)
			f.advance(src, 8)
			f.advance(scales, 1)
		})
	})
}
