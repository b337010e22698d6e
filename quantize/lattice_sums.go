package quantize

// The sums that a candidate of the IQ2 and IQ3 types is judged by, point after point.

// add8 adds the terms of a point of eight digits.
func (s *projection) add8(point uint16, w, wx *[8]float32) {
	var t terms8
	t.set(point, w, wx)
	t.addTo(s)
}

// add4 adds the terms of a point of four digits.
func (s *projection) add4(point uint16, w, wx *[4]float32) {
	var t terms4
	t.set(point, w, wx)
	t.addTo(s)
}

// terms8 are the terms of the sums for a point of eight digits.
type terms8 [8]projection

func (t *terms8) set(point uint16, w, wx *[8]float32) {
	low, high := (*terms4)(t[:4]), (*terms4)(t[4:])
	q := [4]float32{oddNumbers[point&3], oddNumbers[point>>2&3], oddNumbers[point>>4&3], oddNumbers[point>>6&3]}
	low.multiply(&q, (*[4]float32)(w[:4]), (*[4]float32)(wx[:4]))
	q = [4]float32{oddNumbers[point>>8&3], oddNumbers[point>>10&3], oddNumbers[point>>12&3], oddNumbers[point>>14]}
	high.multiply(&q, (*[4]float32)(w[4:]), (*[4]float32)(wx[4:]))
}

func (t *terms8) addTo(s *projection) {
	(*terms4)(t[:4]).addTo(s)
	(*terms4)(t[4:]).addTo(s)
}

// terms4 are the terms of the sums for a point of four digits.
type terms4 [4]projection

func (t *terms4) set(point uint16, w, wx *[4]float32) {
	t.multiply(&[4]float32{oddNumbers[point&7], oddNumbers[point>>3&7], oddNumbers[point>>6&7], oddNumbers[point>>9&7]}, w, wx)
}

func (t *terms4) multiply(q, w, wx *[4]float32) {
	t[0] = projection{wx[0] * q[0], w[0] * q[0] * q[0]}
	t[1] = projection{wx[1] * q[1], w[1] * q[1] * q[1]}
	t[2] = projection{wx[2] * q[2], w[2] * q[2] * q[2]}
	t[3] = projection{wx[3] * q[3], w[3] * q[3] * q[3]}
}

// addTo adds the terms one by one: their order is part of the formats.
func (t *terms4) addTo(s *projection) {
	s.wxq = s.wxq + t[0].wxq + t[1].wxq + t[2].wxq + t[3].wxq
	s.wqq = s.wqq + t[0].wqq + t[1].wqq + t[2].wqq + t[3].wqq
}

// better reports whether the quants explain more than best, which is Σwxq times
// the best scale of others.
func (s *projection) better(best float32) bool {
	return s.wqq > 0 && float32(s.wxq*s.wxq) > float32(best*s.wqq)
}
