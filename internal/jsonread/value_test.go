package jsonread_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
)

func parseObject(t *testing.T, doc string, opts jsonread.Options) *jsonread.Object {
	t.Helper()
	o, err := jsonread.ParseObject([]byte(doc), opts)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func keys(o *jsonread.Object) []string {
	var list []string
	for key := range o.All() {
		list = append(list, key)
	}
	return list
}

func TestObject(t *testing.T) {
	o := parseObject(t, `{"z":1,"a":{"x":[1,{"y":2}]},"n":null,"s":"t","b":true,"f":-2.5}`, jsonread.Options{})
	if got := keys(o); !slices.Equal(got, []string{"z", "a", "n", "s", "b", "f"}) {
		t.Errorf("keys %q", got)
	}
	if v, ok := o.Get("n"); v != nil || !ok || !o.Has("n") {
		t.Errorf("null: %v, %v", v, ok)
	}
	if _, ok := o.Get("Z"); ok {
		t.Error("keys are compared without case")
	}
	if n, ok := o.Int("z"); n != 1 || !ok {
		t.Errorf("Int: %v, %v", n, ok)
	}
	if _, ok := o.Int("f"); ok {
		t.Error("Int takes a fraction")
	}
	if f, ok := o.Float("f"); f != -2.5 || !ok {
		t.Errorf("Float: %v, %v", f, ok)
	}
	if _, ok := o.Float("s"); ok {
		t.Error("Float takes a string")
	}
	if b, ok := o.Bool("b"); !b || !ok {
		t.Errorf("Bool: %v, %v", b, ok)
	}

	c := o.Clone()
	inner, _ := c.Object("a")
	list, _ := inner.Array("x")
	list[0] = jsonread.Number("7")
	inner.Delete("x")
	c.Set("z", "over")
	c.Set("new", nil)
	if got := keys(c); !slices.Equal(got, []string{"z", "a", "n", "s", "b", "f", "new"}) {
		t.Errorf("keys of the clone %q", got)
	}
	inner, _ = o.Object("a")
	if list, ok := inner.Array("x"); !ok || list[0] != jsonread.Number("1") {
		t.Errorf("a change of the clone reached the original: %v", list)
	}
	if n, _ := o.Int("z"); n != 1 {
		t.Error("Set of the clone reached the original")
	}

	var none *jsonread.Object
	if none.Len() != 0 || none.Has("a") || none.Clone() != nil || keys(none) != nil {
		t.Error("the nil Object is not empty")
	}
}

// An Object of many members, which has an index, behaves as a small one.
func TestLargeObject(t *testing.T) {
	o := &jsonread.Object{}
	for i := range 100 {
		o.Set(strconv.Itoa(i), i)
	}
	for i := 0; i < 100; i += 2 {
		o.Delete(strconv.Itoa(i))
	}
	o.Delete("absent")
	o.Set("1", "one")
	o.Set("0", "again")
	if o.Len() != 51 {
		t.Fatalf("%d members", o.Len())
	}
	got := keys(o.Clone())
	if got[0] != "1" || got[1] != "3" || got[50] != "0" {
		t.Errorf("keys %q", got)
	}
	if v, _ := o.Get("99"); v != 99 {
		t.Errorf("99: %v", v)
	}
	if v, _ := o.Clone().Get("1"); v != "one" {
		t.Errorf("1: %v", v)
	}
}

func TestNonFinite(t *testing.T) {
	o := parseObject(t, `{"a":NaN,"b":Infinity,"c":-Infinity,"d":-1,"e":1e400}`, jsonread.Options{NonFinite: true})
	a, _ := o.Float("a")
	b, _ := o.Float("b")
	c, _ := o.Float("c")
	e, _ := o.Float("e")
	if !math.IsNaN(a) || !math.IsInf(b, 1) || !math.IsInf(c, -1) || !math.IsInf(e, 1) {
		t.Errorf("%v %v %v %v", a, b, c, e)
	}
	if n, ok := o.Int("d"); n != -1 || !ok {
		t.Errorf("-1: %v, %v", n, ok)
	}
	for _, doc := range []string{"Nan", "Inf", "-Inf", "-NaN", "nan", "Infinit", "-I"} {
		if _, err := jsonread.Parse([]byte(doc), jsonread.Options{NonFinite: true}); err == nil {
			t.Errorf("%s is accepted", doc)
		}
	}
}

func TestNumber(t *testing.T) {
	for literal, isInt := range map[jsonread.Number]bool{"1": true, "-7": true, "1.0": false, "1e3": false, "1E3": false, "NaN": false, "Infinity": false, "": false} {
		if literal.IsInt() != isInt {
			t.Errorf("%q: IsInt %v", literal, !isInt)
		}
	}
	if u, err := jsonread.Number("18446744073709551615").Uint(); u != math.MaxUint64 || err != nil {
		t.Errorf("%v, %v", u, err)
	}
	if _, err := jsonread.Number("-1").Uint(); err == nil {
		t.Error("-1 is unsigned")
	}
}

func TestParseObjectWantsAnObject(t *testing.T) {
	for _, doc := range []string{"[]", "null", "1", ""} {
		if o, err := jsonread.ParseObject([]byte(doc), jsonread.Options{}); err == nil || o != nil {
			t.Errorf("%q: %v, %v", doc, o, err)
		}
	}
}
