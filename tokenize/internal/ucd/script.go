package ucd

import "sort"

// A Script is a value of Unicode's property Script.
type Script uint8

// String returns the name of s as the Unicode Character Database writes it,
// such as Old_Italic.
func (s Script) String() string {
	if int(s) >= scripts {
		s = Unknown
	}
	return scriptNames[s][0]
}

// Code returns the four letters of ISO 15924 that stand for s, such as Ital.
func (s Script) Code() string {
	if int(s) >= scripts {
		s = Unknown
	}
	return scriptNames[s][1]
}

// Scripts returns the number of scripts; they are counted from 0, which is
// [Unknown].
func Scripts() int { return scripts }

// ScriptOf returns the script of r, [Unknown] for unassigned code points.
func ScriptOf(r rune) Script {
	if uint32(r) > MaxRune {
		return Unknown
	}
	i := sort.Search(len(scriptStarts), func(i int) bool { return scriptStarts[i]>>8 > uint32(r) })
	return Script(scriptStarts[i-1])
}

// Ranges returns the code points of s.
func (s Script) Ranges() []Range {
	var ranges []Range
	for i, start := range scriptStarts {
		if Script(start) != s {
			continue
		}
		end := rune(MaxRune)
		if i+1 < len(scriptStarts) {
			end = rune(scriptStarts[i+1]>>8) - 1
		}
		ranges = append(ranges, Range{rune(start >> 8), end})
	}
	return ranges
}
