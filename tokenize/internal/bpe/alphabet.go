package bpe

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
)

// An alphabet says what pieces are made of: which atom stands for a byte or a
// character, its unit.
//
// Where the texts of tokens have affixes, a unit has up to four atoms, its
// variants: with the prefix unless it is the first, and with the suffix if it
// is the last of its piece.
type alphabet struct {
	byteLevel      bool
	prefix, suffix string
	variants       uint32         // a mask of those that differ
	low            [4][256]uint32 // by variant: atoms of the units below 256
	high           runeTable      // those above
	complete       bool           // all bytes have an atom, in every variant
}

const (
	continuing uint32 = 1 << iota // variant that has the prefix
	last                          // variant that has the suffix
)

const variantShift = 21

// invalid is the unit of a byte that is not UTF-8, which has no atom.
const invalid = none

func newAlphabet(c *Config) *alphabet {
	a := &alphabet{byteLevel: c.ByteLevel, prefix: c.ContinuingSubwordPrefix, suffix: c.EndOfWordSuffix}
	if a.prefix != "" {
		a.variants |= continuing
	}
	if a.suffix != "" {
		a.variants |= last
	}
	for v := range a.low {
		for i := range a.low[v] {
			a.low[v][i] = none
		}
	}
	a.high.grow()
	return a
}

// next returns the unit at i and its size in bytes.
func (a *alphabet) next(piece string, i int) (unit uint32, size int) {
	if b := piece[i]; a.byteLevel || b < utf8.RuneSelf {
		return uint32(b), 1
	}
	r, size := utf8.DecodeRuneInString(piece[i:])
	if size == 1 {
		return invalid, 1
	}
	return uint32(r), size
}

// atom returns the atom of a variant of a unit, or none.
func (a *alphabet) atom(unit, variant uint32) uint32 {
	variant &= a.variants
	switch {
	case unit < 256:
		return a.low[variant][unit]
	case unit == invalid:
		return none
	}
	return a.high.find(unit | variant<<variantShift)
}

// set makes symbol the atom of a variant of a unit, unless it has one.
func (a *alphabet) set(unit, variant, symbol uint32) {
	if a.atom(unit, variant) != none {
		return
	}
	if unit < 256 {
		a.low[variant][unit] = symbol
	} else {
		a.high.put(unit|variant<<variantShift, symbol)
	}
}

// unitOf returns the unit whose variant has that text, if there is one.
func (a *alphabet) unitOf(text string, variant uint32) (unit uint32, ok bool) {
	if variant&continuing != 0 {
		if text, ok = strings.CutPrefix(text, a.prefix); !ok {
			return 0, false
		}
	}
	if variant&last != 0 {
		if text, ok = strings.CutSuffix(text, a.suffix); !ok {
			return 0, false
		}
	}
	if text == "" || len(text) > utf8.UTFMax {
		return 0, false
	}
	unit, size := a.next(text, 0)
	return unit, size == len(text) && unit != invalid
}

// collect makes atoms of the tokens that are the text of a unit. It calls
// symbol for the symbol of a token.
func (a *alphabet) collect(t *texts, symbol func(id uint32) uint32) {
	longest := utf8.UTFMax + len(a.prefix) + len(a.suffix)
	for id := range uint32(t.count()) {
		if t.size(id) > longest {
			continue
		}
		text := t.at(id)
		for variant := range uint32(4) {
			if variant&^a.variants != 0 {
				continue
			}
			if unit, ok := a.unitOf(text, variant); ok && a.atom(unit, variant) == none {
				a.set(unit, variant, symbol(id))
			}
		}
	}
	a.settle()
}

// settle finds out whether the alphabet is complete.
func (a *alphabet) settle() {
	a.complete = a.byteLevel
	for variant := range uint32(4) {
		for unit := range uint32(256) {
			if a.atom(unit, variant) == none {
				a.complete = false
			}
		}
	}
}

// variantOf returns the variant of the unit from i to j of a piece.
func variantOf(piece string, i, j int) (variant uint32) {
	if i > 0 {
		variant |= continuing
	}
	if j == len(piece) {
		variant |= last
	}
	return variant
}

// spell returns what the vocabulary would have to contain for a unit to be
// known: its text with the affixes of the variant, and that of a byte in the
// byte-level alphabet.
func (a *alphabet) spell(unit string, variant uint32) string {
	if a.byteLevel {
		unit = bytelevel.Spell(unit[0])
	}
	if variant&a.variants&continuing != 0 {
		unit = a.prefix + unit
	}
	if variant&a.variants&last != 0 {
		unit += a.suffix
	}
	return unit
}
