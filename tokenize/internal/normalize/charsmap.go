package normalize

import (
	"encoding/binary"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A charsmap has the replacements that SentencePiece compiled: 4 bytes with the
// size of a double array in bytes, little endian as all of it, the array, and
// the texts that replace, each ended by a NUL.
//
// A unit of the array is a node. Its children are at its base XOR their label:
//
//	bits 0-7    label
//	bit 8       the node ends a key, whose value is at the base
//	bit 9       the offset counts 256
//	bits 10-30  offset: the place of the node XOR its base
//	bit 31      set in a value, which has the place of the text in its other bits
type charsmap struct {
	units []uint32
	root  uint32 // the base of the root
	texts string

	// quiet has ASCII that begins no key, unless what follows is not ASCII.
	quiet [utf8.RuneSelf]bool
}

const (
	// maxText bounds the text that may replace a key, and with it what a
	// charsmap can blow a text up to. That of a character in NFKC has up to 33
	// bytes.
	maxText = 1024

	// maxKey bounds how long a key is looked for: nodes may go around. Those of
	// NFKC have up to 9 bytes; longer ones than this are not found.
	maxKey = 128
)

// newCharsmap reads a charsmap. What its units say is not checked here: a unit
// or a text that is not there counts as one that leads nowhere.
func newCharsmap(blob []byte) (*charsmap, error) {
	if len(blob) < 4 {
		return nil, config.Malformed("charsmap of less than 4 bytes")
	}
	size := uint64(binary.LittleEndian.Uint32(blob))
	blob = blob[4:]
	switch {
	case size > uint64(len(blob)):
		return nil, config.Malformed("charsmap ends within its double array")
	case size < 4:
		return nil, config.Malformed("charsmap without a double array")
	}
	m := &charsmap{units: make([]uint32, size/4)}
	for i := range m.units {
		m.units[i] = binary.LittleEndian.Uint32(blob[4*i:])
	}
	m.root = base(0, m.units[0])
	blob = blob[4*len(m.units):]
	if !utf8.Valid(blob) {
		return nil, config.Malformed("charsmap with a text that is not UTF-8")
	}
	m.texts = string(blob)
	for rest := m.texts; rest != ""; {
		text, after, _ := strings.Cut(rest, "\x00")
		if len(text) > maxText {
			return nil, config.Unsupported("charsmap with a text of " + strconv.Itoa(len(text)) + " bytes")
		}
		rest = after
	}
	for c := range m.quiet {
		m.quiet[c] = m.isQuiet(uint32(c))
	}
	return m, nil
}

// base returns where the children of the node at a place are.
func base(place, unit uint32) uint32 {
	return place ^ unit>>10<<(unit&(1<<9)>>6)
}

// isChild reports whether a unit is that of a child with a label, and not what
// else may be at its place.
func isChild(unit, label uint32) bool { return unit&(1<<31|0xFF) == label }

// ends reports whether a key ends at the node of a unit.
func ends(unit uint32) bool { return unit&(1<<8) != 0 }

// text returns the text of the key that ends at the node of that base.
func (m *charsmap) text(base uint32) (string, bool) {
	if uint64(base) >= uint64(len(m.units)) {
		return "", false
	}
	place := m.units[base] & (1<<31 - 1)
	if uint64(place) > uint64(len(m.texts)) {
		return "", false
	}
	text, _, _ := strings.Cut(m.texts[place:], "\x00")
	return text, text == "" || utf8.RuneStart(text[0])
}

// shortest returns the text of the shortest key that s begins with. No key has
// a NUL.
func (m *charsmap) shortest(s string) (string, bool) {
	at := m.root
	for i := range min(len(s), maxKey) {
		label := uint32(s[i])
		place := at ^ label
		if uint64(place) >= uint64(len(m.units)) || !isChild(m.units[place], label) || label == 0 {
			break
		}
		at = base(place, m.units[place])
		if ends(m.units[place]) {
			if text, ok := m.text(at); ok {
				return text, true
			}
		}
	}
	return "", false
}

// isQuiet reports whether no key is c, or c and something ASCII.
func (m *charsmap) isQuiet(c uint32) bool {
	place := m.root ^ c
	if uint64(place) >= uint64(len(m.units)) || !isChild(m.units[place], c) {
		return true
	}
	if ends(m.units[place]) {
		return false
	}
	at := base(place, m.units[place])
	for next := range uint32(utf8.RuneSelf) {
		if place := at ^ next; uint64(place) < uint64(len(m.units)) && isChild(m.units[place], next) {
			return false
		}
	}
	return true
}

// skipQuiet returns where the ASCII at i ends that begins no key.
func (m *charsmap) skipQuiet(s string, i int) int {
	for i < len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || !m.quiet[c] {
			return i
		}
		if i+1 < len(s) && s[i+1] >= utf8.RuneSelf {
			return i
		}
		i++
	}
	return i
}
