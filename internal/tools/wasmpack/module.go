package wasmpack

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

const (
	preamble = "\x00asm\x01\x00\x00\x00"

	sectionCustom    = 0
	sectionData      = 11
	sectionDataCount = 12

	opI32Const = 0x41
	opEnd      = 0x0b
)

// section is one section of a module, undecoded.
type section struct {
	id   byte
	body []byte
}

func readSections(module []byte) ([]section, error) {
	body, ok := bytes.CutPrefix(module, []byte(preamble))
	if !ok {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	var sections []section
	for r := (reader{data: body}); len(r.data) > 0; {
		s := section{id: r.byte(), body: r.bytes(r.uint())}
		if r.err != nil {
			return nil, fmt.Errorf("section %d: %w", len(sections), r.err)
		}
		sections = append(sections, s)
	}
	return sections, nil
}

func writeSections(sections []section) []byte {
	module := []byte(preamble)
	for _, s := range sections {
		module = append(module, s.id)
		module = appendUint(module, uint32(len(s.body)))
		module = append(module, s.body...)
	}
	return module
}

// checkVersion reports whether the module is the work of the version of Go whose tables this package knows. The
// linker says so in the section "producers".
func checkVersion(sections []section) error {
	for _, s := range sections {
		r := reader{data: s.body}
		if s.id != sectionCustom || r.name() != "producers" {
			continue
		}
		for range r.uint() {
			field := r.name()
			for range r.uint() {
				name, version := r.name(), r.name()
				if r.err != nil {
					return fmt.Errorf("section producers: %w", r.err)
				}
				if field != "language" || name != "Go" {
					continue
				}
				if rest, ok := strings.CutPrefix(version, goVersion); !ok || rest != "" && '0' <= rest[0] && rest[0] <= '9' {
					return fmt.Errorf("linked by %s, but only the layout of %s is known", version, goVersion)
				}
				return nil
			}
		}
	}
	return errors.New("no section that names the version of Go")
}
