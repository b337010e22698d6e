package main

import (
	"errors"
	"strings"
	"testing"
)

// Standard input is read to its end, and no further than a bound.
func TestReadAll(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{{"", true}, {"abc", true}, {"abcd", false}} {
		a := &app{stdin: strings.NewReader(c.text)}
		got, err := a.readAll(t.Context(), "-", "a text", 3)
		if !c.ok {
			if !errors.Is(err, errTooLarge) || exitCode(t.Context(), err) != exitInput || !strings.Contains(err.Error(), "3 B of a text") {
				t.Errorf("%q: %v", c.text, err)
			}
			continue
		}
		if err != nil || string(got) != c.text {
			t.Errorf("%q: %q, %v", c.text, got, err)
		}
	}
}
