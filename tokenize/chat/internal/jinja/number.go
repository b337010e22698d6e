package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// number takes a number apart: an int64, a *big.Int or a float64. A boolean is
// an integer.
func number(v Value) (Value, bool) {
	switch v := v.(type) {
	case int64, float64, *big.Int:
		return v, true
	case bool:
		return boolInt(v), true
	}
	return nil, false
}

// integer returns a value as an int64, if it is an integer of that size.
func integer(v Value) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case bool:
		return boolInt(v), true
	}
	return 0, false
}

// isInteger reports whether a value is an integer of whatever size.
func isInteger(v Value) bool {
	_, isBig := v.(*big.Int)
	_, ok := integer(v)
	return ok || isBig
}

func toBig(v Value) *big.Int {
	if b, ok := v.(*big.Int); ok {
		return b
	}
	return big.NewInt(v.(int64))
}

// toFloat is Python's float() of a number.
func (it *interp) toFloat(v Value) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	it.alloc(bitLen(v) / 8)
	f, _ := new(big.Float).SetInt(v.(*big.Int)).Float64()
	if math.IsInf(f, 0) {
		it.fail(ErrValue, "int too large to convert to float")
	}
	return f
}

// words returns how many machine words a big integer takes.
func words(b *big.Int) int { return len(b.Bits()) }

// bitLen returns how many bits an integer has.
func bitLen(v Value) int {
	if b, ok := v.(*big.Int); ok {
		return b.BitLen()
	}
	return 64
}

// normal returns a big integer as an int64 where it is small, and pays for it.
func (it *interp) normal(b *big.Int) Value {
	if b.IsInt64() {
		return b.Int64()
	}
	if b.BitLen() > maxBits {
		it.fail(ErrLimit, "the integer is too large")
	}
	it.alloc(b.BitLen() / 8)
	return b
}

// arithmetic applies one of + - * / // % ** to two numbers. The result is nil
// where there is none such.
func (it *interp) arithmetic(op operator, x, y Value) Value {
	xf, xFloat := x.(float64)
	yf, yFloat := y.(float64)
	if xFloat || yFloat || op == opDiv {
		if !xFloat {
			xf = it.toFloat(x)
		}
		if !yFloat {
			yf = it.toFloat(y)
		}
		return it.floatArithmetic(op, xf, yf)
	}
	a, aOK := x.(int64)
	b, bOK := y.(int64)
	if aOK && bOK {
		if v, ok := it.smallArithmetic(op, a, b); ok {
			return v
		}
	}
	return it.bigArithmetic(op, toBig(x), toBig(y))
}

// smallArithmetic does what fits int64.
func (it *interp) smallArithmetic(op operator, a, b int64) (Value, bool) {
	switch op {
	case opAdd:
		c := a + b
		return c, (c > a) == (b > 0)
	case opSub:
		c := a - b
		return c, (c < a) == (b > 0)
	case opMul:
		if a == 0 || b == 0 {
			return int64(0), true
		}
		c := a * b
		return c, c/b == a && (a != -1 || b != math.MinInt64) && (b != -1 || a != math.MinInt64)
	case opFloorDiv, opMod:
		if b == 0 {
			it.fail(ErrValue, "integer division or modulo by zero")
		}
		if a == math.MinInt64 && b == -1 {
			return nil, false
		}
		q, r := a/b, a%b
		if r != 0 && (r < 0) != (b < 0) {
			q, r = q-1, r+b
		}
		if op == opMod {
			return r, true
		}
		return q, true
	}
	return nil, false
}

