package sentencepiece

import (
	"strconv"
	"sync"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// A Model encodes and decodes texts. It is immutable and safe for concurrent
// use.
type Model struct {
	*vocabulary
	segmenter    segmenter
	normalizer   *Normalizer
	denormalizer *Normalizer // nil: none
	byteFallback bool
	unigram      *unigramSegmenter // nil: of another kind

	unknownSurface string
	stripsSpace    bool // decoding takes a space off the first piece
	stripsAll      bool // and all spaces off the start of the text

	roles [3]role // BOS, EOS, Pad
	rest  *Model  // for texts from a cut on; nil: texts cannot be cut
	cuts  *[256]bool
	pool  *sync.Pool // of *work
}

type role struct {
	id uint32
	ok bool
}

var _ model.Model = (*Model)(nil)

// A segmenter finds pieces in normalized text.
type segmenter interface {
	// segment hands the segments of w.normal to w, in order.
	segment(w *work) error
}

// unknownID is the id of an unknown segment.
const unknownID int32 = -1

// New returns the model of a Config. It keeps the pieces. Errors are of package
// config.
func New(c Config) (*Model, error) {
	v, err := newVocabulary(c.Pieces, c.ByteFallback)
	if err != nil {
		return nil, err
	}
	m := &Model{
		vocabulary:     v,
		byteFallback:   c.ByteFallback,
		unknownSurface: c.UnknownSurface,
		stripsSpace:    c.Normalizer.AddDummyPrefix || c.Normalizer.RemoveExtraWhitespaces,
		stripsAll:      c.Normalizer.RemoveExtraWhitespaces,
	}
	m.pool = &sync.Pool{New: func() any { return new(work) }}
	if m.normalizer, err = newNormalizer(c.Normalizer, v.symbols, c.WhitespaceAsSuffix); err != nil {
		return nil, config.In("normalizer_spec", err)
	}
	if len(c.Denormalizer.Charsmap) > 0 {
		if m.denormalizer, err = newNormalizer(c.Denormalizer, nil, false); err != nil {
			return nil, config.In("denormalizer_spec", err)
		}
	}
	switch c.Kind {
	case Unigram:
		m.unigram, err = newUnigram(v)
		m.segmenter = m.unigram
	case BPE:
		m.segmenter, err = newBPE(v)
	case Word:
		m.segmenter, err = newWords(v)
	case Char:
		m.segmenter, err = newChars(v)
	default:
		err = config.In("trainer_spec.model_type", config.Unsupported("value "+strconv.Itoa(int(c.Kind))))
	}
	if err != nil {
		return nil, err
	}
	for i, r := range [...]struct{ text, standard string }{{c.BOS, "<s>"}, {c.EOS, "</s>"}, {c.Pad, "<pad>"}} {
		m.roles[i].id, m.roles[i].ok = v.role(r.text, r.standard, Control)
	}
	m.findCuts()
	return m, nil
}

// BOS returns the piece for the beginning of a text, if there is one.
func (m *Model) BOS() (id uint32, ok bool) { return m.roles[0].id, m.roles[0].ok }

// EOS returns the piece for the end of a text, if there is one.
func (m *Model) EOS() (id uint32, ok bool) { return m.roles[1].id, m.roles[1].ok }

// Pad returns the piece for padding, if there is one.
func (m *Model) Pad() (id uint32, ok bool) { return m.roles[2].id, m.roles[2].ok }

// Unknown returns the piece for what is unknown, if there is one.
func (m *Model) Unknown() (id uint32, ok bool) { return uint32(m.unknown), m.unknown >= 0 }

// Normalizer returns what normalizes texts.
func (m *Model) Normalizer() *Normalizer { return m.normalizer }

// AppendIDs appends the ids of the pieces of a text. The error is ErrTooLong.
func (m *Model) AppendIDs(dst []uint32, text string) ([]uint32, error) {
	w := m.work()
	defer m.release(w)
	w.ids = dst
	if err := w.run(text); err != nil {
		return dst, err
	}
	return w.ids, nil
}

// Count returns how many pieces a text has. The error is ErrTooLong.
func (m *Model) Count(text string) (int, error) {
	w := m.work()
	defer m.release(w)
	w.countOnly = true
	err := w.run(text)
	return w.count, err
}

// AppendTokens appends the pieces of a text with the bytes of text that they
// stand for. A piece that stands for nothing in text, such as the dummy prefix,
// is empty. Of the bytes of an unknown segment, the last one stands for it; the
// others are empty. The error is ErrTooLong.
func (m *Model) AppendTokens(dst []model.Token, text string) ([]model.Token, error) {
	w := m.work()
	defer m.release(w)
	w.tokens, w.aligned = dst, true
	if err := w.run(text); err != nil {
		return dst, err
	}
	return w.tokens, nil
}

func (m *Model) work() *work {
	w := m.pool.Get().(*work)
	w.model = m
	return w
}

// maxKept is how many bytes of memory are kept for the next text.
const maxKept = 4 << 20

// release keeps the memory of w for the next text, unless a long one made it
// large.
func (m *Model) release(w *work) {
	w.ids, w.tokens, w.texts, w.text = nil, nil, nil, ""
	w.aligned, w.countOnly = false, false
	if w.size() <= maxKept {
		m.pool.Put(w)
	}
}
