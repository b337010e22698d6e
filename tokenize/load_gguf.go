//go:build !nibbletext

package tokenize

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/llamacpp"
)

// openGGUF reads the vocabulary of a GGUF file.
func openGGUF(path string, o LoadOptions) (*Tokenizer, error) {
	file, err := gguf.OpenSingle(path, gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		return nil, ggufError(err)
	}
	t, err := newGGUF(file.Metadata, o)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// readGGUF does that for a file that is open.
func readGGUF(r io.ReaderAt, size int64, o LoadOptions) (*Tokenizer, error) {
	file, err := gguf.NewReader(r, size, gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		return nil, ggufError(err)
	}
	return newGGUF(file.Metadata, o)
}

// ggufError gives an error of package gguf this package's sentinel beside its
// own.
func ggufError(err error) error {
	switch {
	case errors.Is(err, gguf.ErrUnsupported):
		return fault.Also(err, ErrUnsupported)
	case errors.Is(err, gguf.ErrFormat):
		return fault.Also(err, ErrFormat)
	}
	return err
}

func newGGUF(meta *gguf.Metadata, o LoadOptions) (*Tokenizer, error) {
	c, err := ggufConfig(meta)
	if err != nil {
		return nil, err
	}
	c.CacheSize = o.CacheBytes
	v, err := llamacpp.New(c)
	if err != nil {
		return nil, inFile(err)
	}
	d := v.Describe()
	t := &Tokenizer{special: ParseSpecial}
	t.vocab = newVocabulary(v.Size(), func(yield func(uint32, string) bool) {
		for id := range uint32(v.Size()) {
			if !yield(id, v.Text(id)) {
				return
			}
		}
	})
	t.engine = &ggufEngine{v: v, vocab: t.vocab, cleans: d.CleanSpaces}
	t.info = Info{
		Source: "GGUF", Model: d.Algorithm, PreTokenizer: d.Pre, ByteComplete: d.ByteComplete, Notes: d.Notes,
		ContextLength: ggufContext(meta, c.Architecture),
	}
	t.info.Notes = append(t.info.Notes, ggufLost(meta)...)
	for _, s := range v.Special() {
		t.info.Added = append(t.info.Added, AddedToken{ID: s.ID, Text: v.Text(s.ID), Special: s.Control, LStrip: s.LStrip, RStrip: s.RStrip})
	}
	for _, role := range llamacpp.Roles() {
		if id, ok := v.ID(role); ok {
			t.addRole(id, role.String())
		}
	}
	sortAdded(t.info.Added)
	t.post = ggufTemplate(v)
	t.finish()
	return t, nil
}

// addRole gives a role to a token, which is listed for it if it was not.
func (t *Tokenizer) addRole(id uint32, role string) {
	for i := range t.info.Added {
		if t.info.Added[i].ID == id {
			t.info.Added[i].addRole(role)
			return
		}
	}
	t.info.Added = append(t.info.Added, AddedToken{ID: id, Text: t.vocab.text(id), Roles: []string{role}, Special: true})
}

// ggufContext returns how many tokens the model takes.
func ggufContext(meta *gguf.Metadata, architecture string) int {
	v, _ := meta.Get(architecture + ".context_length")
	if n, ok := v.Uint(); ok && n < 1<<31 {
		return int(n)
	}
	return 0
}

// ggufTemplate returns what AddSpecial puts around a text. llama.cpp knows no
// pairs; two texts are each put between theirs, but what comes before the
// second is left out where something comes behind the first, as in BERT.
func ggufTemplate(v *llamacpp.Vocabulary) postProcessor {
	before, behind := v.Frame()
	tokens := func(ids []uint32) []templatePiece {
		var pieces []templatePiece
		for _, id := range ids {
			pieces = append(pieces, templatePiece{text: -1, tokens: []namedToken{{v.Text(id), id}}})
		}
		return pieces
	}
	single := append(append(tokens(before), templatePiece{}), tokens(behind)...)
	pair := append([]templatePiece(nil), single...)
	if len(behind) == 0 {
		pair = append(pair, tokens(before)...)
	}
	pair = append(append(pair, templatePiece{text: 1, typeID: 1}), tokens(behind)...)
	return &template{single, pair}
}

// ggufFlags are the keys of settings of a vocabulary that are on or off.
var ggufFlags = map[string]llamacpp.Flag{
	"tokenizer.ggml.add_bos_token":            llamacpp.AddBOS,
	"tokenizer.ggml.add_eos_token":            llamacpp.AddEOS,
	"tokenizer.ggml.add_sep_token":            llamacpp.AddSEP,
	"tokenizer.ggml.add_space_prefix":         llamacpp.AddSpacePrefix,
	"tokenizer.ggml.remove_extra_whitespaces": llamacpp.RemoveExtraWhitespaces,
	"tokenizer.ggml.normalizer.lowercase":     llamacpp.Lowercase,
	"tokenizer.ggml.normalizer.strip_accents": llamacpp.StripAccents,
}

// ggufRoles are the keys of ids. Of two for one role the later one counts,
// although it is the older name: llama.cpp reads them in this order.
var ggufRoles = []struct {
	key  string
	role llamacpp.Role
}{
	{"tokenizer.ggml.bos_token_id", llamacpp.BOS},
	{"tokenizer.ggml.eos_token_id", llamacpp.EOS},
	{"tokenizer.ggml.eot_token_id", llamacpp.EOT},
	{"tokenizer.ggml.eom_token_id", llamacpp.EOM},
	{"tokenizer.ggml.unknown_token_id", llamacpp.UNK},
	{"tokenizer.ggml.seperator_token_id", llamacpp.SEP}, // the format's own spelling
	{"tokenizer.ggml.padding_token_id", llamacpp.PAD},
	{"tokenizer.ggml.mask_token_id", llamacpp.MASK},
	{"tokenizer.ggml.fim_pre_token_id", llamacpp.FIMPre},
	{"tokenizer.ggml.fim_suf_token_id", llamacpp.FIMSuf},
	{"tokenizer.ggml.fim_mid_token_id", llamacpp.FIMMid},
	{"tokenizer.ggml.fim_pad_token_id", llamacpp.FIMPad},
	{"tokenizer.ggml.fim_rep_token_id", llamacpp.FIMRep},
	{"tokenizer.ggml.fim_sep_token_id", llamacpp.FIMSep},
	{"tokenizer.ggml.prefix_token_id", llamacpp.FIMPre},
	{"tokenizer.ggml.suffix_token_id", llamacpp.FIMSuf},
	{"tokenizer.ggml.middle_token_id", llamacpp.FIMMid},
}

// ggufConfig reads the metadata that are about the vocabulary.
func ggufConfig(meta *gguf.Metadata) (llamacpp.Config, error) {
	m := ggufMetadata{meta: meta}
	c := llamacpp.Config{
		Model:        ggufScalar(&m, "tokenizer.ggml.model", gguf.Value.Text),
		Pre:          ggufScalar(&m, "tokenizer.ggml.pre", gguf.Value.Text),
		Name:         ggufScalar(&m, "general.name", gguf.Value.Text),
		Architecture: ggufScalar(&m, "general.architecture", gguf.Value.Text),
		Tokens:       ggufArray(&m, "tokenizer.ggml.tokens", gguf.Value.Strings),
		Merges:       ggufArray(&m, "tokenizer.ggml.merges", gguf.Value.Strings),
		IDs:          make(map[llamacpp.Role]uint32),
		Flags:        make(map[llamacpp.Flag]bool),
	}
	c.Scores = ggufParallel(&m, "tokenizer.ggml.scores", len(c.Tokens), gguf.Value.Floats, func(v float64) float32 { return float32(v) })
	c.Types = ggufParallel(&m, "tokenizer.ggml.token_type", len(c.Tokens), gguf.Value.Ints, ggufTokenType)
	c.Charsmap = ggufBytes(&m, "tokenizer.ggml.precompiled_charsmap")
	for key, flag := range ggufFlags {
		if _, ok := meta.Get(key); ok {
			c.Flags[flag] = ggufScalar(&m, key, gguf.Value.Bool)
		}
	}
	for _, r := range ggufRoles {
		if _, ok := meta.Get(r.key); !ok {
			continue
		}
		id := ggufScalar(&m, r.key, gguf.Value.Uint)
		c.IDs[r.role] = uint32(min(id, math.MaxUint32)) // no id if it is as large
	}
	if m.err == nil && c.Model == "" {
		m.err = config.In("tokenizer.ggml.model", config.Malformed("missing: the file has no vocabulary"))
	}
	return c, inFile(m.err)
}

// ggufTokenType returns what llama.cpp takes a number for as the type of a token.
func ggufTokenType(v int64) llamacpp.TokenType {
	if v < 0 || v > int64(llamacpp.Byte) {
		return llamacpp.Undefined
	}
	return llamacpp.TokenType(v)
}

// ggufMetadata reads values and keeps the first error.
type ggufMetadata struct {
	meta *gguf.Metadata
	err  error
}

// ggufScalar returns the value of a key, the zero value if there is none.
func ggufScalar[T any](m *ggufMetadata, key string, read func(gguf.Value) (T, bool)) (value T) {
	v, ok := m.meta.Get(key)
	if !ok {
		return value
	}
	value, ok = read(v)
	if !ok && m.err == nil {
		m.err = config.In(key, config.Malformed("a value of type "+ggufType(v)))
	}
	return value
}

// ggufArray returns the elements of an array, nil if there is none.
func ggufArray[T any](m *ggufMetadata, key string, read func(gguf.Value) ([]T, error)) []T {
	v, ok := m.meta.Get(key)
	if !ok || m.err != nil {
		return nil
	}
	elements, err := read(v)
	switch {
	case err == nil:
	case errors.Is(err, gguf.ErrUnsupported):
		m.err = config.In(key, config.UnsupportedBy(err))
	case errors.Is(err, gguf.ErrType):
		m.err = config.In(key, config.Malformed("a value of type "+ggufType(v)))
	default:
		m.err = err
	}
	return elements
}

// ggufParallel returns the elements of an array that has one for each of the
// tokens, nil if there is none. Of another length it is not even read.
func ggufParallel[T, U any](m *ggufMetadata, key string, tokens int, read func(gguf.Value) ([]T, error), convert func(T) U) []U {
	if v, ok := m.meta.Get(key); ok && v.Type() == gguf.TypeArray && v.Len() != tokens && m.err == nil {
		m.err = config.In(key, config.Malformed(fmt.Sprintf("%d elements for %d tokens", v.Len(), tokens)))
	}
	elements := ggufArray(m, key, read)
	if elements == nil {
		return nil
	}
	out := make([]U, len(elements))
	for i, element := range elements {
		out[i] = convert(element)
	}
	return out
}

// ggufBytes returns an array of bytes, nil if there is none.
func ggufBytes(m *ggufMetadata, key string) []byte {
	if v, ok := m.meta.Get(key); ok && m.err == nil {
		if elem := v.ElemType(); v.Type() != gguf.TypeArray || elem != gguf.TypeInt8 && elem != gguf.TypeUint8 {
			m.err = config.In(key, config.Malformed("a value of type "+ggufType(v)))
		}
	}
	elements := ggufArray(m, key, gguf.Value.Ints)
	out := make([]byte, len(elements))
	for i, element := range elements {
		out[i] = byte(element)
	}
	return out
}

// ggufType returns the type of a value, and that of its elements.
func ggufType(v gguf.Value) string {
	if v.Type() == gguf.TypeArray {
		return v.Type().String() + " of " + v.ElemType().String()
	}
	return v.Type().String()
}
