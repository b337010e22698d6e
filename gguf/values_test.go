package gguf_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

const everyTypeKeys = 26

// everyType writes a key of each scalar type and an array of each.
func everyType(r *raw) *raw {
	return everyTypeButEmpty(r).arr("a.empty", gguf.TypeFloat32, 0)
}

// everyTypeButEmpty leaves out the array without elements, the last key.
func everyTypeButEmpty(r *raw) *raw {
	r.kv("u8", gguf.TypeUint8).u8(200)
	r.kv("i8", gguf.TypeInt8).u8(0xfe)
	r.kv("u16", gguf.TypeUint16).u16(65000)
	r.kv("i16", gguf.TypeInt16).u16(0xfffd)
	r.kv("u32", gguf.TypeUint32).u32(4e9)
	r.kv("i32", gguf.TypeInt32).u32(0xfffffffc)
	r.kv("f32", gguf.TypeFloat32).f32(1.5)
	r.kv("bool", gguf.TypeBool).u8(1)
	r.kv("str", gguf.TypeString).str("héllo\x00w")
	r.kv("u64", gguf.TypeUint64).u64(math.MaxUint64)
	r.kv("i64", gguf.TypeInt64).u64(1 << 63)
	r.kv("f64", gguf.TypeFloat64).f64(-2.5e300)
	r.kv("empty", gguf.TypeString).str("")

	r.arr("a.u8", gguf.TypeUint8, 2).u8(1, 200)
	r.arr("a.i8", gguf.TypeInt8, 2).u8(1, 0xfe)
	r.arr("a.u16", gguf.TypeUint16, 2).u16(1).u16(65000)
	r.arr("a.i16", gguf.TypeInt16, 2).u16(1).u16(0xfffd)
	r.arr("a.u32", gguf.TypeUint32, 2).u32(1).u32(4e9)
	r.arr("a.i32", gguf.TypeInt32, 2).u32(1).u32(0xfffffffc)
	r.arr("a.f32", gguf.TypeFloat32, 2).f32(1.5).f32(-0.25)
	r.arr("a.bool", gguf.TypeBool, 2).u8(0, 1)
	r.arr("a.str", gguf.TypeString, 3).str("").str("ab").str("\xff")
	r.arr("a.u64", gguf.TypeUint64, 2).u64(1).u64(1 << 63)
	r.arr("a.i64", gguf.TypeInt64, 2).u64(1).u64(1 << 63)
	return r.arr("a.f64", gguf.TypeFloat64, 2).f64(1.5).f64(-2.5e300)
}

// sameValues are what everyType writes, made by the constructors.
func sameValues() *gguf.Metadata {
	m := new(gguf.Metadata)
	m.Set("u8", gguf.Uint8(200))
	m.Set("i8", gguf.Int8(-2))
	m.Set("u16", gguf.Uint16(65000))
	m.Set("i16", gguf.Int16(-3))
	m.Set("u32", gguf.Uint32(4e9))
	m.Set("i32", gguf.Int32(-4))
	m.Set("f32", gguf.Float32(1.5))
	m.Set("bool", gguf.Bool(true))
	m.Set("str", gguf.String("héllo\x00w"))
	m.Set("u64", gguf.Uint64(math.MaxUint64))
	m.Set("i64", gguf.Int64(math.MinInt64))
	m.Set("f64", gguf.Float64(-2.5e300))
	m.Set("empty", gguf.String(""))
	m.Set("a.u8", gguf.Uint8s([]uint8{1, 200}))
	m.Set("a.i8", gguf.Int8s([]int8{1, -2}))
	m.Set("a.u16", gguf.Uint16s([]uint16{1, 65000}))
	m.Set("a.i16", gguf.Int16s([]int16{1, -3}))
	m.Set("a.u32", gguf.Uint32s([]uint32{1, 4e9}))
	m.Set("a.i32", gguf.Int32s([]int32{1, -4}))
	m.Set("a.f32", gguf.Float32s([]float32{1.5, -0.25}))
	m.Set("a.bool", gguf.Bools([]bool{false, true}))
	m.Set("a.str", gguf.Strings([]string{"", "ab", "\xff"}))
	m.Set("a.u64", gguf.Uint64s([]uint64{1, 1 << 63}))
	m.Set("a.i64", gguf.Int64s([]int64{1, math.MinInt64}))
	m.Set("a.f64", gguf.Float64s([]float64{1.5, -2.5e300}))
	m.Set("a.empty", gguf.Float32s(nil))
	return m
}

