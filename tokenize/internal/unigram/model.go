package unigram

import (
	"cmp"
	"errors"
	"math"
	"strconv"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/piececache"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// unknownPenalty is how much less than any token an unknown edge scores.
const unknownPenalty = 10

// Config is what a Model is made of.
type Config struct {
	Tokens       []string  // by id; of one that is there twice, the last one counts
	Scores       []float64 // parallel to Tokens
	Unknown      int       // id of the unknown token; negative: there is none
	ByteFallback bool      // tokens such as <0x0A> stand for what is unknown
	CacheSize    int       // bytes for the cache of pieces; 0: 2 MiB; negative: no cache
}

const defaultCacheSize = 2 << 20

// Model is the Unigram model of Hugging Face tokenizers.
//
// Unknown characters beside each other, and the unknown token's own text beside
// them, are one run. A run that happens to be the text of a token is that
// token; otherwise it is its bytes, if all of them have a token, or the unknown
// token.
type Model struct {
	lattice *Lattice[float64]
	unknown int32
	bytes   *[256]int32 // ids of byte tokens, -1: none; nil: no byte fallback
	cache   *piececache.Cache
	pool    sync.Pool // of *Search[float64]
}

var _ model.Model = (*Model)(nil)

// New returns the model of a Config. Errors are of package config.
func New(c Config) (*Model, error) {
	if len(c.Scores) != len(c.Tokens) {
		return nil, config.In("vocab", config.Malformed("not one score for each token"))
	}
	if c.Unknown >= len(c.Tokens) {
		return nil, config.In("unk_id", config.Malformed(strconv.Itoa(c.Unknown)+" is not the index of a token"))
	}
	if len(c.Tokens) > math.MaxInt32 {
		return nil, config.In("vocab", config.Unsupported("more than 2147483647 tokens"))
	}
	lowest := math.Inf(1)
	for _, score := range c.Scores {
		if score < lowest { // which no NaN is
			lowest = score
		}
	}
	m := &Model{unknown: int32(max(c.Unknown, -1))}
	m.pool.New = func() any { return new(Search[float64]) }
	lattice := LatticeConfig[float64]{Scores: c.Scores, Unknown: lowest - unknownPenalty, NoUnknown: m.unknown < 0}
	lattice.Tokens, lattice.IDs = c.Tokens, make([]int32, len(c.Tokens))
	for id := range lattice.IDs {
		lattice.IDs[id] = int32(id)
	}
	var err error
	m.lattice, err = NewLattice(lattice)
	if errors.Is(err, trie.ErrDuplicate) {
		lattice.Tokens, lattice.IDs = lastOfEach(c.Tokens)
		m.lattice, err = NewLattice(lattice)
	}
	if err != nil {
		return nil, config.In("vocab", err)
	}
	m.cache = piececache.New(cmp.Or(c.CacheSize, defaultCacheSize))
	if c.ByteFallback {
		m.bytes = new([256]int32)
		for b := range m.bytes {
			id, ok := m.lattice.Find(byteToken(byte(b)))
			if !ok {
				id = -1
			}
			m.bytes[b] = id
		}
	}
	return m, nil
}

// lastOfEach returns the tokens and their ids, without those that another one
// of the same text follows.
func lastOfEach(all []string) (tokens []string, ids []int32) {
	last := make(map[string]int32, len(all))
	for id, token := range all {
		last[token] = int32(id)
	}
	for id, token := range all {
		if last[token] == int32(id) {
			tokens = append(tokens, token)
			ids = append(ids, int32(id))
		}
	}
	return tokens, ids
}

// byteToken returns the text of the token of a byte: <0x0A>.
func byteToken(b byte) string {
	const digits = "0123456789ABCDEF"
	return "<0x" + string(digits[b>>4]) + string(digits[b&15]) + ">"
}

// AppendIDs appends the ids of the tokens of a piece.
func (m *Model) AppendIDs(dst []uint32, piece string) ([]uint32, error) {
	if len(piece) > piececache.MaxKey {
		return appendAll(m, dst, piece, idAlone)
	}
	if e := piececache.Get(m.cache, piece); e != nil {
		return append(dst, e.IDs()...), nil
	}
	var few [piececache.MaxKey]model.Token
	tokens, err := m.appendShort(few[:0], piece)
	for _, token := range tokens {
		dst = append(dst, token.ID)
	}
	return dst, err
}

// AppendTokens appends the tokens of a piece. Tokens of bytes all stand for the
// whole run that they are part of.
func (m *Model) AppendTokens(dst []model.Token, piece string) ([]model.Token, error) {
	e := piececache.Get(m.cache, piece)
	if e == nil {
		return m.appendShort(dst, piece)
	}
	start := 0
	for i, id := range e.IDs() {
		end := int(e.Ends()[i])
		dst = append(dst, model.Token{ID: id, Start: start, End: end})
		start = end
	}
	return dst, nil
}

// appendShort does what AppendTokens does, and remembers the tokens.
func (m *Model) appendShort(dst []model.Token, piece string) ([]model.Token, error) {
	known := len(dst)
	dst, err := appendAll(m, dst, piece, whole)
	tokens := dst[known:]
	if err != nil || !m.cache.Fits(len(piece), len(tokens)) {
		return dst, err
	}
	var ids [piececache.MaxTokens]uint32
	var ends [piececache.MaxTokens]uint8
	start := 0
	for i, token := range tokens {
		if token.Start != start { // bytes of a run
			return dst, nil
		}
		start = token.End
		ids[i], ends[i] = token.ID, uint8(token.End)
	}
	piececache.Put(m.cache, piece, ids[:len(tokens)], ends[:len(tokens)])
	return dst, nil
}

// idAlone and whole make what appendAll appends.
func idAlone(id int32, _, _ int) uint32 { return uint32(id) }

func whole(id int32, start, end int) model.Token {
	return model.Token{ID: uint32(id), Start: start, End: end}
}

// appendAll appends the tokens of a piece, each as token makes it.
func appendAll[T uint32 | model.Token](m *Model, dst []T, piece string, token func(id int32, start, end int) T) ([]T, error) {
	s := m.pool.Get().(*Search[float64])
	defer m.release(s)
	known, at := len(dst), 0
	run := -1 // start of the run of unknown characters that ends at at; -1: there is none
	for s.Start(m.lattice, len(piece)); ; {
		edges, err := Next(s, m.lattice, piece)
		if err != nil {
			return dst[:known], err
		}
		if len(edges) == 0 {
			break
		}
		for _, e := range edges {
			if e.ID != UnknownID && e.ID != m.unknown {
				if run >= 0 {
					dst = appendRun(m, dst, piece, run, at, token)
					run = -1
				}
				dst = append(dst, token(e.ID, at, e.End))
			} else if run < 0 {
				run = at
			}
			at = e.End
		}
	}
	if run >= 0 {
		dst = appendRun(m, dst, piece, run, at, token)
	}
	return dst, nil
}

// appendRun appends the tokens of a run of unknown characters.
func appendRun[T uint32 | model.Token](m *Model, dst []T, piece string, start, end int, token func(id int32, start, end int) T) []T {
	run := piece[start:end]
	if id, ok := m.lattice.Find(run); ok {
		return append(dst, token(id, start, end))
	}
	if !m.coversBytes(run) {
		return append(dst, token(m.unknown, start, end))
	}
	for i := range len(run) {
		dst = append(dst, token(m.bytes[run[i]], start, end))
	}
	return dst
}

// coversBytes reports whether there is a token for each byte of a run.
func (m *Model) coversBytes(run string) bool {
	if m.bytes == nil {
		return false
	}
	for i := range len(run) {
		if m.bytes[run[i]] < 0 {
			return false
		}
	}
	return true
}

// release keeps a Search for the next piece, unless a long one made it large.
func (m *Model) release(s *Search[float64]) {
	if s.Size() <= 1<<20 {
		m.pool.Put(s)
	}
}
