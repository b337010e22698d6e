package wasmpack

import (
	"errors"
	"fmt"
)

// Layout of runtime._func, in bytes: the offsets of what is looked at.
const (
	funcEntry     = 0
	funcName      = 4
	funcFrame     = 16 // pcsp: size of the frame
	funcFile      = 20
	funcLine      = 24
	funcPrograms  = 28 // number of further programs
	funcUnit      = 32
	funcStartLine = 36
	funcID        = 40
	funcFuncdata  = 43 // number of references to funcdata
	funcSize      = 44
)

// The further programs and the funcdata of a function by their index, from internal/abi/symtab.go: those that are
// dropped, and the two that describe the calls that were inlined into it.
const (
	programUnsafePoint = 0 // where a signal may preempt a goroutine; WebAssembly has no signals
	programInlined     = 2
	programArgLive     = 3
	numPrograms        = 5

	funcdataInlined = 3
	funcdataArgs    = 5 // where arguments are, for stack traces
	funcdataArgLive = 6
	numFuncdata     = 8

	noFuncdata = ^uint32(0)
)

// idWrapper marks functions that the compiler made up around a method, and is the last of the identifiers.
const idWrapper = 23

// Layout of runtime.inlinedCall, in bytes.
const (
	inlinedName      = 4
	inlinedStartLine = 12
	inlinedSize      = 16
)

// function is the record of one function: funcSize bytes, the programs' offsets and the funcdata's offsets.
type function struct {
	record             []byte
	programs, funcdata []byte
}

// function returns the record of function i, which must not begin before an offset, and where it ends.
func (t *pclntab) function(i int, from uint32) (f function, end uint32, err error) {
	at := get32(t.functions, 8*i+4)
	if at < from || uint64(at)+funcSize > uint64(len(t.functions)) {
		return function{}, 0, errors.New("the record is not where it should be")
	}
	f.record = t.functions[at:]
	programs, funcdata := get32(f.record, funcPrograms), uint32(f.record[funcFuncdata])
	if programs > numPrograms || funcdata > numFuncdata {
		return function{}, 0, fmt.Errorf("%d programs and %d references to data are too many", programs, funcdata)
	}
	middle := funcSize + 4*programs
	size := middle + 4*funcdata
	switch {
	case uint64(size) > uint64(len(f.record)):
		return function{}, 0, errors.New("the record does not end in its table")
	case get32(f.record, funcEntry) != get32(t.functions, 8*i):
		return function{}, 0, errors.New("the record is of another function")
	case f.record[funcID] > idWrapper:
		return function{}, 0, fmt.Errorf("unknown function identifier %d", f.record[funcID])
	}
	f.programs, f.funcdata = f.record[funcSize:middle], f.record[middle:size]
	return f, at + size, nil
}

// program returns the program at an offset, and the highest of its values.
//
// A program is pairs of the value's change, zigzag encoded, and the length of code that the value holds for, each of
// seven bits a byte, lowest first. A change of 0 ends it, unless it is the first.
func (t *pclntab) program(at uint32) (code []byte, highest int32, err error) {
	if uint64(at) >= uint64(len(t.programs)) {
		return nil, 0, errors.New("the program lies outside of its table")
	}
	r := reader{data: t.programs[at:]}
	value := int32(-1)
	highest = value
	for first := true; r.err == nil; first = false {
		change := r.uint()
		if change == 0 && !first {
			break
		}
		value += int32(-(change & 1) ^ change>>1)
		highest = max(highest, value)
		r.uint()
	}
	if r.err != nil {
		return nil, 0, fmt.Errorf("program: %w", r.err)
	}
	return t.programs[at : len(t.programs)-len(r.data)], highest, nil
}
