package convert

import (
	"fmt"

	"github.com/nibble-go/nibble/gguf"
)

var archLlama = &architecture{
	name:       "llama",
	classes:    []string{"LlamaForCausalLM"},
	tensors:    decoderNames,
	prefix:     "model.",
	shape:      permuteProjections,
	generate:   llama3Rope,
	parameters: llamaKeys,
	check:      refuseDraft,
}

// llamaKeys adds to the common keys the size of the vocabulary and how many
// values of a head are rotated: all.
func llamaKeys(m *model, k *keys) {
	textKeys(m, k)
	k.needUint("vocab_size", m.config.section, "vocab_size")
	length, err := m.config.headLength()
	if err != nil {
		k.fail(err)
		return
	}
	k.set("rope.dimension_count", gguf.Uint32(uint32(length)))
}

// refuseDraft refuses draft models for speculative decoding (EAGLE), which go
// by the class of a whole model.
func refuseDraft(m *model) error {
	layers, _, _ := m.config.integer(blockCountKeys...)
	if _, draft := m.config.values.Get("draft_vocab_size"); draft && layers == 1 {
		return fmt.Errorf("%s: %w: a draft model (EAGLE), which is converted together with its target", m.config.where, ErrUnsupported)
	}
	return nil
}
