package fault_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/fault"
)

var errKind = errors.New("malformed thing")

func TestReason(t *testing.T) {
	for _, test := range []struct {
		err   error
		text  string
		wraps []error
	}{
		{&fault.Reason{Text: "no end", Sentinel: errKind}, "no end: malformed thing", []error{errKind}},
		{&fault.Reason{Text: "cut off", Sentinel: errKind, Cause: io.EOF}, "cut off: malformed thing", []error{errKind, io.EOF}},
		{fault.Of(errKind, io.EOF), "EOF: malformed thing", []error{errKind, io.EOF}},
		{fault.At("a.bin", fault.Of(errKind, io.EOF)), "a.bin: EOF: malformed thing", []error{errKind, io.EOF}},
		{fault.Also(fault.At("a.bin", io.EOF), errKind), "a.bin: EOF", []error{errKind, io.EOF}},
	} {
		if test.err.Error() != test.text {
			t.Errorf("text is %q, want %q", test.err, test.text)
		}
		for _, want := range test.wraps {
			if !errors.Is(test.err, want) {
				t.Errorf("%q does not wrap %q", test.err, want)
			}
		}
	}
	if errors.Is(&fault.Reason{Text: "no end", Sentinel: errKind}, io.EOF) {
		t.Error("wraps what is no cause")
	}
}

func TestQuote(t *testing.T) {
	long := strings.Repeat("a", 79)
	for s, want := range map[string]string{
		"":                          `""`,
		"a\nb\"":                    `"a\nb\""`,
		long + "a":                  `"` + long + `a"`,
		long + "ab":                 `"` + long + `a"...`,
		long + "é":                  `"` + long + `"...`,
		"\xff" + long[1:]:           `"\xff` + long[1:] + `"`,
		strings.Repeat("\x80", 100): `""...`,
	} {
		if got := fault.Quote(s); got != want {
			t.Errorf("%q becomes %s, want %s", s, got, want)
		}
	}
}
