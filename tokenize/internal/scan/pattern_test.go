package scan

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// A preTokenizer is one of a tokenizer.json.
type preTokenizer struct {
	Type          string         `json:"type"`
	PreTokenizers []preTokenizer `json:"pretokenizers"`
	Pattern       pattern        `json:"pattern"`
	Behavior      string         `json:"behavior"`
	Invert        bool           `json:"invert"`
	Individual    bool           `json:"individual_digits"`
	UseRegex      bool           `json:"use_regex"`
}

// A pattern is a regular expression, a text, or what tiktoken has.
type pattern struct{ Regex, String, tiktoken string }

func (p *pattern) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &p.tiktoken) == nil {
		return nil
	}
	type object pattern
	return json.Unmarshal(data, (*object)(p))
}

// steps returns p as the steps of a sequence.
func (p preTokenizer) steps(t *testing.T) []Step {
	behavior := Behavior(slices.Index([]string{"Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"}, p.Behavior))
	switch p.Type {
	case "Sequence":
		var steps []Step
		for _, sub := range p.PreTokenizers {
			steps = append(steps, sub.steps(t)...)
		}
		return steps
	case "Split":
		return []Step{{
			Kind: Split, Pattern: p.Pattern.Regex + p.Pattern.String, Literal: p.Pattern.String != "",
			Behavior: behavior, Invert: p.Invert,
		}}
	case "Digits":
		return []Step{{Kind: Digits, Individual: p.Individual}}
	case "Punctuation":
		return []Step{{Kind: Punctuation, Behavior: behavior}}
	case "ByteLevel":
		return []Step{{Kind: ByteLevel, UseRegex: p.UseRegex}}
	}
	t.Fatalf("pre-tokenizer of type %q", p.Type)
	return nil
}

// TestRecognized: the pre-tokenizers of the judge's pieces are known by the
// names of their families.
func TestRecognized(t *testing.T) {
	v := readVerdict(t, judged)
	for name, f := range v.Families {
		if pattern := f.PreTokenizer.Pattern.tiktoken; pattern != "" {
			if scan, ok := ByTiktokenPattern(pattern); !ok || !slices.Equal(pieces(scan, "1234"), []string{"123", "4"}) {
				t.Errorf("tiktoken's %s: %t, or with numbers of any length", pattern, ok)
			}
			continue
		}
		steps := f.PreTokenizer.steps(t)
		scan, got, ok := BySequence(steps)
		if !ok || scan == nil || got != name {
			t.Errorf("%s: known as %q, %t: %+v", name, got, ok, steps)
		}
	}
}

// hubPatterns are the patterns among those collected from the Hub that a
// scanner is for.
var hubPatterns = map[string]string{
	"hub-005": "qwen2",
	"hub-022": "tekken",
	"hub-027": "qwen3.5",
	"hub-032": "qwen2",
	"hub-037": "qwen2",
	"hub-041": "llama3",
	"hub-042": "o200k",
	"hub-051": "bloom",
	"hub-076": "seed-coder",
	"hub-090": "llama3",
}

func TestHubPatterns(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/tokenizers/regex/splitRegexPatterns.json")
	if err != nil {
		t.Skip("the patterns collected from the Hub are not there: ", err)
	}
	var hub struct {
		Patterns []struct{ ID, Pattern string }
	}
	if err := json.Unmarshal(data, &hub); err != nil {
		t.Fatal(err)
	}
	byID := map[string]string{}
	for _, p := range hub.Patterns {
		byID[p.ID] = p.Pattern
		_, name, _ := BySequence([]Step{{Kind: Split, Pattern: p.Pattern}, {Kind: ByteLevel}})
		if name != hubPatterns[p.ID] {
			t.Errorf("%s is known as %q, want %q: %q", p.ID, name, hubPatterns[p.ID], p.Pattern)
		}
	}
	for name, ids := range map[string][]string{
		"deepseek-v3":    {"hub-003", "hub-075", "hub-011"},
		"deepseek-llm":   {"hub-008", "hub-035", "hub-071", "hub-073", "hub-021", "digits"},
		"deepseek-coder": {"hub-008", "hub-012", "hub-040", "hub-021", "digits"},
		"minicpm5":       {"hub-003", "hub-043"},
		"viking":         {"hub-051", "digits"},
	} {
		var steps []Step
		for _, id := range ids {
			if id == "digits" {
				steps = append(steps, Step{Kind: Digits, Individual: true})
				continue
			}
			steps = append(steps, Step{Kind: Split, Pattern: byID[id]})
		}
		if _, got, _ := BySequence(steps); got != name {
			t.Errorf("%v is known as %q, want %q", ids, got, name)
		}
	}
}

