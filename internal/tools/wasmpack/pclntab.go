package wasmpack

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// goVersion is the version of Go whose tables this package knows.
const goVersion = "go1.26"

// Layout of runtime.pcHeader and runtime.moduledata, in bytes, with pointers of 8 bytes (of which the upper half is 0).
const (
	pcHeaderMagic = "\xf1\xff\xff\xff\x00\x00\x01\x08" // magic, padding, smallest instruction, size of a pointer
	pcHeaderSize  = 72

	moduleDataGofunc = 320
	moduleDataSize   = 336
)

// pclntab is the tables of a module that say what the runtime knows of each function. All are parts of the image.
type pclntab struct {
	names, units, files []byte // function names, first file of each compilation unit, file names
	programs            []byte // runs of (value, code length), see program
	functions           []byte // first pairs of (entry, offset of the function's record), then the records
	funcdata            []byte // go:func.*: pointer maps, trees of inlined calls, ...
	n                   int    // number of functions
}

// findPclntab finds the tables by their header and checks their borders against those in runtime.firstmoduledata.
func findPclntab(m image) (*pclntab, error) {
	at, err := m.find([]byte(pcHeaderMagic))
	if err != nil {
		return nil, fmt.Errorf("pclntab: %w", err)
	}
	header, err := m.table(at, pcHeaderSize)
	if err != nil {
		return nil, fmt.Errorf("pclntab: %w", err)
	}
	// The header's offsets of the five tables, as addresses.
	var tables [5]uint64
	for i := range tables {
		tables[i] = at + get64(header, 32+8*i)
	}
	pointers := binary.LittleEndian.AppendUint64(nil, at)
	pointers = binary.LittleEndian.AppendUint64(pointers, tables[0])
	dataAt, err := m.find(pointers)
	if err != nil {
		return nil, fmt.Errorf("module data: %w", err)
	}
	data, err := m.table(dataAt, moduleDataSize)
	if err != nil {
		return nil, fmt.Errorf("module data: %w", err)
	}
	t := &pclntab{}
	end := at + pcHeaderSize
	for i, field := range []*[]byte{&t.names, &t.units, &t.files, &t.programs, &t.functions} {
		start, length, capacity := get64(data, 8+24*i), get64(data, 16+24*i), get64(data, 24+24*i)
		if start != tables[i] || length != capacity {
			return nil, fmt.Errorf("table %d of pclntab and module data disagree", i)
		}
		if start < end || length > uint64(len(m)) {
			return nil, fmt.Errorf("table %d of pclntab is out of order", i)
		}
		if field == &t.units {
			length *= 4 // the one that is not a slice of bytes
		}
		if *field, err = m.table(start, length); err != nil {
			return nil, fmt.Errorf("table %d of pclntab: %w", i, err)
		}
		end = start + length
	}
	n := get64(header, 8)
	if n == 0 || n > uint64(len(t.functions))/8 || get64(data, 128) != tables[4] || get64(data, 136) != n+1 {
		return nil, errors.New("the functions of pclntab and module data disagree")
	}
	t.n = int(n)
	gofunc, last := get64(data, moduleDataGofunc), get64(data, moduleDataGofunc+8)
	if gofunc < end || last < gofunc {
		return nil, errors.New("funcdata of the module data is out of order")
	}
	if t.funcdata, err = m.table(gofunc, last-gofunc); err != nil {
		return nil, fmt.Errorf("funcdata: %w", err)
	}
	return t, nil
}
