//go:build hftokenizers

package hf

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/daulet/tokenizers"

	"github.com/nibble-go/nibble/tokenize"
)

var (
	// ErrClosed reports a Tokenizer that is used after Close.
	ErrClosed = errors.New("tokenizer is closed")

	// ErrText reports a text that the library would not see as it is: not
	// UTF-8, or with a byte 0 in it.
	ErrText = errors.New("text that Hugging Face's tokenizers cannot take")

	// ErrOption reports an option that the library does not have.
	ErrOption = errors.New("option that Hugging Face's tokenizers do not have here")
)

// A Tokenizer is one of the library's. Any number of goroutines may use one at
// the same time.
type Tokenizer struct {
	data []byte

	// Calls hold mu for reading, so that Close waits for those under way.
	mu     sync.RWMutex
	closed bool
	parse  *tokenizers.Tokenizer // recognizes special tokens in the text

	// plain takes them for text. The library sets that for a tokenizer, not for
	// a call, and a tokenizer is large, so it is made when first asked for.
	plain     *tokenizers.Tokenizer
	plainOnce sync.Once
	plainErr  error
}

var _ tokenize.Encoder = (*Tokenizer)(nil)

// Open reads a tokenizer.json, or the one in a directory.
func Open(path string) (*Tokenizer, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "tokenizer.json")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := New(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// New reads a tokenizer.json. The Tokenizer keeps data.
func New(data []byte) (*Tokenizer, error) {
	// The library is given the length in 32 bits.
	if uint64(len(data)) > math.MaxUint32 {
		return nil, fmt.Errorf("%w: a file of more than 4 GiB", tokenize.ErrUnsupported)
	}
	parse, err := tokenizers.FromBytes(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", tokenize.ErrFormat, err)
	}
	return &Tokenizer{data: data, parse: parse}, nil
}

// Close frees the memory of the library, once the calls under way are done.
// Later calls do nothing, and those of the other methods are ErrClosed.
func (t *Tokenizer) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	t.closed, t.data = true, nil
	err := t.parse.Close()
	if t.plain != nil {
		err = errors.Join(err, t.plain.Close())
	}
	return err
}

// Encode encodes a text. Of the options it has AddSpecial, RuneOffsets, and
// Special as far as ParseSpecial, which is SpecialByFormat, and PlainSpecial.
// It has no words: all are -1.
func (t *Tokenizer) Encode(text string, o tokenize.Options) (*tokenize.Encoding, error) {
	if err := checkOptions(o); err != nil {
		return nil, err
	}
	if err := checkText(text); err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	engine, err := t.engine(o)
	if err != nil {
		return nil, err
	}
	return encoding(engine.EncodeWithOptions(text, o.AddSpecial, tokenizers.WithReturnAllAttributes()), text, o.RuneOffsets), nil
}

// AppendIDs appends the ids of text to dst.
func (t *Tokenizer) AppendIDs(dst []uint32, text string, o tokenize.Options) ([]uint32, error) {
	if err := checkOptions(o); err != nil {
		return dst, err
	}
	if err := checkText(text); err != nil {
		return dst, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	engine, err := t.engine(o)
	if err != nil {
		return dst, err
	}
	return append(dst, engine.EncodeWithOptions(text, o.AddSpecial).IDs...), nil
}

// Decode returns the text of ids, with U+FFFD for what is not UTF-8.
func (t *Tokenizer) Decode(ids []uint32, o tokenize.DecodeOptions) (string, error) {
	if uint64(len(ids)) > math.MaxUint32 {
		return "", fmt.Errorf("%w: %d ids at once", ErrOption, len(ids))
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed {
		return "", ErrClosed
	}
	return t.parse.Decode(ids, o.SkipSpecial), nil
}

// VocabSize returns the number of tokens, added ones included, or 0 after
// Close.
func (t *Tokenizer) VocabSize() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed {
		return 0
	}
	return int(t.parse.VocabSize())
}

// engine returns the library's tokenizer for a call. The caller holds mu.
func (t *Tokenizer) engine(o tokenize.Options) (*tokenizers.Tokenizer, error) {
	if t.closed {
		return nil, ErrClosed
	}
	if o.Special != tokenize.PlainSpecial {
		return t.parse, nil
	}
	t.plainOnce.Do(func() {
		t.plain, t.plainErr = tokenizers.FromBytes(t.data, tokenizers.WithEncodeSpecialTokens())
	})
	return t.plain, t.plainErr
}

func checkOptions(o tokenize.Options) error {
	switch {
	case o.Special == tokenize.RefuseSpecial, len(o.AllowedSpecial) > 0:
		return fmt.Errorf("%w: special tokens by their text", ErrOption)
	case o.Truncation != nil:
		return fmt.Errorf("%w: truncation", ErrOption)
	case o.Padding != nil:
		return fmt.Errorf("%w: padding", ErrOption)
	}
	return nil
}

func checkText(text string) error {
	if i := strings.IndexByte(text, 0); i >= 0 {
		return fmt.Errorf("%w: byte %d is 0", ErrText, i)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("%w: not UTF-8", ErrText)
	}
	return nil
}

// encoding turns the library's encoding into ours.
func encoding(from tokenizers.Encoding, text string, runeOffsets bool) *tokenize.Encoding {
	e := &tokenize.Encoding{
		IDs: from.IDs, TypeIDs: from.TypeIDs, Tokens: from.Tokens,
		SpecialTokensMask: from.SpecialTokensMask, AttentionMask: from.AttentionMask,
		Offsets: make([]tokenize.Span, len(from.Offsets)),
		Words:   make([]int, len(from.IDs)),
	}
	for i, o := range from.Offsets {
		e.Offsets[i] = tokenize.Span{Start: int(o[0]), End: int(o[1])}
	}
	for i := range e.Words {
		e.Words[i] = -1
	}
	if runeOffsets {
		runes := make([]int, len(text)+1) // by byte offset
		n := 0
		for i := range text {
			runes[i], n = n, n+1
		}
		runes[len(text)] = n
		for i, o := range e.Offsets {
			e.Offsets[i] = tokenize.Span{Start: runes[o.Start], End: runes[o.End]}
		}
	}
	return e
}
