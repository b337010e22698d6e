package main

// halves makes the conversions of F16, BF16 and floats of 8 bits, 16 values at a time in
// the order of memory, as package half does them. They take dst, src and n, the number of
// sixteens, at least one.
func (m *module) halves() {
	m.converter("widenBF16", 64, 32, func(f *function, dst, src place) {
		for g := range 4 {
			f.store(dst.part(g), shift(opI32ShiftLeft, loadBy(opLoad16x4, src.at(8*g)), 16))
		}
	})
	m.converter("widenF16", 64, 32, func(f *function, dst, src place) {
		for g := range 4 {
			f.store(dst.part(g), f.widenF16(loadBy(opLoad16x4, src.at(8*g))))
		}
	})
	m.narrower("narrowBF16", (*function).narrowBF16)
	m.narrower("narrowF16", (*function).narrowF16)
	m.byteWidener("widenF8E4M3", (*function).widenE4M3)
	m.byteWidener("widenF8E5M2", func(f *function, v vector) vector { return f.widenF16(shift(opI32ShiftLeft, v, 8)) })
}

// converter makes a kernel that takes 16 values of some bytes at a time to others.
func (m *module) converter(name string, dstBytes, srcBytes int32, convert func(f *function, dst, src place)) {
	f := m.function(name, 3)
	dst, src, n := f.parameter(0), f.parameter(1), f.parameter(2)
	f.countDown(n, 1, func() {
		convert(f, place{base: dst}, place{base: src})
		f.advance(dst, dstBytes)
		f.advance(src, srcBytes)
	})
}

func (m *module) narrower(name string, narrow func(f *function, x vectorLocal) vector) {
	m.converter(name, 32, 64, func(f *function, dst, src place) {
		for half := range 2 {
			var v [2]vector
			for g := range v {
				v[g] = f.let(narrow(f, f.let(load(src.part(2*half+g)))))
			}
			f.store(dst.at(16*half), narrowWords(v[0], v[1]))
		}
	})
}

// byteWidener makes a kernel that widens floats of 8 bits.
func (m *module) byteWidener(name string, widen func(f *function, v vector) vector) {
	m.converter(name, 64, 16, func(f *function, dst, src place) {
		for half := range 2 {
			words := f.let(loadBy(opLoad8x8, src.at(8*half)))
			for g, extend := range [2]int{opI32ExtendLow, opI32ExtendHigh} {
				f.store(dst.part(2*half+g), widen(f, vectors(extend, words)))
			}
		}
	})
}

func (f *function) widenE4M3(v vector) vector {
	b := f.let(v)
	size := f.let(and(b, bits(0x7F)))
	sign := shift(opI32ShiftLeft, and(b, bits(0x80)), 24)
	number := mul(shift(opI32ShiftLeft, size, 20), float(0x1p120)) // exact, subnormals included
	return or(choose(vectors(opI32Equal, size, bits(0x7F)), bits(0x7FC00000), number), sign)
}

func (f *function) narrowBF16(x vectorLocal) vector {
	odd := and(shift(opI32ShiftRight, x, 16), bits(1))
	rounded := vectors(opI32Sum, vectors(opI32Sum, x, odd), bits(0x7FFF))
	quiet := or(x, bits(1<<22))
	return shift(opI32ShiftRight, choose(isNaN(x), quiet, rounded), 16)
}

func (f *function) widenF16(v vector) vector {
	h := f.let(v)
	size := f.let(shift(opI32ShiftLeft, and(h, bits(0x7FFF)), 13))
	sign := shift(opI32ShiftLeft, and(h, bits(0x8000)), 16)
	special := and(greater(size, bits(0x7C00<<13-1)), bits(0x7F800000))
	quiet := and(greater(size, bits(0x7C00<<13)), bits(1<<22))
	return or(mul(size, float(0x1p112)), or(or(sign, special), quiet)) // the product is exact, subnormals included
}

func (f *function) narrowF16(x vectorLocal) vector {
	sign := and(shift(opI32ShiftRight, x, 16), bits(0x8000))
	size := f.let(magnitude(x))
	odd := and(shift(opI32ShiftRight, size, 13), bits(1))
	rounded := vectors(opI32Difference, vectors(opI32Sum, odd, size), bits(112<<23-0xFFF))
	normal := vectors(opI32MinUnsigned, shift(opI32ShiftRight, rounded, 13), bits(0x7C00))
	subnormal := vectors(opI32Difference, add(size, float(0.5)), float(0.5))
	number := choose(greater(bits(0x38800000), size), subnormal, normal)
	return or(choose(isNaN(x), bits(0x7E00), number), sign)
}

// greater compares integers.
func greater(a, b vector) vector { return vectors(opI32Greater, a, b) }
