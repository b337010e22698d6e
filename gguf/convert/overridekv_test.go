package convert

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

func TestParseOverrides(t *testing.T) {
	key127, text127 := strings.Repeat("k", 127), strings.Repeat("t", 127)
	for _, c := range []struct {
		text string
		key  string
		want gguf.Value
	}{
		{"a.b=int:7", "a.b", gguf.Uint32(7)},
		{"a=int:+7", "a", gguf.Uint32(7)},
		{"a=int:-7", "a", gguf.Uint32(7)}, // the sign is lost there
		{"a=int:007", "a", gguf.Uint32(7)},
		{"a=int:4294967295", "a", gguf.Uint32(1<<32 - 1)},
		{"a=int:-4294967295", "a", gguf.Uint32(1<<32 - 1)},
		{"a=float:0.1", "a", gguf.Float32(0.1)},
		{"a=float:-1e-3", "a", gguf.Float32(-1e-3)},
		{"a=float:0x1p-2", "a", gguf.Float32(0.25)},
		{"a=float:1e-300", "a", gguf.Float32(0)},
		// Above the middle of two float32, but not in float64.
		{"a=float:1.00000017881393432617187499", "a", gguf.Float32(1.00000023841858)},
		{"a=bool:true", "a", gguf.Bool(true)},
		{"a=bool:false", "a", gguf.Bool(false)},
		{"a=str:", "a", gguf.String("")},
		{"a=str:int:7=\u00e4 ", "a", gguf.String("int:7=ä ")},
		{key127 + "=str:" + text127, key127, gguf.String(text127)},
	} {
		got, err := parseOverrides([]string{c.text})
		if err != nil || len(got) != 1 || got[0].key != c.key || got[0].value != c.want {
			t.Errorf("%s: %v, %v", c.text, got, err)
		}
	}
}

func TestParseOverridesRefused(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "not of the form"},
		{"a", "not of the form"},
		{"a=7", "not of the form"},
		{"=int:7", "the key is empty"},
		{strings.Repeat("k", 128) + "=int:7", "the key of 128 bytes is longer than 127"},
		{"a=uint:7", `type "uint" is none`},
		{"a=INT:7", `type "INT" is none`},
		{"a=:7", `type "" is none`},
		{"a=int:", `"" is no integer of 32 bits`},
		{"a=int:12abc", `"12abc" is no integer of 32 bits`},
		{"a=int: 12", `" 12" is no integer of 32 bits`},
		{"a=int:0x10", `"0x10" is no integer of 32 bits`},
		{"a=int:1_0", `"1_0" is no integer of 32 bits`},
		{"a=int:4294967296", "is no integer of 32 bits"},
		{"a=int:-4294967296", "is no integer of 32 bits"},
		{"a=int:-9223372036854775808", "is no integer of 32 bits"},
		{"a=int:9223372036854775808", "is no integer of 32 bits"},
		{"a=float:", `"" is no finite number`},
		{"a=float:1.5x", `"1.5x" is no finite number`},
		{"a=float:0x_1p0", `"0x_1p0" is no finite number`},
		{"a=float:nan", `"nan" is no finite number`},
		{"a=float:-inf", `"-inf" is no finite number`},
		{"a=float:1e39", `"1e39" is no finite number`},
		{"a=float:1e309", `"1e309" is no finite number`},
		{"a=bool:True", `"True" is neither true nor false`},
		{"a=bool:1", `"1" is neither true nor false`},
		{"a=str:" + strings.Repeat("t", 128), "the string of 128 bytes is longer than 127"},
		{"a=str:b\x00c", "holds a NUL"},
	} {
		_, err := parseOverrides([]string{"ok=int:1", c.text})
		if err == nil || !strings.HasPrefix(err.Error(), "override "+c.text+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}
