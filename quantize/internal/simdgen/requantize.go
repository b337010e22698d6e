package main

// requantize makes the kernels that round values in the order of memory: with the
// scales and mins that a file will hold, and as the search rounded them. They take
// quants, x, s and n, 16 or 32.
func (m *module) requantize() {
	m.rounder("requantize", rowScale, rowMin, func(x, scale, lowest vector) vector { return div(add(x, lowest), scale) })
	m.rounder("keptQuants", rowInverse, rowInverseLow, func(x, inverse, low vector) vector { return mul(inverse, sub(x, low)) })
}

func (m *module) rounder(name string, rowFactor, rowLeast int, quotient func(x, factor, least vector) vector) {
	f := m.function(name, 4)
	quants, x, s, n := f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)
	r := f.rounding()
	lowest, highest := f.let(load(place{s, rowLowest})), f.let(load(place{s, rowHighest}))
	left := f.letNumber(integer(16))
	f.countDown(left, 1, func() {
		factor := f.let(loadBy(opLoadSplat, place{s, rowFactor}))
		least := f.let(loadBy(opLoadSplat, place{s, rowLeast}))
		values := f.letNumber(n)
		f.countDown(values, 16, func() {
			var v [4]vector
			for g := range v {
				rounded := r.round(quotient(load(place{base: x}.part(g)), factor, least), lowest, highest)
				v[g] = f.let(vectors(opI32Difference, rounded, lowest))
			}
			f.store(place{base: quants}, narrowBytes(v))
			f.advance(x, 64)
			f.advance(quants, 16)
		})
		f.advance(s, 4)
	})
}

// narrowBytes makes bytes of 16 integers from 0 to 255.
func narrowBytes(v [4]vector) vector {
	return vectors(opI8Narrow, narrowWords(v[0], v[1]), narrowWords(v[2], v[3]))
}

// narrowWords makes numbers of 16 bits of eight integers from 0 to 65535.
func narrowWords(a, b vector) vector { return vectors(opI16Narrow, a, b) }
