package ucd

import (
	"cmp"
	"slices"
)

// A Range is the code points from Lo to Hi, both included.
type Range struct{ Lo, Hi rune }

// appendRange appends r, which starts no earlier than the last of ranges, and
// joins the two if they touch.
func appendRange(ranges []Range, r Range) []Range {
	if n := len(ranges); n > 0 && r.Lo <= ranges[n-1].Hi+1 {
		ranges[n-1].Hi = max(ranges[n-1].Hi, r.Hi)
		return ranges
	}
	return append(ranges, r)
}

// normalize sorts ranges and joins those that touch.
func normalize(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.Lo, b.Lo) })
	joined := ranges[:0]
	for _, r := range ranges {
		joined = appendRange(joined, r)
	}
	return joined
}
