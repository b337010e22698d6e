package convert

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

var archGemma3 = &architecture{
	name:       "gemma3",
	classes:    []string{"Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"},
	tensors:    decoderNames.with(aroundNormNames).with(headNormNames),
	prefix:     "model.",
	shape:      gemma3Shape,
	parameters: gemma3Keys,
}

// gemma3Keys writes the common keys, and what older files leave out: they were
// made when the class had these defaults.
func gemma3Keys(m *model, k *keys) {
	textKeys(m, k)
	c := m.config.section
	k.uintOr("context_length", 131072, c, "max_position_embeddings")
	k.uintOr("attention.head_count", 8, c, "num_attention_heads")
	k.floatOr("attention.layer_norm_rms_epsilon", 1e-6, c, "rms_norm_eps")
	k.uintOr("attention.key_length", 256, c, "head_dim")
	k.uintOr("attention.value_length", 256, c, "head_dim")
	rope, err := m.config.fullRope()
	if err != nil {
		k.fail(err)
		return
	}
	k.floatOr("rope.freq_base", 1_000_000, rope, "rope_theta")
	if key, v := c.find("attn_logit_softcapping"); v != nil {
		k.fail(fmt.Errorf("%s: %s: %w in architecture gemma3", c.where, key, ErrUnsupported))
	}
	if limit, ok, err := c.float("final_logit_softcapping"); err != nil {
		k.fail(err)
	} else if ok && limit != 0 {
		k.set("final_logit_softcapping", gguf.Float32(float32(limit)))
	}
	if pattern, ok, _ := c.integer("sliding_window_pattern"); !ok || pattern != 1 {
		k.needUint("attention.sliding_window", c, "sliding_window")
	}
	k.uintOr("attention.head_count_kv", 4, c, "num_key_value_heads")
}

// gemma3Shape shifts the norms and cuts the rows of the embeddings that stand
// for no token.
func gemma3Shape(m *model, source string, r rows) (rows, error) {
	if strings.Contains(source, "embed_tokens.weight") {
		tokens, err := m.vocabularyRows()
		if err != nil {
			return nil, err
		}
		if shape := r.shape(); len(shape) > 0 && tokens < shape[0] {
			return rowRange(r, 0, tokens), nil
		}
		return r, nil
	}
	return shiftNorms(m, source, r)
}

// vocabularyRows returns how many rows of the embeddings are kept: with a
// SentencePiece vocabulary vocab_size, else as many as tokenizer.json has
// entries, those counted twice that stand in both of its lists.
func (m *model) vocabularyRows() (int64, error) {
	if m.dir.Has("tokenizer.model") {
		return m.config.needPositive("vocab_size")
	}
	f, size, err := m.dir.open("tokenizer.json")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%w: neither tokenizer.model nor tokenizer.json: %w", ErrFormat, err)
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := countTokens(io.NewSectionReader(f, 0, size))
	if err != nil {
		return 0, fmt.Errorf("tokenizer.json: %w", err)
	}
	if n == 0 {
		return 0, fmt.Errorf("tokenizer.json: %w: no tokens", ErrFormat)
	}
	return n, nil
}

// countTokens counts the members of model.vocab and the elements of
// added_tokens.
func countTokens(r io.Reader) (n int64, err error) {
	d := jsonread.NewDecoder(r, jsonread.Options{})
	skip := func() error { n++; return d.Skip() }
	err = d.ReadObject(func(key string) error {
		switch key {
		case "model":
			return d.ReadObject(func(key string) error {
				if key != "vocab" {
					return d.Skip()
				}
				if kind, err := d.Kind(); err != nil || kind == jsonread.KindArray {
					return errors.Join(err, d.ReadArray(func(int) error { return skip() }))
				}
				return d.ReadTable(func(string) error { return skip() })
			})
		case "added_tokens":
			return d.ReadArray(func(int) error { return skip() })
		}
		return d.Skip()
	})
	return n, err
}
