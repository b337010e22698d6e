package decode_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

// The examples of the Unicode standard, section 3.9: U+FFFD for each maximal
// subpart.
func TestAppendLossy(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                     "",
		"a日🙂":                                  "a日🙂",
		"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82A":    "��������A",
		"\xED\xA0\x80\xED\xBF\xBF\xED\xAFA":    "��������A",
		"\xF4\x91\x92\x93\xFFA\x80\xBFB":       "�����A��B",
		"\xE1\x80\xE2\xF0\x91\x92\xF1\xBFA":    "����A",
		"\xF0\x9F\x99":                         "�",
		"x\xE6":                                "x�",
		"\xC2\xF5\xDF\xEF\xBF\xBD\xE0\xA0\xF4": "������",
	} {
		if got := decode.AppendLossy([]byte("before "), []byte(raw)); string(got) != "before "+want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestWholeLen(t *testing.T) {
	for raw, want := range map[string]int{
		"": 0, "a": 1, "é": 2, "日": 3, "🙂": 4, "a\xC3": 1, "a\xE6\x97": 1, "a\xF0\x9F\x99": 1, "\xF0": 0,
		"\xC0": 1, "\xE0\x80": 2, "\xED\xA0": 2, "\xF4\x90": 2, "\xF5": 1, "\x80\x80\x80\x80": 4, "\xE6\x97A": 3, "é\x80": 3, "\xE6\xE6": 1,
	} {
		if got := decode.WholeLen([]byte(raw)); got != want {
			t.Errorf("%q: %d, want %d", raw, got, want)
		}
	}
}

// What is whole stays as it is whatever comes behind it, and what is not would
// not.
func TestWholeIsFinal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x99\x82\xED\xA0\x80\xF4\x90")))
		raw := rapid.SliceOfN(b, 0, 12).Draw(t, "raw")
		n := decode.WholeLen(raw)
		if n < len(raw)-3 {
			t.Fatalf("%q: only %d are whole", raw, n)
		}
		lossy := decode.AppendLossy(nil, raw)
		if !utf8.Valid(lossy) {
			t.Fatalf("%q: %q", raw, lossy)
		}
		if want := append(decode.AppendLossy(nil, raw[:n]), decode.AppendLossy(nil, raw[n:])...); !bytes.Equal(lossy, want) {
			t.Fatalf("%q: %q, in two %q", raw, lossy, want)
		}
		if utf8.Valid(raw) && (n != len(raw) || !bytes.Equal(lossy, raw)) {
			t.Fatalf("%q is valid: %q, %d whole", raw, lossy, n)
		}
		if n == len(raw) {
			more := append(bytes.Clone(raw), 0x80)
			if want := append(bytes.Clone(lossy), "\uFFFD"...); !bytes.Equal(decode.AppendLossy(nil, more), want) {
				t.Fatalf("%q is whole, but a byte makes it %q", raw, decode.AppendLossy(nil, more))
			}
		}
	})
}
