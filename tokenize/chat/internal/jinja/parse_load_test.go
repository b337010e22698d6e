package jinja

import (
	"errors"
	"strings"
	"testing"
)

// Statements that load other templates say why they cannot.
func TestNoLoader(t *testing.T) {
	for _, source := range []string{"a{% include 'x' %}", "a{% import 'x' as y %}", "a{% from 'x' import y %}", "a{% extends 'x' %}"} {
		_, err := renderTest(t, source, NewDict(FromTemplate))
		e, ok := errors.AsType[*Error](err)
		if !ok || !errors.Is(err, ErrType) || e.Line != 1 || e.Column != 5 || !strings.Contains(err.Error(), "no loader for this environment specified") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
