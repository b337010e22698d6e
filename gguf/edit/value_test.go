package edit_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
)

func TestParseValue(t *testing.T) {
	for _, c := range []struct {
		typ, text string
		want      gguf.Value
		ok        bool
	}{
		{"u8", "255", gguf.Uint8(255), true},
		{"u8", "256", gguf.Value{}, false},
		{"u8", "-1", gguf.Value{}, false},
		{"INT8", "-128", gguf.Int8(-128), true},
		{"i8", "128", gguf.Value{}, false},
		{"uint16", "65535", gguf.Uint16(65535), true},
		{"i16", "-32768", gguf.Int16(-32768), true},
		{"u32", "4294967295", gguf.Uint32(4294967295), true},
		{"u32", "4294967296", gguf.Value{}, false},
		{"u32", "1.0", gguf.Value{}, false},
		{"u32", "", gguf.Value{}, false},
		{"i32", "-2147483648", gguf.Int32(-2147483648), true},
		{"u64", "18446744073709551615", gguf.Uint64(1<<64 - 1), true},
		{"i64", "-9223372036854775808", gguf.Int64(-1 << 63), true},
		{"f32", "1e-05", gguf.Float32(1e-05), true},
		{"f32", "1e39", gguf.Value{}, false},
		{"f64", "1e39", gguf.Float64(1e39), true},
		{"bool", "true", gguf.Bool(true), true},
		{"bool", "1", gguf.Value{}, false},
		{"string", "a\nb", gguf.String("a\nb"), true},
		{"str", "", gguf.String(""), true},
		{"str", "a\x00b", gguf.Value{}, false},
		{"str", "\xff", gguf.Value{}, false},
	} {
		typ, err := edit.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		got, err := edit.ParseValue(typ, c.text)
		if (err == nil) != c.ok || got != c.want {
			t.Errorf("%s %q: %v, %v, want %v", c.typ, c.text, got, err, c.want)
		}
	}
	for _, name := range []string{"", "arr", "u128", "array"} {
		if _, err := edit.ParseType(name); err == nil {
			t.Errorf("there is a type %q", name)
		}
	}
	if _, err := edit.ParseValue(gguf.TypeArray, "[1]"); err == nil {
		t.Error("an array was parsed")
	}
}

func TestGuessType(t *testing.T) {
	for _, c := range []struct {
		key, text string
		want      gguf.ValueType
		ok        bool
	}{
		{"general.version", "1.0", gguf.TypeString, true},
		{"general.alignment", "64", gguf.TypeUint32, true},
		{"general.file_type", "15", gguf.TypeUint32, true},
		{"tokenizer.ggml.add_bos_token", "true", gguf.TypeBool, true},
		{"tokenizer.ggml.eos_token_id", "2", gguf.TypeUint32, true},
		{"llama.x", "4294967295", gguf.TypeUint32, true},
		{"llama.x", "4294967296", 0, false},
		{"llama.x", "18446744073709551615", 0, false},
		{"llama.x", "18446744073709551616", 0, false},
		{"llama.x", "99999999999999999999", 0, false},
		{"llama.x", "-99999999999999999999", 0, false},
		{"llama.x", "1e20", gguf.TypeFloat32, true},
		{"llama.x", "-1", gguf.TypeInt32, true},
		{"llama.x", "-2147483649", 0, false},
		{"llama.x", "1e-5", gguf.TypeFloat32, true},
		{"llama.x", "NaN", gguf.TypeString, true},
		{"llama.x", "", gguf.TypeString, true},
		{"llama.x", "yes", gguf.TypeString, true},
	} {
		if got, ok := edit.GuessType(c.key, c.text); got != c.want || ok != c.ok {
			t.Errorf("%s %q: %s, %t, want %s, %t", c.key, c.text, got, ok, c.want, c.ok)
		}
	}
}

func TestVital(t *testing.T) {
	for key, want := range map[string]bool{
		"general.architecture": true, "general.alignment": true, "split.count": true, "tokenizer.ggml.tokens": true,
		"general.name": false, "tokenizer.chat_template": false, "llama.context_length": false, "splitting": false,
	} {
		if reason, got := edit.Vital(key); got != want || (reason != "") != want {
			t.Errorf("%s: %q, %t", key, reason, got)
		}
	}
}

func TestKeyWarning(t *testing.T) {
	for key, want := range map[string]string{
		"some.key_1": "", "general.architecture": "", "general.alignment": "", "split.count": "",
		"Foo.Bar": "lower-case", "some-key": "lower-case",
		"some key": "", "schlüssel": "", "": "", strings.Repeat("k", 65536): "", // cannot be written
	} {
		if got := edit.KeyWarning(key); (got != "") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%.20q: %q, want %q", key, got, want)
		}
	}
}
