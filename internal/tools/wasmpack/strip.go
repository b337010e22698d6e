package wasmpack

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// stripper goes over the functions, notes what the runtime needs of the tables, and then clears the rest.
type stripper struct {
	tables   *pclntab
	names    packed
	programs packed
	needed   map[uint32]bool // the offset of each thing in funcdata, with whether a reference to it remains
	inlined  map[uint32]int  // the offset of each tree of inlined calls, with the number of its calls
}

// strip drops from the tables what only stack traces need.
func (t *pclntab) strip() error {
	s := stripper{tables: t, needed: map[uint32]bool{}, inlined: map[uint32]int{}}
	next := uint32(8*t.n + 4)
	for i := range t.n {
		f, end, err := t.function(i, next)
		next = end
		if err == nil {
			err = errors.Join(s.name(f), s.code(f), s.data(f))
		}
		if err != nil {
			return fmt.Errorf("function %d: %w", i, err)
		}
	}
	if err := s.clearFuncdata(); err != nil {
		return err
	}
	if err := s.names.replace(t.names); err != nil {
		return fmt.Errorf("function names: %w", err)
	}
	if err := s.programs.replace(t.programs); err != nil {
		return fmt.Errorf("programs: %w", err)
	}
	clear(t.units)
	clear(t.files)
	return nil
}

// name keeps the name of a function if the runtime acts on it.
func (s *stripper) name(f function) error {
	at := get32(f.record, funcName)
	if uint64(at) >= uint64(len(s.tables.names)) {
		return errors.New("the name lies outside of its table")
	}
	name, _, ok := bytes.Cut(s.tables.names[at:], []byte{0})
	if !ok {
		return errors.New("the name has no end")
	}
	kept := uint32(0)
	if text := neededName(string(name), f.record[funcID]); text != "" {
		kept = s.names.add(text + "\x00")
	}
	put32(f.record, funcName, kept)
	return nil
}

// neededName returns what must remain of a function's name: panicwrap reads the names of the receiver's type and the
// method from the name of the wrapper that called it, argMapInternal compares with two names, and isSystemGoroutine
// with a prefix.
func neededName(name string, id byte) string {
	const runtime = "runtime."
	switch {
	case id == idWrapper && strings.Contains(name, "(*"):
		return name
	case name == "reflect.makeFuncStub" || name == "reflect.methodValueCall":
		return name
	case strings.HasPrefix(name, runtime):
		return runtime
	}
	return ""
}

// code keeps the programs of a function that do not serve stack traces.
func (s *stripper) code(f function) error {
	for _, dropped := range []int{funcFile, funcLine, funcUnit, funcStartLine} {
		put32(f.record, dropped, 0)
	}
	if _, err := s.keepProgram(f.record, funcFrame); err != nil {
		return err
	}
	for i := range len(f.programs) / 4 {
		if i == programUnsafePoint || i == programArgLive {
			put32(f.programs, 4*i, 0)
			continue
		}
		highest, err := s.keepProgram(f.programs, 4*i)
		if err != nil {
			return err
		}
		if i == programInlined && highest >= 0 {
			if len(f.funcdata) <= 4*funcdataInlined {
				return errors.New("inlined calls without a tree")
			}
			s.inlined[get32(f.funcdata, 4*funcdataInlined)] = int(highest) + 1
		}
	}
	return nil
}

// keepProgram makes the reference at b[at] that to the packed program, and returns the program's highest value.
func (s *stripper) keepProgram(b []byte, at int) (highest int32, err error) {
	offset := get32(b, at)
	if offset == 0 {
		return -1, nil
	}
	code, highest, err := s.tables.program(offset)
	if err == nil {
		put32(b, at, s.programs.add(string(code)))
	}
	return highest, err
}

// data drops the references of a function to the places of its arguments.
func (s *stripper) data(f function) error {
	for i := range len(f.funcdata) / 4 {
		offset := get32(f.funcdata, 4*i)
		if offset == noFuncdata {
			continue
		}
		if uint64(offset) >= uint64(len(s.tables.funcdata)) {
			return errors.New("data lies outside of its table")
		}
		dropped := i == funcdataArgs || i == funcdataArgLive
		if dropped {
			put32(f.funcdata, 4*i, noFuncdata)
		}
		s.needed[offset] = s.needed[offset] || !dropped
	}
	return nil
}

// clearFuncdata clears what no reference remains to, and in the trees of inlined calls the names and lines of the
// functions. All that is known of most things is where they begin; the last one is left as it is.
func (s *stripper) clearFuncdata() error {
	funcdata := s.tables.funcdata
	offsets := slices.Sorted(maps.Keys(s.needed))
	for i, offset := range offsets {
		end := len(funcdata)
		if i+1 < len(offsets) {
			end = int(offsets[i+1])
		}
		thing := funcdata[offset:end]
		calls := s.inlined[offset]
		switch {
		case calls*inlinedSize > len(thing):
			return fmt.Errorf("the tree of %d inlined calls at %d reaches into what follows", calls, offset)
		case calls > 0:
			for call := range slices.Chunk(thing[:calls*inlinedSize], inlinedSize) {
				put32(call, inlinedName, 0)
				put32(call, inlinedStartLine, 0)
			}
		case !s.needed[offset] && i+1 < len(offsets):
			clear(thing)
		}
		delete(s.inlined, offset)
	}
	if len(s.inlined) > 0 {
		return errors.New("a tree of inlined calls lies outside of its table")
	}
	return nil
}
