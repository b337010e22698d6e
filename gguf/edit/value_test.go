package edit_test

import (
	"math"
	"reflect"
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
		{"str[]", `["a", "\u00e9\n"]`, gguf.Strings([]string{"a", "é\n"}), true},
		{"str[]", " []\n", gguf.Strings(nil), true},
		{"u8[]", "[0, 255]", gguf.Uint8s([]uint8{0, 255}), true},
		{"i8[]", "[-128]", gguf.Int8s([]int8{-128}), true},
		{"u16[]", "[65535]", gguf.Uint16s([]uint16{65535}), true},
		{"i16[]", "[-32768]", gguf.Int16s([]int16{-32768}), true},
		{"Uint32[]", "[4294967295]", gguf.Uint32s([]uint32{1<<32 - 1}), true},
		{"i32[]", "[-2147483648]", gguf.Int32s([]int32{-1 << 31}), true},
		{"u64[]", "[18446744073709551615]", gguf.Uint64s([]uint64{1<<64 - 1}), true},
		{"i64[]", "[-9223372036854775808]", gguf.Int64s([]int64{-1 << 63}), true},
		{"f32[]", "[1, 1e-05, Infinity]", gguf.Float32s([]float32{1, 1e-05, float32(math.Inf(1))}), true},
		{"f64[]", "[1e39, -Infinity]", gguf.Float64s([]float64{1e39, math.Inf(-1)}), true},
		{"bool[]", "[true, false]", gguf.Bools([]bool{true, false}), true},
	} {
		typ, err := edit.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		got, err := edit.ParseValue(typ, c.text)
		if (err == nil) != c.ok || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %q: %v, %v, want %v", c.typ, c.text, got, err, c.want)
		}
		if err == nil && edit.TypeOf(got) != typ {
			t.Errorf("%s %q: type %s", c.typ, c.text, edit.TypeOf(got))
		}
	}
	for _, name := range []string{"", "arr", "u128", "array", "[]", "u8[][]", "u8[2]"} {
		if _, err := edit.ParseType(name); err == nil {
			t.Errorf("there is a type %q", name)
		}
	}
	if _, err := edit.ParseValue(edit.Type{Elem: gguf.TypeArray}, "[1]"); err == nil {
		t.Error("a value of type arr was parsed")
	}
}

// What is wrong with an array is said with the place.
func TestParseArrayErrors(t *testing.T) {
	for _, c := range []struct{ typ, text, want string }{
		{"u8[]", "[1, 256]", `no array of type u8[]: line 1, column 5 (offset 4): [1]: "256" is no value of type u8`},
		{"u32[]", "[1.0]", `[0]: "1.0" is no value of type u32`},
		{"u32[]", "[-1]", `[0]: "-1" is no value of type u32`},
		{"u32[]", "[\n1,\n\"2\"]", `line 3, column 1 (offset 5): [1]: JSON value of the wrong type: want a number, found a string`},
		{"u32[]", "[NaN]", `[0]: "NaN" is no value of type u32`},
		{"f32[]", "[1e39]", `[0]: "1e39" is no value of type f32`},
		{"str[]", `["a", 1]`, "[1]: JSON value of the wrong type: want a string, found a number"},
		{"str[]", `["a\u0000"]`, `[0]: "a\x00" is no value of type str`},
		{"str[]", `[["a"]]`, "want a string, found an array"},
		{"bool[]", "[1]", "want a boolean, found a number"},
		{"str[]", `["a"`, "JSON ends early"},
		{"str[]", `["a"] b`, "data after the JSON value"},
		{"str[]", `["a",]`, "invalid JSON"},
		{"str[]", "a", "line 1, column 1 (offset 0): invalid JSON"},
		{"str[]", "", "JSON ends early"},
		{"str[]", "{}", "want an array, found an object"},
		{"str[]", "[\"\xff\"]", "invalid UTF-8"},
	} {
		typ, err := edit.ParseType(c.typ)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := edit.ParseValue(typ, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.typ, c.text, err, c.want)
		}
	}
}

func TestGuessType(t *testing.T) {
	for _, c := range []struct {
		key, text string
		want      string
		ok        bool
	}{
		{"general.version", "1.0", "str", true},
		{"general.alignment", "64", "u32", true},
		{"general.file_type", "15", "u32", true},
		{"tokenizer.ggml.add_bos_token", "true", "bool", true},
		{"tokenizer.ggml.eos_token_id", "2", "u32", true},
		{"llama.x", "4294967295", "u32", true},
		{"llama.x", "4294967296", "", false},
		{"llama.x", "18446744073709551615", "", false},
		{"llama.x", "18446744073709551616", "", false},
		{"llama.x", "99999999999999999999", "", false},
		{"llama.x", "-99999999999999999999", "", false},
		{"llama.x", "1e20", "f32", true},
		{"llama.x", "-1", "i32", true},
		{"llama.x", "-2147483649", "", false},
		{"llama.x", "1e-5", "f32", true},
		{"llama.x", "NaN", "str", true},
		{"llama.x", "", "str", true},
		{"llama.x", "yes", "str", true},
		{"general.tags", "a", "str[]", true},
		{"general.languages", "[]", "str[]", true},
		{"general.name", "[1]", "str", true},
		{"llama.x", `["a", "b"]`, "str[]", true},
		{"llama.x", " [1, 4294967295]\n", "u32[]", true},
		{"llama.x", "[1, -1]", "i32[]", true},
		{"llama.x", "[1, 0.5, -1e3]", "f32[]", true},
		{"llama.x", "[true, false]", "bool[]", true},
		{"llama.x", "[]", "", false},
		{"llama.x", "[1, true]", "", false},
		{"llama.x", "[4294967295, -1]", "", false},
		{"llama.x", "[4294967296]", "", false},
		{"llama.x", "[99999999999999999999]", "", false},
		{"llama.x", "[1e39]", "", false},
		{"llama.x", "[a]", "", false},
		{"llama.x", "[[1]]", "", false},
		{"llama.x", "[INST] a", "str", true},
	} {
		got, ok := edit.GuessType(c.key, c.text)
		if ok != c.ok || ok && got.String() != c.want {
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
