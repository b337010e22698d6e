package piececache

import (
	"math/bits"
	"math/rand/v2"
	"sync/atomic"
)

const (
	// MaxKey is the length in bytes of the longest piece that is remembered.
	MaxKey = 24

	// MaxTokens is how many tokens a piece may have to be remembered.
	MaxTokens = 7
)

// An Entry is what is remembered of a piece: 64 bytes.
type Entry struct {
	key    [MaxKey]byte
	size   uint8 // of the key
	count  uint8 // of tokens
	ends   [MaxTokens]uint8
	tokens [MaxTokens]uint32
}

// IDs returns the ids of the tokens. They must not be changed.
func (e *Entry) IDs() []uint32 { return e.tokens[:e.count] }

// Ends returns where in the piece each token ends. The first one starts at 0,
// the others where the last one ends.
func (e *Entry) Ends() []uint8 { return e.ends[:e.count] }

// A Cache remembers pieces. It is safe for concurrent use.
type Cache struct {
	slots []atomic.Pointer[Entry] // a power of two; a piece is in one of four neighbours
	seen  []atomic.Uint32         // as many: hashes of pieces that found no empty slot
}

// ways is how many slots a piece may be in. With two, some few pieces of a text
// drive each other out again and again, even where the cache is nearly empty.
const ways = 4

// New returns a Cache of at most that many bytes, about. It is nil, which
// remembers nothing, if they are too few for anything.
func New(bytes int) *Cache {
	const slotBytes = 8 + 4 + 64
	if bytes < ways*slotBytes {
		return nil
	}
	n := 1 << (bits.Len(uint(bytes/slotBytes)) - 1)
	return &Cache{slots: make([]atomic.Pointer[Entry], n), seen: make([]atomic.Uint32, n)}
}

// Get returns the entry of a piece, or nil.
func Get[T string | []byte](c *Cache, piece T) *Entry {
	if c == nil || len(piece) > MaxKey {
		return nil
	}
	i := hash(piece) & uint64(len(c.slots)-1)
	for way := range uint64(ways) {
		if e := c.slots[i^way].Load(); e != nil && is(e, piece) {
			return e
		}
	}
	return nil
}

func is[T string | []byte](e *Entry, piece T) bool {
	return int(e.size) == len(piece) && string(e.key[:e.size]) == string(piece)
}

// Fits reports whether a piece of that many bytes and tokens is remembered.
func (c *Cache) Fits(bytes, tokens int) bool {
	return c != nil && bytes <= MaxKey && tokens <= MaxTokens
}

// Put remembers a piece that fits. Where there is no empty slot for it, it is
// remembered only when it is put a second time: most pieces never are, and it
// takes time to drive others out for nothing. Then what was in its place goes to
// the next neighbour, and so on; what was in the last one is forgotten.
func Put[T string | []byte](c *Cache, piece T, ids []uint32, ends []uint8) {
	h := hash(piece)
	i := h & uint64(len(c.slots)-1)
	if c.isFull(i) {
		tag := uint32(h>>32) | 1
		if seen := &c.seen[i]; seen.Load() != tag {
			seen.Store(tag)
			return
		}
	}
	e := &Entry{size: uint8(len(piece)), count: uint8(len(ids))}
	copy(e.key[:], piece)
	copy(e.tokens[:], ids)
	copy(e.ends[:], ends)
	for way := range uint64(ways) {
		old := c.slots[i^way].Swap(e)
		if old == nil || is(old, piece) {
			return
		}
		e = old
	}
}

// isFull reports whether there is no empty slot for a piece of that place.
func (c *Cache) isFull(i uint64) bool {
	for way := range uint64(ways) {
		if c.slots[i^way].Load() == nil {
			return false
		}
	}
	return true
}

// The seeds differ from process to process, so that nobody can prepare pieces
// that share slots.
var seeds = [3]uint64{rand.Uint64(), rand.Uint64(), rand.Uint64() | 1}

// hash returns the hash of a piece of at most MaxKey bytes. The words that it
// loads overlap where the length is no multiple of theirs.
func hash[T string | []byte](piece T) uint64 {
	var a, b, c uint64
	switch n := len(piece); {
	case n > 16:
		a, b, c = load(piece, 0), load(piece, 8), load(piece, n-8)
	case n > 8:
		a, b = load(piece, 0), load(piece, n-8)
	case n == 8:
		a = load(piece, 0)
	default:
		for i := range n {
			a = a<<8 | uint64(piece[i])
		}
	}
	hi, lo := bits.Mul64(a^seeds[0], b^seeds[1])
	hi, lo = bits.Mul64(hi^lo^c, seeds[2]^uint64(len(piece)))
	return hi ^ lo
}

func load[T string | []byte](s T, i int) uint64 {
	return uint64(s[i+7]) | uint64(s[i+6])<<8 | uint64(s[i+5])<<16 | uint64(s[i+4])<<24 |
		uint64(s[i+3])<<32 | uint64(s[i+2])<<40 | uint64(s[i+1])<<48 | uint64(s[i])<<56
}