func TestBySequence(t *testing.T) {
	bytes, gpt2 := Step{Kind: ByteLevel}, Step{Kind: ByteLevel, UseRegex: true}
	split := func(pattern string, b Behavior, invert bool) Step {
		return Step{Kind: Split, Pattern: pattern, Behavior: b, Invert: invert}
	}
	llama3, bloom := families[1].patterns[0], ` ?[^(\s|[.,!?…。，、।۔،])]+`
	for _, c := range []struct {
		about string
		steps []Step
		want  string
	}{
		{"no pre-tokenizer", nil, "whole"},
		{"bytes only", []Step{bytes}, "whole"},
		{"a pattern without bytes", []Step{split(llama3, Isolated, false)}, "llama3"},
		{"line ends that stand for themselves", []Step{split(strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(llama3), Isolated, false)}, "llama3"},
		{"matches kept by removing the rest", []Step{split(llama3, Removed, true), bytes}, "llama3"},
		{"matches removed", []Step{split(llama3, Removed, false), bytes}, ""},
		{"the rest isolated", []Step{split(llama3, Isolated, true), bytes}, "llama3"},
		{"a rest that is lost", []Step{split(bloom, Removed, true), bytes}, ""},
		{"matches merged", []Step{split(llama3, MergedWithNext, false), bytes}, ""},
		{"a pattern that is a text", []Step{{Kind: Split, Pattern: llama3, Literal: true}}, ""},
		{"a space", []Step{split(" ", MergedWithPrevious, false)}, "spaces"},
		{"a space as text", []Step{{Kind: Split, Pattern: " ", Literal: true, Behavior: MergedWithPrevious}}, "spaces"},
		{"a space by itself", []Step{split(" ", Isolated, false)}, ""},
		{"GPT-2 twice", []Step{split(llama3, Isolated, false), gpt2}, ""},
		{"digits in runs", []Step{{Kind: Digits}, gpt2}, ""},
		{"digits and bytes", []Step{{Kind: Digits, Individual: true}, bytes}, ""},
		{"digits behind bytes", []Step{gpt2, {Kind: Digits, Individual: true}}, ""},
		{"an unknown kind", []Step{{}}, ""},
		{"an unknown kind and bytes", []Step{{}, bytes}, ""},
		{"settings of other kinds", []Step{{Kind: Digits, Individual: true, UseRegex: true, Pattern: "x"}, gpt2}, "starcoder"},
	} {
		scan, got, ok := BySequence(c.steps)
		if got != c.want || ok != (got != "") || ok != (scan != nil) {
			t.Errorf("%s: %q, %t, want %q", c.about, got, ok, c.want)
		}
	}
}

func TestByPattern(t *testing.T) {
	for _, f := range families {
		for _, p := range f.patterns {
			if _, ok := ByPattern(p); !ok {
				t.Errorf("%s: %s is unknown", f.name, p)
			}
			if _, ok := ByTiktokenPattern(p); !ok {
				t.Errorf("%s: tiktoken's %s is unknown", f.name, p)
			}
			if _, ok := ByPattern(p + "|x"); ok {
				t.Errorf("%s: %s|x is known", f.name, p)
			}
		}
	}
	if scan, _ := ByPattern(cl100kNew); !slices.Equal(pieces(scan, "1234"), []string{"1234"}) {
		t.Error("Oniguruma reads {1,3}+ as possessive")
	}
}
