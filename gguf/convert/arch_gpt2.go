package convert

import (
	"fmt"
	"math"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

var archGPT2 = &architecture{
	name:    "gpt2",
	classes: []string{"GPT2LMHeadModel"},
	tensors: nameTable{
		"wte":     "token_embd",
		"wpe":     "position_embd",
		"ln_f":    "output_norm",
		"lm_head": "output",

		"h.{}.ln_1":        "blk.{}.attn_norm",
		"h.{}.attn.c_attn": "blk.{}.attn_qkv",
		"h.{}.attn.c_proj": "blk.{}.attn_output",
		"h.{}.ln_2":        "blk.{}.ffn_norm",
		"h.{}.mlp.c_fc":    "blk.{}.ffn_up",
		"h.{}.mlp.c_proj":  "blk.{}.ffn_down",
	},
	prefix:     "transformer.",
	keep:       withoutMasks,
	shape:      gpt2Shape,
	parameters: gpt2Keys,
}

// withoutMasks leaves out the causal masks that older checkpoints hold.
func withoutMasks(source string) (string, bool) {
	return source, !strings.HasSuffix(source, ".attn.bias") && !strings.HasSuffix(source, ".attn.masked_bias")
}

// gpt2Shape transposes the projections, stored as inputs × outputs.
func gpt2Shape(_ *model, source string, r rows) (rows, error) {
	for _, suffix := range []string{".c_attn.weight", ".c_proj.weight", ".c_fc.weight"} {
		if !strings.HasSuffix(source, suffix) {
			continue
		}
		if shape := r.shape(); len(shape) != 2 {
			return nil, fmt.Errorf("%w: shape %v, where a matrix belongs", ErrFormat, shape)
		}
		return transposed(r), nil
	}
	return r, nil
}

func gpt2Keys(m *model, k *keys) {
	c := m.config.section
	k.needUint("block_count", c, "n_layer")
	k.needUint("context_length", c, "n_ctx", "n_positions")
	k.needUint("embedding_length", c, "n_embd")
	width, err := c.needPositive("n_embd")
	if err != nil || width > math.MaxUint32/4 {
		k.fail(err)
		return
	}
	k.set("feed_forward_length", gguf.Uint32(uint32(4*width)))
	k.needUint("attention.head_count", c, "n_head")
	k.needFloat("attention.layer_norm_epsilon", c, "layer_norm_epsilon")
	k.writeFileType()
}
