package bpe

import (
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// Limits of what tables and lists can hold.
var (
	errSymbols = config.Unsupported("more than " + strconv.Itoa(maxSymbols) + " symbols")
	errMerges  = config.Unsupported("more than " + strconv.Itoa(maxMerges) + " merges")
	errWord    = config.Unsupported("a piece of more than " + strconv.Itoa(maxWord) + " characters")
)

// New returns the model of a list of merges, as in tokenizer.json. Of a pair
// that is there twice, the later rank counts.
func New(c *Config) (*Model, error) {
	l, err := newLoader(c)
	if err != nil {
		return nil, err
	}
	if c.LateUnknown {
		return nil, config.Unsupported("merges of characters that are no tokens")
	}
	if err := l.checkMerges(); err != nil {
		return nil, err
	}
	l.collectAtoms()
	if err := l.useMerges(); err != nil {
		return nil, err
	}
	return l.finish()
}

// NewRanked returns the model of a vocabulary that has no merges, but ranks of
// tokens, as tiktoken and SentencePiece have: any two symbols that make a token
// together may be merged, and those that make the token of lowest rank are
// merged first.
func NewRanked(c *Config) (*Model, error) {
	l, err := newLoader(c)
	if err != nil {
		return nil, err
	}
	if l.m.alphabet.variants != 0 {
		return nil, config.Unsupported("affixes in a vocabulary without merges")
	}
	l.m.makeIndexes()
	l.collectAtoms()
	if err := l.useRanks(); err != nil {
		return nil, err
	}
	return l.finish()
}

// loader makes a Model.
type loader struct {
	c *Config
	m *Model

	// symbols by id, none for the tokens that are no symbols. If an unknown
	// character's token can be merged, it is an atom.
	symbols []uint32

	late       late
	odd        []uint32 // odd tokens
	containOdd bitset   // tokens whose texts contain those of odd tokens
	word       word     // to split tokens

	bytes       [256]uint32 // ids of the tokens <0xXX>, or none
	unknownAtom bool        // the token of an unknown character can be merged
}

func newLoader(c *Config) (*loader, error) {
	m := &Model{
		texts:     newTexts(c.Tokens),
		alphabet:  newAlphabet(c),
		fuseUnk:   c.FuseUnk,
		unkAbsent: c.UnkMissing,
		late:      c.LateUnknown,
		whole:     c.WholeFirst,
		limits:    usualLimits,
	}
	l := &loader{c: c, m: m, symbols: make([]uint32, len(c.Tokens))}
	for i := range l.symbols {
		l.symbols[i] = none
	}
	if c.ByteLevel {
		m.limits = byteLimits
	}
	switch {
	case len(c.Tokens) > 1<<22:
		return nil, config.Unsupported("more than 4194304 ids")
	case len(m.texts.bytes) > 1<<31-1:
		return nil, config.Unsupported("more than 2 GiB of tokens")
	case c.Unk != nil && int64(*c.Unk) >= int64(len(c.Tokens)):
		return nil, config.Malformed("unknown token " + strconv.Itoa(int(*c.Unk)) + " has no text")
	case c.Dropout > 0 && c.Random == nil:
		return nil, config.Malformed("dropout without a source of random numbers")
	}
	l.findByteTokens()
	return l, nil
}

// findByteTokens finds the tokens <0xXX>.
func (l *loader) findByteTokens() {
	for i := range l.bytes {
		l.bytes[i] = none
	}
	if !l.c.ByteFallback {
		return
	}
	const digits = "0123456789ABCDEF"
	for id, text := range l.c.Tokens {
		if len(text) != len("<0xXX>") || text[:3] != "<0x" || text[5] != '>' {
			continue
		}
		b := text[3:5]
		for i := range l.bytes {
			if b[0] == digits[i>>4] && b[1] == digits[i&15] && l.bytes[i] == none {
				l.bytes[i] = uint32(id)
			}
		}
	}
}

func (l *loader) checkMerges() error {
	count := uint32(len(l.c.Tokens))
	for i, merge := range l.c.Merges {
		if merge.Left >= count || merge.Right >= count || merge.Result >= count {
			return atMerge(i, "an id without a token")
		}
	}
	if len(l.c.Merges) > maxMerges {
		return errMerges
	}
	return nil
}

func atMerge(i int, text string) error {
	return config.Malformed("merges[" + strconv.Itoa(i) + "]: " + text)
}

// symbol returns the symbol of a token, which is a new one if it has none.
func (l *loader) symbol(id uint32) uint32 {
	if l.symbols[id] == none {
		l.symbols[id] = uint32(len(l.m.ids))
		l.m.ids = append(l.m.ids, id)
	}
	return l.symbols[id]
}

// collectAtoms finds the symbols that pieces start out as.
func (l *loader) collectAtoms() {
	m := l.m
	m.ids = make([]uint32, 0, len(l.c.Tokens)+257)
	m.alphabet.collect(&m.texts, l.symbol)
	if m.late {
		l.collectLate()
	}
	unknown := make(map[uint32]bool)
	if l.c.Unk != nil {
		unknown[*l.c.Unk] = true
	}
	for _, id := range l.bytes {
		if id != none {
			unknown[id] = true
		}
	}
	if len(unknown) > 0 {
		for _, merge := range l.c.Merges {
			l.unknownAtom = l.unknownAtom || unknown[merge.Left] || unknown[merge.Right]
		}
	}
	if l.unknownAtom {
		for id := range unknown {
			l.symbol(id)
		}
	}
	m.rules.atoms = uint32(len(m.ids))
	m.plain = m.alphabet.variants == 0 && !l.unknownAtom
}

// collectLate makes atoms of the units that are no tokens, but occur in tokens.
func (l *loader) collectLate() {
	m := l.m
	for id := range uint32(m.texts.count()) {
		text := m.texts.at(id)
		for i := 0; i < len(text); {
			unit, size := m.alphabet.next(text, i)
			if unit != invalid && m.alphabet.atom(unit, 0) == none {
				m.alphabet.set(unit, 0, uint32(len(m.ids)))
				m.ids = append(m.ids, unspelled|uint32(len(m.lateUnits)))
				m.lateUnits = append(m.lateUnits, text[i:i+size])
			}
			i += size
		}
	}
	m.alphabet.settle()
}

// finish completes the Model once it has its rules.
func (l *loader) finish() (*Model, error) {
	m := l.m
	if l.c.Dropout > 0 {
		m.dropout, m.random, m.whole = l.c.Dropout, l.c.Random, false
	}
	m.shortcut = m.plain && m.dropout == 0
	if m.plain && m.alphabet.complete {
		m.rules.indexBytes()
	}
	l.addUnknown()
	if len(m.ids) > maxSymbols {
		return nil, errSymbols
	}
	if m.whole || m.shortcut {
		if m.index.slots == nil {
			m.makeIndexes()
		}
	} else {
		m.index, m.longIndex = textIndex{}, textIndex{}
	}
	if m.shortcut {
		l.noteMade()
	}
	if m.whole {
		m.partFlag = 1 << 7
	}
	if m.dropout == 0 && l.c.CacheSize >= 0 {
		m.cache = newCache(l.c.CacheSize)
	}
	return m, nil
}

// noteMade notes the tokens that their texts become.
func (l *loader) noteMade() {
	m := l.m
	m.made = make(bitset, (m.texts.count()+63)/64)
	for symbol := range m.rules.end() {
		if id := m.ids[symbol]; id < unspelled && !l.containOdd.has(id) {
			m.made.add(id)
		}
	}
}

// addUnknown adds the symbols of what stands for unknown characters, which
// nothing merges with unless they are atoms.
func (l *loader) addUnknown() {
	m := l.m
	symbol := func(id uint32) uint32 {
		m.unknown.add(id)
		if l.unknownAtom {
			return l.symbols[id]
		}
		m.ids = append(m.ids, id)
		return uint32(len(m.ids) - 1)
	}
	m.inert = uint32(len(m.ids))
	m.unk = none
	if l.c.Unk != nil {
		m.unk = symbol(*l.c.Unk)
	}
	for i, id := range l.bytes {
		m.bytes[i] = none
		if id != none {
			m.bytes[i] = symbol(id)
			m.fallback = true
		}
	}
	allBytes := !slices.Contains(m.bytes[:], none)
	m.covers = m.alphabet.complete || m.unk != none || m.unkAbsent || allBytes
	m.holds = !m.alphabet.complete && m.unk != none && !allBytes
}
