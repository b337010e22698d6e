package scan

// O200K scans for the pattern of o200k: tiktoken's for GPT-4o and gpt-oss, and
// that of Llama 4. Words end where an uppercase letter follows a lowercase one:
//
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|
//	\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
func O200K(s string, pos int) int {
	end := casedStart(s, pos)
	if end != 0 {
		if end = lowers(s, end); end < len(s) && s[end] < 0x80 && s[end] != '\'' {
			return end
		}
		end = run(s, end, secondSet)
	} else {
		end = casedWord(s, pos, false)
	}
	if end != 0 {
		return contraction(s, end)
	}
	return casedRest(s, pos, 3)
}

// casedStart returns where the rest of a word at s[pos:] starts if that word is
// known to be of the first alternative: a lowercase letter of ASCII comes first
// or second, and behind an uppercase one. Otherwise it returns 0. Most words of
// Latin script are such.
func casedStart(s string, pos int) int {
	i := afterFirst(s, pos)
	if i != 0 && i < len(s) && (ascii[s[i-1]]|ascii[s[i]])&lower != 0 {
		return i
	}
	return 0
}

// casedWord matches the two alternatives for words of o200k's pattern, without
// the contraction. It returns 0 where neither matches.
//
// Letters without case and marks are in both sets, so there are several ways
// to part a word. Let R be the longest run of the first set. Where a lowercase
// letter follows, the first alternative takes R and then all of the second set.
// Where none does, it gives back characters of R until one is in the second
// set, and ends after that one, which is the last of R that has no case. Where
// R has none such, it fails, and the second alternative takes R. The character
// in front, if there is one, changes nothing in this; a mark that might stand
// there may as well be the first of R.
//
// With unhan, Han characters are in neither set.
func casedWord(s string, pos int, unhan bool) int {
	if ascii[s[pos]]&lead != 0 && pos+1 < len(s) && ascii[s[pos+1]]&(letter|wide) == 0 {
		return 0
	}
	k, size := casedClassAt(s, pos, unhan)
	start := pos
	switch {
	case k&(number|newline) != 0:
		return 0
	case k&(letter|mark) == 0:
		start += size
	}
	i, both := start, 0
	if !unhan {
		if i = run(s, start, firstSet&secondSet); i > start {
			both = i
		}
	}
	for ; i < len(s); i += size {
		if k, size = casedClassAt(s, i, unhan); k&firstSet == 0 {
			break
		}
		if k&secondSet != 0 {
			both = i + size
		}
	}
	switch {
	case i < len(s) && k&secondSet != 0:
		return secondRun(s, i+size, unhan)
	case both != 0:
		return both
	case i > start:
		return i
	}
	return 0
}

const (
	firstSet  = upper | caseless | mark
	secondSet = lower | caseless | mark
)

// secondRun returns the end of the run at s[i:] of the second set.
func secondRun(s string, i int, unhan bool) int {
	if !unhan {
		return run(s, i, secondSet)
	}
	for i < len(s) {
		k, size := casedClassAt(s, i, true)
		if k&secondSet == 0 {
			break
		}
		i += size
	}
	return i
}

// casedClassAt is classAt, but with unhan a Han character is no letter or mark.
func casedClassAt(s string, i int, unhan bool) (k class, size int) {
	if k = ascii[s[i]]; k&wide == 0 {
		return k, 1
	}
	r, size := decode(s, i)
	if k = classOf(r); unhan && isHan(r) {
		k &^= letter | mark
	}
	return k, size
}

// casedRest matches the alternatives of o200k's pattern behind the words, with
// numbers of at most digits characters.
func casedRest(s string, pos, digits int) int {
	if end := otherRun(s, pos); end != 0 {
		return lineEndsSlashes(s, end)
	}
	if k, size := classAt(s, pos); k&number != 0 {
		return numbers(s, pos+size, digits-1)
	}
	return lineSpaces(s, pos)
}

// lineEndsSlashes returns the end of the run of [\r\n/] at s[i:].
func lineEndsSlashes(s string, i int) int {
	for i < len(s) && (ascii[s[i]]&newline != 0 || s[i] == '/') {
		i++
	}
	return i
}
