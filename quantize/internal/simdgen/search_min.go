package main

// minSearch makes a kernel that does what scaleAndMin does in every lane: it takes s, n
// and candidates; of s most, lowest, highest and the numerators of the candidates. It
// sets scale, min, sumW and the inverse of each lane. scaleAndMin tries no candidate
// that has the quants of the last one; in several lanes there is hardly ever such a
// candidate, and the outcome is the same.
func (m *module) minSearch(name string, absolute bool) {
	f := m.function(name, 3)
	s, n, candidates := f.parameter(0), f.parameter(1), f.parameter(2)
	f.eachPart(s, partsAtOnce, func(s place) { f.minSearch(s, f.parameter(0), n, candidates, absolute) })
}

// A minState is what a search knows of its lanes.
type minState struct {
	low, high, sumW, sumX, scale, best, inverse, inverseLow []vectorLocal

	lowest []vectorLocal // low before the search
	known  []vectorLocal // whether no value is a NaN

	highest, above vectorLocal // in all lanes: the greatest quant, as a rounding is clamped to it, and what is rounded above it
	rounding       rounding
	absolute       bool
}

func (f *function) minSearch(s place, first, n, candidates numberLocal, absolute bool) {
	st := &minState{rounding: f.rounding(), absolute: absolute}
	// The extent of the values, and the sums that do not depend on the quants.
	st.low = f.letParts(partsAtOnce, func(g int) vector { return load(s.at(planeX).part(g)) })
	st.high = f.letParts(partsAtOnce, func(g int) vector { return st.low[g] })
	st.sumW, st.sumX = f.letZeros(partsAtOnce), f.letZeros(partsAtOnce)
	f.eachRow(s, n, func(row place) {
		for g := range partsAtOnce {
			x, w := f.let(load(row.at(planeX).part(g))), f.let(load(row.at(planeW).part(g)))
			f.set(st.low[g], smaller(x, st.low[g]))
			f.set(st.high[g], larger(x, st.high[g]))
			f.accumulate(st.sumW[g], w)
			f.accumulate(st.sumX[g], mul(w, x))
		}
	})
	for g := range partsAtOnce {
		f.set(st.low[g], smaller(zero(), st.low[g]))
	}
	st.lowest = f.letParts(partsAtOnce, func(g int) vector { return st.low[g] })
	st.highest = f.let(load(s.at(rowHighest)))
	st.above = f.let(add(load(s.at(rowMost)), float(0.5)))
	st.known = f.letParts(partsAtOnce, func(g int) vector { return equal(st.sumX[g], st.sumX[g]) })

	// The plain rounding and its error.
	st.inverse = f.letParts(partsAtOnce, func(g int) vector { return div(load(s.at(rowMost)), sub(st.high[g], st.low[g])) })
	st.inverseLow = f.letParts(partsAtOnce, func(g int) vector { return st.low[g] })
	st.scale = f.letParts(partsAtOnce, func(g int) vector { return div(float(1), st.inverse[g]) })
	f.eachRow(s, n, func(row place) {
		for g := range partsAtOnce {
			x := load(row.at(planeX).part(g))
			f.store(row.at(planeWork).part(g), st.quant(g, x, st.inverse[g], anyQuotient))
		}
	})
	st.best = f.letZeros(partsAtOnce)
	f.errors(st.best, s, n, st.scale, st.low, absolute)

	numerator, left := f.letNumber(first), f.letNumber(candidates)
	f.when(left, func() {
		f.countDown(left, 1, func() {
			f.minCandidate(st, s, n, place{numerator, rowNumerators})
			f.advance(numerator, 4)
		})
	})

	// Lanes of equal values have no scale, and the min that is in all of them.
	for g := range partsAtOnce {
		constant := f.let(equal(st.lowest[g], st.high[g]))
		f.store(s.at(rowScale).part(g), without(st.scale[g], constant))
		f.store(s.at(rowMin).part(g), negative(choose(constant, st.high[g], st.low[g])))
		f.store(s.at(rowSumW).part(g), st.sumW[g])
		f.store(s.at(rowInverse).part(g), st.inverse[g])
		f.store(s.at(rowInverseLow).part(g), st.inverseLow[g])
	}
}

// quotients says what is known of quotients that are to be rounded.
type quotients int

const (
	anyQuotient   quotients = iota
	smallQuotient           // their magnitudes are below 2^22, so that nothing wraps
	closeQuotient           // they are next to quants, so that nothing is clamped
)

