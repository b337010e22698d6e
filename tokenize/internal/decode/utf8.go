package decode

import "unicode/utf8"

const replacement = "\uFFFD"

// AppendLossy appends raw with U+FFFD for what is not valid UTF-8: one for each
// maximal subpart, which is the start of a valid character as far as it goes,
// or else a single byte. Rust's from_utf8_lossy and the WHATWG decoder do the
// same.
func AppendLossy(dst, raw []byte) []byte {
	for len(raw) > 0 {
		n := validLen(raw)
		dst = append(dst, raw[:n]...)
		raw = raw[n:]
		if len(raw) > 0 {
			n, _ := subpart(raw)
			dst = append(dst, replacement...)
			raw = raw[n:]
		}
	}
	return dst
}

// WholeLen returns how many bytes of raw are final: all but the start of a
// character that later bytes may complete.
func WholeLen(raw []byte) int {
	for i := max(0, len(raw)-(utf8.UTFMax-1)); i < len(raw); i++ {
		if !utf8.RuneStart(raw[i]) {
			continue
		}
		if n, more := subpart(raw[i:]); more && i+n == len(raw) {
			return i
		}
	}
	return len(raw)
}

// validLen returns the length of the valid UTF-8 at the front of raw.
func validLen(raw []byte) int {
	n := 0
	for n < len(raw) {
		if raw[n] < utf8.RuneSelf {
			n++
			continue
		}
		r, size := utf8.DecodeRune(raw[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// subpart returns the length of the maximal subpart at the front of raw, and
// whether only the end of raw cuts it off. raw must not start with a valid
// character of several bytes.
func subpart(raw []byte) (n int, more bool) {
	// The second byte has a smaller range behind some first ones, so that
	// nothing is overlong, a surrogate or beyond U+10FFFF: table 3-7 of the
	// Unicode standard.
	var size int
	lo, hi := byte(0x80), byte(0xBF)
	switch b := raw[0]; {
	case 0xC2 <= b && b <= 0xDF:
		size = 2
	case 0xE0 <= b && b <= 0xEF:
		size = 3
		switch b {
		case 0xE0:
			lo = 0xA0
		case 0xED:
			hi = 0x9F
		}
	case 0xF0 <= b && b <= 0xF4:
		size = 4
		switch b {
		case 0xF0:
			lo = 0x90
		case 0xF4:
			hi = 0x8F
		}
	default:
		return 1, false
	}
	for n = 1; n < size; n++ {
		if n == len(raw) {
			return n, true
		}
		if raw[n] < lo || raw[n] > hi {
			return n, false
		}
		lo, hi = 0x80, 0xBF
	}
	return n, false
}
