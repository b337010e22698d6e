package unigram

import (
	"errors"
	"math"
	"math/bits"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// Score is the type of scores. Which it is decides between paths whose scores
// are nearly the same.
type Score interface{ ~float32 | ~float64 }

// LatticeConfig is what a Lattice is made of.
type LatticeConfig[F Score] struct {
	Tokens []string // none of them twice; an empty one is never found
	IDs    []int32  // parallel to Tokens: indices of Scores
	Scores []F      // by id

	Unknown    F    // the score of an unknown edge
	NoUnknown  bool // an unknown edge on a path is an error
	RebaseOver F    // beyond this or its negative, scores start from 0 again; 0: never; scores are finite where it is not 0
}

// A Lattice holds the tokens that paths are made of. It is immutable and safe
// for concurrent use.
type Lattice[F Score] struct {
	tokens    *trie.Trie
	scores    []F     // by id
	sizes     []int32 // by id, in bytes
	longest   int     // size of the longest token, in bytes
	unknown   F
	noUnknown bool
	limit     F
}

// NewLattice returns the Lattice of a Config. Errors are of package config.
func NewLattice[F Score](c LatticeConfig[F]) (*Lattice[F], error) {
	l := &Lattice[F]{
		scores:    c.Scores,
		sizes:     make([]int32, len(c.Scores)),
		longest:   1,
		unknown:   c.Unknown,
		noUnknown: c.NoUnknown,
		limit:     c.RebaseOver,
	}
	if l.limit == 0 {
		l.limit = F(math.Inf(1))
	}
	for i, token := range c.Tokens {
		if len(token) > math.MaxInt32 {
			return nil, config.Unsupported("a token of more than 2147483647 bytes")
		}
		l.sizes[c.IDs[i]] = int32(len(token))
		l.longest = max(l.longest, len(token))
	}
	var err error
	if l.tokens, err = trie.Build(c.Tokens, c.IDs); err != nil {
		if errors.Is(err, trie.ErrSize) {
			return nil, config.UnsupportedBy(err)
		}
		return nil, config.MalformedBy(err)
	}
	return l, nil
}

// Find returns the id of a token.
func (l *Lattice[F]) Find(token string) (id int32, ok bool) {
	node := trie.Root
	for i := range len(token) {
		if node, ok = l.tokens.Step(node, token[i]); !ok {
			return 0, false
		}
	}
	id = l.tokens.Value(node)
	return id, id != trie.None
}

// An Edge is a token of the best path.
type Edge struct {
	ID  int32 // UnknownID: an unknown edge
	End int   // where it ends in the text; it starts where the last one ended
}

// UnknownID is the id of an unknown edge.
const UnknownID int32 = -1

// none stands for a position where no edge ends. Other negative numbers are
// sizes of unknown edges.
const none = math.MinInt32

// A Search finds the best path of a text, in parts. The zero Search is ready
// for Start; it can be used again and again.
type Search[F Score] struct {
	// scores of the best paths to the positions from at on, by position modulo
	// len(scores), which is a power of two and more than the longest edge.
	scores []F

	// edges by position, relative to cut, up to where the furthest edge ends:
	// the last edge of the best path to there, an id or -size. Before a found
	// path is given out, its edges are moved from where they end to where they
	// start.
	edges []int32

	cut   int // the last cut but one
	at    int // the last cut, up to where the best path is known
	given int // where the next edge to give out starts, from cut to at

	path [batch]Edge
}

// batch is how many edges are given out at once. Fewer cost calls.
const batch = 256

// Start starts a search in a text of that many bytes. Its best paths are those
// of l.
func (s *Search[F]) Start(l *Lattice[F], size int) {
	ring := 1 << bits.Len(uint(min(l.longest, size)+3))
	if len(s.scores) < ring {
		s.scores = make([]F, ring)
	}
	s.scores[0] = 0
	s.cut, s.at, s.given = 0, 0, 0
}

// Size returns the bytes of memory that the Search holds, about.
func (s *Search[F]) Size() int { return 8*len(s.scores) + 4*cap(s.edges) + 16*batch }

// Next returns the next edges of the best path of text, in order; none after
// the last one. They are valid until the next call. The error is
// model.ErrNoUnknown.
func Next[F Score, T string | []byte](s *Search[F], l *Lattice[F], text T) ([]Edge, error) {
	n := s.give(l, 0)
	for n < batch && s.at < len(text) {
		if err := advance(s, l, text); err != nil {
			return nil, err
		}
		n = s.give(l, n)
	}
	return s.path[:n], nil
}

// advance searches on to the next cut.
//
// An edge becomes the last one of the best path to where it ends if it is the
// first to end there or its score is higher. So nothing is better than a score
// that is not a number, nor is such a score better than anything.
func advance[F Score, T string | []byte](s *Search[F], l *Lattice[F], text T) error {
	cut := s.at
	tokens, scores, mask := l.tokens, s.scores, len(s.scores)-1
	edges := append(s.edges[:0], none)
	for start := cut; ; {
		here := scores[start&mask]
		if here < -l.limit || here > l.limit {
			rebase(edges[start-cut:], scores, start)
			here = 0
		}
		size := charSize(text, start)
		single := false
		node := trie.Root
		for i := start; i < len(text); i++ {
			next, ok := tokens.Step(node, text[i])
			if !ok {
				break
			}
			node = next
			id := tokens.Value(node)
			if id == trie.None {
				continue
			}
			end := i + 1
			single = single || end-start == size
			for len(edges) <= end-cut {
				edges = append(edges, none)
			}
			score := here + l.scores[id]
			if edge := &edges[end-cut]; *edge == none || score > scores[end&mask] {
				*edge, scores[end&mask] = id, score
			}
		}
		if !single {
			end := start + size
			for len(edges) <= end-cut {
				edges = append(edges, none)
			}
			score := here + l.unknown
			if edge := &edges[end-cut]; *edge == none || score > scores[end&mask] {
				*edge, scores[end&mask] = int32(-size), score
				if l.noUnknown {
					s.edges = edges
					return model.ErrNoUnknown
				}
			}
		}
		start += size
		if start-cut == len(edges)-1 {
			s.at, s.cut, s.edges = start, cut, edges
			s.turn(l)
			return nil
		}
	}
}

// rebase takes the score of the best path to a position off the scores of all
// paths that are still open, which the edges from there on tell. SentencePiece
// does, so that in long texts the scores of tokens are not lost beside their
// sums.
func rebase[F Score](edges []int32, scores []F, position int) {
	mask := len(scores) - 1
	offset := scores[position&mask]
	scores[position&mask] = 0
	for i, edge := range edges[1:] {
		if edge != none {
			scores[(position+1+i)&mask] -= offset
		}
	}
}

// turn moves the edges of the best path to at from where they end to where they
// start.
func (s *Search[F]) turn(l *Lattice[F]) {
	end := s.at - s.cut
	edge := s.edges[end]
	for end > 0 {
		start := end - l.size(edge)
		edge, s.edges[start] = s.edges[start], edge
		end = start
	}
}

func (l *Lattice[F]) size(edge int32) int {
	if edge < 0 {
		return int(-edge)
	}
	return int(l.sizes[edge])
}

// give appends what was found to the path, which has n edges so far.
func (s *Search[F]) give(l *Lattice[F], n int) int {
	for ; n < batch && s.given < s.at; n++ {
		edge := s.edges[s.given-s.cut]
		s.given += l.size(edge)
		s.path[n] = Edge{max(edge, UnknownID), s.given}
	}
	return n
}
