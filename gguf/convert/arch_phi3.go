package convert

import (
	"fmt"
	"math"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// archPhi3 keeps query, key and value in one matrix, and gate and up in
// another, as its checkpoints do.
var archPhi3 = &architecture{
	name:    "phi3",
	classes: []string{"Phi3ForCausalLM"},
	tensors: decoderNames.with(nameTable{
		"layers.{}.self_attn.qkv_proj": "blk.{}.attn_qkv",
		"layers.{}.mlp.gate_up_proj":   "blk.{}.ffn_up",
	}),
	prefix:     "model.",
	generate:   longRopeFactors,
	preface:    phi3Preface,
	parameters: phi3Keys,
}

func phi3Keys(m *model, k *keys) {
	c, rope := m.config.section, m.config.rope
	k.needUint("context_length", c, "n_positions", "max_position_embeddings")
	k.needUint("rope.scaling.original_context_length", rope, "original_max_position_embeddings")
	k.needUint("embedding_length", c, "hidden_size", "n_embd")
	k.needUint("feed_forward_length", c, "intermediate_size")
	k.needUint("block_count", c, blockCountKeys...)
	k.needUint("attention.head_count", c, "num_attention_heads", "n_head")
	k.needUint("attention.head_count_kv", c, "num_key_value_heads", "n_head_kv")
	k.needFloat("attention.layer_norm_rms_epsilon", c, "rms_norm_eps")
	rotated, err := phi3Rotated(m)
	if err != nil {
		k.fail(err)
		return
	}
	k.set("rope.dimension_count", gguf.Uint32(uint32(rotated)))
	full, err := m.config.fullRope()
	if err != nil {
		k.fail(err)
		return
	}
	k.needFloat("rope.freq_base", full, "rope_theta")
	k.writeFileType()
	// A window of zero is how llama.cpp tells Phi-4 from Phi-3.
	if _, window := c.find("sliding_window"); window == nil {
		k.set("attention.sliding_window", gguf.Uint32(0))
	} else {
		k.needUint("attention.sliding_window", c, "sliding_window")
	}
}

// phi3Rotated returns how many values of a head are rotated.
func phi3Rotated(m *model) (int64, error) {
	width, err := m.config.needPositive("hidden_size", "n_embd")
	if err != nil {
		return 0, err
	}
	heads, err := m.config.needPositive("num_attention_heads", "n_head")
	if err != nil {
		return 0, err
	}
	fraction, ok, err := m.config.rope.float("partial_rotary_factor")
	if err != nil {
		return 0, err
	}
	if !ok {
		fraction = 1
	}
	if !(fraction > 0 && fraction <= 1) {
		return 0, m.config.rope.fault("partial_rotary_factor", fmt.Sprintf("%v is no part of one", fraction))
	}
	return int64(fraction*float64(width)) / heads, nil
}

// phi3Preface writes by how much attention is scaled where the context is
// stretched. The reference computes it while it makes tensors, hence the place
// before all other keys.
func phi3Preface(m *model, k *keys) {
	if _, v := m.config.rope.find("long_factor"); v == nil {
		return
	}
	context, err := m.config.needPositive("n_positions", "max_position_embeddings")
	if err != nil {
		k.fail(err)
		return
	}
	original, err := m.config.rope.needPositive("original_max_position_embeddings")
	if err != nil {
		k.fail(err)
		return
	}
	kind, _, err := m.config.rope.text("rope_type")
	if err != nil {
		k.fail(err)
		return
	}
	scale := float64(context) / float64(original)
	factor := 1.0
	switch strings.ToLower(kind) {
	case "su", "longrope":
		if scale > 1 {
			factor = math.Sqrt(1 + math.Log(scale)/math.Log(float64(original)))
		}
	case "yarn":
		if scale > 1 {
			factor = float64(0.1*math.Log(scale)) + 1
		}
	default:
		k.fail(fmt.Errorf("%s: rope_type: %w: factors for %q", m.config.rope.where, ErrUnsupported, kind))
		return
	}
	k.set("rope.scaling.attn_factor", gguf.Float32(float32(factor)))
}

// longRopeFactors returns by how much each pair of values is slowed down,
// beyond the original context and within it.
func longRopeFactors(m *model) ([]outTensor, error) {
	rope := m.config.rope
	long, _, err := rope.floats("long_factor")
	if err != nil || len(long) == 0 {
		return nil, err
	}
	short, ok, err := rope.floats("short_factor")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, rope.missing("short_factor")
	}
	rotated, err := phi3Rotated(m)
	if err != nil {
		return nil, err
	}
	if int64(len(long))*2 != rotated || int64(len(short))*2 != rotated {
		return nil, rope.fault("long_factor, short_factor", fmt.Sprintf("%d and %d factors for %d rotated values", len(long), len(short), rotated))
	}
	dims := []int64{int64(len(long))}
	return []outTensor{
		{name: "rope_factors_long.weight", rows: constant(dims, long)},
		{name: "rope_factors_short.weight", rows: constant(dims, short)},
	}, nil
}
