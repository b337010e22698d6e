package convert

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
)

func readGolden(t *testing.T, name string, v any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

// plain returns a value in the form that encoding/json gives it.
func plain(v jsonread.Value) any {
	switch v := v.(type) {
	case jsonread.Number:
		return v.Float()
	case jsonread.Array:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case *jsonread.Object:
		object := map[string]any{}
		for key, member := range v.All() {
			object[key] = plain(member)
		}
		return object
	}
	return v
}

func parseConfig(t *testing.T, text string) (*config, error) {
	t.Helper()
	raw, err := jsonread.ParseObject([]byte(text), jsonread.Options{NonFinite: true})
	if err != nil {
		t.Fatal(err)
	}
	return newConfig("config.json", raw)
}

// TestDefaults compares completed configurations with what the classes of
// transformers make of them (testdata/make_golden.py), for every model_type
// that has a class here and one that has none.
func TestDefaults(t *testing.T) {
	var types []struct {
		Type  string
		Base  map[string]any
		Cases []struct {
			Config  map[string]any
			Changed map[string]any
			Gone    []string
		}
	}
	readGolden(t, "defaults-transformers-4.57.6.json", &types)
	known := 0
	for _, golden := range types {
		if configClasses[golden.Type] != nil {
			known++
		}
		check := func(config map[string]any, want map[string]any) {
			all := map[string]any{"model_type": golden.Type}
			for key, v := range config {
				all[key] = v
			}
			text, err := json.Marshal(all)
			if err != nil {
				t.Fatal(err)
			}
			c, err := parseConfig(t, string(text))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				return
			}
			for key, v := range want {
				if have, ok := c.values.Get(key); !ok || !reflect.DeepEqual(plain(have), v) {
					t.Errorf("%s: %s: have %v (%v), want %v", text, key, plain(have), ok, v)
				}
			}
			for key := range golden.Base {
				if _, ok := want[key]; !ok && c.values.Has(key) {
					t.Errorf("%s: %s: is there, and should not be", text, key)
				}
			}
		}
		check(nil, golden.Base)
		for _, c := range golden.Cases {
			want := map[string]any{}
			for key, v := range golden.Base {
				want[key] = v
			}
			for key, v := range c.Changed {
				want[key] = v
			}
			for _, key := range c.Gone {
				delete(want, key)
			}
			check(c.Config, want)
		}
	}
	if known != len(configClasses) {
		t.Errorf("%d of %d classes tested", known, len(configClasses))
	}
}

func TestRopeFromRoot(t *testing.T) {
	tests := []struct{ name, config, want string }{
		{"nothing", `{}`, `{}`},
		{"scattered", `{"rope_theta": 5, "rope_scaling": {"type": "linear", "factor": 2}, "partial_rotary_factor": 0.5}`,
			`{"type": "linear", "factor": 2, "rope_theta": 5, "rope_type": "linear", "partial_rotary_factor": 0.5}`},
		{"its own first", `{"rope_theta": 5, "rope_parameters": {"rope_theta": 6}, "rope_scaling": {"factor": 2}}`, `{"rope_theta": 6}`},
		{"local base", `{"rope_theta": 5, "rope_local_base_freq": 7}`, `{"sliding_attention": {"rope_theta": 7}, "rope_theta": 5}`},
		{"by attention", `{"rope_theta": 5, "rope_parameters": {"full_attention": {"rope_theta": 6}}}`, `{"full_attention": {"rope_theta": 6}}`},
		{"null", `{"rope_scaling": null, "rope_theta": 5}`, `{"rope_theta": 5}`},
	}
	for _, test := range tests {
		c, err := parseConfig(t, test.config)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want, err := jsonread.ParseObject([]byte(test.want), jsonread.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain(c.rope.values), plain(want)) {
			t.Errorf("%s: have %v, want %v", test.name, plain(c.rope.values), plain(want))
		}
	}
}

func TestTextConfig(t *testing.T) {
	for _, config := range []string{
		`{"hidden_size": 1, "text_config": {"hidden_size": 2}}`,
		`{"hidden_size": 1, "llm_config": {"hidden_size": 2}}`,
		`{"hidden_size": 1, "thinker_config": {"text_config": {"hidden_size": 2}}}`,
		`{"hidden_size": 1, "text_config": {"hidden_size": 3}, "language_config": {"hidden_size": 2}}`,
	} {
		c, err := parseConfig(t, config)
		if err != nil {
			t.Errorf("%s: %v", config, err)
			continue
		}
		if n, _, err := c.integer("hidden_size"); err != nil || n != 2 {
			t.Errorf("%s: hidden_size %d, %v", config, n, err)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	tests := []struct {
		config string
		read   func(*config) error
		want   string
	}{
		{`{}`, func(c *config) error { _, err := c.needInteger("a", "b"); return err }, "config.json: a or b: missing: "},
		{`{"a": null}`, func(c *config) error { _, err := c.needInteger("a"); return err }, "config.json: a: missing: "},
		{`{"a": "4"}`, func(c *config) error { _, err := c.needInteger("a"); return err }, "config.json: a: want a whole number, have a string: "},
		{`{"a": 4.5}`, func(c *config) error { _, err := c.needInteger("a"); return err }, "config.json: a: 4.5 is not a whole number of 64 bits: "},
		{`{"a": 0}`, func(c *config) error { _, err := c.needPositive("b", "a"); return err }, "config.json: a: 0 is not above zero: "},
		{`{"a": [1, "x"]}`, func(c *config) error { _, _, err := c.floats("a"); return err }, "config.json: a[1]: want a number, have a string: "},
		{`{"a": true}`, func(c *config) error { _, err := c.needFloat("a"); return err }, "config.json: a: want a number, have a boolean: "},
		{`{"rope_scaling": {"factor": []}}`, func(c *config) error { _, _, err := c.rope.float("factor"); return err },
			"config.json: rope_scaling: factor: want a number, have an array: "},
		{`{"architectures": []}`, func(c *config) error { _, err := c.architecture(); return err }, "config.json: architectures: missing: "},
		{`{"architectures": [1]}`, func(c *config) error { _, err := c.architecture(); return err },
			"config.json: architectures[0]: want a string, have a number: "},
	}
	for _, test := range tests {
		c, err := parseConfig(t, test.config)
		if err != nil {
			t.Fatal(err)
		}
		err = test.read(c)
		if !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.config, err, test.want)
		}
	}
	for _, bad := range []string{`{"text_config": 1}`, `{"rope_scaling": "x"}`, `{"thinker_config": {"text_config": []}}`} {
		if _, err := parseConfig(t, bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
