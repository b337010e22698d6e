package tiktoken

import (
	"io"
	"strconv"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A Tekken is what tekken.json says: an encoding with its vocabulary. The id
// of a token is its rank + the number of added tokens, which come first.
type Tekken struct {
	Encoding
	Ranks
	Version string // such as v3: of the prompts, not of the format
}

// maxSpecial bounds how many special tokens a tekken.json may leave to be named
// here. Files have 1,000.
const maxSpecial = 1 << 16

// tekkenFiller begins the names of the special tokens that a file has room for
// and does not name.
const tekkenFiller = "<SPECIAL_"

// tekkenImplied are the special tokens of files that have no list of them, by
// id: those up to version v7.
var tekkenImplied = []string{
	"<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
	"[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[SYSTEM_PROMPT]",
	"[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
}

// tekkenImpliedVersions are the versions that may leave the list out.
var tekkenImpliedVersions = map[string]bool{"v1": true, "v2": true, "v3": true, "v7": true}

// ReadTekken reads a tekken.json. Faults are an *Error, errors of r are
// returned as they are.
func ReadTekken(r io.Reader) (*Tekken, error) {
	t := tekkenReader{d: jsonread.NewDecoder(r, jsonread.Options{MaxBytes: maxFileBytes})}
	if err := t.read(); err != nil {
		return nil, jsonError(err)
	}
	return &t.out, nil
}

// tekkenReader is a tekken.json on its way in.
type tekkenReader struct {
	d   *jsonread.Decoder
	out Tekken

	texts arena
	index tokenIndex

	named                   []string // the list of special tokens
	hasNamed                bool
	vocabSize, numSpecial   int // of the tokenizer: the vocabulary of the file may be larger
	hasVocab, hasConfig     bool
	hasPattern, hasVocabLen bool
}

func (t *tekkenReader) read() error {
	err := t.d.ReadObject(func(key string) error {
		switch key {
		case "config":
			t.hasConfig = true
			return t.readConfig()
		case "vocab":
			t.hasVocab = true
			return t.d.ReadArray(t.readToken)
		case "special_tokens":
			if null, err := t.d.ReadNull(); null || err != nil {
				return err
			}
			t.hasNamed = true
			return t.d.ReadArray(t.readSpecial)
		}
		return t.d.Skip()
	})
	if err != nil {
		return err
	}
	if err := t.d.End(); err != nil {
		return err
	}
	if err := t.settle(); err != nil {
		return &Error{Line: 1, Column: 1, Err: err}
	}
	return nil
}

func (t *tekkenReader) readConfig() error {
	return t.d.ReadObject(func(key string) (err error) {
		switch key {
		case "pattern":
			t.hasPattern = true
			t.out.Pattern, err = t.d.ReadString()
		case "default_vocab_size":
			t.hasVocabLen = true
			t.vocabSize, err = t.readCount(maxID + 1)
		case "default_num_special_tokens":
			t.numSpecial, err = t.readCount(maxSpecial)
		case "version":
			t.out.Version, err = t.d.ReadString()
		default: // num_vocab_tokens is the length of vocab
			err = t.d.Skip()
		}
		return err
	})
}

// readCount reads a number of tokens.
func (t *tekkenReader) readCount(most int64) (int, error) {
	n, err := t.d.ReadInt()
	switch {
	case err != nil:
		return 0, err
	case n < 0:
		return 0, config.Malformed("below 0")
	case n > most:
		return 0, config.Unsupported("above " + strconv.FormatInt(most, 10))
	}
	return int(n), nil
}

// readToken reads an element of vocab, which stands at the place of its rank.
// token_str is for people.
func (t *tekkenReader) readToken(i int) error {
	if i > maxID {
		return config.Unsupported("more than " + strconv.Itoa(maxID+1) + " tokens")
	}
	rank, token := -1, ""
	err := t.d.ReadObject(func(key string) error {
		switch key {
		case "rank":
			return t.readRank(&rank, i)
		case "token_bytes":
			text, err := t.d.ReadText()
			if err != nil {
				return err
			}
			token, err = t.texts.decode(text)
			return err
		}
		return t.d.Skip()
	})
	switch {
	case err != nil:
		return err
	case rank < 0:
		return config.Malformed("no rank")
	case token == "":
		return config.Malformed("no token_bytes")
	case i < 256 && (len(token) != 1 || int(token[0]) != i):
		return config.Malformed("token " + fault.Quote(token) + ", where the first 256 are the bytes in order")
	case !t.index.add(&t.out.Tokens, token):
		return config.Malformed("token " + fault.Quote(token) + " is there twice")
	}
	t.out.Ranks.Ranks = append(t.out.Ranks.Ranks, uint32(rank))
	return nil
}

// readSpecial reads an element of special_tokens. is_control makes no
// difference to text.
func (t *tekkenReader) readSpecial(i int) error {
	if i >= maxSpecial {
		return config.Unsupported("more than " + strconv.Itoa(maxSpecial) + " special tokens")
	}
	rank, text := -1, ""
	err := t.d.ReadObject(func(key string) (err error) {
		switch key {
		case "rank":
			return t.readRank(&rank, i)
		case "token_str":
			text, err = t.d.ReadString()
			return err
		}
		return t.d.Skip()
	})
	switch {
	case err != nil:
		return err
	case rank < 0:
		return config.Malformed("no rank")
	case text == "":
		return config.Malformed("no token_str")
	}
	t.named = append(t.named, text)
	return nil
}

func (t *tekkenReader) readRank(rank *int, want int) error {
	n, err := t.d.ReadInt()
	if err == nil && n != int64(want) {
		err = config.Malformed("rank " + strconv.FormatInt(n, 10) + " at place " + strconv.Itoa(want))
	}
	*rank = want
	return err
}

// settle makes sure that the parts of the file agree, cuts the vocabulary to
// what the tokenizer has of it, and names the special tokens.
func (t *tekkenReader) settle() error {
	switch {
	case !t.hasConfig:
		return config.Malformed("no config")
	case !t.hasPattern:
		return config.Malformed("no config.pattern")
	case !t.hasVocabLen:
		return config.Malformed("no config.default_vocab_size")
	case !t.hasVocab:
		return config.Malformed("no vocab")
	}
	tokens := t.vocabSize - t.numSpecial
	if tokens < 256 || tokens > len(t.out.Tokens) {
		return config.Malformed("config.default_vocab_size is " + strconv.Itoa(t.vocabSize) + ", of which " + strconv.Itoa(t.numSpecial) +
			" are special, and vocab has " + strconv.Itoa(len(t.out.Tokens)))
	}
	if !t.hasNamed {
		if !tekkenImpliedVersions[t.out.Version] {
			return config.Malformed("no special_tokens, which only versions up to v7 imply, in version " + fault.Quote(t.out.Version))
		}
		t.named = tekkenImplied
	}
	if len(t.named) > t.numSpecial {
		return config.Malformed(strconv.Itoa(len(t.named)) + " special tokens, where config.default_num_special_tokens is " + strconv.Itoa(t.numSpecial))
	}
	t.out.Tokens, t.out.Ranks.Ranks = t.out.Tokens[:tokens:tokens], t.out.Ranks.Ranks[:tokens:tokens]
	t.out.Name, t.out.BOS, t.out.EOS = "tekken", "<s>", "</s>"
	return t.nameSpecials()
}

func (t *tekkenReader) nameSpecials() error {
	seen := make(map[string]bool, t.numSpecial)
	t.out.Added = make([]Added, t.numSpecial)
	for i := range t.out.Added {
		name := tekkenFiller + strconv.Itoa(i) + ">"
		if i < len(t.named) {
			name = t.named[i]
		}
		if seen[name] {
			return config.Malformed("special token " + fault.Quote(name) + " is there twice")
		}
		seen[name] = true
		t.out.Added[i] = Added{ID: uint32(i), Text: name, Special: true}
	}
	return nil
}