// Both byte orders and the constructors give the same values and, written
// anew, the same bytes.
func TestEveryType(t *testing.T) {
	little := everyType(file().head(0, everyTypeKeys))
	fromFile, err := little.read(gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	fromBigEndian, err := everyType((&raw{big: true}).head(0, everyTypeKeys)).read(gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	want := string(little.pad(32).b)
	for name, meta := range map[string]*gguf.Metadata{
		"constructors":  sameValues(),
		"little-endian": fromFile.Metadata,
		"big-endian":    fromBigEndian.Metadata,
	} {
		layout, err := gguf.NewLayout(meta, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := layout.AppendHeader([]byte("before"))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != "before"+want {
			t.Errorf("%s: % x\nwant % x", name, got, want)
		}
		checkEveryType(t, name, meta)

		layout.ByteOrder = binary.BigEndian
		swapped, err := layout.AppendHeader(nil)
		if err != nil {
			t.Fatal(err)
		}
		if big := everyType((&raw{big: true}).head(0, everyTypeKeys)).pad(32).b; !bytes.Equal(swapped, big) {
			t.Errorf("%s, big-endian: % x\nwant % x", name, swapped, big)
		}
	}
}

func TestHead(t *testing.T) {
	fromFile, err := everyType(file().head(0, everyTypeKeys)).read(gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a.str", "a.i8", "a.f64", "a.bool", "a.empty", "str"} {
		v, _ := fromFile.Metadata.Get(key)
		for n := -1; n < 5; n++ {
			head, err := v.Head(n)
			if err != nil {
				t.Fatalf("%s: %v", key, err)
			}
			want := v.Len()
			if v.Type() == gguf.TypeArray {
				want = max(0, min(n, v.Len()))
			}
			if head.Len() != want || head.ElemType() != v.ElemType() {
				t.Errorf("the first %d of %s: %v", n, key, head)
			}
		}
	}
	texts, _ := fromFile.Metadata.Get("a.str")
	head, err := texts.Head(2)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := head.Strings(); err != nil || !slices.Equal(got, []string{"", "ab"}) {
		t.Errorf("the first two strings are %q, %v", got, err)
	}
	// Written, a head is an array of its own.
	var m gguf.Metadata
	m.Set("a.str", head)
	layout, err := gguf.NewLayout(&m, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := file().head(0, 1).arr("a.str", gguf.TypeString, 2).str("").str("ab").pad(32)
	if !bytes.Equal(got, want.b) {
		t.Errorf("% x, want % x", got, want.b)
	}
}

func checkEveryType(t *testing.T, from string, m *gguf.Metadata) {
	t.Helper()
	get := func(key string) gguf.Value {
		v, ok := m.Get(key)
		if !ok {
			t.Errorf("%s: %s is missing", from, key)
		}
		return v
	}
	equal := func(key string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s is %v, want %v", from, key, got, want)
		}
	}
	for key, want := range map[string]int64{"u8": 200, "i8": -2, "u16": 65000, "i16": -3, "u32": 4e9, "i32": -4, "i64": math.MinInt64} {
		got, ok := get(key).Int()
		equal(key, got, want)
		equal(key+" ok", ok, true)
		unsigned, ok := get(key).Uint()
		equal(key+" is unsigned", ok, want >= 0)
		if ok {
			equal(key, unsigned, uint64(want))
		}
	}
	if n, ok := get("u64").Uint(); n != math.MaxUint64 || !ok {
		t.Errorf("%s: u64 is %d, %t", from, n, ok)
	}
	if _, ok := get("u64").Int(); ok {
		t.Errorf("%s: 2^64-1 is no int64", from)
	}
	for key, want := range map[string]float64{"f32": 1.5, "f64": -2.5e300} {
		got, ok := get(key).Float()
		equal(key, got, want)
		equal(key+" ok", ok, true)
	}
	text, ok := get("str").Text()
	equal("str", text, "héllo\x00w")
	equal("str ok", ok, true)
	yes, ok := get("bool").Bool()
	equal("bool", yes, true)
	equal("bool ok", ok, true)

	for key, want := range map[string][]int64{
		"a.u8": {1, 200}, "a.i8": {1, -2}, "a.u16": {1, 65000}, "a.i16": {1, -3}, "a.u32": {1, 4e9}, "a.i32": {1, -4}, "a.i64": {1, math.MinInt64},
	} {
		got, err := get(key).Ints()
		equal(key, got, want)
		equal(key+" error", err, nil)
	}
	for key, want := range map[string][]float64{"a.f32": {1.5, -0.25}, "a.f64": {1.5, -2.5e300}, "a.empty": {}} {
		got, err := get(key).Floats()
		equal(key, got, want)
		equal(key+" error", err, nil)
	}
	texts, err := get("a.str").Strings()
	equal("a.str", texts, []string{"", "ab", "\xff"})
	equal("a.str error", err, nil)
	bools, err := get("a.bool").Bools()
	equal("a.bool", bools, []bool{false, true})
	equal("a.bool error", err, nil)
	equal("a.str type", get("a.str").Type(), gguf.TypeArray)
	equal("a.str element type", get("a.str").ElemType(), gguf.TypeString)
	equal("a.str length", get("a.str").Len(), 3)
}

// A value that is asked for as something else says what it is.
func TestWrongType(t *testing.T) {
	for name, get := range map[string]func() error{
		"strings of a number":    func() error { _, err := gguf.Uint32(1).Strings(); return err },
		"strings of a string":    func() error { _, err := gguf.String("a").Strings(); return err },
		"strings of integers":    func() error { _, err := gguf.Uint8s(nil).Strings(); return err },
		"integers of floats":     func() error { _, err := gguf.Float32s([]float32{1}).Ints(); return err },
		"integers above int64":   func() error { _, err := gguf.Uint64s([]uint64{1 << 63}).Ints(); return err },
		"integers of bools":      func() error { _, err := gguf.Bools([]bool{true}).Ints(); return err },
		"floats of integers":     func() error { _, err := gguf.Int32s([]int32{1}).Floats(); return err },
		"bools of small numbers": func() error { _, err := gguf.Uint8s([]uint8{1}).Bools(); return err },
	} {
		if err := get(); !errors.Is(err, gguf.ErrType) {
			t.Errorf("%s: %v, want %v", name, err, gguf.ErrType)
		}
	}
	if _, ok := gguf.Float32(1).Int(); ok {
		t.Error("a float is no integer")
	}
	if _, ok := gguf.Uint8(1).Bool(); ok {
		t.Error("a number is no bool")
	}
	if _, ok := gguf.Uint8(1).Float(); ok {
		t.Error("an integer is no float")
	}
	if _, ok := gguf.Strings([]string{"a"}).Text(); ok {
		t.Error("an array is no string")
	}
}

func TestValueString(t *testing.T) {
	for _, c := range []struct {
		value gguf.Value
		want  string
	}{
		{gguf.Value{}, "0"},
		{gguf.Int8(-5), "-5"},
		{gguf.Uint64(math.MaxUint64), "18446744073709551615"},
		{gguf.Float32(1e-5), "1e-05"},
		{gguf.Float64(0.1), "0.1"},
		{gguf.Bool(true), "true"},
		{gguf.String("a\x1b[31m\n"), `"a\x1b[31m\n"`},
		{gguf.Strings(make([]string, 7)), "str[7]"},
	} {
		if got := c.value.String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestMetadata(t *testing.T) {
	m := new(gguf.Metadata)
	for i, key := range []string{"a", "b", "c", "d"} {
		m.Set(key, gguf.Int32(int32(i)))
	}
	clone := m.Clone()
	m.Set("b", gguf.String("new"))
	m.Delete("c")
	m.Delete("not there")
	m.Set("e", gguf.Bool(true))
	if got, want := contents(m), "a=0 b=\"new\" d=3 e=true "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if v, ok := m.Get("d"); !ok || v.String() != "3" || m.Len() != 4 {
		t.Errorf("d is %v, %t, of %d keys", v, ok, m.Len())
	}
	if _, ok := m.Get("c"); ok {
		t.Error("c is still there")
	}
	if got, want := contents(clone), "a=0 b=1 c=2 d=3 "; got != want {
		t.Errorf("clone is %s, want %s", got, want)
	}
}

func contents(m *gguf.Metadata) string {
	s := ""
	for key, v := range m.All() {
		s += key + "=" + v.String() + " "
	}
	return s
}
