package main

// candidatesAtOnce is the number of candidates of a pass over the values: their sums do
// not wait for each other.
const candidatesAtOnce = 3

// symmetricSearch makes the kernel that does what symmetricScale does in every lane: it
// takes s, n and candidates, one and a multiple of three; of s lowest, highest and the
// numerators. It sets scale, sumW and the inverse of each lane, and min to 0. The
// quotients are small, so that nothing wraps.
func (m *module) symmetricSearch() {
	f := m.function("symmetricSearch", 3)
	first, n, candidates := f.parameter(0), f.parameter(1), f.parameter(2)
	magic := f.let(bits(magicBits))
	f.eachPart(first, 1, func(s place) {
		lowest, highest := f.let(load(s.at(rowLowest))), f.let(load(s.at(rowHighest)))
		peak := f.extreme(s, n)
		project := func(numerator place, count int) []projection {
			p := make([]projection, count)
			for i := range p {
				inverse := f.let(div(loadBy(opLoadSplat, numerator.at(4*i)), peak))
				p[i] = projection{inverse, f.let(zero()), f.let(zero())}
			}
			f.eachRow(s, n, func(row place) {
				x := f.let(load(row.at(planeX)))
				wx, w := f.let(load(row.at(planeWork))), f.let(load(row.at(planeW)))
				for _, p := range p {
					q := f.let(sub(clamp(add(mul(p.inverse, x), magic), lowest, highest), magic))
					f.accumulate(p.wxq, mul(q, wx))
					f.accumulate(p.wqq, mul(mul(q, w), q))
				}
			})
			return p
		}

		// The first candidate puts the peak at the lowest quant.
		start := project(place{first, rowNumerators}, 1)[0]
		scale := f.let(without(div(start.wxq, start.wqq), equal(start.wqq, zero())))
		best := f.let(mul(scale, start.wxq))
		kept := f.let(start.inverse)

		// The others replace it where they explain more.
		numerator, left := f.letNumber(addNumbers(first, integer(4))), f.letNumber(addNumbers(candidates, integer(-1)))
		f.countDown(left, candidatesAtOnce, func() {
			for _, p := range project(place{numerator, rowNumerators}, candidatesAtOnce) {
				taken := f.let(and(less(zero(), p.wqq), less(mul(best, p.wqq), mul(p.wxq, p.wxq))))
				try := f.let(div(p.wxq, p.wqq))
				f.replace(taken, scale, try)
				f.replace(taken, best, mul(try, p.wxq))
				f.replace(taken, kept, p.inverse)
			}
			f.advance(numerator, 4*candidatesAtOnce)
		})
		f.store(s.at(rowInverse), kept)
		f.store(s.at(rowInverseLow), zero())
		f.storeScale(s, scale, peak)
	})
}

// projection is a candidate's inverse scale, Σwxq and Σwq².
type projection struct{ inverse, wxq, wqq vectorLocal }

// extreme returns the first value of the largest magnitude, and sets the plane work to
// the products of weights and values, and sumW.
func (f *function) extreme(s place, n number) vectorLocal {
	peak, most, sumW := f.let(zero()), f.let(zero()), f.let(zero())
	f.eachRow(s, n, func(row place) {
		x, w := f.let(load(row.at(planeX))), f.let(load(row.at(planeW)))
		size := f.let(magnitude(x))
		f.replace(less(most, size), peak, x)
		f.set(most, larger(size, most))
		f.accumulate(sumW, w)
		f.store(row.at(planeWork), mul(w, x))
	})
	f.store(s.at(rowSumW), sumW)
	return peak
}

// storeScale stores the scale, 0 where all values count as zeros, and the min 0.
func (f *function) storeScale(s place, scale, peak vector) {
	f.store(s.at(rowScale), without(scale, less(magnitude(peak), float(1e-15))))
	f.store(s.at(rowMin), zero())
}
