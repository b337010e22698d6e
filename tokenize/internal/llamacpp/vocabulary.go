package llamacpp

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A Vocabulary tokenizes as llama.cpp does. It is immutable and safe for
// concurrent use.
type Vocabulary struct {
	model   string
	pre     string
	preName preName // of BPE
	engine  engine

	texts  []string // by id
	attrs  []attr   // by id
	pieces pieces

	ids    [roles]uint32 // by role; none: there is none
	flags  [flags]bool
	ending map[uint32]bool // tokens that end what a model generates

	escape      bool // spaces are ▁ in the texts of tokens
	cleanSpaces bool // decoding takes spaces before punctuation away

	parsing, plain *matcher // special tokens, if they are parsed and if not
	front, behind  []uint32 // what stands around a text

	notes []string
}

// An engine makes tokens of a text without special tokens.
type engine interface {
	// encode appends the tokens of s to out. Offsets are in bytes of s. The
	// text is first if it starts a text, or stands behind a special token.
	encode(out *output, s string, first bool) error
}

// An output is where tokens go, and memory for reuse.
type output struct {
	ids     []uint32
	tokens  []Token
	offsets bool // tokens are wanted, not ids
	base    int  // where the text that is encoded starts
	word    int  // the number of the next word

	bert       bertWord
	normalized normalized
	ways, path []way
	starts     []int
	plamoWays  []plamoWay
}

var outputs = sync.Pool{New: func() any { return new(output) }}

// release gives the memory back, unless it is that of a long text.
func (o *output) release() {
	const most = 64 << 10
	if max(cap(o.bert.text), cap(o.normalized.text), cap(o.ways), cap(o.starts)) <= most {
		o.ids, o.tokens, o.base, o.word = nil, nil, 0, 0
		outputs.Put(o)
	}
}

// A Token is a token of a text.
type Token struct {
	ID         uint32
	Start, End int  // the bytes of the text that it stands for, half-open
	Word       int  // the piece that it was made from, counted from 0; -1: in no text
	Special    bool // spelled by the text, or around it
}

func (o *output) add(id uint32, start, end int) {
	if o.offsets {
		o.tokens = append(o.tokens, Token{ID: id, Start: o.base + start, End: o.base + end, Word: o.word})
	} else {
		o.ids = append(o.ids, id)
	}
}

// mapTokens replaces the offsets of the tokens from the given one on, which are
// in a reading of the text, by those in the text.
func (o *output) mapTokens(from int, r *reading) {
	if len(r.changes) == 0 {
		return
	}
	for i := from; i < len(o.tokens); i++ {
		token := &o.tokens[i]
		start, end := r.original(token.Start-o.base, token.End-o.base)
		token.Start, token.End = o.base+start, o.base+end
	}
}

const (
	escapedSpace = "▁"
	kmerMarker   = "\ue000" // what tells the k-mers of a hybriddna vocabulary from other tokens

	// What a vocabulary may have. The largest known have 2^18 tokens of 2 MiB in
	// all, the longest of which are some hundred bytes long.
	maxTokens  = 1 << 20
	maxVirtual = 1 << 19
	maxToken   = 16 << 10
	maxText    = 16 << 20
)

