package bpe

import (
	"sync"
	"sync/atomic"

	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// A Model makes tokens of pieces by merging. It is safe for concurrent use.
type Model struct {
	texts    texts
	alphabet *alphabet
	rules    rules // canonical
	odd      *odd  // nil: no token is odd
	full     lazy[rules]

	// Tokens by text, if whole or shortcut: those that fit a key, and the few
	// that do not.
	index, longIndex textIndex

	ids   []uint32 // by symbol; unspelled + index of lateUnits for those
	inert uint32   // symbols from here on stand for unknown units
	made  bitset   // ids of the tokens that their texts become, if shortcut

	// What becomes of units that are no atoms.
	unk       uint32 // symbol or none
	unkAbsent bool
	fuseUnk   bool
	bytes     [256]uint32 // symbols of the tokens <0xXX>, or none
	fallback  bool        // there are some
	holds     bool        // unknown units may be held back until a known one comes
	covers    bool        // none is dropped
	unknown   bitset      // ids of unk and bytes
	late      bool
	lateUnits []string

	whole    bool // a piece that is a token is that token
	plain    bool // the text of a symbol is the piece's text that it stands for
	partFlag int  // of lengths in the cache, if the same text may have other tokens as a part
	shortcut bool // pieces are looked up, or walked through, instead of merged

	dropout float32
	random  func() float32

	cache  *cache // nil: none
	limits limits

	cuts   lazy[cuts]
	walker lazy[walker]
	uncut  atomic.Int64 // bytes of long pieces that were encoded without cuts
	merged atomic.Int64 // bytes of pieces that were encoded without walker
	words  sync.Pool    // *word
}

var _ model.Model = (*Model)(nil)

// unspelled marks what stands in place of the id of a symbol that is no token.
const unspelled = 1 << 31

// symbolText returns the text of a symbol.
func (m *Model) symbolText(symbol uint32) string {
	id := m.ids[symbol]
	if id >= unspelled {
		return m.lateUnits[id&^unspelled]
	}
	return m.texts.at(id)
}

// Text returns the text of a token as it was configured, "" for an id beyond
// the last.
func (m *Model) Text(id uint32) string {
	if int64(id) >= int64(m.texts.count()) {
		return ""
	}
	return m.texts.at(id)
}

// A lazy value is made when it is first worth it.
type lazy[T any] struct {
	once  sync.Once
	value atomic.Pointer[T]
}

// get returns the value if there is one, or makes it if it is worth it now.
func (l *lazy[T]) get(worth bool, make func() *T) *T {
	if v := l.value.Load(); v != nil || !worth {
		return v
	}
	l.once.Do(func() { l.value.Store(make()) })
	return l.value.Load()
}
