package wasmpack

import (
	"errors"
	"fmt"
	"slices"
)

// minGap is the number of zeros that make it worth to begin another data segment: fewer cost less than the segment's
// header does, once compressed.
const minGap = 64

// Pack returns a smaller module that does the same as the given one, which must be linked by Go 1.26 and is left as
// it is. Packing twice changes nothing more.
func Pack(module []byte) ([]byte, error) {
	packed, err := pack(module)
	if err != nil {
		return nil, fmt.Errorf("wasmpack: %w", err)
	}
	return packed, nil
}

func pack(module []byte) ([]byte, error) {
	sections, err := readSections(module)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(sections); err != nil {
		return nil, err
	}
	if sections, err = dropUncalled(sections); err != nil {
		return nil, err
	}
	isData := func(s section) bool { return s.id == sectionData || s.id == sectionDataCount }
	data := slices.IndexFunc(sections, isData)
	if data < 0 || sections[data].id != sectionData || slices.ContainsFunc(sections[data+1:], isData) {
		return nil, errors.New("want one data section, and no count of its segments")
	}
	memory, err := readImage(sections[data].body)
	if err != nil {
		return nil, err
	}
	tables, err := findPclntab(memory)
	if err != nil {
		return nil, err
	}
	if err := tables.strip(); err != nil {
		return nil, fmt.Errorf("pclntab: %w", err)
	}
	sections[data].body = writeImage(memory)
	return writeSections(sections), nil
}
