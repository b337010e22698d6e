package wasmpack

import "errors"

// packed is a table that is written anew, each of its entries once.
type packed struct {
	bytes   []byte
	offsets map[string]uint32
}

// add returns the offset of an entry. It is never 0, which says "none" in all tables.
func (p *packed) add(entry string) uint32 {
	if p.bytes == nil {
		p.bytes, p.offsets = []byte{0}, map[string]uint32{}
	}
	at, ok := p.offsets[entry]
	if !ok {
		at = uint32(len(p.bytes))
		p.bytes = append(p.bytes, entry...)
		p.offsets[entry] = at
	}
	return at
}

// replace writes the packed table over the one that it was made from.
func (p *packed) replace(table []byte) error {
	if len(p.bytes) > len(table) {
		return errors.New("the packed table is larger than it was")
	}
	clear(table[copy(table, p.bytes):])
	return nil
}
