package convert

import "math"

// pow32 returns x to the power of y as torch computes it for a float32 tensor
// on x86-64: the vectorised powf of SLEEF, in float32 pairs with fused
// multiply-adds, whose error is below one unit in the last place. It is not
// always the nearest float32 (of the 10,656 exponents i/dim of 18 rope bases
// and 11 head dimensions, 183 differ), and rope_freqs.weight is made of it, so
// the steps here are SLEEF's, in SLEEF's order.
//
// x must be positive and normal, and the result too; anything else takes the
// nearest float32 instead. SLEEF's special cases have no place in a rope.
func pow32(x, y float32) float32 {
	nearest := math.Pow(float64(x), float64(y))
	if !(x >= minNormal32) || math.IsInf(float64(x), 0) || !(nearest >= minNormal32 && nearest <= math.MaxFloat32/2) {
		return float32(nearest)
	}
	return expPair(logPair(x).scaled(y))
}

const minNormal32 = 0x1p-126

// A pair is the unevaluated sum of two float32, of which hi is the sum rounded:
// about 48 bits of precision.
type pair struct{ hi, lo float32 }

// logPair returns the natural logarithm of x, positive and normal.
func logPair(x float32) pair {
	// x = m * 2^e with m in [0.75, 1.5): the quotient is small on both sides
	// of one.
	e := exponent32(x * (1 / float32(0.75)))
	m := math.Float32frombits(math.Float32bits(x) - uint32(e)<<23)

	q := twoSum(-1, m).over(twoSum(1, m)) // (m-1)/(m+1)
	q2 := q.squared()
	// The series of 2*atanh(q), the first terms in pairs.
	t := float32(0.240320354700088500976562)
	t = fma32(t, q2.hi, 0.285112679004669189453125)
	t = fma32(t, q2.hi, 0.400007992982864379882812)
	const thirdHi, thirdLo = 0.66666662693023681640625, 3.69183861259614332084311e-09

	const ln2Hi, ln2Lo = 0.69314718246459960938, -1.904654323148236017e-09
	s := pair{ln2Hi, ln2Lo}.scaled(float32(e))
	s = s.plus(pair{q.hi + q.hi, q.lo + q.lo})
	return s.plus(q2.times(q).times(q2.scaled(t).sum(pair{thirdHi, thirdLo})))
}

// expPair returns e to the power of p.
func expPair(p pair) float32 {
	const (
		log2e        = 1.442695040888963407359924681001892137
		ln2Hi, ln2Lo = 0.693145751953125, 1.428606765330187045e-06
	)
	q := float32(math.RoundToEven(float64(float32(p.hi+p.lo) * float32(log2e))))
	s := p.plusExact(float32(q * -ln2Hi)).plusExact(float32(q * -ln2Lo)).normalized()

	u := float32(0.00136324646882712841033936)
	u = fma32(u, s.hi, 0.00836596917361021041870117)
	u = fma32(u, s.hi, 0.0416710823774337768554688)
	u = fma32(u, s.hi, 0.166665524244308471679688)
	u = fma32(u, s.hi, 0.499999850988388061523438)
	t := s.plus(s.squared().scaled(u))
	t = pair{1, 0}.plus(t)
	return float32(math.Ldexp(float64(t.hi+t.lo), int(q)))
}

// exponent32 returns the exponent of a normal number.
func exponent32(x float32) int32 { return int32(math.Float32bits(x)>>23&0xff) - 127 }

// twoSum returns x+y without error.
func twoSum(x, y float32) pair {
	s := x + y
	v := s - x
	return pair{s, (x - (s - v)) + (y - v)}
}

// plus returns p+q, where |p| is not below |q|.
func (p pair) plus(q pair) pair {
	s := p.hi + q.hi
	return pair{s, p.hi - s + q.hi + p.lo + q.lo}
}

// sum returns p+q, whichever is larger.
func (p pair) sum(q pair) pair {
	s := twoSum(p.hi, q.hi)
	return pair{s.hi, s.lo + (p.lo + q.lo)}
}

// plusExact returns p+y, whichever is larger.
func (p pair) plusExact(y float32) pair {
	s := twoSum(p.hi, y)
	return pair{s.hi, s.lo + p.lo}
}

func (p pair) normalized() pair {
	s := p.hi + p.lo
	return pair{s, p.hi - s + p.lo}
}

func (p pair) scaled(y float32) pair {
	s := float32(p.hi * y)
	return pair{s, fma32(p.lo, y, fma32(p.hi, y, -s))}
}

func (p pair) times(q pair) pair {
	s := float32(p.hi * q.hi)
	return pair{s, fma32(p.hi, q.lo, fma32(p.lo, q.hi, fma32(p.hi, q.hi, -s)))}
}

func (p pair) squared() pair {
	s := float32(p.hi * p.hi)
	return pair{s, fma32(p.hi+p.hi, p.lo, fma32(p.hi, p.hi, -s))}
}

func (p pair) over(q pair) pair {
	t := 1 / q.hi
	s := float32(p.hi * t)
	u := fma32(t, p.hi, -s)
	v := fma32(-q.lo, t, fma32(-q.hi, t, 1))
	return pair{s, fma32(s, v, fma32(p.lo, t, u))}
}

// fma32 returns x*y+z, rounded once. The product of two float32 is exact in
// float64; the sum is rounded to odd there, so that the second rounding, to
// float32, sees whether anything was cut off.
func fma32(x, y, z float32) float32 {
	p, c := float64(float64(x)*float64(y)), float64(z)
	s := p + c
	v := s - p
	if rest := (p - (s - v)) + (c - v); rest != 0 && math.Float64bits(s)&1 == 0 {
		if (rest > 0) == (s > 0) {
			s = math.Float64frombits(math.Float64bits(s) + 1)
		} else {
			s = math.Float64frombits(math.Float64bits(s) - 1)
		}
	}
	return float32(s)
}
