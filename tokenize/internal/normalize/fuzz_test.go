package normalize_test

import (
	"testing"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
)

// FuzzNormalize: any text through any normalizer.
func FuzzNormalize(f *testing.F) {
	var all []normalize.Normalizer
	for _, settings := range judged(f) {
		all = append(all, newNormalizer(f, settings))
	}
	for i, s := range []string{
		"", "Hello World", "e\u0301\u0323 é İ Σ", "ﬁ①㍿", "한국어\u1100\u1161\u11a8", "क\u094d\u0937", "\u0344\u0345", "日本語。",
		"\t\r\n\u00a0\u2028", "a\u00ad\u200b\ufeff\ufffd\x00b", "\xff\x80e\u0301\xe6\x97", "\u0600a ©\u200d©\u0301", "▁a  b ", "\U00011938\U0001d15e",
	} {
		for j := i; j < len(all); j += 7 {
			f.Add(s, uint8(j))
		}
	}
	f.Fuzz(func(t *testing.T, s string, which uint8) {
		check(t, all[int(which)%len(all)], s)
	})
}

// FuzzCharsmap: any charsmap.
func FuzzCharsmap(f *testing.F) {
	const s = "Hello\u0301 ﬁ①\r\n 日本 e\u0301 \u0600a x q qu"
	f.Add([]byte{}, s)
	f.Add(units("é-x\x00y", 256<<10, 1<<31|5), s)
	f.Add(units("", 0x3FFFFF<<10|1<<9|0x1FF), "abc\x00")
	f.Add(buildCharsmap(map[string]string{"a": "b", "e\u0301": "", "x": "yy"}), s)
	f.Add(buildCharsmap(map[string]string{" ": "", "ﬁ": "  fi "}), " ﬁ ﬁ ")
	f.Fuzz(func(t *testing.T, blob []byte, s string) {
		if len(s) > 64 {
			return // each byte may become a thousand
		}
		precompiled, err := normalize.NewPrecompiled(blob)
		if (err == nil) != isCharsmap(blob) {
			t.Fatalf("a charsmap of %d bytes: %v", len(blob), err)
		}
		if err == nil {
			check(t, precompiled, s)
		}
	})
}

// isCharsmap reports whether a blob has the parts of a charsmap.
func isCharsmap(blob []byte) bool {
	if len(blob) < 4 {
		return false
	}
	size := int64(blob[0]) | int64(blob[1])<<8 | int64(blob[2])<<16 | int64(blob[3])<<24
	if size < 4 || size > int64(len(blob)-4) {
		return false
	}
	length := 0
	for _, c := range blob[4+size/4*4:] {
		if length++; c == 0 {
			length = 0
		}
		if length > 1024 {
			return false
		}
	}
	return utf8.Valid(blob[4+size/4*4:])
}
