package wasmpack

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

func TestPackRefusesUnknownLayouts(t *testing.T) {
	put := func(at int, v uint64) func(m *tiny) {
		return func(m *tiny) { binary.LittleEndian.PutUint64(m.memory[at:], v) }
	}
	place := newTiny()
	last := place.records[2]
	for _, test := range []struct {
		name   string
		change func(m *tiny)
		want   string
	}{
		{"other magic", func(m *tiny) { m.memory[m.header]-- }, "pclntab: found 0 times"},
		{"two magics", func(m *tiny) { copy(m.memory[8:], pcHeaderMagic) }, "pclntab: found 2 times"},
		{"no module data", put(place.moduleData, 0), "module data: found 0 times"},
		{"module data cut off", func(m *tiny) { m.memory = m.memory[:m.moduleData+moduleDataSize-8] }, "module data: address outside"},
		{"another table", put(place.header+40, 8), "table 1 of pclntab and module data disagree"},
		{"another capacity", put(place.moduleData+24, 8), "table 0 of pclntab and module data disagree"},
		{"tables overlap", func(m *tiny) {
			put(m.moduleData+16, 40)(m)
			put(m.moduleData+24, 40)(m)
		}, "table 1 of pclntab is out of order"},
		{"huge table", func(m *tiny) {
			put(m.moduleData+40, 1<<62)(m)
			put(m.moduleData+48, 1<<62)(m)
		}, "table 1 of pclntab is out of order"},
		{"table too long", func(m *tiny) {
			put(m.moduleData+112, 700)(m)
			put(m.moduleData+120, 700)(m)
		}, "table 4 of pclntab: address outside"},
		{"another number of functions", put(place.header+8, 2), "the functions of pclntab and module data disagree"},
		{"no functions", put(place.header+8, 0), "the functions of pclntab and module data disagree"},
		{"too many functions", put(place.header+8, 1<<61), "the functions of pclntab and module data disagree"},
		{"funcdata before its time", put(place.moduleData+moduleDataGofunc, 64), "funcdata of the module data is out of order"},
		{"funcdata too long", put(place.moduleData+moduleDataGofunc+8, 1<<40), "funcdata: address outside"},
		{"record elsewhere", func(m *tiny) { put32(m.memory, m.functions+4, 8) }, "function 0: the record is not where"},
		{"record twice", func(m *tiny) {
			put32(m.memory, m.functions+12, uint32(m.records[0]-m.functions))
		}, "function 1: the record is not where"},
		{"record of another", func(m *tiny) { put32(m.memory, m.records[1], 7) }, "function 1: the record is of another function"},
		{"too many programs", func(m *tiny) { put32(m.memory, last+funcPrograms, 6) }, "function 2: 6 programs"},
		{"too much data", func(m *tiny) { m.memory[last+funcFuncdata] = 9 }, "function 2: 5 programs and 9 references"},
		{"record cut off", func(m *tiny) { m.memory[last+funcFuncdata] = 8 }, "function 2: the record does not end"},
		{"unknown function", func(m *tiny) { m.memory[last+funcID] = idWrapper + 1 }, "unknown function identifier 24"},
		{"name outside", func(m *tiny) { put32(m.memory, last+funcName, 1000) }, "function 2: the name lies outside"},
		{"name without end", func(m *tiny) { m.memory[m.units-1] = 'x' }, "function 2: the name has no end"},
		{"program outside", func(m *tiny) { put32(m.memory, last+funcFrame, 1000) }, "function 2: the program lies outside"},
		{"program without end", func(m *tiny) { m.memory[m.programs+len(tinyPrograms)-1] = 1 }, "function 2: program: unexpected end"},
		{"program with a huge number", func(m *tiny) {
			copy(m.memory[m.programs+tinyInlined:], "\xff\xff\xff\xff\xff")
		}, "function 2: program: number of too many bytes"},
		{"inlined without tree", func(m *tiny) { m.memory[last+funcFuncdata] = 3 }, "function 2: inlined calls without a tree"},
		{"inlined with no tree", func(m *tiny) { put32(m.memory, last+funcSize+4*(5+funcdataInlined), noFuncdata) }, "outside of its table"},
		{"data outside", func(m *tiny) { put32(m.memory, last+funcSize+4*5, 1000) }, "function 2: data lies outside"},
		{"tree too small", func(m *tiny) { m.memory[m.programs+tinyInlined+2]++; m.memory[m.programs+tinyInlined+2]++ }, "the tree of 3 inlined calls at 8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newTiny()
			test.change(m)
			wantError(t, m.module(), test.want)
		})
	}
}

