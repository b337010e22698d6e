package ucd

// A Property is a binary property of code points.
type Property uint8

// Properties returns the number of properties; they are counted from 0.
func Properties() int { return properties }

// String returns the name of p as the Unicode Character Database writes it,
// such as Emoji_Modifier.
func (p Property) String() string {
	if int(p) >= properties {
		return "??"
	}
	return propertyTables[p].name
}

// Ranges returns the code points that have p.
func (p Property) Ranges() []Range {
	if int(p) >= properties {
		return nil
	}
	t := &propertyTables[p]
	return normalize(append(t.categories.appendRanges(nil), t.ranges...))
}

// IsSpace reports whether r has the property White_Space, as 25 code points
// have.
func IsSpace(r rune) bool {
	if uint32(r) < 0x100 {
		return r-'\t' <= '\r'-'\t' && r >= '\t' || r == ' ' || r == 0x85 || r == 0xa0
	}
	return isSpaceBeyond(r)
}

// isSpaceBeyond stands by itself so that IsSpace can be inlined.
func isSpaceBeyond(r rune) bool {
	switch {
	case r < 0x1680:
		return false
	case 0x2000 <= r && r <= 0x200a:
		return true
	}
	switch r {
	case 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return false
}
