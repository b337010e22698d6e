package tiktoken

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// tekkenFile returns a tekken.json of the 256 bytes and some tokens, with other
// members behind.
func tekkenFile(config, behind string, tokens ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"config": {%s}, "vocab": [`, config)
	for i := range 256 + len(tokens) {
		token := string([]byte{byte(i)})
		if i >= 256 {
			token = tokens[i-256]
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"rank": %d, "token_bytes": %q, "token_str": null}`, i, base64.StdEncoding.EncodeToString([]byte(token)))
	}
	b.WriteString("]" + behind + "}")
	return b.String()
}

const (
	tekkenOld = `"pattern": "\\s+|\\S+", "num_vocab_tokens": 259, "default_vocab_size": 288, "default_num_special_tokens": 30, "version": "v3"`
	tekkenNew = `"pattern": "\\s+|\\S+", "default_vocab_size": 262, "default_num_special_tokens": 4, "version": "v13"`
)

func TestReadTekken(t *testing.T) {
	file := tekkenFile(tekkenOld, `, "image": {"image_patch_size": 16}`, "ab", "\xff\xfe", "cut")
	got, err := ReadTekken(iotest.HalfReader(strings.NewReader(file)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Pattern != `\s+|\S+` || got.Version != "v3" || len(got.Tokens) != 258 || got.Tokens[257] != "\xff\xfe" || got.Ranks.Ranks[257] != 257 {
		t.Errorf("%q %q %d tokens", got.Pattern, got.Version, len(got.Tokens))
	}
	if len(got.Added) != 30 || got.Added[19].Text != "[TOOL_CONTENT]" || got.Added[20] != special(20, "<SPECIAL_20>") || got.BOS != "<s>" || got.EOS != "</s>" {
		t.Errorf("%v", got.Added)
	}

	file = tekkenFile(tekkenNew, `, "special_tokens": [
		{"rank": 0, "token_str": "<unk>", "is_control": true}, {"rank": 1, "token_str": "<s>", "is_control": true},
		{"rank": 2, "token_str": "[THINK]", "is_control": false}]`, "ab", "abc")
	if got, err = ReadTekken(strings.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if len(got.Tokens) != 258 || len(got.Added) != 4 || got.Added[2] != special(2, "[THINK]") || got.Added[3] != special(3, "<SPECIAL_3>") {
		t.Errorf("%d tokens, %v", len(got.Tokens), got.Added)
	}
}

func TestReadTekkenRefuses(t *testing.T) {
	specials := func(list string) string { return `, "special_tokens": [` + list + `]` }
	for _, c := range []struct {
		name, file string
		want       error
		text       string
	}{
		{"empty", "", config.ErrFormat, "JSON ends early"},
		{"no config", `{"vocab": []}`, config.ErrFormat, "no config"},
		{"no pattern", tekkenFile(`"default_vocab_size": 256`, ""), config.ErrFormat, "no config.pattern"},
		{"no size", tekkenFile(`"pattern": "a"`, ""), config.ErrFormat, "no config.default_vocab_size"},
		{"no vocab", `{"config": {` + tekkenOld + `}}`, config.ErrFormat, "no vocab"},
		{"few tokens", tekkenFile(tekkenOld, "", "ab"), config.ErrFormat, "default_vocab_size is 288, of which 30 are special, and vocab has 257"},
		{"no bytes", tekkenFile(`"pattern": "a", "default_vocab_size": 5, "default_num_special_tokens": 3, "version": "v3"`, ""), config.ErrFormat, "default_vocab_size is 5"},
		{"negative", tekkenFile(`"pattern": "a", "default_vocab_size": -5`, ""), config.ErrFormat, "config.default_vocab_size: below 0"},
		{"huge", tekkenFile(`"pattern": "a", "default_vocab_size": 5000000`, ""), config.ErrUnsupported, "config.default_vocab_size: above 4194304"},
		{"many special", tekkenFile(`"pattern": "a", "default_num_special_tokens": 65537`, ""), config.ErrUnsupported, "config.default_num_special_tokens: above 65536"},
		{"rank", `{"vocab": [{"rank": 1, "token_bytes": "AA=="}]}`, config.ErrFormat, "vocab[0].rank: rank 1 at place 0"},
		{"no rank", `{"vocab": [{"token_bytes": "AA=="}]}`, config.ErrFormat, "vocab[0]: no rank"},
		{"no token", `{"vocab": [{"rank": 0}]}`, config.ErrFormat, "vocab[0]: no token_bytes"},
		{"base64", `{"vocab": [{"rank": 0, "token_bytes": "A"}]}`, config.ErrFormat, `line 1, column 39: vocab[0].token_bytes: token "A" is not base64`},
		{"byte", `{"vocab": [{"rank": 0, "token_bytes": "AQ=="}]}`, config.ErrFormat, "vocab[0]: token \"\\x01\", where the first 256 are the bytes in order"},
		{"twice", tekkenFile(tekkenOld, "", "ab", "ab"), config.ErrFormat, `vocab[257]: token "ab" is there twice`},
		{"implied too late", tekkenFile(tekkenNew, "", "ab", "cd"), config.ErrFormat, `no special_tokens, which only versions up to v7 imply, in version "v13"`},
		{"too many", tekkenFile(`"pattern": "a", "default_vocab_size": 257, "default_num_special_tokens": 1, "version": "v3"`, ""), config.ErrFormat, "20 special tokens"},
		{"special rank", tekkenFile(tekkenNew, specials(`{"rank": 1, "token_str": "<s>"}`)), config.ErrFormat, "special_tokens[0].rank: rank 1 at place 0"},
		{"special without rank", tekkenFile(tekkenNew, specials(`{"token_str": "<s>"}`)), config.ErrFormat, "special_tokens[0]: no rank"},
		{"special without text", tekkenFile(tekkenNew, specials(`{"rank": 0}`)), config.ErrFormat, "special_tokens[0]: no token_str"},
		{"special twice", tekkenFile(tekkenNew, specials(`{"rank": 0, "token_str": "<s>"}, {"rank": 1, "token_str": "<s>"}`), "ab", "cd"), config.ErrFormat, `special token "<s>" is there twice`},
		{"special as filler", tekkenFile(tekkenNew, specials(`{"rank": 0, "token_str": "<SPECIAL_3>"}`), "ab", "cd"), config.ErrFormat, `special token "<SPECIAL_3>" is there twice`},
		{"behind", tekkenFile(tekkenOld, "", "ab", "cd") + "x", config.ErrFormat, "data after the JSON value"},
	} {
		_, err := ReadTekken(strings.NewReader(c.file))
		var located *Error
		if !errors.Is(err, c.want) || !errors.As(err, &located) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %q", c.name, err, c.text)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadTekken(iotest.ErrReader(broken)); err != broken {
		t.Errorf("a failing read: %v", err)
	}
}

// TestReadTekkenCut: a file that was cut short anywhere is refused.
func TestReadTekkenCut(t *testing.T) {
	file := tekkenFile(tekkenOld, "", "ab", "cd")
	for n := 0; n < len(file); n += 13 {
		if _, err := ReadTekken(strings.NewReader(file[:n])); !errors.Is(err, config.ErrFormat) {
			t.Fatalf("%d of %d bytes: %v", n, len(file), err)
		}
	}
}

// FuzzReadTekken fuzzes what stands around the 256 bytes, which would only keep
// the fuzzer busy.
func FuzzReadTekken(f *testing.F) {
	bytes := strings.TrimSuffix(strings.TrimPrefix(tekkenFile("", ""), `{"config": {}, "vocab": [`), "]}")
	f.Add(`{"config": {`+tekkenOld+`}, "vocab": [`, `, {"rank": 256, "token_bytes": "YWI="}, {"rank": 257, "token_bytes": "Y2Q="}]}`)
	f.Add(`{"vocab": [`, `], "config": {`+tekkenNew+`}, "special_tokens": [{"rank": 0, "token_str": "<s>"}]}`)
	f.Add(`{"config": {"pattern": "a", "default_vocab_size": 4194304, "default_num_special_tokens": 65536, "version": "v3"}, "vocab": [`, `]}`)
	f.Fuzz(func(t *testing.T, before, behind string) {
		got, err := ReadTekken(strings.NewReader(before + bytes + behind))
		if err != nil {
			var located *Error
			if !errors.As(err, &located) || located.Line < 1 {
				t.Fatalf("%v", err)
			}
			return
		}
		for i, token := range got.Tokens {
			if token == "" || got.Ranks.Ranks[i] != uint32(i) {
				t.Fatalf("token %d: %q", i, token)
			}
		}
		for i, a := range got.Added {
			if a.ID != uint32(i) || a.Text == "" {
				t.Fatalf("added token %d: %v", i, a)
			}
		}
	})
}
