package main

// weights makes the kernels that set the plane of weights. They take s and n.
func (m *module) weights() {
	m.weightsOf("magnitudeWeights", magnitude)
	m.weightsOf("squareWeights", func(x vector) vector { return mul(x, x) })

	f := m.function("importanceWeights", 2)
	s, n := f.parameter(0), f.parameter(1)
	f.eachPart(s, 1, func(s place) {
		base := f.let(load(s.at(rowBase)))
		f.eachRow(s, n, func(row place) {
			x := f.let(load(row.at(planeX)))
			importance := magnitude(load(row.at(planeWork)))
			f.store(row.at(planeW), mul(importance, root(add(base, mul(x, x)))))
		})
	})

	// The root mean square of the sub-block, which has 32 values, plus the magnitude.
	f = m.function("rmsWeights", 2)
	s, n = f.parameter(0), f.parameter(1)
	f.eachPart(s, partsAtOnce, func(s place) {
		sums := f.letZeros(partsAtOnce)
		f.eachRow(s, n, func(row place) {
			for g, sum := range sums {
				x := f.let(load(row.at(planeX).part(g)))
				f.accumulate(sum, mul(x, x))
			}
		})
		rms := f.letParts(partsAtOnce, func(g int) vector { return root(mul(sums[g], float(1./32))) })
		f.eachRow(s, n, func(row place) {
			for g := range rms {
				f.store(row.at(planeW).part(g), add(rms[g], magnitude(load(row.at(planeX).part(g)))))
			}
		})
	})
}

// weightsOf makes a kernel that computes weights value by value.
func (m *module) weightsOf(name string, weight func(x vector) vector) {
	f := m.function(name, 2)
	f.eachRow(place{base: f.parameter(0)}, f.parameter(1), func(row place) {
		for g := range partsOfRow {
			x := f.let(load(row.at(planeX).part(g)))
			f.store(row.at(planeW).part(g), weight(x))
		}
	})
}
