package pretokenize_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
)

func TestDescribe(t *testing.T) {
	for settings, want := range map[string][]pretokenize.Step{
		`{"type":"BertPreTokenizer","more":1}`: {{Kind: pretokenize.BertPreTokenizer}},
		`{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false}`: {
			{Kind: pretokenize.ByteLevel, AddPrefixSpace: true, UseRegex: true}},
		`{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}`: {{Kind: pretokenize.ByteLevel}},
		`{"type":"CharDelimiterSplit","delimiter":"▁"}`:                                       {{Kind: pretokenize.CharDelimiterSplit, Delimiter: '▁'}},
		`{"type":"Delimiter","delimiter":"-"}`:                                                {{Kind: pretokenize.CharDelimiterSplit, Delimiter: '-'}},
		`{"type":"Digits","individual_digits":true}`:                                          {{Kind: pretokenize.Digits, IndividualDigits: true}},
		`{"type":"FixedLength"}`:                                                              {{Kind: pretokenize.FixedLength, Length: 5}},
		`{"type":"Metaspace","replacement":"▁"}`: {
			{Kind: pretokenize.Metaspace, Replacement: '▁', PrependScheme: pretokenize.Always, Split: true}},
		`{"type":"Metaspace","replacement":"▁","str_rep":"▁","add_prefix_space":true,"prepend_scheme":"first"}`: {
			{Kind: pretokenize.Metaspace, Replacement: '▁', PrependScheme: pretokenize.First, Split: true}},
		`{"type":"Metaspace","replacement":"_","add_prefix_space":false,"prepend_scheme":"never","split":false}`: {
			{Kind: pretokenize.Metaspace, Replacement: '_', PrependScheme: pretokenize.Never}},
		`{"type":"Punctuation"}`:                         {{Kind: pretokenize.Punctuation, Behavior: pretokenize.Isolated}},
		`{"type":"Punctuation","behavior":"Contiguous"}`: {{Kind: pretokenize.Punctuation, Behavior: pretokenize.Contiguous}},
		`{"type":"Split","pattern":{"Regex":"("},"behavior":"MergedWithNext","invert":true}`: {
			{Kind: pretokenize.Split, Pattern: "(", Regex: true, Behavior: pretokenize.MergedWithNext, Invert: true}},
		`{"type":"Sequence","pretokenizers":[]}`: nil,
		`{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Sequence","pretokenizers":[{"type":"Whitespace"}]},{"type":"UnicodeScripts"}]}`: {
			{Kind: pretokenize.WhitespaceSplit}, {Kind: pretokenize.Whitespace}, {Kind: pretokenize.UnicodeScripts}},
	} {
		steps, ok := pretokenize.Describe(object(t, settings))
		if !ok || !slices.Equal(steps, want) {
			t.Errorf("%s: %+v, %v, want %+v", settings, steps, ok, want)
		}
	}
	if steps, ok := pretokenize.Describe(nil); steps != nil || !ok {
		t.Errorf("nil: %v, %v", steps, ok)
	}
	if p, err := pretokenize.New(nil); p != nil || err != nil {
		t.Errorf("nil: %v, %v", p, err)
	}
}

func TestRefuse(t *testing.T) {
	nested := func(n int) string {
		return strings.Repeat(`{"type":"Sequence","pretokenizers":[`, n) + strings.Repeat(`]}`, n)
	}
	newPreTokenizer(t, nested(config.MaxDepth))
	for _, test := range []struct {
		settings, message string
		sentinel          error
	}{
		{`{}`, "type: missing", config.ErrFormat},
		{`{"type":7}`, "type: not a string", config.ErrFormat},
		{`{"delimiter":"-"}`, "type: missing", config.ErrFormat}, // the reference knows no pre-tokenizer without a type
		{`{"type":"Bert"}`, `type: no pre-tokenizer "Bert"`, config.ErrUnsupported},
		{`{"type":"ByteLevel","trim_offsets":true}`, "add_prefix_space: missing", config.ErrFormat},
		{`{"type":"ByteLevel","add_prefix_space":true}`, "trim_offsets: missing", config.ErrFormat},
		{`{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":1}`, "use_regex: not true or false", config.ErrFormat},
		{`{"type":"CharDelimiterSplit","delimiter":"--"}`, `delimiter: "--" is not one character`, config.ErrFormat},
		{`{"type":"Digits"}`, "individual_digits: missing", config.ErrFormat},
		{`{"type":"FixedLength","length":0}`, "length: pieces without characters", config.ErrFormat},
		{`{"type":"FixedLength","length":-1}`, "length: -1 is not an integer from 0 to 2147483647", config.ErrFormat},
		{`{"type":"Metaspace"}`, "replacement: missing", config.ErrFormat},
		{`{"type":"Metaspace","replacement":"▁","prepend_scheme":"First"}`, `prepend_scheme: unknown: "First"`, config.ErrUnsupported},
		{`{"type":"Metaspace","replacement":"▁","add_prefix_space":false}`,
			`add_prefix_space: false, but prepend_scheme is not "never"`, config.ErrFormat},
		{`{"type":"Punctuation","behavior":"isolated"}`, `behavior: unknown: "isolated"`, config.ErrUnsupported},
		{`{"type":"Split","pattern":"a","behavior":"Removed","invert":false}`, "pattern: not an object", config.ErrFormat},
		{`{"type":"Split","pattern":{"String":"a","Regex":"a"},"behavior":"Removed","invert":false}`,
			"pattern: want one member, String or Regex", config.ErrFormat},
		{`{"type":"Split","pattern":{"String":"a"},"invert":false}`, "behavior: missing", config.ErrFormat},
		{`{"type":"Split","pattern":{"String":"a"},"behavior":"Removed"}`, "invert: missing", config.ErrFormat},
		{`{"type":"Sequence"}`, "pretokenizers: missing", config.ErrFormat},
		{`{"type":"Sequence","pretokenizers":[null]}`, "pretokenizers[0]: not an object", config.ErrFormat},
		{`{"type":"Sequence","pretokenizers":[{"type":"Whitespace"},{"type":"Sequence","pretokenizers":[{"type":"Digits"}]}]}`,
			"pretokenizers[1].pretokenizers[0].individual_digits: missing", config.ErrFormat},
		{nested(config.MaxDepth + 1), strings.TrimSuffix(strings.Repeat("pretokenizers[0].", config.MaxDepth), ".") + ": more than 16 sequences in each other", config.ErrUnsupported},
	} {
		p, err := pretokenize.New(object(t, test.settings))
		var located *config.Error
		if p != nil || !errors.Is(err, test.sentinel) || !errors.As(err, &located) || err.Error() != test.message {
			t.Errorf("%s: %v, want %s", test.settings, err, test.message)
		}
		if _, ok := pretokenize.Describe(object(t, test.settings)); ok {
			t.Errorf("%s: described", test.settings)
		}
	}
}

func TestRefusePattern(t *testing.T) {
	for pattern, sentinels := range map[string][2]error{
		`(`:       {config.ErrFormat, onig.ErrSyntax},
		`(?~abc)`: {config.ErrUnsupported, onig.ErrUnsupported},
	} {
		settings := `{"type":"Sequence","pretokenizers":[{"type":"Whitespace"},
			{"type":"Split","pattern":{"Regex":"` + pattern + `"},"behavior":"Removed","invert":false}]}`
		_, err := pretokenize.New(object(t, settings))
		var located *config.Error
		if !errors.As(err, &located) || located.Path != "pretokenizers[1].pattern" || !errors.Is(err, sentinels[0]) || !errors.Is(err, sentinels[1]) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
