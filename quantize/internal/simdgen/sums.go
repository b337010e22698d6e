package main

// errorSums makes the kernel of the error metrics: it takes s, original, decoded and n,
// and adds n groups of eight values, at least one, to the partial sums of float64 that
// the metrics are defined by, two in a vector.
func (m *module) errorSums() {
	const (
		fieldBytes = 64 // of laneSums
		sumsBytes  = 16 // two of them
	)
	f := m.function("addErrors", 4)
	s, original, decoded, n := f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)
	parts := f.letNumber(integer(fieldBytes / sumsBytes))
	f.countDown(parts, 1, func() {
		var fields [6]vectorLocal
		for i := range fields {
			fields[i] = f.let(load(place{s, fieldBytes * i}))
		}
		signal, decodedSum, product, noise, bias, most := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
		from, to, left := f.letNumber(original), f.letNumber(decoded), f.letNumber(n)
		f.countDown(left, 1, func() {
			x := f.let(vectors(opF64PromoteLow, loadBy(opLoadLow, place{base: from})))
			y := f.let(vectors(opF64PromoteLow, loadBy(opLoadLow, place{base: to})))
			accumulate := func(sum vectorLocal, v vector) { f.set(sum, vectors(opF64Sum, sum, v)) }
			accumulate(signal, vectors(opF64Product, x, x))
			accumulate(decodedSum, vectors(opF64Product, y, y))
			accumulate(product, vectors(opF64Product, x, y))
			e := f.let(vectors(opF64Difference, y, x))
			accumulate(bias, e)
			accumulate(noise, vectors(opF64Product, e, e))
			// The largest error, by its bits without the sign, shifted out. There is no
			// comparison without signs: it compares halves, whose lowest bit is 0.
			size := f.let(vectors(opI64Sum, e, e))
			larger := vectors(opI64Greater, shift(opI64ShiftRight, size, 1), shift(opI64ShiftRight, most, 1))
			f.replace(larger, most, size)
			f.advance(from, 32)
			f.advance(to, 32)
		})
		for i, field := range fields {
			f.store(place{s, fieldBytes * i}, field)
		}
		f.advance(s, sumsBytes)
		f.advance(original, 8)
		f.advance(decoded, 8)
	})
}
