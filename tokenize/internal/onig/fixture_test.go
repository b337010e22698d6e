package onig

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const fixtures = "../../../../shared/tokenizers/regex"

// TestFixture holds the patterns that were collected from the Hub, and others at
// the edge of the syntax, against what tokenizers 0.22.2 makes of them.
func TestFixture(t *testing.T) {
	var oracle struct {
		Tokens map[string][][]string `json:"tokens"`
	}
	var patterns struct {
		Defaults struct {
			Behavior string   `json:"behavior"`
			Invert   bool     `json:"invert"`
			Inputs   []string `json:"inputs"`
		} `json:"defaults"`
		Patterns []struct {
			ID, Name, Pattern string
			Behavior          *string
			Invert            *bool
			Inputs            []string
		} `json:"patterns"`
		AdditionalCases []struct {
			Name, PatternID string
			Behavior        *string
			Invert          *bool
			Inputs          []string
		} `json:"additionalCases"`
	}
	readFixture(t, "splitRegexOracle.json", &oracle)
	readFixture(t, "splitRegexPatterns.json", &patterns)

	byID := map[string]string{}
	cases := 0
	run := func(name, pattern string, behavior *string, invert *bool, inputs []string) {
		t.Run(name, func(t *testing.T) {
			re, err := Compile(pattern)
			if err != nil {
				t.Fatal(err)
			}
			if inputs == nil {
				inputs = patterns.Defaults.Inputs
			}
			want, ok := oracle.Tokens[name]
			if !ok || len(want) != len(inputs) {
				t.Fatalf("the oracle has %d results for %d inputs", len(want), len(inputs))
			}
			b, inv := patterns.Defaults.Behavior, patterns.Defaults.Invert
			if behavior != nil {
				b = *behavior
			}
			if invert != nil {
				inv = *invert
			}
			for i, s := range inputs {
				cases++
				if got := split(t, re, s, b, inv); !slices.Equal(got, want[i]) {
					t.Errorf("%q on %q:\n got %q\nwant %q", pattern, s, got, want[i])
				}
			}
		})
	}
	for _, p := range patterns.Patterns {
		byID[p.ID] = p.Pattern
		name := p.Name
		if name == "" {
			name = p.ID
		}
		run(name, p.Pattern, p.Behavior, p.Invert, p.Inputs)
	}
	for _, c := range patterns.AdditionalCases {
		run(c.Name, byID[c.PatternID], c.Behavior, c.Invert, c.Inputs)
	}
	t.Logf("%d cases of %d patterns", cases, len(patterns.Patterns))
}

func readFixture(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, name))
	if os.IsNotExist(err) {
		t.Skip("../shared/tokenizers is not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
