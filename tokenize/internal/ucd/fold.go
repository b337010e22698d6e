package ucd

import "sort"

// foldRun is a stretch of code points, step apart, that fold to what is delta
// further on.
type foldRun struct {
	lo, hi rune
	delta  int32
	step   uint8
}

// fullFold is the folding of a code point to several.
type fullFold struct {
	r  rune
	to string
}

// Fold returns the simple case folding of r, which is r itself for most.
func Fold(r rune) rune {
	i := sort.Search(len(foldRuns), func(i int) bool { return foldRuns[i].hi >= r })
	if i == len(foldRuns) {
		return r
	}
	run := &foldRuns[i]
	if r < run.lo || (r-run.lo)%rune(run.step) != 0 {
		return r
	}
	return r + run.delta
}

// FullFold returns the case folding of r if that is more than one character.
func FullFold(r rune) (string, bool) {
	i := sort.Search(len(fullFolds), func(i int) bool { return fullFolds[i].r >= r })
	if i == len(fullFolds) || fullFolds[i].r != r {
		return "", false
	}
	return fullFolds[i].to, true
}

// Folds calls do with every code point that folds to another one, in order.
func Folds(do func(from, to rune)) {
	for _, run := range foldRuns {
		for r := run.lo; r <= run.hi; r += rune(run.step) {
			do(r, r+run.delta)
		}
	}
}

// FullFolds calls do with every code point that folds to several, in order.
func FullFolds(do func(from rune, to string)) {
	for _, f := range fullFolds {
		do(f.r, f.to)
	}
}
