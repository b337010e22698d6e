package sentencepiece

import (
	"math"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/unigram"
	"strconv"
)

const (
	// unknownPenalty is how much less than any piece an unknown segment scores.
	unknownPenalty = 10

	// rebaseOver is the score of a path at which SentencePiece starts to add
	// from 0 again.
	rebaseOver = 100_000
)

// unigramSegmenter finds the pieces whose scores have the highest sum.
type unigramSegmenter struct {
	lattice *unigram.Lattice[float32]
	scores  []float32 // by id
	unknown float32
}

func newUnigram(v *vocabulary) (*unigramSegmenter, error) {
	if len(v.texts) == 0 {
		return nil, config.In("pieces", config.Malformed("none that text can become"))
	}
	s := &unigramSegmenter{scores: make([]float32, len(v.pieces))}
	c := unigram.LatticeConfig[float32]{Scores: s.scores, RebaseOver: rebaseOver}
	lowest := float32(math.MaxFloat32)
	for i, p := range v.pieces {
		if p.Score-p.Score != 0 { // no finite number
			return nil, config.In("pieces["+strconv.Itoa(i)+"].score", config.Malformed("not a finite number"))
		}
		s.scores[i] = p.Score
		switch p.Type {
		case Normal:
			lowest = min(lowest, p.Score)
		case UserDefined:
			// Nearly always better than what else there is.
			s.scores[i] = float32(0.1 * float64(len(p.Text)-1))
		}
	}
	for i, id := range v.ids {
		if v.pieces[id].Type != Unused {
			c.Tokens, c.IDs = append(c.Tokens, v.texts[i]), append(c.IDs, id)
		}
	}
	s.unknown = lowest - unknownPenalty
	c.Unknown = s.unknown
	var err error
	if s.lattice, err = unigram.NewLattice(c); err != nil {
		return nil, config.In("pieces", err)
	}
	return s, nil
}

func (s *unigramSegmenter) segment(w *work) error {
	for w.search.Start(s.lattice, len(w.normal)); ; {
		edges, err := unigram.Next(&w.search, s.lattice, w.normal)
		if err != nil || len(edges) == 0 {
			return err
		}
		for _, e := range edges {
			w.put(e.ID, e.End)
		}
	}
}
