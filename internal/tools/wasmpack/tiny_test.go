package wasmpack

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// tiny is the memory of the smallest module that has one of everything, with the addresses of its parts.
type tiny struct {
	memory image

	header, names, units, files, programs, functions, funcdata, moduleData int

	records [3]int // runtime.main, main.(*T).F (a wrapper) and main.f, into which both others were inlined
}

// Offsets in the tables of tiny.
const (
	tinyFrame    = 1 // programs
	tinyLine     = 4
	tinyInlined  = 9
	tinyPointers = 0 // funcdata
	tinyArgs     = 4
	tinyTree     = 8
	tinyLast     = 40
)

const (
	tinyNames     = "runtime.main\x00main.(*T).F\x00main.f\x00"
	tinyPrograms  = "\x00" + "\x02\x09\x00" + "\x04\x03\x02\x06\x00" + "\x00\x03\x04\x06\x00"
	tinyFunctions = 3
)

func newTiny() *tiny {
	t := &tiny{memory: make(image, 64), header: 64}
	t.memory = append(append(t.memory, pcHeaderMagic...), make([]byte, pcHeaderSize-8)...)
	t.names = t.add(tinyNames)
	t.units = t.add("\x00\x00\x00\x00\x05\x00\x00\x00")
	t.files = t.add("a.go\x00b.go\x00")
	t.programs = t.add(tinyPrograms)
	t.align()
	t.functions = t.add(string(make([]byte, 8*tinyFunctions+4)))
	t.align()
	t.records[0] = t.record(0, 0, 0, nil, nil)
	t.records[1] = t.record(1, 13, idWrapper, []uint32{0, tinyFrame}, nil)
	t.records[2] = t.record(2, 25, 0, []uint32{tinyFrame, 0, tinyInlined, tinyLine, 0},
		[]uint32{tinyPointers, noFuncdata, noFuncdata, tinyTree, noFuncdata, tinyArgs, tinyArgs})
	functionsEnd := len(t.memory)
	t.funcdata = t.add("\x01\x02\x03\x04" + "\x05\x06\x07\xff")
	for _, call := range [][4]uint32{{0, 0, 3, 10}, {idWrapper, 13, 3, 20}} {
		for _, v := range call {
			t.memory = binary.LittleEndian.AppendUint32(t.memory, v)
		}
	}
	t.add("\x09\x09\x09\x09")
	end := len(t.memory)
	t.align()

	put64 := func(at, v int) { binary.LittleEndian.PutUint64(t.memory[at:], uint64(v)) }
	put64(t.header+8, tinyFunctions)
	t.moduleData = t.add(string(make([]byte, moduleDataSize)))
	put64(t.moduleData, t.header)
	for i, table := range [][3]int{
		{t.names, len(tinyNames), 1}, {t.units, 2, 4}, {t.files, 10, 1}, {t.programs, len(tinyPrograms), 1},
		{t.functions, functionsEnd - t.functions, 1},
	} {
		put64(t.header+32+8*i, table[0]-t.header)
		put64(t.moduleData+8+24*i, table[0])
		put64(t.moduleData+16+24*i, table[1])
		put64(t.moduleData+24+24*i, table[1])
	}
	put64(t.moduleData+128, t.functions)
	put64(t.moduleData+136, tinyFunctions+1)
	put64(t.moduleData+moduleDataGofunc, t.funcdata)
	put64(t.moduleData+moduleDataGofunc+8, end)
	t.add("what else there is")
	return t
}

func (t *tiny) add(s string) (at int) {
	at = len(t.memory)
	t.memory = append(t.memory, s...)
	return at
}

func (t *tiny) align() {
	for len(t.memory)%8 != 0 {
		t.memory = append(t.memory, 0)
	}
}

func (t *tiny) record(i, name uint32, id byte, programs, funcdata []uint32) (at int) {
	t.align()
	at = len(t.memory)
	put32(t.memory, t.functions+int(8*i), i)
	put32(t.memory, t.functions+int(8*i)+4, uint32(at-t.functions))
	record := make([]byte, funcSize)
	put32(record, funcEntry, i)
	put32(record, funcName, name)
	put32(record, funcFrame, tinyFrame)
	put32(record, funcFile, tinyFrame) // shares its program
	put32(record, funcLine, tinyLine)
	put32(record, funcPrograms, uint32(len(programs)))
	put32(record, funcUnit, 1)
	put32(record, funcStartLine, 7)
	record[funcID], record[funcFuncdata] = id, byte(len(funcdata))
	for _, offset := range slices.Concat(programs, funcdata) {
		record = binary.LittleEndian.AppendUint32(record, offset)
	}
	t.memory = append(t.memory, record...)
	return at
}

func (t *tiny) module() []byte {
	return writeSections([]section{{sectionData, writeImage(t.memory)}, producers("Go", "go1.26.8")})
}

// producers is the section in which the linker says who it is.
func producers(language, version string) section {
	var b bytes.Buffer
	name := func(s string) { b.WriteByte(byte(len(s))); b.WriteString(s) }
	name("producers")
	b.WriteByte(2)
	name("processed-by")
	b.WriteByte(1)
	name("Go cmd/compile")
	name("go1.26.8")
	name("language")
	b.WriteByte(1)
	name(language)
	name(version)
	return section{sectionCustom, b.Bytes()}
}
