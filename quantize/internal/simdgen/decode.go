package main

// decoders makes the decoders, which take dst, src and n, the number of blocks, at least
// one. 16 quants in the order of the values become bytes of a vector, whatever the
// block's order is, and these become floats.
func (m *module) decoders() {
	m.decodeBytes()
	m.decodeNibbles()
	m.decodeScalesMins()
	m.decodeSixteens()
	m.decodeIQ4XS()
	m.decodeNVFP4()
}

// decoder makes the kernel that decodes blocks of a type, of so many bytes and values.
// decode may advance the addresses.
func (m *module) decoder(typ string, size, values int32, decode func(f *function, dst, src numberLocal)) {
	f := m.function("decode"+typ, 3)
	dst, src, n := f.parameter(0), f.parameter(1), f.parameter(2)
	to, from := f.letNumber(dst), f.letNumber(src)
	f.countDown(n, 1, func() {
		f.setNumber(to, dst)
		f.setNumber(from, src)
		decode(f, to, from)
		f.advance(dst, 4*values)
		f.advance(src, size)
	})
}

// half returns the F16 at a place, in all lanes.
func (f *function) half(p place) vectorLocal {
	return f.let(f.widenF16(shift(opI32ShiftRight, loadBy(opLoadSplat16, p), 16)))
}

// A scaling makes values of quants.
type scaling func(quants vector) vector

func times(scale vector) scaling { return func(q vector) vector { return mul(q, scale) } }

func timesPlus(scale, low vector) scaling {
	return func(q vector) vector { return add(mul(q, scale), low) }
}

func timesLess(scale, lowest vector) scaling {
	return func(q vector) vector { return sub(mul(q, scale), lowest) }
}

// spread stores the values of 16 bytes, which are signed.
func (f *function) spread(dst place, bytes vector, value scaling) {
	quants := f.let(bytes)
	for i, extend := range [2]int{opI16ExtendLow, opI16ExtendHigh} {
		for g, v := range floats(f.let(vectors(extend, quants))) {
			f.store(dst.part(2*i+g), value(v))
		}
	}
}

// floats returns eight numbers of 16 bits as floats.
func floats(words vectorLocal) [2]vector {
	return [2]vector{
		vectors(opF32FromI32, vectors(opI32ExtendLow, words)),
		vectors(opF32FromI32, vectors(opI32ExtendHigh, words)),
	}
}

// bytesOf returns a vector of one byte.
func bytesOf(b byte) vector { return bits(0x01010101 * uint32(b)) }

// field returns b shifted right, or left where by is negative, less the bits beyond the
// mask in each byte.
func field(b vector, by int32, mask byte) vector {
	switch {
	case by > 0:
		b = shift(opI16ShiftRight, b, by)
	case by < 0:
		b = shift(opI16ShiftLeft, b, -by)
	}
	return and(b, bytesOf(mask))
}

// minus subtracts a number from bytes.
func minus(b vector, n byte) vector { return vectors(opI8Difference, b, bytesOf(n)) }

// lookUp takes what a table of 16 bytes has for bytes.
func lookUp(table [16]int8, b vector) vector {
	var bytes [16]byte
	for i, v := range table {
		bytes[i] = byte(v)
	}
	return vectors(opSwizzle, bytes16(bytes[:]), b)
}

// lane returns one lane in all of them.
func lane(v vectorLocal, i byte) vector { return shuffle(v, v, i, i, i, i) }

// rotate moves eight lanes to the front by some.
func (f *function) rotate(v [2]vectorLocal, by byte) {
	first := f.let(v[0])
	f.set(v[0], shuffle(first, v[1], run(by, 4)...))
	f.set(v[1], shuffle(v[1], first, run(by, 4)...))
}
