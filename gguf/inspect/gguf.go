package inspect

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// GGUF reports on a file or split set that has been opened. It reads the
// vocabulary, for the texts of special tokens.
func GGUF(f *gguf.File) (*Report, error) {
	r := &Report{
		Format:    "GGUF",
		Version:   f.Version,
		ByteOrder: "little-endian",
		Files:     max(1, len(f.Splits)),
		FileBytes: f.Size,
		Tensors:   make([]Tensor, 0, len(f.Tensors)),
	}
	if f.ByteOrder == binary.BigEndian {
		r.ByteOrder = "big-endian"
	}
	for _, w := range f.Warnings {
		r.Warnings = append(r.Warnings, w.String())
	}
	m := metadata{f.Metadata}
	if kind := m.text("general.type"); kind != "model" {
		r.Kind = kind
	}
	r.Name = m.text("general.name")
	r.Architecture = m.text("general.architecture")
	if n, ok := m.uint("general.file_type"); ok && n <= 1<<16 {
		r.FileType = quantize.FileType(n).String()
	}
	for _, t := range f.Tensors {
		shape := slices.Clone(t.Dims)
		slices.Reverse(shape)
		r.Tensors = append(r.Tensors, Tensor{
			Name: t.Name, Type: t.Type.String(), Shape: shape,
			Values: t.Values(), Bytes: t.Bytes(), File: t.Split, FileOffset: t.FileOffset(),
		})
	}
	r.sumUp()
	if err := m.hyperparameters(r.Architecture, &r.Hyperparameters); err != nil {
		return nil, err
	}
	return r, m.vocabulary(&r.Vocabulary)
}

// metadata reads values by the types that a report needs.
type metadata struct{ *gguf.Metadata }

func (m metadata) text(key string) string {
	v, _ := m.Get(key)
	s, _ := v.Text()
	return s
}

func (m metadata) uint(key string) (uint64, bool) {
	v, ok := m.Get(key)
	if !ok {
		return 0, false
	}
	return v.Uint()
}

// count returns a number that a file may give once or for each block, as its
// maximum and its sum over blocks.
func (m metadata) count(key string, blocks int64) (most, sum int64, err error) {
	v, ok := m.Get(key)
	if !ok {
		return 0, 0, nil
	}
	if v.Type() != gguf.TypeArray {
		n, _ := v.Int()
		n = max(n, 0)
		return n, multiplyOrZero(n, blocks), nil
	}
	each, err := v.Ints()
	if err != nil {
		return 0, 0, err
	}
	for _, n := range each {
		n = max(n, 0)
		if most = max(most, n); sum > maxInt64-n {
			return 0, 0, ErrTooLarge
		}
		sum += n
	}
	return most, sum, nil
}

func (m metadata) hyperparameters(architecture string, h *Hyperparameters) error {
	number := func(dst *int64, key string) {
		v, _ := m.Get(architecture + "." + key)
		if n, ok := v.Int(); ok {
			*dst = max(n, 0)
		}
	}
	number(&h.ContextLength, "context_length")
	number(&h.EmbeddingLength, "embedding_length")
	number(&h.BlockCount, "block_count")
	number(&h.KeyLength, "attention.key_length")
	number(&h.ValueLength, "attention.value_length")
	number(&h.SlidingWindow, "attention.sliding_window")
	number(&h.ExpertCount, "expert_count")
	number(&h.ExpertUsedCount, "expert_used_count")
	if v, ok := m.Get(architecture + ".attention.causal"); ok {
		causal, isBool := v.Bool()
		h.Bidirectional = isBool && !causal
	}
	var err error
	if h.FeedForwardLength, _, err = m.count(architecture+".feed_forward_length", h.BlockCount); err != nil {
		return err
	}
	if h.HeadCount, _, err = m.count(architecture+".attention.head_count", h.BlockCount); err != nil {
		return err
	}
	h.HeadCountKV, h.HeadCountKVSum, err = m.count(architecture+".attention.head_count_kv", h.BlockCount)
	if h.HeadCountKV == 0 && err == nil {
		_, h.HeadCountKVSum, err = m.count(architecture+".attention.head_count", h.BlockCount)
	}
	h.derive()
	return err
}

const tokenizerPrefix = "tokenizer.ggml."

func (m metadata) vocabulary(v *Vocabulary) error {
	v.Tokenizer = m.text(tokenizerPrefix + "model")
	v.Pretokenizer = m.text(tokenizerPrefix + "pre")
	list, ok := m.Get(tokenizerPrefix + "tokens")
	if !ok || list.ElemType() != gguf.TypeString || list.Type() != gguf.TypeArray {
		return nil
	}
	v.VocabularySize = int64(list.Len())
	tokens, err := list.Strings()
	if err != nil {
		return err
	}
	for key, value := range m.All() {
		role, isSpecial := strings.CutSuffix(key, "_token_id")
		role, isTokenizer := strings.CutPrefix(role, tokenizerPrefix)
		id, isInt := value.Int()
		if !isSpecial || !isTokenizer || !isInt {
			continue
		}
		special := SpecialToken{Role: role, ID: id}
		if id >= 0 && id < int64(len(tokens)) {
			// Cut loose from the vocabulary, which need not stay in memory.
			special.Text = strings.Clone(tokens[id])
		}
		v.SpecialTokens = append(v.SpecialTokens, special)
	}
	return nil
}