// New returns the vocabulary of a Config, which it does not keep, but for the
// texts. Errors are of package config, with the key of the file that is at
// fault.
func New(c Config) (*Vocabulary, error) {
	l := &loader{c: &c, v: &Vocabulary{model: c.Model, pre: c.Pre, ending: make(map[uint32]bool)}}
	for _, step := range []func() error{
		l.setDefaults, l.readTokens, l.setRoles, l.setAttributes, l.makeEngine, l.makePieces, l.makeMatchers, l.frame,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return l.v, nil
}

// loader makes a Vocabulary.
type loader struct {
	c      *Config
	v      *Vocabulary
	byText map[string]uint32
	given  []attr // attributes as the types of tokens stand for
}

func (l *loader) note(parts ...string) { l.v.notes = append(l.v.notes, strings.Join(parts, "")) }

// setDefaults sets what the model and the pre-tokenizer stand for where the
// file does not say otherwise.
func (l *loader) setDefaults() error {
	v, c := l.v, l.c
	for i := range v.ids {
		v.ids[i] = none
	}
	v.escape = true
	v.flags[Lowercase] = true
	switch c.Model {
	case "llama":
		v.ids[BOS], v.ids[EOS], v.ids[UNK] = 1, 2, 0
		v.flags[AddSpacePrefix], v.flags[AddBOS] = true, true
	case "bert":
		v.ids[BOS], v.ids[UNK], v.ids[SEP], v.ids[PAD], v.ids[MASK] = 101, 100, 102, 0, 103
		v.flags[AddBOS], v.flags[AddSEP] = true, true
		v.cleanSpaces = true
	case "t5":
		v.ids[EOS], v.ids[UNK], v.ids[PAD] = 1, 2, 0
		v.flags[AddEOS] = true
	case "rwkv":
	case "plamo2":
		v.ids[BOS], v.ids[EOS], v.ids[UNK], v.ids[PAD] = 1, 2, 0, 3
	case "gemma4":
		v.pre = "gemma4"
		if err := l.setPre(); err != nil {
			return err
		}
	case "gpt2", "hybriddna", "whitespace":
		v.ids[BOS], v.ids[EOS] = 11, 11
		if err := l.setPre(); err != nil {
			return err
		}
	case "no_vocab", "none":
		return config.In("tokenizer.ggml.model", config.Unsupported("the file has no vocabulary"))
	default:
		return config.In("tokenizer.ggml.model", config.Unsupported("unknown tokenizer "+fault.Quote(c.Model)))
	}
	for _, flag := range []Flag{AddSpacePrefix, RemoveExtraWhitespaces} {
		if on, ok := c.Flags[flag]; ok {
			v.flags[flag] = on
		}
	}
	return nil
}

// setPre sets what the pre-tokenizer stands for.
func (l *loader) setPre() error {
	v := l.v
	if v.pre == "" {
		v.pre = "default"
		l.note("tokenizer.ggml.pre is missing: the text is split as llama.cpp does by default, which is hardly ever what the model was trained with")
	}
	pre, ok := preNames[v.pre]
	if !ok {
		return config.In("tokenizer.ggml.pre", config.Unsupported("unknown pre-tokenizer "+fault.Quote(v.pre)))
	}
	v.preName = pre
	if nfc[v.pre] {
		l.note("a tokenizer.json with this pre-tokenizer normalizes text to NFC as a rule; llama.cpp does not")
	}
	v.escape = pre.traits&escapeSpaces != 0
	v.cleanSpaces = pre.traits&keepSpaces == 0
	v.flags[AddBOS] = pre.traits&addBOS != 0
	v.flags[AddSEP] = pre.traits&addSEP != 0
	v.flags[Lowercase] = pre.traits&keepCase == 0
	if pre.traits&noBOS != 0 {
		v.ids[BOS] = none
	}
	return nil
}

// nfc are pre-tokenizers of models whose tokenizer.json has the normalizer NFC.
var nfc = map[string]bool{
	"qwen2": true, "qwen35": true, "command-r": true, "mpt": true, "olmo": true, "modern-bert": true,
}

func tokenKey(id int) string { return "tokenizer.ggml.tokens" + config.Index(id) }

// readTokens takes the tokens over.
func (l *loader) readTokens() error {
	v, c := l.v, l.c
	n := len(c.Tokens)
	switch {
	case n == 0:
		return config.In("tokenizer.ggml.tokens", config.Malformed("no tokens"))
	case n > maxTokens:
		return config.In("tokenizer.ggml.tokens", config.Unsupported("more than "+strconv.Itoa(maxTokens)+" tokens"))
	case c.Scores != nil && len(c.Scores) != n:
		return config.In("tokenizer.ggml.scores", config.Malformed(strconv.Itoa(len(c.Scores))+" scores of "+strconv.Itoa(n)+" tokens"))
	case c.Types != nil && len(c.Types) != n:
		return config.In("tokenizer.ggml.token_type", config.Malformed(strconv.Itoa(len(c.Types))+" types of "+strconv.Itoa(n)+" tokens"))
	}
	l.byText = make(map[string]uint32, n)
	v.texts = slices.Clone(c.Tokens)
	v.attrs = make([]attr, n)
	size := 0
	for id, text := range v.texts {
		if text == "" {
			text = "[EMPTY_" + strconv.Itoa(id) + "]"
			v.texts[id] = text
		}
		size += len(text)
		switch {
		case len(text) > maxToken:
			return config.In(tokenKey(id), config.Unsupported("a token of "+strconv.Itoa(len(text))+" bytes"))
		case size > maxText:
			return config.In(tokenKey(id), config.Unsupported("more than "+strconv.Itoa(maxText>>20)+" MiB of tokens"))
		}
		if other, ok := l.byText[text]; ok {
			return config.In(tokenKey(id), config.Malformed("the token "+fault.Quote(text)+" has the id "+strconv.Itoa(int(other))+" already"))
		}
		l.byText[text] = uint32(id)
		v.attrs[id] = normalToken
		if c.Types != nil {
			v.attrs[id] = attrOf(c.Types[id])
		}
	}
	return nil
}

// lookup returns the id of the token of that text, or none.
func (l *loader) lookup(text string) uint32 {
	if id, ok := l.byText[text]; ok {
		return id
	}
	return none
}

// setRoles sets the tokens of roles and the flags that the file has.
func (l *loader) setRoles() error {
	v, c := l.v, l.c
	for role := range roles {
		id, ok := c.IDs[role]
		switch {
		case ok && int64(id) < int64(len(v.texts)):
			v.ids[role] = id
		case ok:
			l.note("the ", role.String(), " token ", strconv.FormatUint(uint64(id), 10), " is not in the vocabulary: llama.cpp passes over it")
			fallthrough
		default:
			if v.ids[role] != none && int64(v.ids[role]) >= int64(len(v.texts)) {
				l.note("the file names no ", role.String(), " token, and the vocabulary has none of the usual id ", strconv.Itoa(int(v.ids[role])))
				v.ids[role] = none
			}
		}
	}
	for _, flag := range []Flag{AddBOS, AddEOS, AddSEP, Lowercase} {
		if on, ok := c.Flags[flag]; ok {
			v.flags[flag] = on
		}
	}
	if v.preName.traits&alwaysBOS != 0 {
		v.flags[AddBOS] = true
	}
	v.flags[StripAccents] = v.flags[Lowercase]
	if on, ok := c.Flags[StripAccents]; ok {
		v.flags[StripAccents] = on
	}
	return nil
}

// setAttributes changes attributes by the texts of tokens.
func (l *loader) setAttributes() error {
	v := l.v
	l.given = slices.Clone(v.attrs)
	for _, known := range roleTexts {
		for _, text := range known.texts {
			if id, ok := l.byText[text]; ok && v.ids[known.role] == none {
				v.ids[known.role] = id
				v.attrs[id] |= controlToken
			}
		}
	}
	for _, role := range []Role{FIMPad, FIMRep, FIMSep} {
		if id := v.ids[role]; id != none {
			v.ending[id] = true
		}
	}
	for id, text := range v.texts {
		if endsByText[text] {
			v.ending[uint32(id)] = true
			v.attrs[id] |= controlToken
		}
		if shownByText[text] {
			v.attrs[id] = userDefined
		}
	}
	for _, role := range []Role{EOS, EOT, EOM} {
		if id := v.ids[role]; id != none {
			v.ending[id] = true
		}
	}
	ends := func(text string) bool {
		id, ok := l.byText[text]
		return ok && v.ending[id]
	}
	// In the vocabularies of gpt-oss and Solar Open <|end|> ends a message, not
	// the turn; in that of Gemma 4 </s> ends nothing.
	if call := ends("<|call|>") || ends("<|calls|>"); ends("<|end|>") && call && (ends("<|return|>") || ends("<|flush|>")) {
		id := l.byText["<|end|>"]
		delete(v.ending, id)
		v.attrs[id] = userDefined
	}
	if ends("<|tool_response>") && ends("</s>") {
		id := l.byText["</s>"]
		delete(v.ending, id)
		v.attrs[id] = normalToken
	}
	return nil
}

// frame sets what stands around a text.
func (l *loader) frame() error {
	v := l.v
	if v.flags[AddBOS] || l.c.Model == "bert" {
		l.addFrame(&v.front, BOS)
	}
	switch {
	case l.c.Model == "bert":
		l.addFrame(&v.behind, SEP)
	case v.flags[AddEOS]:
		l.addFrame(&v.behind, EOS)
	}
	return nil
}

func (l *loader) addFrame(list *[]uint32, role Role) {
	switch id := l.v.ids[role]; {
	case l.c.Model == "rwkv" || l.c.Model == "plamo2": // whatever the flags say
	case id == none:
		l.note("a ", role.String(), " token is to be added, but there is none")
	default:
		*list = append(*list, id)
	}
}
