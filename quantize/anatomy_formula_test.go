package quantize

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// The tests compute weights by the formulas that an Anatomy shows, read as Go, so
// that the text itself is what they hold.

func parseFormula(t rapid.TB, formula string) ast.Expr {
	t.Helper()
	e, err := parser.ParseExpr(strings.ReplaceAll(formula, "·", "*"))
	if err != nil {
		t.Fatalf("%s: %v", formula, err)
	}
	return e
}

// formulaTerms are what the names in a formula stand for, for one weight.
type formulaTerms struct {
	typ     Type
	anatomy *Anatomy
	weight  int
}

// value returns what an expression is, each operation rounded to float32.
func (f *formulaTerms) value(t rapid.TB, e ast.Expr) float64 {
	t.Helper()
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.value(t, e.X)
	case *ast.BasicLit:
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	case *ast.Ident:
		field := fieldOf(t, f.anatomy, e.Name)
		return field.Values[f.weight/field.Each]
	case *ast.CallExpr:
		return f.call(t, e.Fun.(*ast.Ident).Name, f.value(t, e.Args[0]))
	case *ast.BinaryExpr:
		x, y := f.value(t, e.X), f.value(t, e.Y)
		switch e.Op {
		case token.ADD:
			return float64(float32(x + y))
		case token.SUB:
			return float64(float32(x - y))
		case token.MUL:
			return float64(float32(x * y))
		case token.QUO:
			return float64(float32(x / y))
		}
	}
	t.Fatalf("%T in a formula", e)
	return 0
}

func (f *formulaTerms) call(t rapid.TB, name string, x float64) float64 {
	t.Helper()
	switch name {
	case "codebook":
		return float64([16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}[int(x)])
	case "E2M1":
		return [16]float64{0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6}[int(x)]
	case "sign":
		return 1 - 2*float64(int(x)>>(f.weight%8)&1)
	case "grid":
		g := testGrids[f.typ]
		return g.levels[g.digit(uint64(x), f.weight)]
	}
	t.Fatalf("%s in a formula", name)
	return 0
}

// A testGrid is a lattice whose points have size digits of width bits.
type testGrid struct {
	points      []uint16
	size, width int
	levels      []float64
}

// digit returns the digit of a point that is about a weight.
func (g *testGrid) digit(index uint64, weight int) uint16 {
	return g.points[index] >> (weight % g.size * g.width) & (1<<g.width - 1)
}

var testGrids = map[Type]*testGrid{
	IQ1_S:   {iq1Grid[:], 8, 2, []float64{-1, 0, 1}},
	IQ1_M:   {iq1Grid[:], 8, 2, []float64{-1, 0, 1}},
	IQ2_XXS: {iq2xxsGrid[:], 8, 2, []float64{8, 25, 43}},
	IQ2_XS:  {iq2xsGrid[:], 8, 2, []float64{8, 25, 43}},
	IQ2_S:   {iq2sGrid[:], 8, 2, []float64{8, 25, 43}},
	IQ3_XXS: {iq3xxsGrid[:], 4, 3, []float64{4, 12, 20, 28, 36, 44, 52, 62}},
	IQ3_S:   {iq3sGrid[:], 4, 3, []float64{1, 3, 5, 7, 9, 11, 13, 15}},
}
