//go:build !nibbletext

package tokenize

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// readSentencePiece reads a .model file of SentencePiece. The file's own
// samples must come out as it says.
func readSentencePiece(data []byte, beside companions) (*Tokenizer, error) {
	file, err := vocab.ReadSentencePiece(data)
	if err != nil {
		return nil, err
	}
	m, err := sentencepiece.New(sentencePieceConfig(file))
	if err != nil {
		return nil, inFile(err)
	}
	samples := make([]sentencepiece.Sample, len(file.SelfTest))
	for i, s := range file.SelfTest {
		samples[i] = sentencepiece.Sample(s)
	}
	if err := m.SelfTest(samples); err != nil {
		return nil, fmt.Errorf("self_test_data: %w: %w", err, ErrFormat)
	}
	t := &Tokenizer{special: PlainSpecial}
	t.vocab = newVocabulary(len(file.Pieces), func(yield func(uint32, string) bool) {
		for id, piece := range file.Pieces {
			if !yield(uint32(id), piece.Text) {
				return
			}
		}
	})
	var added []addedToken
	for id, piece := range file.Pieces {
		if piece.Type == vocab.Control {
			added = append(added, addedToken{id: uint32(id), content: piece.Text, special: true})
		}
	}
	e := &sentencePieceEngine{model: m, rest: m.Rest(), vocab: t.vocab, special: specialIDs(added), byteFallback: file.Trainer.ByteFallback}
	e.unknown, e.hasUnknown = m.Unknown()
	if e.control, err = newMatcher(added, contents(added)); err != nil {
		return nil, err
	}
	t.engine = e
	t.info = Info{
		Source: "SentencePiece", Model: sentencePieceKinds[file.Trainer.ModelType], Normalizer: file.Normalizer.Name,
		ContextLength: beside.contextLength(),
	}
	t.setAdded(added, companions{})
	for _, role := range []struct {
		name string
		id   func() (uint32, bool)
	}{{"bos", m.BOS}, {"eos", m.EOS}, {"pad", m.Pad}} {
		if id, ok := role.id(); ok {
			for i := range t.info.Added {
				if t.info.Added[i].ID == id {
					t.info.Added[i].dropGuess(role.name)
					t.info.Added[i].addRole(role.name)
				}
			}
		}
	}
	sortAdded(t.info.Added)
	t.post = t.sentencePieceTemplate(m, beside)
	t.finish()
	return t, nil
}

var sentencePieceKinds = map[vocab.SentencePieceType]string{
	vocab.SentencePieceUnigram: "Unigram", vocab.SentencePieceBPE: "BPE by score",
	vocab.SentencePieceWord: "word", vocab.SentencePieceChar: "character",
}

func contents(added []addedToken) []string {
	texts := make([]string, len(added))
	for i, token := range added {
		texts[i] = token.content
	}
	return texts
}

func sentencePieceConfig(file *vocab.SentencePiece) sentencepiece.Config {
	rules := func(n vocab.NormalizerSpec) sentencepiece.Rules {
		return sentencepiece.Rules{
			Charsmap: n.PrecompiledCharsmap, AddDummyPrefix: n.AddDummyPrefix,
			RemoveExtraWhitespaces: n.RemoveExtraWhitespaces, EscapeWhitespaces: n.EscapeWhitespaces,
		}
	}
	c := sentencepiece.Config{
		Pieces: make([]sentencepiece.Piece, len(file.Pieces)), Kind: sentencepiece.Kind(file.Trainer.ModelType),
		ByteFallback: file.Trainer.ByteFallback, WhitespaceAsSuffix: file.Trainer.TreatWhitespaceAsSuffix,
		UnknownSurface: file.Trainer.UnkSurface,
		Unknown:        file.Trainer.UnkPiece, BOS: file.Trainer.BOSPiece, EOS: file.Trainer.EOSPiece, Pad: file.Trainer.PadPiece,
		Normalizer: rules(file.Normalizer), Denormalizer: rules(file.Denormalizer),
	}
	for i, p := range file.Pieces {
		c.Pieces[i] = sentencepiece.Piece{Text: p.Text, Score: p.Score, Type: sentencepiece.Type(p.Type)}
	}
	return c
}

// sentencePieceTemplate returns what goes around a text. The file does not say
// it; tokenizer_config.json may. Otherwise it is BOS where there is one, as in
// Llama and Gemma, or else EOS, as in T5.
func (t *Tokenizer) sentencePieceTemplate(m *sentencepiece.Model, beside companions) postProcessor {
	bos, hasBOS := m.BOS()
	eos, hasEOS := m.EOS()
	addBOS, ok := beside.tokenizerConfig.Bool("add_bos_token")
	if !ok {
		addBOS = hasBOS
	}
	addEOS, ok := beside.tokenizerConfig.Bool("add_eos_token")
	if !ok {
		addEOS = !hasBOS
	}
	around := &template{}
	piece := func(id uint32) templatePiece {
		return templatePiece{text: -1, tokens: []namedToken{{t.vocab.text(id), id}}}
	}
	for which := range 2 {
		if addBOS && hasBOS {
			around.pair = append(around.pair, piece(bos))
		}
		around.pair = append(around.pair, templatePiece{text: which, typeID: uint32(which)})
		if addEOS && hasEOS {
			around.pair = append(around.pair, piece(eos))
		}
		if which == 0 {
			around.single = slices.Clone(around.pair)
		}
	}
	return around
}

