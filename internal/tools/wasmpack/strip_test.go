package wasmpack

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func TestPackKeepsWhatTheRuntimeNeeds(t *testing.T) {
	in := newTiny()
	packed, err := Pack(in.module())
	if err != nil {
		t.Fatal(err)
	}
	sections, err := readSections(packed)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := readImage(sections[0].body)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := findPclntab(memory)
	if err != nil {
		t.Fatal(err)
	}
	zeros := func(n int) string { return strings.Repeat("\x00", n) }
	frame, inlined := tinyPrograms[tinyFrame:tinyLine], tinyPrograms[tinyInlined:]
	for _, table := range []struct {
		name string
		got  []byte
		want string
	}{
		{"names", tables.names, "\x00runtime.\x00main.(*T).F\x00" + zeros(10)},
		{"units", tables.units, zeros(8)},
		{"files", tables.files, zeros(10)},
		{"programs", tables.programs, "\x00" + frame + inlined + zeros(5)},
		{"funcdata", tables.funcdata, "\x01\x02\x03\x04" + zeros(4) +
			"\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00" +
			"\x17\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00" + "\x09\x09\x09\x09"},
	} {
		if string(table.got) != table.want {
			t.Errorf("%s:\n%swant:\n%s", table.name, hex.Dump(table.got), hex.Dump([]byte(table.want)))
		}
	}
	want := newTiny()
	for i, name := range []uint32{1, 10, 0} {
		record := want.memory[want.records[i]:]
		put32(record, funcName, name)
		for _, at := range []int{funcFile, funcLine, funcUnit, funcStartLine} {
			put32(record, at, 0)
		}
	}
	last := want.memory[want.records[2]+funcSize:]
	for i, v := range []uint32{0, 0, 4, 0, 0, tinyPointers, noFuncdata, noFuncdata, tinyTree, noFuncdata, noFuncdata, noFuncdata} {
		put32(last, 4*i, v)
	}
	if want := want.memory[want.functions:want.funcdata]; !bytes.Equal(tables.functions, want) {
		t.Errorf("functions:\n%swant:\n%s", hex.Dump(tables.functions), hex.Dump(want))
	}
}

func TestNeededName(t *testing.T) {
	for _, test := range []struct {
		name string
		id   byte
		want string
	}{
		{"runtime.bgsweep", 0, "runtime."},
		{"runtime/debug.FreeOSMemory", 0, ""},
		{"runtimes.f", 0, ""},
		{"main.(*T).F", 0, ""},
		{"main.(*T).F", idWrapper, "main.(*T).F"},
		{"runtime.(*Error).F", idWrapper, "runtime.(*Error).F"},
		{"type:.eq.main.T", idWrapper, ""},
		{"reflect.makeFuncStub", 0, "reflect.makeFuncStub"},
		{"reflect.methodValueCall", idWrapper, "reflect.methodValueCall"},
		{"reflect.Value.Call", 0, ""},
	} {
		if got := neededName(test.name, test.id); got != test.want {
			t.Errorf("of %s (%d) %q is kept, want %q", test.name, test.id, got, test.want)
		}
	}
}
