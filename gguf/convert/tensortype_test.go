package convert

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/quantize"
)

func TestParseTensorType(t *testing.T) {
	for _, c := range []struct {
		text string
		want TensorType
		err  string // part of it; empty: none
	}{
		{`attn_v=q8_0`, TensorType{"attn_v", "q8_0"}, ""},
		{`ATTN_V=Q6_k`, TensorType{"ATTN_V", "Q6_k"}, ""},
		{`blk\.[0-3]\.=nvfp4`, TensorType{`blk\.[0-3]\.`, "nvfp4"}, ""},
		{`attn_v`, TensorType{}, "no = between"},
		{`=q8_0`, TensorType{}, "it is empty"},
		{`attn_v=`, TensorType{}, "tensor type"},
		{`attn_v=q4_K_M`, TensorType{}, `"q4_K_M"`},
		{`a=b=q8_0`, TensorType{}, `"b=q8_0"`},
		{`a(?=b)=q8_0`, TensorType{}, "no lookaheads"},
		{`\W=q8_0`, TensorType{}, "lower case"},
	} {
		got, err := ParseTensorType(c.text)
		if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) || got != c.want {
			t.Errorf("%s: %v, %v", c.text, got, err)
		}
	}
	if _, err := ParseTensorType("a=q9"); !errors.Is(err, quantize.ErrUnsupported) {
		t.Errorf("unknown type: %v", err)
	}
}

func TestReadTensorTypes(t *testing.T) {
	const file = "attn_v=q8_0  ffn_up=q4_k\r\n\n\t\v\fffn_down=f16"
	got, err := ReadTensorTypes(iotest.OneByteReader(strings.NewReader(file)))
	want := []TensorType{{"attn_v", "q8_0"}, {"ffn_up", "q4_k"}, {"ffn_down", "f16"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := ReadTensorTypes(strings.NewReader("")); err != nil || len(got) > 0 {
		t.Errorf("empty file: %v, %v", got, err)
	}
	for _, c := range []struct{ file, want string }{
		{"a=q8_0\n\nb=q8_0 c\n", "line 3: c: there is no ="},
		{"a=q8_0\n# comment", "line 2: #: there is no ="},
		{"a=q8_0\u00a0b=q8_0", "line 1: a=q8_0\u00a0b=q8_0: "}, // a no-break space separates nothing in C++
		{strings.Repeat("a", 2<<20), "token too long"},
	} {
		if _, err := ReadTensorTypes(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadTensorTypes(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("broken reader: %v", err)
	}
}

func TestCompileTensorTypes(t *testing.T) {
	choose, err := compileTensorTypes([]TensorType{{`ATTN_V\.`, "Q8_0"}, {"attn", "q4_k"}, {"^.$", "f16"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		want  quantize.Type
		found bool
	}{
		{"blk.0.attn_v.weight", quantize.Q8_0, true}, // the first that matches
		{"blk.0.attn_q.weight", quantize.Q4_K, true},
		{"blk.0.ATTN_q.weight", 0, false}, // the pattern is in lower case, the name is not
		{"output.weight", 0, false},
		{"\xff", quantize.F16, true}, // a byte is a character
		{"é", 0, false},              // and this is two
	} {
		if got, found := choose(c.name); got != c.want || found != c.found {
			t.Errorf("%q: %v, %v", c.name, got, found)
		}
	}
	if _, err := compileTensorTypes([]TensorType{{"a", "q8_0"}, {"b(", "q8_0"}}); err == nil || !strings.HasPrefix(err.Error(), "tensor type b(=q8_0: ") {
		t.Errorf("bad pattern: %v", err)
	}
}