// sentencePieceEngine is SentencePiece, with control pieces found in the text.
type sentencePieceEngine struct {
	model   *sentencepiece.Model
	rest    *sentencepiece.Model // for the rest of a text that was cut
	vocab   *vocabulary
	control *matcher
	special map[uint32]bool

	unknown      uint32
	hasUnknown   bool
	byteFallback bool
}

func (e *sentencePieceEngine) appendIDs(dst []uint32, s string, r request) ([]uint32, error) {
	err := e.control.split(s, r, func(start, end int, token *addedToken) (err error) {
		if token != nil {
			dst = append(dst, token.id)
			return nil
		}
		dst, err = e.modelAt(start, r).AppendIDs(dst, s[start:end])
		return inText(err)
	})
	return dst, err
}

func (e *sentencePieceEngine) count(s string, r request) (int, error) {
	n := 0
	err := e.control.split(s, r, func(start, end int, token *addedToken) error {
		if token != nil {
			n++
			return nil
		}
		k, err := e.modelAt(start, r).Count(s[start:end])
		n += k
		return inText(err)
	})
	return n, err
}

// inText gives the error of a text that is too long its sentinel.
func inText(err error) error {
	if errors.Is(err, sentencepiece.ErrTooLong) {
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	}
	return err
}

// appendTokens counts words by the pieces that begin with ▁.
func (e *sentencePieceEngine) appendTokens(dst *Encoding, s string, r request) error {
	scratch := tokenScratch.Get().(*[]model.Token)
	defer tokenScratch.Put(scratch)
	word := -1
	return e.control.split(s, r, func(start, end int, token *addedToken) error {
		if token != nil {
			word++
			dst.add(token.id, token.content, Span{start, end}, word)
			if r.watch != nil {
				r.watch.segment(Span{start, end}, token.content, true)
				r.watch.piece(token.content, Span{start, end}, dst.Len())
			}
			return nil
		}
		tokens, err := e.model.AppendTokens((*scratch)[:0], s[start:end])
		*scratch = tokens
		dst.reserve(len(tokens))
		for i, k := range tokens {
			spelling := e.vocab.text(k.ID)
			if i == 0 || startsWord(spelling) {
				word++
			}
			if e.hasUnknown && k.ID == e.unknown {
				spelling = s[start+k.Start : start+k.End]
			}
			dst.add(k.ID, spelling, Span{start + k.Start, start + k.End}, word)
		}
		if err == nil && r.watch != nil {
			err = e.explain(s, Span{start, end}, dst.Len(), r.watch)
		}
		return inText(err)
	})
}

// explain tells of the text between control pieces. SentencePiece does not cut
// it: all that the normalizer makes of it is one piece.
func (e *sentencePieceEngine) explain(s string, at Span, tokens int, watch *explaining) error {
	normalized, err := e.model.Normalizer().Append(nil, s[at.Start:at.End])
	if len(normalized) > 0 {
		watch.segment(at, string(normalized), false)
		watch.piece(string(normalized), at, tokens)
	}
	return err
}

func startsWord(piece string) bool { return len(piece) > 2 && piece[:3] == "▁" }

// modelAt returns the model for the text at start: one that is the rest of
// another has no dummy prefix.
func (e *sentencePieceEngine) modelAt(start int, r request) *sentencepiece.Model {
	if start == 0 && r.continues {
		return e.rest
	}
	return e.model
}

// cut returns a place in the last text that stands between control pieces.
func (e *sentencePieceEngine) cut(s string, r request) (int, error) {
	limit := len(s) - e.control.longestPattern()
	best := 0
	err := e.control.split(s, r, func(start, end int, token *addedToken) error {
		if token == nil && start < limit {
			if c := e.modelAt(start, r).Cut(s[start:end], min(end, limit)-start); c > 0 {
				best = start + c
			}
		}
		return nil
	})
	return best, err
}

func (e *sentencePieceEngine) appendText(dst []byte, ids []uint32, o DecodeOptions) []byte {
	stream := e.stream(o)
	for _, id := range ids {
		dst = stream.next(dst, id)
	}
	return stream.flush(dst)
}

func (e *sentencePieceEngine) appendToken(dst []byte, id uint32) []byte {
	if e.special[id] {
		return append(dst, e.vocab.text(id)...)
	}
	if b, ok := fallbackByte(e.vocab.text(id)); ok && e.byteFallback {
		return append(dst, b)
	}
	d := e.model.NewDecoder()
	d.Append(nil, id) // from the first piece the space of the dummy prefix is taken
	return d.Flush(d.Append(dst, id))
}

func (e *sentencePieceEngine) stream(o DecodeOptions) tokenStream {
	return &sentencePieceStream{e: e, decoder: e.model.NewDecoder(), skipSpecial: o.SkipSpecial}
}

// sentencePieceStream decodes, and keeps the control pieces that SentencePiece
// itself drops.
type sentencePieceStream struct {
	e           *sentencePieceEngine
	decoder     *sentencepiece.Decoder
	skipSpecial bool
}

func (s *sentencePieceStream) next(dst []byte, id uint32) []byte {
	if !s.e.special[id] {
		return s.decoder.Append(dst, id)
	}
	if s.skipSpecial {
		return dst
	}
	dst = s.decoder.Flush(dst)
	s.decoder = s.e.model.NewDecoder()
	return append(dst, s.e.vocab.text(id)...)
}

func (s *sentencePieceStream) flush(dst []byte) []byte { return s.decoder.Flush(dst) }
