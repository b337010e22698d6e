package normalize_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// TestSettings: what the judge, tokenizers 0.22.2, makes of " Ab " with each.
func TestSettings(t *testing.T) {
	const bert = `"clean_text": true, "handle_chinese_chars": true, "lowercase": true`
	for settings, want := range map[string]string{
		`{"type": "NFC", "x": 1}`:                                                    " Ab ",
		`{"type": "Bert", ` + bert + `}`:                                             " ab ",
		`{"type": "BertNormalizer", ` + bert + `}`:                                   " ab ",
		`{` + bert + `, "strip_accents": null}`:                                      " ab ",
		`{"type": "Foo", ` + bert + `, "prepend": "x"}`:                              " ab ",
		`{"type": "Foo", "prepend": "x"}`:                                            "x Ab ",
		`{"type": 5, "prepend": "x"}`:                                                "x Ab ",
		`{"type": null, "prepend": "x"}`:                                             "x Ab ",
		`{"prepend": "x"}`:                                                           "x Ab ",
		`{"type": "Strip", "strip_left": true, "strip_right": true, "q": 1}`:         "Ab",
		`{"strip_left": true, "strip_right": false, "prepend": "x"}`:                 "Ab ",
		`{"type": "Foo", "strip_left": false, "strip_right": true}`:                  " Ab",
		`{"strip_left": 1, "strip_right": true, "prepend": "x"}`:                     "x Ab ",
		`{"type": "Sequence", "normalizers": []}`:                                    " Ab ",
		`{"normalizers": [{"type": "Lowercase"}, {"prepend": "q"}]}`:                 "q ab ",
		`{"prepend": "x", "normalizers": []}`:                                        " Ab ",
		`{"type": "Replace", "pattern": {"String": "b"}, "content": "c"}`:            " Ac ",
		`{"pattern": {"Regex": "[bc]"}, "content": "$0", "prepend": "x"}`:            " A$0 ",
		`{"type": "Replace", "pattern": {"String": ""}, "content": "-"}`:             "- -A-b- -",
		`{"type": "Replace", "pattern": {"Regex": ""}, "content": "-"}`:              "- -A-b- -",
		`{"type": "Replace", "pattern": {"String": "."}, "content": "-"}`:            " Ab ",
		`{"type": "ByteLevel", "add_prefix_space": true}`:                            "ĠAbĠ",
		`{"type": "Lowercase"}`:                                                      " ab ",
		`{"type": "Nmt"}`:                                                            " Ab ",
		`{"type": "StripAccents"}`:                                                   " Ab ",
		`{"type": "Sequence", "normalizers": [{"normalizers": [` + bertOnly + `]}]}`: " ab ",
	} {
		out, err := newNormalizer(t, settings).Normalize(text.New(" Ab ", 0))
		if err != nil || out.String() != want {
			t.Errorf("%s: %q, %v, want %q", settings, out.String(), err, want)
		}
	}
	if n, err := normalize.New(nil); n != nil || err != nil {
		t.Errorf("New(nil): %v, %v", n, err)
	}
}

const bertOnly = `{"clean_text": false, "handle_chinese_chars": false, "strip_accents": false, "lowercase": true}`

