package config_test

import (
	"errors"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

func object(t *testing.T, text string) *jsonread.Object {
	t.Helper()
	o, err := jsonread.ParseObject([]byte(text), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestMembers(t *testing.T) {
	o := object(t, `{"type": "Strip", "n": 3, "on": true, "list": [1], "in": {}, "none": null, "big": 2147483648, "part": 1.5}`)
	if s, err := config.Type(o); s != "Strip" || err != nil {
		t.Errorf("Type: %q, %v", s, err)
	}
	if n, err := config.Int(o, "n"); n != 3 || err != nil {
		t.Errorf("Int: %d, %v", n, err)
	}
	if on, err := config.Bool(o, "on"); !on || err != nil {
		t.Errorf("Bool: %v, %v", on, err)
	}
	if list, err := config.Array(o, "list"); len(list) != 1 || err != nil {
		t.Errorf("Array: %v, %v", list, err)
	}
	if in, err := config.Object(o, "in"); in == nil || err != nil {
		t.Errorf("Object: %v, %v", in, err)
	}
	for _, key := range []string{"none", "absent"} {
		if n, err := config.Or(o, key, config.Int, 7); n != 7 || err != nil {
			t.Errorf("Or %s: %d, %v", key, n, err)
		}
	}
	for key, want := range map[string]string{
		"absent": "absent: missing", "none": "none: missing", "on": "on: not a number",
		"big": "big: 2147483648 is not an integer from 0 to 2147483647", "part": "part: 1.5 is not an integer from 0 to 2147483647",
	} {
		if _, err := config.Int(o, key); err == nil || err.Error() != want || !errors.Is(err, config.ErrFormat) {
			t.Errorf("Int %s: %v, want %s", key, err, want)
		}
	}
}

func TestIn(t *testing.T) {
	cause := errors.New("cause")
	err := config.In("pre_tokenizer", config.In("pretokenizers", config.In(config.Index(1), config.In("pattern", config.UnsupportedBy(cause)))))
	if got := err.Error(); got != "pre_tokenizer.pretokenizers[1].pattern: cause" {
		t.Error(got)
	}
	if !errors.Is(err, config.ErrUnsupported) || !errors.Is(err, cause) || errors.Is(err, config.ErrFormat) {
		t.Errorf("%v wraps the wrong errors", err)
	}
	if err := config.In("x", nil); err != nil {
		t.Error(err)
	}
	if err := config.In("x", &config.Error{Err: config.Malformed("m")}); err.Error() != "x: m" {
		t.Error(err)
	}
}
