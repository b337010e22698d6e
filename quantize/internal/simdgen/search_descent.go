package main

// planeQuants is the half of the plane work that 16 values leave free.
const planeQuants = planeWork + 16*rowBytes

// descentSearch makes the kernel that does what descendScale does in every lane, for 16
// values: it takes s, of that lowest, highest and the weights, and sets scale of each
// lane, and min to 0. A lane that is done before the others stays as it is.
func (m *module) descentSearch() {
	f := m.function("descentSearch", 1)
	first := f.parameter(0)
	r := f.rounding()
	f.eachPart(first, 1, func(s place) {
		d := &descent{rounding: r}
		d.lowest, d.highest = f.let(load(s.at(rowLowest))), f.let(load(s.at(rowHighest)))
		peak := f.extreme(s, integer(16))
		inverse := f.let(div(loadBy(opLoadSplat, place{first, rowNumerators}), peak))
		d.wxq, d.wqq = f.let(zero()), f.let(zero())
		f.eachRow(s, integer(16), func(row place) {
			q := f.let(d.quant(mul(inverse, load(row.at(planeX)))))
			f.store(row.at(planeQuants), q)
			f.accumulate(d.wxq, mul(q, load(row.at(planeWork))))
			f.accumulate(d.wqq, mul(mul(q, load(row.at(planeW))), q))
		})

		d.changed = f.letNumber(integer(0))
		rounds := f.letNumber(integer(5))
		f.while(func() number {
			f.setNumber(d.changed, integer(0))
			f.eachRow(s, integer(16), func(row place) { f.descend(d, row) })
			f.advance(rounds, -1)
			return numbers(opI32And, d.changed, numbers(opI32Unequal, rounds, integer(0)))
		})
		f.storeScale(s, and(div(d.wxq, d.wqq), less(zero(), d.wqq)), peak)
	})
}

// A descent is the state of descentSearch.
type descent struct {
	rounding        rounding
	lowest, highest vectorLocal
	wxq, wqq        vectorLocal
	changed         numberLocal // 1 after a round in which a quant moved
}

// quant rounds to a quant, as a float.
func (d *descent) quant(v vector) vector {
	return sub(d.rounding.round(v, d.lowest, d.highest), d.rounding.magic)
}

// descend moves the quants of one row where that explains more. In most rows no quant
// of any lane moves: then it leaves the sums alone, so that the next row does not wait
// for them.
func (f *function) descend(d *descent, row place) {
	q := f.let(load(row.at(planeQuants)))
	wx, w := f.let(load(row.at(planeWork))), f.let(load(row.at(planeW)))
	restX := f.let(sub(d.wxq, mul(q, wx)))
	restQ := f.let(sub(d.wqq, mul(mul(q, w), q)))
	try := f.let(d.quant(div(mul(restQ, load(row.at(planeX))), restX)))
	moved := f.let(and(less(zero(), restX), unequal(try, q)))
	f.when(anyLane(moved), func() {
		f.accumulate(restX, mul(try, wx))
		f.accumulate(restQ, mul(mul(try, w), try))
		better := less(mul(mul(d.wxq, d.wxq), restQ), mul(mul(restX, restX), d.wqq))
		f.set(moved, and(and(moved, less(zero(), restQ)), better))
		f.when(anyLane(moved), func() {
			f.store(row.at(planeQuants), choose(moved, try, q))
			f.replace(moved, d.wxq, restX)
			f.replace(moved, d.wqq, restQ)
			f.setNumber(d.changed, integer(1))
		})
	})
}
