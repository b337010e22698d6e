package config_test

import (
	"errors"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

func TestChar(t *testing.T) {
	o := object(t, `{"space": "▁", "none": "", "two": "ab", "number": 1}`)
	if r, err := config.Char(o, "space"); r != '▁' || err != nil {
		t.Errorf("Char: %q, %v", r, err)
	}
	for key, want := range map[string]string{
		"none": `none: "" is not one character`, "two": `two: "ab" is not one character`,
		"number": "number: not a string", "absent": "absent: missing",
	} {
		if _, err := config.Char(o, key); err == nil || err.Error() != want || !errors.Is(err, config.ErrFormat) {
			t.Errorf("Char %s: %v, want %s", key, err, want)
		}
	}
}

func TestPattern(t *testing.T) {
	o := object(t, `{"s": {"String": "a."}, "r": {"Regex": "a."}, "text": "a", "both": {"String": "a", "Regex": "a"},
		"other": {"Glob": "a"}, "none": {}, "number": {"Regex": 1}}`)
	for key, want := range map[string]bool{"s": false, "r": true} {
		if p, regex, err := config.Pattern(o, key); p != "a." || regex != want || err != nil {
			t.Errorf("Pattern %s: %q, %v, %v", key, p, regex, err)
		}
	}
	for key, want := range map[string]string{
		"text": "text: not an object", "both": "both: want one member, String or Regex",
		"other": "other: want one member, String or Regex", "none": "none: want one member, String or Regex",
		"number": "number.Regex: not a string", "absent": "absent: missing",
	} {
		if _, _, err := config.Pattern(o, key); err == nil || err.Error() != want || !errors.Is(err, config.ErrFormat) {
			t.Errorf("Pattern %s: %v, want %s", key, err, want)
		}
	}
}
