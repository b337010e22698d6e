package textgen

import (
	"iter"
	"math/bits"
	"unicode/utf8"
)

// A Kind is a set of kinds of fragments.
type Kind uint32

// The kinds of fragments.
const (
	Words    Kind = 1 << iota // English and Latin words, contractions, punctuation, sentences
	Scripts                   // runs of letters of one script, mixed runs of several
	Marks                     // combining marks: stacked, without a base, in an order that is not canonical
	Emoji                     // with modifiers, joined, flags, keycaps, tags, cut in the middle
	Spaces                    // runs of white space of all kinds, and what looks like it
	Code                      // lines of source code, indented
	Numbers                   // digits of several scripts, grouped, fractions, Roman numerals
	Controls                  // control and format characters, except NUL
	Lookups                   // what vocabularies and normalizers have entries for: ▁, Ġ, ##, <0x41>, ligatures, ſ
	Repeats                   // one character or a short text many times
	Random                    // any scalar values, assigned or not, except NUL
	Specials                  // the texts given to New: whole, cut, doubled, in other case, beside white space
	NUL                       // the byte 0, which C libraries take for an end
	Invalid                   // bytes that are not UTF-8: cut characters, overlong forms, surrogates

	// Valid are the kinds that make valid UTF-8 without the byte 0.
	Valid = Invalid - 1 - NUL
	// All are all kinds.
	All = Invalid<<1 - 1
)

// A Generator makes texts. It must not be used by several goroutines at once.
type Generator struct {
	state    uint64
	kinds    []Kind
	specials []string
}

// New returns a Generator of texts of some kinds (0: all). The specials are
// the texts that Specials are made of; without them that kind is left out.
func New(seed uint64, kinds Kind, specials ...string) *Generator {
	if kinds == 0 {
		kinds = All
	}
	if len(specials) == 0 {
		kinds &^= Specials
	}
	g := &Generator{state: seed, specials: specials}
	for k := Words; k <= Invalid; k <<= 1 {
		if kinds&k != 0 {
			g.kinds = append(g.kinds, k)
		}
	}
	return g
}

// Text returns the next text. Most are some dozens of bytes long, some are
// empty, a few have thousands.
func (g *Generator) Text() string {
	fragments := g.n(6)
	switch g.n(40) {
	case 0:
		fragments = 100
	case 1, 2, 3:
		fragments = 20
	}
	var b []byte
	for range fragments {
		b = g.fragment(b)
	}
	return string(b)
}

// Texts yields n texts with their numbers.
func (g *Generator) Texts(n int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := range n {
			if !yield(i, g.Text()) {
				return
			}
		}
	}
}

// Long returns a text of at least size bytes, and not many more.
func (g *Generator) Long(size int) string {
	b := make([]byte, 0, size+size/8)
	for len(b) < size && len(g.kinds) > 0 {
		b = g.fragment(b)
	}
	return string(b)
}

func (g *Generator) fragment(b []byte) []byte {
	if len(g.kinds) == 0 {
		return b
	}
	if g.n(4) == 0 {
		b = append(b, ' ')
	}
	switch g.kinds[g.n(len(g.kinds))] {
	case Words:
		return g.words(b)
	case Scripts:
		return g.scripts(b)
	case Marks:
		return g.marks(b)
	case Emoji:
		return g.emoji(b)
	case Spaces:
		return g.spaces(b)
	case Code:
		return g.code(b)
	case Numbers:
		return g.numbers(b)
	case Controls:
		return g.controls(b)
	case Lookups:
		return g.lookups(b)
	case Repeats:
		return g.repeats(b)
	case Random:
		return g.random(b)
	case Specials:
		return g.special(b)
	case NUL:
		return append(b, 0)
	case Invalid:
		return g.invalid(b)
	}
	return b
}

// n returns a number from 0 to below n. The bits are SplitMix64's, made here
// because math/rand does not promise how it makes an integer of them.
func (g *Generator) n(n int) int {
	g.state += 0x9e3779b97f4a7c15
	z := g.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	hi, _ := bits.Mul64(z^z>>31, uint64(n))
	return int(hi)
}

// few returns a number from 1 to n, the small ones more often.
func (g *Generator) few(n int) int { return 1 + g.n(1+g.n(n)) }

func (g *Generator) pick(list []string) string { return list[g.n(len(list))] }

func (g *Generator) pickRune(list []rune) rune { return list[g.n(len(list))] }

func (g *Generator) script() block {
	if g.n(8) == 0 {
		return rareScripts[g.n(len(rareScripts))]
	}
	return scripts[g.n(len(scripts))]
}

// within returns a scalar value of a block.
func (g *Generator) within(b block) rune { return b.first + rune(g.n(int(b.last-b.first)+1)) }

// scalar returns any scalar value but NUL; half of them are in the Basic
// Multilingual Plane.
func (g *Generator) scalar() rune {
	for {
		limit := 0x10000
		if g.n(2) == 0 {
			limit = utf8.MaxRune + 1
		}
		if r := rune(g.n(limit)); r != 0 && utf8.ValidRune(r) {
			return r
		}
	}
}