func TestPackRefusesMalformedModules(t *testing.T) {
	data := section{sectionData, writeImage(newTiny().memory)}
	linker := producers("Go", "go1.26.8")
	segment := func(b string) section { return section{sectionData, []byte(b)} }
	for _, test := range []struct {
		name     string
		sections []section
		want     string
	}{
		{"no producer", []section{data}, "no section that names the version of Go"},
		{"not Go", []section{data, producers("Rust", "1.99")}, "no section that names the version of Go"},
		{"older", []section{data, producers("Go", "go1.25.3")}, "linked by go1.25.3"},
		{"much newer", []section{data, producers("Go", "go1.260")}, "linked by go1.260"},
		{"producers cut off", []section{data, {sectionCustom, linker.body[:40]}}, "section producers: unexpected end"},
		{"no data", []section{linker}, "want one data section"},
		{"two data sections", []section{linker, data, data}, "want one data section"},
		{"data count", []section{linker, {sectionDataCount, []byte{1}}, data}, "want one data section"},
		{"segment of a global", []section{linker, segment("\x01\x00\x23\x00\x0b\x01x")}, "data segment 0 is not at a constant address"},
		{"passive segment", []section{linker, segment("\x01\x01\x01x")}, "data segment 0: unexpected end"},
		{"negative address", []section{linker, segment("\x01\x00\x41\x7f\x0b\x01x")}, "data segment 0 is not at a constant address"},
		{"long address", []section{linker, segment("\x01\x00\x41\xff\xff\xff\xff\x1f\x0b\x01x")}, "number of too many bytes"},
		{"segments overlap", []section{linker, segment("\x02\x00\x41\x04\x0b\x02xy\x00\x41\x05\x0b\x01x")}, "data segments overlap at 5"},
		{"far away", []section{linker, segment("\x01\x00\x41\xff\xff\xff\xff\x07\x0b\x01x")}, "too far away"},
		{"segment cut off", []section{linker, segment("\x01\x00\x41\x04\x0b\x09x")}, "data segment 0: unexpected end"},
		{"too few segments", []section{linker, segment("\x01\x00\x41\x04\x0b\x01xx")}, "does not end with its last segment"},
	} {
		t.Run(test.name, func(t *testing.T) { wantError(t, writeSections(test.sections), test.want) })
	}
	wantError(t, nil, "not a WebAssembly module")
	wantError(t, []byte("\x00asm\x02\x00\x00\x00"), "not a WebAssembly module of version 1")
}

func TestPackRefusesTruncatedModules(t *testing.T) {
	module := newTiny().module()
	for n := range module {
		if _, err := Pack(module[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are packed", n, len(module))
		}
	}
}

func wantError(t *testing.T, module []byte, want string) {
	t.Helper()
	_, err := Pack(module)
	if err == nil || !strings.HasPrefix(err.Error(), "wasmpack: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("got the error %v, want one with %q", err, want)
	}
}

func FuzzPack(f *testing.F) {
	f.Add(newTiny().module())
	f.Add(writeSections([]section{producers("Go", "go1.26"), {sectionData, []byte("\x01\x00\x41\x04\x0b\x01x")}}))
	f.Fuzz(func(t *testing.T, module []byte) {
		input := bytes.Clone(module)
		packed, err := Pack(module)
		if !bytes.Equal(module, input) {
			t.Error("Pack changed its argument")
		}
		if err != nil {
			return
		}
		before, err := readSections(module)
		if err != nil {
			t.Fatal(err)
		}
		after, err := readSections(packed)
		if err != nil {
			t.Fatal(err)
		}
		isData := func(s section) bool { return s.id == sectionData }
		same := func(a, b section) bool { return a.id == b.id && bytes.Equal(a.body, b.body) }
		if !slices.EqualFunc(slices.DeleteFunc(before, isData), slices.DeleteFunc(after, isData), same) {
			t.Error("something other than the data changed")
		}
	})
}