// quant returns the quant of x, as a float.
func (st *minState) quant(g int, x, inverse vector, known quotients) vector {
	v := mul(inverse, sub(x, st.low[g]))
	r := &st.rounding
	switch known {
	case closeQuotient:
		return sub(add(v, r.magic), r.magic)
	case smallQuotient:
		return sub(clamp(add(v, r.magic), r.magic, st.highest), r.magic)
	default:
		return sub(r.round(v, r.magic, st.highest), r.magic)
	}
}

// withQuotients runs the body that suits what is known of the quotients by the inverses.
// They lie between those of the least and of the greatest value, since both of their
// operations keep order. A NaN, which has none, is in the sum of the values.
func (f *function) withQuotients(st *minState, inverse []vectorLocal, body func(known quotients)) {
	small, within := bits(0xFFFFFFFF), bits(0xFFFFFFFF)
	for g := range partsAtOnce {
		small = and(small, st.known[g])
		for _, end := range []vectorLocal{st.lowest[g], st.high[g]} {
			v := f.let(mul(inverse[g], sub(end, st.low[g])))
			small = and(small, less(magnitude(v), float(1<<22)))
			within = and(within, and(lessOrEqual(float(-0.5), v), less(v, st.above)))
		}
	}
	small = f.let(small)
	f.either(allLanes(small), func() {
		f.either(allLanes(within), func() { body(closeQuotient) }, func() { body(smallQuotient) })
	}, func() { body(anyQuotient) })
}

// minCandidate rounds with one more scale, solves for the best scale and min of the
// quants, and takes them where their error is smaller.
func (f *function) minCandidate(st *minState, s place, n number, numerator place) {
	inverse := f.letParts(partsAtOnce, func(g int) vector {
		return div(loadBy(opLoadSplat, numerator), sub(st.high[g], st.low[g]))
	})
	wq, wqq, wqx := f.letZeros(partsAtOnce), f.letZeros(partsAtOnce), f.letZeros(partsAtOnce)
	f.withQuotients(st, inverse, func(known quotients) {
		f.eachRow(s, n, func(row place) {
			for g := range partsAtOnce {
				x := f.let(load(row.at(planeX).part(g)))
				q := f.let(st.quant(g, x, inverse[g], known))
				f.store(row.at(planeWork).part(g), q)
				w := f.let(mul(q, load(row.at(planeW).part(g))))
				f.accumulate(wq[g], w)
				f.accumulate(wqq[g], mul(w, q))
				f.accumulate(wqx[g], mul(w, x))
			}
		})
	})

	var solved []vectorLocal
	var scale, low []vectorLocal
	for g := range partsAtOnce {
		determinant := f.let(sub(mul(st.sumW[g], wqq[g]), mul(wq[g], wq[g])))
		tryScale := f.let(div(sub(mul(st.sumW[g], wqx[g]), mul(st.sumX[g], wq[g])), determinant))
		tryLow := f.let(div(sub(mul(wqq[g], st.sumX[g]), mul(wq[g], wqx[g])), determinant))
		solved = append(solved, f.let(less(zero(), determinant)))

		positive := f.let(less(zero(), tryLow))
		f.when(anyLane(positive), func() {
			f.set(tryLow, without(tryLow, positive))
			f.replace(positive, tryScale, div(wqx[g], wqq[g]))
		})
		scale, low = append(scale, tryScale), append(low, tryLow)
	}

	sums := f.letZeros(partsAtOnce)
	f.errors(sums, s, n, scale, low, st.absolute)
	for g := range partsAtOnce {
		taken := f.let(and(less(sums[g], st.best[g]), solved[g]))
		f.replace(taken, st.best[g], sums[g])
		f.replace(taken, st.scale[g], scale[g])
		f.replace(taken, st.inverse[g], inverse[g])
		f.replace(taken, st.inverseLow[g], st.low[g])
		f.replace(taken, st.low[g], low[g])
	}
}

// errors adds the weighted errors of the quants in work to sums.
func (f *function) errors(sums []vectorLocal, s place, n number, scale, low []vectorLocal, absolute bool) {
	f.eachRow(s, n, func(row place) {
		for g := range sums {
			e := f.let(sub(add(mul(scale[g], load(row.at(planeWork).part(g))), low[g]), load(row.at(planeX).part(g))))
			size := magnitude(e)
			if !absolute {
				size = mul(e, e)
			}
			f.accumulate(sums[g], mul(size, load(row.at(planeW).part(g))))
		}
	})
}
