package main

import (
	"encoding/binary"
	"slices"
)

// A module is a WebAssembly module as far as kernels need one: functions that take
// numbers of 32 bits and return one or nothing, and work on a memory that is imported.
type module struct{ functions []*function }

// memoryModule and memoryName name the memory that the module imports.
const (
	memoryModule = "nibble"
	memoryName   = "memory"
)

// Types of values, as the binary format has them.
const (
	typeI32  = 0x7F
	typeV128 = 0x7B
)

// The sections, in their order.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionExport   = 7
	sectionCode     = 10
)

// function begins a kernel with a number of parameters.
func (m *module) function(name string, parameters int) *function {
	f := &function{name: name, parameters: parameters}
	m.functions = append(m.functions, f)
	return f
}

// answering begins a kernel that returns a number.
func (m *module) answering(name string, parameters int) *function {
	f := m.function(name, parameters)
	f.results = 1
	return f
}

// bytes returns the module.
func (m *module) bytes() []byte {
	memory := append(append(text(memoryModule), text(memoryName)...), 2, 0, 1) // a memory of one page at least
	var exports, codes, names [][]byte
	for i, f := range m.functions {
		exports = append(exports, export(f.name, 0, i))
		codes = append(codes, f.bytes())
		names = append(names, append(unsigned(i), text(f.name)...))
	}
	return encode([]section{
		{sectionType, list(m.types())},
		{sectionImport, list([][]byte{memory})},
		{sectionFunction, list(m.typesOfFunctions())},
		{sectionExport, list(exports)},
		{sectionCode, list(codes)},
		{sectionCustom, append(text(callsSection), m.calls()...)},
		{sectionCustom, append(append(text("name"), 1), sized(list(names))...)}, // for those who look at a profile
	})
}

// types returns the types of functions: one for each number of parameters, without a
// result and then with one.
func (m *module) types() (types [][]byte) {
	for results := range 2 {
		for parameters := range m.mostParameters() + 1 {
			numbers := func(n int) []byte { return list(slices.Repeat([][]byte{{typeI32}}, n)) }
			types = append(types, append(append([]byte{0x60}, numbers(parameters)...), numbers(results)...))
		}
	}
	return types
}

// typeOf returns the index of a function's type.
func (m *module) typeOf(f *function) int { return f.results*(m.mostParameters()+1) + f.parameters }

func (m *module) typesOfFunctions() (types [][]byte) {
	for _, f := range m.functions {
		types = append(types, unsigned(m.typeOf(f)))
	}
	return types
}

func (m *module) mostParameters() int {
	most := 0
	for _, f := range m.functions {
		most = max(most, f.parameters)
	}
	return most
}

// export encodes the name of what is of a kind, 0 for functions, and has an index.
func export(name string, kind byte, index int) []byte {
	return append(append(text(name), kind), unsigned(index)...)
}

type section struct {
	id      byte
	content []byte
}

// encode returns a module of sections.
func encode(sections []section) []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range sections {
		out = append(append(out, s.id), sized(s.content)...)
	}
	return out
}

// list encodes a vector: the number of its elements and the elements.
func list(elements [][]byte) []byte {
	b := unsigned(len(elements))
	for _, e := range elements {
		b = append(b, e...)
	}
	return b
}

// sized encodes what has its length before it.
func sized(b []byte) []byte { return append(unsigned(len(b)), b...) }

func text(s string) []byte { return sized([]byte(s)) }

// unsigned encodes in LEB128.
func unsigned(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }

// signed encodes in signed LEB128.
func signed(n int32) []byte {
	var b []byte
	for {
		low := byte(n & 0x7F)
		n >>= 7
		if n == 0 && low&0x40 == 0 || n == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}
