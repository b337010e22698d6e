package main

// finite makes the kernels that look for NaN and infinities. They take the floats and n,
// the number of 64 bytes, at least one, and answer 0 where there is none of them.
func (m *module) finite() {
	f := m.answering("nonFinite", 2)
	f.carries(f.parameter(0), f.parameter(1), bits(0x7F800000), bits(0x80000000))

	// Of other formats, by the bits of their exponents and signs in 32 bits.
	f = m.answering("nonFiniteBytes", 4)
	f.carries(f.parameter(0), f.parameter(1), splat(f.parameter(2)), splat(f.parameter(3)))
}

// carries answers whether an exponent of all ones is among the floats: with one more in
// its lowest place it carries into the sign.
func (f *function) carries(data, n numberLocal, exponents, signs vector) {
	exponents, signs = f.let(exponents), f.let(signs)
	lowest := f.let(vectors(opI32Difference, signs, exponents))
	var carried [4]vectorLocal
	for i := range carried {
		carried[i] = f.let(zero())
	}
	f.countDown(n, 1, func() {
		for i, c := range carried {
			v := and(load(place{base: data}.part(i)), exponents)
			f.set(c, or(c, vectors(opI32Sum, v, lowest)))
		}
		f.advance(data, 64)
	})
	all := or(or(carried[0], carried[1]), or(carried[2], carried[3]))
	f.answer(anyLane(and(all, signs)))
}
