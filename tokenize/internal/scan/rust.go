package scan

import "slices"

// Two of Hugging Face's pre-tokenizers ask Rust and not Oniguruma what a
// character is, and Rust's tables are of other versions of Unicode. These are
// the differences from Unicode 16 in tokenizers 0.22.2.

// isRustNumeric reports whether Digits takes r, of class k, for a digit: by the
// table of numbers of Unicode 17.
func isRustNumeric(r rune, k class) bool {
	return k&number != 0 || 0x11DE0 <= r && r <= 0x11DE9 || 0x16FF4 <= r && r <= 0x16FF6
}

// isRustPunct reports whether Punctuation takes r, of class k, for punctuation:
// by that of ASCII, and a table of about Unicode 8.
func isRustPunct(r rune, k class) bool {
	switch {
	case r < 0x80:
		return k&(punct|symbol) != 0
	case r < 0x061D, 0x2E5D < r && r < 0x10D6E: // most characters are here, and no difference is
		return k&punct != 0
	}
	return (k&punct != 0) != inRanges(punctOtherwise[:], r)
}

// inRanges reports whether r is in one of the ranges, both ends included.
func inRanges(ranges [][2]rune, r rune) bool {
	_, found := slices.BinarySearchFunc(ranges, r, func(in [2]rune, r rune) int {
		switch {
		case r < in[0]:
			return 1
		case r > in[1]:
			return -1
		}
		return 0
	})
	return found
}

// punctOtherwise are the code points that are punctuation to it or in Unicode
// 16, but not both.
var punctOtherwise = [...][2]rune{
	{0x061D, 0x061D}, {0x09FD, 0x09FD}, {0x0A76, 0x0A76}, {0x0C77, 0x0C77}, {0x0C84, 0x0C84}, {0x166D, 0x166D},
	{0x1B4E, 0x1B4F}, {0x1B7D, 0x1B7F}, {0x2E43, 0x2E4F}, {0x2E52, 0x2E5D}, {0x10D6E, 0x10D6E}, {0x10EAD, 0x10EAD},
	{0x10F55, 0x10F59}, {0x10F86, 0x10F89}, {0x111C9, 0x111C9}, {0x113D4, 0x113D5}, {0x113D7, 0x113D8},
	{0x1144B, 0x1144F}, {0x1145A, 0x1145B}, {0x1145D, 0x1145D}, {0x11660, 0x1166C}, {0x116B9, 0x116B9},
	{0x1183B, 0x1183B}, {0x11944, 0x11946}, {0x119E2, 0x119E2}, {0x11A3F, 0x11A46}, {0x11A9A, 0x11A9C},
	{0x11A9E, 0x11AA2}, {0x11B00, 0x11B09}, {0x11BE1, 0x11BE1}, {0x11C41, 0x11C45}, {0x11C70, 0x11C71},
	{0x11EF7, 0x11EF8}, {0x11F43, 0x11F4F}, {0x11FFF, 0x11FFF}, {0x12FF1, 0x12FF2}, {0x16D6D, 0x16D6F},
	{0x16E97, 0x16E9A}, {0x16FE2, 0x16FE2}, {0x1E5FF, 0x1E5FF}, {0x1E95E, 0x1E95F},
}
