package scan

// StarCoder scans for two pre-tokenizers in a row, those of StarCoder 2,
// SmolLM, Command R and Refact: Digits, each on its own, and ByteLevel with its
// pattern, which is that of [GPT2].
//
// A digit is a chunk. So spaces before one end a chunk, and stay together.
func StarCoder(s string, pos int) int {
	if i := afterFirstSpaced(s, pos); i != 0 {
		return letters(s, i, letter)
	}
	if end := lowerContraction(s, pos); end != pos {
		return end
	}
	i := pos
	if s[i] == ' ' && i+1 < len(s) {
		i++
	}
	k, size := digitClassAt(s, i)
	switch {
	case k&letter != 0:
		return letters(s, i+size, letter)
	case k&number != 0 && i == pos:
		return i + size
	case k&(number|space) == 0:
		for i += size; i < len(s); i += size {
			if k, size = digitClassAt(s, i); k&(letter|number|space) != 0 {
				break
			}
		}
		return i
	}
	end, last, _ := blank(s, pos)
	if end < len(s) {
		k, _ = digitClassAt(s, end)
	}
	return giveBack(pos, end, last, end == len(s) || k&number != 0)
}

// digitClassAt is classAt with all digits of Digits among the numbers.
func digitClassAt(s string, i int) (k class, size int) {
	if k = ascii[s[i]]; k&wide == 0 {
		return k, 1
	}
	r, size := decode(s, i)
	if k = classOf(r); isRustNumeric(r, k) {
		k = number
	}
	return k, size
}
