package gguf

import (
	"strconv"
	"strings"
)

const splitSuffix = ".gguf"

// SplitName returns the name of one file of a split set, such as
// "model-00001-of-00003.gguf" for prefix "model", no 0 and count 3: no counts
// from 0, as the key split.no does, and the name counts from 1.
func SplitName(prefix string, no, count int) string {
	return prefix + "-" + fiveDigits(no+1) + "-of-" + fiveDigits(count) + splitSuffix
}

func fiveDigits(n int) string {
	s := strconv.Itoa(n)
	return "00000"[:max(0, 5-len(s))] + s
}

// ParseSplitName takes a name or path apart that [SplitName] made. It reports
// false for any other.
func ParseSplitName(name string) (prefix string, no, count int, ok bool) {
	rest, ok := strings.CutSuffix(name, splitSuffix)
	if !ok {
		return "", 0, 0, false
	}
	rest, countText, ok1 := cutLast(rest, "-of-")
	prefix, noText, ok2 := cutLast(rest, "-")
	if !ok1 || !ok2 {
		return "", 0, 0, false
	}
	no, err1 := strconv.Atoi(noText)
	count, err2 := strconv.Atoi(countText)
	// Made anew, the name must be the same: no signs, and five digits.
	if err1 != nil || err2 != nil || no < 1 || no > count || SplitName(prefix, no-1, count) != name {
		return "", 0, 0, false
	}
	return prefix, no - 1, count, true
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+len(sep):], true
}

// ParseSplitSize reads the bound on a split's bytes as convert_hf_to_gguf.py
// takes it: a whole number, and K, M or G behind it for a thousand, a million
// or a thousand million bytes.
func ParseSplitSize(s string) (int64, error) {
	digits, unit := s, int64(1)
	if n := len(s); n > 0 {
		switch s[n-1] {
		case 'K', 'k':
			digits, unit = s[:n-1], 1e3
		case 'M', 'm':
			digits, unit = s[:n-1], 1e6
		case 'G', 'g':
			digits, unit = s[:n-1], 1e9
		}
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return 0, unfit("split size " + strconv.Quote(s) + " is not a whole number of bytes, or of thousands, millions or thousand millions with K, M or G behind it")
	}
	size, ok := multiply(int64(n), unit)
	if !ok {
		return 0, unfit("split size " + strconv.Quote(s) + " is more than 2^63 bytes")
	}
	return size, nil
}
