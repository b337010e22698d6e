package main

import (
	"encoding/binary"
	"math"

	op "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// codebook is quantize.codebook4.
var codebook = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// A value is picked by the number of midpoints between neighbours in the codebook that
// it is not below. A table has, for each of 32 buckets, narrower than the gaps between
// midpoints, the number of midpoints below the bucket and the one that may be in it.
// Beyond pickLimit everything is next to one of the ends.
const pickLimit = 120

// bucket returns the number of midpoints below from, and twice the midpoint between
// from and to if there is one. The bounds are doubled, because midpoints are multiples
// of a half; none is a bound.
func bucket(from, to int) (below, midpoint int, found bool) {
	for i := range 15 {
		twice := int(codebook[i]) + int(codebook[i+1])
		switch {
		case twice < from:
			below++
		case twice < to:
			midpoint, found = twice, true
		}
	}
	return below, midpoint, found
}

// defineCodebook defines the tables.
//
// AVX-512 looks up 32 floats by the low five bits of t+pickMagic, which are those of
// t/8 rounded. AVX2 can look up bytes only, and 16 at a time: its buckets are 16 of
// twice the values, rounded down, and the midpoints are relative to the bucket, 16 for
// none.
func (m *machine) defineCodebook() {
	m.define("pickLowest", math.Float32bits(-pickLimit))
	m.define("pickHighest", math.Float32bits(pickLimit))
	if m.wide {
		var below, midpoints, values []uint32
		for e := range 32 {
			from := (e+16)%32*16 - 16*16 - 8
			n, midpoint, found := bucket(from, from+16)
			at := math.Inf(1)
			if found {
				at = float64(midpoint) / 2
			}
			below, midpoints = append(below, uint32(n)), append(midpoints, math.Float32bits(float32(at)))
		}
		for _, v := range codebook {
			values = append(values, math.Float32bits(float32(v)))
		}
		m.define("pickMagic", math.Float32bits(1.5*(1<<26)))
		m.define("integerOne", 1)
		m.define("below0", below[:16]...)
		m.define("below1", below[16:]...)
		m.define("midpoints0", midpoints[:16]...)
		m.define("midpoints1", midpoints[16:]...)
		m.define("codebook", values...)
		return
	}

	var upTo, midpoints, values []byte
	for b := range 32 {
		from := 16*b - 2*pickLimit
		n, midpoint, found := bucket(from, from+16)
		if !found {
			midpoint = from + 16
		}
		upTo, midpoints = append(upTo, byte(n+1)), append(midpoints, byte(midpoint-from))
	}
	for _, v := range codebook {
		values = append(values, byte(v))
	}
	m.define("pickOffset", 2*pickLimit)
	m.define("integer15", 15)
	m.define("firstHalf", 0x80808070)  // added to the bucket: sets bit 7, which looks up 0,
	m.define("secondHalf", 0x808080F0) // where the bucket is of the other half
	m.define("upTo0", words(upTo[:16])...)
	m.define("upTo1", words(upTo[16:])...)
	m.define("midpoints0", words(midpoints[:16])...)
	m.define("midpoints1", words(midpoints[16:])...)
	m.define("codebook", words(values)...)
}

func words(b []byte) []uint32 {
	var w []uint32
	for ; len(b) > 0; b = b[4:] {
		w = append(w, binary.LittleEndian.Uint32(b))
	}
	return w
}

// A picker has the tables in registers.
type picker struct{ below, midpoints [2]reg.VecVirtual }

func (m *machine) picker() (p picker) {
	below := "upTo"
	if m.wide {
		below = "below"
	}
	for i, half := range []string{"0", "1"} {
		p.below[i], p.midpoints[i] = m.vector(), m.vector()
		m.load(p.below[i], m.constant(below+half))
		m.load(p.midpoints[i], m.constant("midpoints"+half))
	}
	return p
}

// pick returns, as integers, the quants of the codebook's values next to t, which it
// overwrites.
func (m *machine) pick(p picker, t reg.VecVirtual) reg.VecVirtual {
	m.smaller(t, t, m.constant("pickHighest"))
	m.larger(t, t, m.constant("pickLowest"))
	quant, midpoint := m.vector(), m.vector()
	if m.wide {
		m.add(quant, t, m.constant("pickMagic"))
		m.VMOVUPS(quant, midpoint)
		m.VPERMI2PS(p.midpoints[1], p.midpoints[0], midpoint)
		m.VPERMI2D(p.below[1], p.below[0], quant)
		m.VPADDD(m.constant("integerOne"), quant, m.compare(atMost, midpoint, t), quant)
		return quant
	}

	m.add(t, t, t)
	m.VROUNDPS(op.U8(9), t, t) // down
	m.VCVTTPS2DQ(t, t)
	m.VPADDD(m.constant("pickOffset"), t, t)
	first, second := m.YMM(), m.YMM()
	m.VPSRLD(op.U8(4), t, second)
	m.VPAND(m.constant("integer15"), t, t)
	m.VPADDD(m.constant("firstHalf"), second, first)
	m.VPADDD(m.constant("secondHalf"), second, second)
	m.VPSHUFB(first, p.midpoints[0], midpoint)
	m.VPSHUFB(second, p.midpoints[1], quant)
	m.VPOR(quant, midpoint, midpoint)
	m.VPCMPGTD(t, midpoint, midpoint) // -1 where it is above
	m.VPSHUFB(first, p.below[0], first)
	m.VPSHUFB(second, p.below[1], second)
	m.VPOR(first, second, quant)
	m.VPADDD(midpoint, quant, quant)
	return quant
}

// codebookValue returns the values of quants, which it overwrites.
func (m *machine) codebookValue(quant reg.VecVirtual) reg.VecVirtual {
	v := m.vector()
	if m.wide {
		m.VPERMPS(m.constant("codebook"), quant, v)
		return v
	}
	m.load(v, m.constant("codebook"))
	m.VPSLLD(op.U8(24), quant, quant)
	m.VPSHUFB(quant, v, v)
	m.VPSRAD(op.U8(24), v, v)
	m.VCVTDQ2PS(v, v)
	return v
}

// codebookSearch makes the kernel that does what codebookScale does in every lane.
func (m *machine) codebookSearch() {
	m.function("codebookSearch", "s *laneSet, candidates int", `
sets scale of each lane as codebookScale does, for 32 values. It takes the numerators of
the candidates, of which the first is -127.`)
	s, candidates := op.Mem{Base: m.parameter("s")}, m.parameter("candidates")
	n := m.GP64()
	m.MOVQ(op.U32(32), n)
	p := m.picker()
	for g := range m.groups() {
		scale, best, peak := m.vector(), m.vector(), m.vector()
		m.extreme(s, n, g, peak)
		project := func(inverse reg.VecVirtual) projection {
			sums := projection{inverse, m.vector(), m.vector()}
			m.zero(sums.wxq)
			m.zero(sums.wqq)
			m.eachRow(s, n, func(row op.Mem) {
				t := m.vector()
				m.mul(t, inverse, m.part(row, planeX, g))
				v := m.codebookValue(m.pick(p, t))
				wv := m.vector()
				m.mul(wv, v, m.part(row, planeW, g))
				m.mul(v, wv, v)
				m.add(sums.wqq, sums.wqq, v)
				m.mul(wv, wv, m.part(row, planeX, g))
				m.add(sums.wxq, sums.wxq, wv)
			})
			return sums
		}

		m.Comment("The first candidate puts the peak at -127, by two divisions.")
		numerator, left := m.GP64(), m.GP64()
		m.LEAQ(s.Offset(rowNumerators), numerator)
		m.MOVQ(candidates, left)
		inverse, least := m.vector(), m.vector()
		m.xor(inverse, peak, m.constant("sign"))
		m.broadcast(least, op.Mem{Base: numerator})
		m.div(inverse, inverse, least)
		m.load(least, m.constant("one"))
		m.div(inverse, least, inverse)
		first := project(inverse)
		zero := m.vector()
		m.zero(zero)
		m.zero(scale)
		solved := m.compare(less, zero, first.wqq)
		m.div(best, first.wxq, first.wqq)
		m.replace(solved, scale, best)
		m.mul(best, scale, first.wxq)

		m.Comment("The others replace it where they explain more.")
		loop, done := m.label("candidates"), m.label("done")
		m.Label(loop)
		m.ADDQ(op.U8(4), numerator)
		m.DECQ(left)
		m.JZ(op.LabelRef(done))
		m.broadcast(inverse, op.Mem{Base: numerator})
		m.div(inverse, inverse, peak)
		sums := project(inverse)
		m.takeBetter(scale, best, sums, m.part(s, rowInverse, g))
		m.JMP(op.LabelRef(loop))
		m.Label(done)
		m.storeScale(s, g, scale, peak)
	}
	m.end()
}

// picks makes the kernel that picks quants in the order of memory.
func (m *machine) picks() {
	m.function("picks", "quants *byte, x *float32, s *laneSet", `
sets the quants of 16 sub-blocks of 32 to those of the codebook's values next to the
values times scale, an inverse.`)
	quants, x, s := m.parameter("quants"), m.parameter("x"), m.parameter("s")
	p := m.picker()
	left := m.GP64()
	m.MOVQ(op.U32(16), left)
	loop := m.label("subblocks")
	m.Label(loop)
	inverse := m.vector()
	m.broadcast(inverse, op.Mem{Base: s, Disp: rowScale})
	for half := range 2 {
		v := m.vectors()
		for g := range v {
			t := m.vector()
			m.mul(t, inverse, m.part(op.Mem{Base: x}, rowBytes*half, g))
			v[g] = m.pick(p, t)
		}
		m.storeBytes(op.Mem{Base: quants, Disp: 16 * half}, v)
	}
	m.ADDQ(op.U32(2*rowBytes), x)
	m.ADDQ(op.U8(32), quants)
	m.ADDQ(op.U8(4), s)
	m.DECQ(left)
	m.JNZ(op.LabelRef(loop))
	m.end()
}
