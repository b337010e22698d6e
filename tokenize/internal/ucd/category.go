package ucd

import "sync"

// A Category is a general category of Unicode.
type Category uint8

// The general categories, in an order that keeps the members of a group together.
const (
	Lu Category = iota // uppercase letter
	Ll                 // lowercase letter
	Lt                 // titlecase letter
	Lm                 // modifier letter
	Lo                 // other letter
	Mn                 // nonspacing mark
	Mc                 // spacing mark
	Me                 // enclosing mark
	Nd                 // decimal digit
	Nl                 // letter number
	No                 // other number
	Pc                 // connector punctuation
	Pd                 // dash punctuation
	Ps                 // open punctuation
	Pe                 // close punctuation
	Pi                 // initial punctuation
	Pf                 // final punctuation
	Po                 // other punctuation
	Sm                 // math symbol
	Sc                 // currency symbol
	Sk                 // modifier symbol
	So                 // other symbol
	Zs                 // space separator
	Zl                 // line separator
	Zp                 // paragraph separator
	Cc                 // control
	Cf                 // format
	Cs                 // surrogate
	Co                 // private use
	Cn                 // unassigned
)

// Categories is how many categories there are.
const Categories = int(Cn) + 1

const categoryNames = "LuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCsCoCn"

// String returns the two letters of c.
func (c Category) String() string {
	if int(c) >= Categories {
		return "??"
	}
	return categoryNames[2*c : 2*c+2]
}

// IsLetter reports whether c is in group L.
func (c Category) IsLetter() bool { return c <= Lo }

// IsMark reports whether c is in group M.
func (c Category) IsMark() bool { return c-Mn <= Me-Mn }

// IsNumber reports whether c is in group N.
func (c Category) IsNumber() bool { return c-Nd <= No-Nd }

// IsPunct reports whether c is in group P.
func (c Category) IsPunct() bool { return c-Pc <= Po-Pc }

// IsSymbol reports whether c is in group S.
func (c Category) IsSymbol() bool { return c-Sm <= So-Sm }

// IsSeparator reports whether c is in group Z.
func (c Category) IsSeparator() bool { return c-Zs <= Zp-Zs }

// IsOther reports whether c is in group C.
func (c Category) IsOther() bool { return c >= Cc }

// categoryRun is a stretch of code points of one category.
type categoryRun struct {
	lo, hi   rune
	category Category
}

// CategoryOf returns the general category of r, [Cn] for what is no code point.
func CategoryOf(r rune) Category {
	if uint32(r) < categoryLimit {
		return categoryData[uint(categoryIndex[uint32(r)>>categoryShift])+uint(r)%(1<<categoryShift)]
	}
	return categoryBeyond(r)
}

// categoryBeyond stands by itself so that CategoryOf can be inlined.
func categoryBeyond(r rune) Category {
	for i := range categoryRest {
		if run := &categoryRest[i]; run.lo <= r && r <= run.hi {
			return run.category
		}
	}
	return Cn
}

// A categorySet has a bit for each category.
type categorySet uint32

// categoryRuns has the categories of all code points, in order.
var categoryRuns = sync.OnceValue(func() []categoryRun {
	var runs []categoryRun
	for r := rune(0); r < categoryLimit; r++ {
		c := CategoryOf(r)
		if n := len(runs); n > 0 && runs[n-1].category == c {
			runs[n-1].hi = r
			continue
		}
		runs = append(runs, categoryRun{r, r, c})
	}
	next := rune(categoryLimit)
	for _, run := range categoryRest {
		if next < run.lo {
			runs = append(runs, categoryRun{next, run.lo - 1, Cn})
		}
		runs = append(runs, run)
		next = run.hi + 1
	}
	if next <= MaxRune {
		runs = append(runs, categoryRun{next, MaxRune, Cn})
	}
	return runs
})

// Ranges returns the code points whose category matches, in order; ranges that
// touch are one.
func Ranges(match func(Category) bool) []Range {
	var set categorySet
	for c := range Category(Categories) {
		if match(c) {
			set |= 1 << c
		}
	}
	return set.appendRanges(nil)
}

func (set categorySet) appendRanges(ranges []Range) []Range {
	for _, run := range categoryRuns() {
		if set&(1<<run.category) != 0 {
			ranges = appendRange(ranges, Range{run.lo, run.hi})
		}
	}
	return ranges
}
