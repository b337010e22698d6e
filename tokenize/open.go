package tokenize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/nibble-go/nibble/internal/fault"
)

// LoadOptions say how a vocabulary is loaded. The zero LoadOptions are what
// Open uses.
type LoadOptions struct {
	// CacheBytes bounds the cache of pieces that a BPE tokenizer keeps. 0: 2
	// MiB; negative: no cache.
	CacheBytes int

	// Encoding names the encoding of a tiktoken file, such as cl100k_base, which
	// has its split pattern and its special tokens; "": the one that the file is
	// known to belong to. See [Encodings].
	Encoding string

	// OldPattern takes the split pattern that tiktoken had before 0.8, and other
	// programs still have. In cl100k_base the two part white space at the end of
	// a text differently.
	OldPattern bool

	// Dropout is the probability, from 0 to 1, with which a BPE model passes
	// over a merge, so that the same text comes out in many ways; training does
	// that. It takes its chances from Random, which must not be nil then. 0:
	// none, whatever the vocabulary file says.
	Dropout float64
	Random  *rand.Rand
}

// check reports options that mean nothing.
func (o LoadOptions) check() error {
	switch {
	case !(0 <= o.Dropout && o.Dropout <= 1):
		return errors.New("dropout of " + strconv.FormatFloat(o.Dropout, 'g', -1, 64) + " is not between 0 and 1")
	case o.Dropout > 0 && o.Random == nil:
		return errors.New("dropout takes its chances from Random, which is nil")
	}
	return nil
}

// chance returns a source of random numbers for any number of goroutines.
func (o LoadOptions) chance() func() float32 {
	var lock sync.Mutex
	return func() float32 {
		lock.Lock()
		defer lock.Unlock()
		return o.Random.Float32()
	}
}

// named puts the name of the file before an error.
func named(name string) func(*Tokenizer, error) (*Tokenizer, error) {
	return func(t *Tokenizer, err error) (*Tokenizer, error) {
		if err != nil && name != "" {
			err = fault.At(name, err)
		}
		return t, err
	}
}

// Read reads a vocabulary from data. The name of the file, which may be empty,
// helps to tell formats apart.
func Read(name string, data []byte, o LoadOptions) (*Tokenizer, error) {
	return named(name)(read(bytes.NewReader(data), int64(len(data)), path.Base(name), companions{}, o))
}

// vocabularyNames are the files that a model directory has its vocabulary in,
// the first that is there counts.
var vocabularyNames = []string{"tokenizer.json", "tekken.json", "tokenizer.model", "tiktoken.model", "spiece.model", "sentencepiece.bpe.model"}

// The formats of vocabularies.
type format uint8

const (
	formatJSON format = iota
	formatTekken
	formatSentencePiece
	formatTiktoken
	formatGGUF
)

// headBytes are how many of a file's bytes tell its format.
const headBytes = 64

// sniff tells the format of a vocabulary by its first bytes: GGUF has a magic,
// JSON starts with a brace, SentencePiece with its first piece, and what is left
// are the lines of tiktoken.
func sniff(head []byte, name string) format {
	trimmed := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("GGUF")):
		return formatGGUF
	case bytes.HasPrefix(trimmed, []byte("{")):
		if strings.Contains(name, "tekken") || bytes.HasPrefix(bytes.TrimLeft(trimmed[1:], " \t\r\n"), []byte(`"config"`)) {
			return formatTekken
		}
		return formatJSON
	case startsPiece(head):
		return formatSentencePiece
	}
	return formatTiktoken
}

// startsPiece reports whether a file that begins with head starts with a piece of
// SentencePiece: a message that starts with its text, behind which are its score
// and its type. Both have the tag 10, which is a newline in other files.
func startsPiece(head []byte) bool {
	const score, kind = 2<<3 | 5, 3 << 3
	piece, length, ok := afterLength(head)
	if !ok {
		return false
	}
	text, size, ok := afterLength(piece)
	if !ok {
		return false
	}
	length -= min(length, uint64(len(piece)-len(text)))
	if size >= uint64(len(text)) || size >= length {
		return size <= length
	}
	return text[size] == score || text[size] == kind
}

// afterLength returns what follows the tag and the length of field 1 of a message of
// Protocol Buffers, and that length.
func afterLength(b []byte) ([]byte, uint64, bool) {
	if len(b) == 0 || b[0] != '\n' {
		return nil, 0, false
	}
	length, n := binary.Uvarint(b[1:])
	if n <= 0 {
		return nil, 0, false
	}
	return b[1+n:], length, true
}

func read(r io.ReaderAt, size int64, name string, beside companions, o LoadOptions) (*Tokenizer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	head := make([]byte, min(size, headBytes))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	section := io.NewSectionReader(r, 0, size)
	f := sniff(head, name)
	if f == formatJSON {
		return readJSON(section, beside, o)
	}
	return readOther(f, section, name, beside, o)
}
