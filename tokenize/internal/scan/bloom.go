package scan

// Bloom scans for the pattern of BLOOM, Poro and the Finnish GPT-3: a space or
// none, and then
//
//	[^(\s|[.,!?…。，、।۔،])]+
//
// To Oniguruma, brackets within brackets are a class in the class. So this
// matches all but spaces and ( | ) . , ! ? … 。 ， 、 । ۔ ، and these are left to
// the gaps.
func Bloom(s string, pos int) int { return bloom(s, pos, false) }

// Viking scans for two pre-tokenizers in a row, those of Viking: a Split by the
// pattern of [Bloom], and Digits, each on its own.
func Viking(s string, pos int) int { return bloom(s, pos, true) }

func bloom(s string, pos int, digits bool) int {
	if i := afterFirstSpaced(s, pos); i != 0 {
		if i = asciiLetters(s, i); i < len(s) && s[i] == ' ' {
			return i
		}
		return bloomRun(s, i, digits)
	}
	if matches, size := inBloom(s, pos); matches {
		if k, _ := digitClassAt(s, pos); digits && k&number != 0 {
			return pos + size
		}
		return bloomRun(s, pos+size, digits)
	}
	if s[pos] == ' ' && pos+1 < len(s) {
		if matches, _ := inBloom(s, pos+1); matches {
			return bloomRun(s, pos+1, digits)
		}
	}
	// A gap. It leaves a last U+0020 to the match behind it.
	for i := pos; i < len(s); {
		matches, size := inBloom(s, i)
		if matches {
			if i > pos && s[i-1] == ' ' {
				i--
			}
			return i
		}
		i += size
	}
	return len(s)
}

// bloomRun returns the end of the run at s[i:] that the pattern matches,
// without its space. With digits, it ends before a digit of Digits.
func bloomRun(s string, i int, digits bool) int {
	for {
		// The pattern has all letters and marks.
		if i = letters(s, i, letter|mark); i == len(s) {
			return i
		}
		matches, size := inBloom(s, i)
		if !matches {
			return i
		}
		if digits {
			if k, _ := digitClassAt(s, i); k&number != 0 {
				return i
			}
		}
		i += size
	}
}

// inBloom reports whether the class of the pattern has the character at s[i],
// and returns its length.
func inBloom(s string, i int) (matches bool, size int) {
	k := ascii[s[i]]
	if k&wide == 0 {
		switch s[i] {
		case '(', '|', ')', '.', ',', '!', '?':
			return false, 1
		}
		return k&space == 0, 1
	}
	r, size := decode(s, i)
	switch r {
	case '…', '。', '，', '、', '।', '۔', '،':
		return false, size
	}
	return classOf(r)&space == 0, size
}
