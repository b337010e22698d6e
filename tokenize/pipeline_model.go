package tokenize

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/scan"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// setModel sets pre-tokenizer and model of a tokenizer.json.
func (p *pipeline) setModel(file *vocab.JSON, o LoadOptions) error {
	var err error
	if p.pre, err = pretokenize.New(file.PreTokenizer); err != nil {
		return inStage("pre_tokenizer", err)
	}
	steps, _ := pretokenize.Describe(file.PreTokenizer)
	p.byteFallback = file.Model.ByteFallback
	if file.Model.Type == vocab.BPE {
		err = p.setBPE(&file.Model, steps, o)
	} else {
		err = p.setOther(&file.Model)
	}
	return inStage("model", err)
}

// setBPE sets a BPE model. Where the pre-tokenizer writes bytes as characters,
// and nothing after it writes other ones, the model works on the bytes.
func (p *pipeline) setBPE(m *vocab.Model, steps []pretokenize.Step, o LoadOptions) error {
	byteLevel, mapped := false, 0
	for _, step := range steps {
		switch step.Kind {
		case pretokenize.ByteLevel:
			byteLevel = true
			mapped++ // a second one writes bytes of what the first one wrote
			p.prefixSpace = p.prefixSpace || step.AddPrefixSpace
		case pretokenize.Metaspace:
			byteLevel = false
		}
	}
	c := &bpe.Config{
		Tokens:                  bpeTokens(m, byteLevel),
		Merges:                  make([]bpe.Merge, len(m.Merges)),
		ByteLevel:               byteLevel,
		ContinuingSubwordPrefix: orElse(m.ContinuingSubwordPrefix, ""),
		EndOfWordSuffix:         orElse(m.EndOfWordSuffix, ""),
		FuseUnk:                 m.FuseUnk,
		ByteFallback:            m.ByteFallback,
		WholeFirst:              m.IgnoreMerges,
		CacheSize:               o.CacheBytes,
	}
	if o.Dropout > 0 {
		c.Dropout, c.Random = float32(o.Dropout), o.chance()
	}
	for i, merge := range m.Merges {
		c.Merges[i] = bpe.Merge{Left: idOf(m, merge.Left), Right: idOf(m, merge.Right), Result: idOf(m, merge.Result)}
	}
	if m.UnkToken != nil {
		c.Unk = findToken(m, *m.UnkToken)
		c.UnkMissing = c.Unk == nil
	}
	var err error
	if p.bpe, err = bpe.New(c); err != nil {
		return err
	}
	p.model = p.bpe
	p.bytewise = byteLevel
	if byteLevel {
		p.model = mappedModel{p.bpe}
	}
	scanner, family, ok := scan.BySequence(scanSteps(steps))
	if ok && mapped < 2 && (!p.prefixSpace || steps[0].Kind == pretokenize.ByteLevel) {
		p.scan, p.family = scanner, family
	}
	return nil
}

func idOf(m *vocab.Model, index int32) uint32 { return uint32(m.Tokens[index].ID) }

func orElse[T any](p *T, absent T) T {
	if p == nil {
		return absent
	}
	return *p
}

func findToken(m *vocab.Model, text string) *uint32 {
	for _, token := range m.Tokens {
		if token.Text == text {
			id := uint32(token.ID)
			return &id
		}
	}
	return nil
}

// bpeTokens returns the texts of tokens by id: if byteLevel, the bytes that
// they spell, and nothing for a token that spells none.
func bpeTokens(m *vocab.Model, byteLevel bool) []string {
	n, size := 0, 0
	for _, token := range m.Tokens {
		n = max(n, token.ID+1)
		size += len(token.Text)
	}
	texts := make([]string, n)
	if !byteLevel {
		for _, token := range m.Tokens {
			texts[token.ID] = token.Text
		}
		return texts
	}
	arena := make([]byte, 0, size)
	ends := make([]int, len(m.Tokens))
	for i, token := range m.Tokens {
		arena, _ = bytelevel.AppendDecoded(arena, token.Text)
		ends[i] = len(arena)
	}
	all, start := string(arena), 0
	for i, token := range m.Tokens {
		texts[token.ID] = all[start:ends[i]]
		start = ends[i]
	}
	return texts
}

// scanSteps returns what decides where the steps split. A kind that no scanner
// is for becomes the zero Kind.
func scanSteps(steps []pretokenize.Step) []scan.Step {
	kinds := map[pretokenize.Kind]scan.Kind{
		pretokenize.Split: scan.Split, pretokenize.Digits: scan.Digits,
		pretokenize.Punctuation: scan.Punctuation, pretokenize.ByteLevel: scan.ByteLevel,
	}
	behaviors := map[pretokenize.Behavior]scan.Behavior{
		pretokenize.Removed: scan.Removed, pretokenize.Isolated: scan.Isolated, pretokenize.Contiguous: scan.Contiguous,
		pretokenize.MergedWithPrevious: scan.MergedWithPrevious, pretokenize.MergedWithNext: scan.MergedWithNext,
	}
	out := make([]scan.Step, len(steps))
	for i, s := range steps {
		out[i] = scan.Step{
			Kind: kinds[s.Kind], Pattern: s.Pattern, Literal: s.Kind == pretokenize.Split && !s.Regex,
			Behavior: behaviors[s.Behavior], Invert: s.Invert, Individual: s.IndividualDigits, UseRegex: s.UseRegex,
		}
	}
	return out
}

// mappedModel is a byte-level model for pieces in which bytes are spelled as
// characters.
type mappedModel struct{ bytes *bpe.Model }

// errSpelling cannot happen: where a piece may have other characters, setBPE
// makes a model of characters.
var errSpelling = errors.New("piece with a character that stands for no byte")

func (m mappedModel) AppendIDs(dst []uint32, piece string) ([]uint32, error) {
	raw, ok := bytelevel.AppendDecoded(make([]byte, 0, 64), piece)
	if !ok {
		return dst, errSpelling
	}
	return m.bytes.AppendIDs(dst, string(raw))
}

func (m mappedModel) AppendTokens(dst []model.Token, piece string) ([]model.Token, error) {
	raw, ok := bytelevel.AppendDecoded(make([]byte, 0, 64), piece)
	if !ok {
		return dst, errSpelling
	}
	start := len(dst)
	dst, err := m.bytes.AppendTokens(dst, string(raw))
	// From offsets of bytes to offsets of the characters that spell them.
	offsets := make([]int, 0, len(raw)+1)
	for i := range piece {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(piece))
	for i := start; i < len(dst); i++ {
		dst[i].Start, dst[i].End = offsets[dst[i].Start], offsets[dst[i].End]
	}
	return dst, err
}

// byteComplete reports whether every text decodes to itself: there is a token
// for each byte, and nothing changes the text on its way.
func (p *pipeline) byteComplete() bool {
	return p.rawDecoder && p.scan != nil && p.bpe.CoversBytes() && p.normalizer == nil && !p.prefixSpace &&
		!p.original.strips() && !p.normalized.strips() && p.original.decodesTo(p) && p.normalized.decodesTo(p)
}
