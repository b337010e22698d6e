package jinja

import (
	"errors"
	"testing"
)

// What Jinja has and this package does not is refused in words.
func TestUnsupported(t *testing.T) {
	for _, source := range []string{
		"{% block x %}{% endblock %}", "{% autoescape true %}{% endautoescape %}", `{{ '\N{BULLET}' }}`, `{{ '\ud83d' }}`, "{{ lipsum() }}", "{{ [1]|random }}",
		"{{ 'x'|urlize }}", "{{ 'x'.encode() }}", "{{ 'x'.translate({}) }}", "{{ (-8) ** 0.5 }}",
	} {
		if got, err := renderTest(t, source, NewDict(FromTemplate)); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v, %v", source, got, err)
		}
	}
}