func TestRefusedSettings(t *testing.T) {
	encode := func(blob string) string { return base64.StdEncoding.EncodeToString([]byte(blob)) }
	for _, test := range []struct {
		settings string
		sentinel error
		want     string
	}{
		{`{}`, config.ErrFormat, "type: missing, and the other members are those of no normalizer that may stand without"},
		{`{"type": 5}`, config.ErrFormat, "type: not a string"},
		{`{"type": "nfc"}`, config.ErrUnsupported, `type: unknown: "nfc"`},
		{`{"type": "BertPreTokenizer"}`, config.ErrUnsupported, `type: unknown: "BertPreTokenizer"`},
		{`{"prepend": 5}`, config.ErrFormat, "prepend: not a string"},
		{`{"type": "Prepend"}`, config.ErrFormat, "prepend: missing"},
		{`{"type": "Strip", "strip_left": true}`, config.ErrFormat, "strip_right: missing"},
		{`{"type": "Strip", "strip_left": null, "strip_right": true}`, config.ErrFormat, "strip_left: missing"},
		{`{"type": "Bert", "clean_text": true}`, config.ErrFormat, "handle_chinese_chars: missing"},
		{`{"type": "Bert", "clean_text": 1}`, config.ErrFormat, "clean_text: not true or false"},
		{`{"type": "Bert", "clean_text": true, "handle_chinese_chars": true}`, config.ErrFormat, "lowercase: missing"},
		{`{"clean_text": true, "handle_chinese_chars": true, "lowercase": true, "strip_accents": "x"}`, config.ErrFormat, "strip_accents: not true or false"},
		{`{"type": "Sequence"}`, config.ErrFormat, "normalizers: missing"},
		{`{"type": "Sequence", "normalizers": {}}`, config.ErrFormat, "normalizers: not an array"},
		{`{"type": "Sequence", "normalizers": [null]}`, config.ErrFormat, "normalizers[0]: not an object"},
		{`{"normalizers": [{"type": "NFC"}, {"type": "Replace", "pattern": "b", "content": "c"}]}`, config.ErrFormat, "normalizers[1].pattern: not an object"},
		{`{"type": "Replace", "pattern": {"String": "b", "Regex": "c"}, "content": "c"}`, config.ErrFormat, "pattern: want one member, String or Regex"},
		{`{"type": "Replace", "pattern": {"String": null}, "content": "c"}`, config.ErrFormat, "pattern.String: missing"},
		{`{"type": "Replace", "pattern": {"String": "b"}}`, config.ErrFormat, "content: missing"},
		{`{"type": "Replace", "pattern": {"Regex": "("}, "content": "c"}`, config.ErrFormat, "pattern.Regex: malformed pattern"},
		{`{"type": "Precompiled"}`, config.ErrFormat, "precompiled_charsmap: missing"},
		{`{"type": "Precompiled", "precompiled_charsmap": null}`, config.ErrFormat, "precompiled_charsmap: missing"},
		{`{"type": "Precompiled", "precompiled_charsmap": "*"}`, config.ErrFormat, "precompiled_charsmap: illegal base64"},
		{`{"type": "Precompiled", "precompiled_charsmap": ""}`, config.ErrFormat, "precompiled_charsmap: charsmap of less than 4 bytes"},
		{`{"type": "Precompiled", "precompiled_charsmap": "` + encode("\x04\x00\x00\x00abc") + `"}`, config.ErrFormat, "charsmap ends within its double array"},
		{`{"type": "Precompiled", "precompiled_charsmap": "` + encode("\x03\x00\x00\x00abc") + `"}`, config.ErrFormat, "charsmap without a double array"},
		{`{"type": "Precompiled", "precompiled_charsmap": "` + encode("\x04\x00\x00\x00abcd\xff") + `"}`, config.ErrFormat, "charsmap with a text that is not UTF-8"},
		{`{"type": "Precompiled", "precompiled_charsmap": "` + encode("\x04\x00\x00\x00abcd"+strings.Repeat("x", 1025)) + `"}`, config.ErrUnsupported, "charsmap with a text of 1025 bytes"},
		{nested(config.MaxDepth + 1), config.ErrUnsupported, "more than 16 sequences in each other"},
	} {
		_, err := normalize.New(object(t, test.settings))
		if err == nil || !errors.Is(err, test.sentinel) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.120s: %v, want %s", test.settings, err, test.want)
		}
		if e := (*config.Error)(nil); err != nil && !errors.As(err, &e) {
			t.Errorf("%.120s: %T", test.settings, err)
		}
	}
	if _, err := normalize.New(object(t, nested(config.MaxDepth))); err != nil {
		t.Error(err)
	}
}

// nested are n sequences in each other.
func nested(n int) string {
	return strings.Repeat(`{"type": "Sequence", "normalizers": [`, n) + `{"type": "NFC"}` + strings.Repeat("]}", n)
}