func (it *interp) bigArithmetic(op operator, a, b *big.Int) Value {
	c := new(big.Int)
	it.alloc(16 * max(words(a), words(b)))
	switch op {
	case opAdd:
		c.Add(a, b)
	case opSub:
		c.Sub(a, b)
	case opMul:
		it.step(words(a) * words(b) >> 6)
		c.Mul(a, b)
	case opFloorDiv, opMod:
		if b.Sign() == 0 {
			it.fail(ErrValue, "integer division or modulo by zero")
		}
		it.step(words(a) * words(b) >> 6)
		m := new(big.Int)
		c.DivMod(a, b, m) // Euclid's, whose remainder is never negative
		if b.Sign() < 0 && m.Sign() != 0 {
			c.Sub(c, big.NewInt(1))
			m.Add(m, b)
		}
		if op == opMod {
			c = m
		}
	case opPow:
		if b.Sign() < 0 {
			return it.floatArithmetic(op, it.toFloat(it.normal(a)), it.toFloat(it.normal(b)))
		}
		if a.BitLen() > 1 && (!b.IsInt64() || b.Int64() > maxBits/int64(a.BitLen()-1)) {
			it.fail(ErrLimit, "the integer is too large")
		}
		switch {
		case a.BitLen() > 1:
			n := a.BitLen() * int(b.Int64()) >> 6 // words of the result, at most
			it.step(n * n >> 6)
			c.Exp(a, b, nil)
		case a.Sign() < 0 && b.Bit(0) == 0:
			c.SetInt64(1)
		case b.Sign() == 0:
			c.SetInt64(1)
		default:
			c.Set(a)
		}
	}
	it.step(1 + c.BitLen()/64)
	return it.normal(c)
}

func (it *interp) floatArithmetic(op operator, a, b float64) Value {
	switch op {
	case opAdd:
		return a + b
	case opSub:
		return a - b
	case opMul:
		return a * b
	case opDiv:
		if b == 0 {
			it.fail(ErrValue, "division by zero")
		}
		return a / b
	case opFloorDiv, opMod:
		if b == 0 {
			it.fail(ErrValue, "float floor division by zero")
		}
		div, mod := floatDivMod(a, b)
		if op == opMod {
			return mod
		}
		return div
	case opPow:
		switch {
		case a == 0 && b < 0:
			it.fail(ErrValue, "0.0 cannot be raised to a negative power")
		case a < 0 && b != math.Trunc(b) && !math.IsInf(a, 0):
			it.fail(ErrUnsupported, "complex numbers")
		}
		c := math.Pow(a, b)
		if math.IsInf(c, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
			it.fail(ErrLimit, "numerical result out of range")
		}
		return c
	}
	return nil
}

// floatDivMod is Python's divmod of floats: the remainder has the divisor's
// sign.
func floatDivMod(a, b float64) (div, mod float64) {
	mod = math.Mod(a, b)
	div = (a - mod) / b
	if mod != 0 {
		if (b < 0) != (mod < 0) {
			mod += b
			div--
		}
	} else {
		mod = math.Copysign(0, b)
	}
	if div == 0 {
		return math.Copysign(0, a/b), mod
	}
	floor := math.Floor(div)
	if div-floor > 0.5 {
		floor++
	}
	return floor, mod
}

// compareNumbers compares two numbers exactly, as Python does; ok is false
// where one is not a number at all (NaN).
func (it *interp) compareNumbers(x, y Value) (c int, ok bool) {
	a, aOK := x.(int64)
	b, bOK := y.(int64)
	if aOK && bOK {
		switch {
		case a < b:
			return -1, true
		case a > b:
			return 1, true
		}
		return 0, true
	}
	xf, xFloat := x.(float64)
	yf, yFloat := y.(float64)
	if xFloat && math.IsNaN(xf) || yFloat && math.IsNaN(yf) {
		return 0, false
	}
	it.step((bitLen(x) + bitLen(y)) >> 6)
	if !xFloat && !yFloat {
		return toBig(x).Cmp(toBig(y)), true
	}
	it.alloc((bitLen(x) + bitLen(y)) / 8)
	return exact(x).Cmp(exact(y)), true
}

// exact returns a number that is not NaN with all its bits.
func exact(v Value) *big.Float {
	switch v := v.(type) {
	case int64:
		return new(big.Float).SetInt64(v)
	case float64:
		return new(big.Float).SetFloat64(v)
	}
	return new(big.Float).SetInt(v.(*big.Int))
}

// formatFloat is Python's repr() of a float: the shortest digits that read back
// the same, with an exponent below 1e-4 and from 1e16.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// maxDigits is how many decimal digits of an integer Python reads and writes.
const maxDigits = 4300

// formatInt is Python's str() of an integer.
func (it *interp) formatInt(v Value) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case *big.Int:
		it.step(v.BitLen())
		if s := v.String(); len(s) <= maxDigits {
			return s
		}
	}
	it.fail(ErrValue, "exceeds the limit for integer string conversion")
	return ""
}
