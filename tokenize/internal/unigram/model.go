package unigram

import (
	"errors"
	"math"
	"strconv"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
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
}

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
	pool    sync.Pool   // of *Search[float64]
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
		return nil, err
	}
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
	known := len(dst)
	s := m.start(piece)
	defer m.release(s)
	run := noRun
	for at := 0; ; {
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
					dst = m.appendRun(dst, piece[run:at])
					run = noRun
				}
				dst = append(dst, uint32(e.ID))
			} else if run < 0 {
				run = at
			}
			at = e.End
		}
	}
	if run >= 0 {
		dst = m.appendRun(dst, piece[run:])
	}
	return dst, nil
}

// noRun stands for the start of a run of unknown characters that there is not.
const noRun = -1

// appendRun appends the ids of a run of unknown characters.
func (m *Model) appendRun(dst []uint32, run string) []uint32 {
	id, inBytes := m.run(run)
	if !inBytes {
		return append(dst, uint32(id))
	}
	for i := range len(run) {
		dst = append(dst, uint32(m.bytes[run[i]]))
	}
	return dst
}

// run returns the id of the token that stands for a run of unknown characters,
// unless those of its bytes do.
func (m *Model) run(run string) (id int32, inBytes bool) {
	if id, ok := m.lattice.Find(run); ok {
		return id, false
	}
	if m.bytes != nil {
		for i := range len(run) {
			if m.bytes[run[i]] < 0 {
				return m.unknown, false
			}
		}
		return 0, true
	}
	return m.unknown, false
}

// AppendTokens appends the tokens of a piece. Tokens of bytes all stand for the
// whole run that they are part of.
func (m *Model) AppendTokens(dst []model.Token, piece string) ([]model.Token, error) {
	known := len(dst)
	s := m.start(piece)
	defer m.release(s)
	run := noRun
	for at := 0; ; {
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
					dst = m.appendRunTokens(dst, piece, run, at)
					run = noRun
				}
				dst = append(dst, model.Token{ID: uint32(e.ID), Start: at, End: e.End})
			} else if run < 0 {
				run = at
			}
			at = e.End
		}
	}
	if run >= 0 {
		dst = m.appendRunTokens(dst, piece, run, len(piece))
	}
	return dst, nil
}

func (m *Model) appendRunTokens(dst []model.Token, piece string, start, end int) []model.Token {
	id, inBytes := m.run(piece[start:end])
	if !inBytes {
		return append(dst, model.Token{ID: uint32(id), Start: start, End: end})
	}
	for i := start; i < end; i++ {
		dst = append(dst, model.Token{ID: uint32(m.bytes[piece[i]]), Start: start, End: end})
	}
	return dst
}

func (m *Model) start(piece string) *Search[float64] {
	s := m.pool.Get().(*Search[float64])
	s.Start(m.lattice, len(piece))
	return s
}

// release keeps a Search for the next piece, unless a long one made it large.
func (m *Model) release(s *Search[float64]) {
	if s.Size() <= 1<<20 {
		m.pool.Put(s)
	}
}
