package sentencepiece

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A charsmap is the replacements that a normalizer makes, compiled:
//
//	bytes 0-3   n: bytes of the double array
//	n bytes     units of the double array, 4 bytes each
//	the rest    the texts to put in, each with a NUL behind it
//
// A unit of the double array, at index i:
//
//	bits 0-7    label: the byte that leads here
//	bit 8       a key ends here; its value is in the unit i^offset
//	bit 9       the offset counts 256
//	bits 10-30  offset; the child for byte b is the unit i^offset^b
//	bit 31      this is no unit but the value of a key, in the other bits
//
// A value is the start of a text to put in. All numbers are little-endian.
type charsmap struct {
	units []uint32
	texts string
}

const (
	valueBit = 1 << 31
	endsBit  = 1 << 8

	// maxKeys is how many keys that begin a text SentencePiece looks at.
	maxKeys = 32

	// maxReplacement bounds what normalizing makes of a text: the longest text
	// of NFKC, for U+FDFA, has 33 bytes.
	maxReplacement = 1024
)

// parseCharsmap reads a charsmap. Its errors name what is wrong with it.
func parseCharsmap(blob []byte) (*charsmap, error) {
	if len(blob) <= 4 {
		return nil, config.Malformed("fewer than 5 bytes")
	}
	size := uint64(binary.LittleEndian.Uint32(blob))
	if size >= uint64(len(blob)-4) {
		return nil, config.Malformed("a double array of " + strconv.FormatUint(size, 10) + " bytes in " + strconv.Itoa(len(blob)))
	}
	if size == 0 || size%1024 != 0 {
		return nil, config.Malformed("a double array of " + strconv.FormatUint(size, 10) + " bytes, which is no multiple of 1024")
	}
	m := &charsmap{units: make([]uint32, size/4), texts: string(blob[4+size:])}
	for i := range m.units {
		m.units[i] = binary.LittleEndian.Uint32(blob[4+4*i:])
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

// check finds what would lead a search out of the double array or the texts.
func (m *charsmap) check() error {
	if m.texts[len(m.texts)-1] != 0 {
		return config.Malformed("the last text has no end")
	}
	if !utf8.ValidString(m.texts) {
		return config.Malformed("texts that are not UTF-8")
	}
	for i, unit := range m.units {
		if i == 0 && (unit&(valueBit|0xFF) != 0 || unit&endsBit != 0 || offset(unit) == 0) {
			return unitError(i, "no root")
		}
		if unit&valueBit != 0 {
			if err := m.checkValue(i, unit&^valueBit); err != nil {
				return err
			}
			continue
		}
		child := uint32(i) ^ offset(unit)
		if child|0xFF >= uint32(len(m.units)) {
			return unitError(i, "children beyond the end")
		}
		if unit&endsBit != 0 && m.units[child]&valueBit == 0 {
			return unitError(i, "no value of its key")
		}
	}
	return m.checkKeys()
}

func (m *charsmap) checkValue(i int, value uint32) error {
	if value >= uint32(len(m.texts)) {
		return unitError(i, "a text beyond the end")
	}
	if !utf8.RuneStart(m.texts[value]) {
		return unitError(i, "a text that starts within a character")
	}
	if end := min(len(m.texts), int(value)+maxReplacement+1); strings.IndexByte(m.texts[value:end], 0) < 0 {
		return config.Unsupported("unit " + strconv.Itoa(i) + ": a text of more than " + strconv.Itoa(maxReplacement) + " bytes")
	}
	return nil
}

func unitError(i int, text string) error {
	return config.Malformed("unit " + strconv.Itoa(i) + ": " + text)
}

// offset returns the offset of a unit.
func offset(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }

// step returns the child of the unit at i for byte b, if it has one.
func (m *charsmap) step(i uint32, b byte) (next uint32, ok bool) {
	next = i ^ offset(m.units[i]) ^ uint32(b)
	return next, m.units[next]&(valueBit|0xFF) == uint32(b)
}

// longest returns the size of the longest key that s begins with, and the text
// to put in its place; 0 if there is none.
func (m *charsmap) longest(s string) (size int, text string) {
	var value uint32
	keys := 0
	for i, at := 0, uint32(0); i < len(s) && keys < maxKeys; i++ {
		next, ok := m.step(at, s[i])
		if !ok {
			break
		}
		at = next
		if unit := m.units[at]; unit&endsBit != 0 {
			size, value = i+1, m.units[at^offset(unit)]&^valueBit
			keys++
		}
	}
	if size > 0 {
		text = m.texts[value:]
		text = text[:strings.IndexByte(text, 0)]
	}
	return size, text
}
