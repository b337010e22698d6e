//go:build !nibbletext

package tokenize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/scan"
	"github.com/nibble-go/nibble/tokenize/internal/tiktoken"
)

// Encodings returns the names of the tiktoken encodings that nibble knows, for
// [LoadOptions.Encoding].
func Encodings() []string { return tiktoken.Names() }

// unknownFormat is the error of a file that begins like none of the vocabularies.
type unknownFormat struct{}

func (unknownFormat) Error() string {
	return "no tokenizer: want a tokenizer.json, a tekken.json, a SentencePiece model (.model), a .tiktoken file or a GGUF file"
}

func (unknownFormat) Unwrap() []error { return []error{ErrNoTokenizer, ErrFormat} }

// looksRanked reports whether a file that begins with head may be one of tiktoken, which is what a file is taken for
// that nothing tells from others: its first line has a token in base64 and a rank.
func looksRanked(head []byte) bool {
	line, _, whole := bytes.Cut(head, []byte("\n"))
	token, rank, ok := strings.Cut(strings.TrimSuffix(string(line), "\r"), " ")
	in := func(characters string) func(rune) bool {
		return func(r rune) bool { return !strings.ContainsRune(characters, r) }
	}
	const digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return strings.IndexFunc(token, in(letters+digits+"+/=")) < 0 && strings.IndexFunc(rank, in(digits)) < 0 &&
		token != "" && (ok && rank != "" || !whole && len(head) == headBytes)
}

// readTiktoken reads a rank file of tiktoken.
func readTiktoken(r *io.SectionReader, name string, beside companions, o LoadOptions) (*Tokenizer, error) {
	if o.Encoding == "" && !strings.Contains(name, "tiktoken") {
		head := make([]byte, min(headBytes, r.Size()))
		if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if !looksRanked(head) {
			return nil, unknownFormat{}
		}
	}
	ranks, err := tiktoken.ReadRanks(r)
	if err != nil {
		return nil, inFile(err)
	}
	var besideConfig *tiktoken.Config
	if beside.tokenizerConfigText != nil {
		if besideConfig, err = tiktoken.ReadConfig(beside.tokenizerConfigText); err != nil {
			return nil, inStage("tokenizer_config.json", err)
		}
	}
	encoding, err := chooseEncoding(name, ranks, besideConfig, o)
	if err != nil {
		return nil, err
	}
	t, err := newRankTokenizer(encoding, ranks, 0, beside, o)
	if err == nil {
		t.info.Source = "tiktoken (" + encoding.Name + ")"
	}
	return t, err
}

func chooseEncoding(name string, ranks *tiktoken.Ranks, beside *tiktoken.Config, o LoadOptions) (*tiktoken.Encoding, error) {
	if o.Encoding == "" {
		encoding, err := tiktoken.Recognize(name, ranks, beside)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrEncoding, inFile(err))
		}
		return encoding, nil
	}
	encoding, ok := tiktoken.ByName(o.Encoding)
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrEncoding, o.Encoding)
	}
	return encoding, nil
}

// readTekken reads a tekken.json.
func readTekken(r io.Reader, beside companions, o LoadOptions) (*Tokenizer, error) {
	tekken, err := tiktoken.ReadTekken(r)
	if err != nil {
		return nil, inFile(err)
	}
	t, err := newRankTokenizer(&tekken.Encoding, &tekken.Ranks, uint32(len(tekken.Added)), beside, o)
	if err == nil {
		t.info.Source = "tekken.json"
	}
	return t, err
}

// inFile gives an error of package tiktoken one of this package's sentinels.
func inFile(err error) error {
	switch {
	case errors.Is(err, config.ErrUnsupported):
		return fmt.Errorf("%w: %w", err, ErrUnsupported)
	case errors.Is(err, config.ErrFormat):
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	return err
}

// newRankTokenizer returns the tokenizer of tokens by rank. The id of a token is
// its rank and shift.
func newRankTokenizer(encoding *tiktoken.Encoding, ranks *tiktoken.Ranks, shift uint32, beside companions, o LoadOptions) (*Tokenizer, error) {
	t := &Tokenizer{special: PlainSpecial}
	t.info = Info{Model: "BPE by rank", PreTokenizer: "Split", ContextLength: beside.contextLength()}
	added := make([]addedToken, 0, len(encoding.Added))
	for _, a := range encoding.Added {
		added = append(added, addedToken{id: a.ID, content: a.Text, special: a.Special, singleWord: a.SingleWord, lstrip: a.LStrip, rstrip: a.RStrip})
	}
	size := uint32(0)
	for _, rank := range ranks.Ranks {
		size = max(size, rank+shift+1)
	}
	for _, a := range added {
		size = max(size, a.id+1)
	}
	t.vocab = newVocabulary(int(size), func(yield func(uint32, string) bool) {
		for i, token := range ranks.Tokens {
			if !yield(ranks.Ranks[i]+shift, token) {
				return
			}
		}
		seen := make(map[uint32]bool)
		for _, a := range added { // of two that share an id the first is what it decodes to
			if !seen[a.id] && !yield(a.id, a.content) {
				return
			}
			seen[a.id] = true
		}
	})
	p := &pipeline{vocab: t.vocab, special: specialIDs(added), rawDecoder: true, rawTokens: true}
	// To tiktoken all added tokens are special: their text is plain text unless
	// allowed, also where a configuration says that they show in decoded text.
	matched := slices.Clone(added)
	for i := range matched {
		matched[i].special = true
	}
	if err := p.setMatchers(matched); err != nil {
		return nil, err
	}
	pattern := encoding.Pattern
	if o.OldPattern && encoding.OldPattern != "" {
		pattern = encoding.OldPattern
	}
	if err := p.setPattern(pattern); err != nil {
		return nil, err
	}
	c := &bpe.Config{
		Tokens: make([]string, size), Ranks: make([]int32, size), ByteLevel: true, WholeFirst: true, CacheSize: o.CacheBytes,
	}
	if o.Dropout > 0 {
		c.Dropout, c.Random = float32(o.Dropout), o.chance()
	}
	for i, token := range ranks.Tokens {
		id := ranks.Ranks[i] + shift
		c.Tokens[id], c.Ranks[id] = token, int32(ranks.Ranks[i])
	}
	var err error
	if p.bpe, err = bpe.NewRanked(c); err != nil {
		return nil, inFile(err)
	}
	p.model = p.bpe
	p.bytewise = true
	p.findCuts(nil, nil)
	t.engine = p
	t.info.ByteComplete = p.byteComplete()
	t.info.Scanner = p.family
	t.setAdded(added, beside)
	for i := range t.info.Added {
		switch t.info.Added[i].Text {
		case encoding.EOS:
			t.info.Added[i].addRole("eos")
		case encoding.BOS:
			t.info.Added[i].addRole("bos")
		}
	}
	sortAdded(t.info.Added)
	t.finish()
	return t, nil
}

// setPattern sets how text is split, by the scanner of a well-known pattern or
// else by the general engine.
func (p *pipeline) setPattern(pattern string) error {
	if scanner, ok := scan.ByTiktokenPattern(pattern); ok {
		p.scan, p.family = scanner, "tiktoken"
	}
	regex := &jsonread.Object{}
	regex.Set("Regex", pattern)
	split := &jsonread.Object{}
	split.Set("type", "Split")
	split.Set("pattern", regex)
	split.Set("behavior", "Isolated")
	split.Set("invert", false)
	var err error
	p.pre, err = pretokenize.New(split)
	return inStage("pattern", err)
}
