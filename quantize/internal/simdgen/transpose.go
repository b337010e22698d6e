package main

// transpose makes the kernel that puts values from the order of memory into lanes, by
// tiles of 4 by 4: it takes dst, src and n, 16 or 32, and sets lane j of row i to value i
// of the n values of sub-block j.
func (m *module) transpose() {
	f := m.function("transpose", 3)
	dst, src, n := f.parameter(0), f.parameter(1), f.parameter(2)
	stride := f.letNumber(shiftLeft(n, integer(2))) // bytes from a sub-block to the next
	f.eachPart(dst, 1, func(part place) {
		var from [4]numberLocal
		from[0] = f.letNumber(src)
		for i := range 3 {
			from[i+1] = f.letNumber(addNumbers(from[i], stride))
		}
		f.setNumber(src, addNumbers(from[3], stride))
		row, left := f.letNumber(part.base), f.letNumber(n)
		f.countDown(left, 4, func() {
			var r [4]vectorLocal
			for i := range r {
				r[i] = f.let(load(place{base: from[i]}))
				f.advance(from[i], 4*4)
			}
			low01, high01 := f.let(shuffle(r[0], r[1], 0, 4, 1, 5)), f.let(shuffle(r[0], r[1], 2, 6, 3, 7))
			low23, high23 := f.let(shuffle(r[2], r[3], 0, 4, 1, 5)), f.let(shuffle(r[2], r[3], 2, 6, 3, 7))
			for i, column := range []vector{
				shuffle(low01, low23, 0, 1, 4, 5), shuffle(low01, low23, 2, 3, 6, 7),
				shuffle(high01, high23, 0, 1, 4, 5), shuffle(high01, high23, 2, 3, 6, 7),
			} {
				f.store(place{row, i * rowBytes}, column)
			}
			f.advance(row, 4*rowBytes)
		})
	})
}
