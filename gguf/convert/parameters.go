package convert

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// Keys of config.json that are spelled in several ways.
var (
	contextLengthKeys = []string{"max_position_embeddings", "n_ctx", "n_positions", "max_length", "max_sequence_length", "model_max_length"}
	embeddingKeys     = []string{"hidden_size", "n_embd", "dim"}
	feedForwardKeys   = []string{"prefix_dense_intermediate_size", "intermediate_size", "n_inner", "hidden_dim"}
	headCountKeys     = []string{"num_attention_heads", "n_head", "n_heads"}
	headCountKVKeys   = []string{"num_key_value_heads", "n_kv_heads"}
	rmsEpsilonKeys    = []string{"rms_norm_eps", "norm_eps"}
	normEpsilonKeys   = []string{"layer_norm_eps", "layer_norm_epsilon", "norm_epsilon"}
	expertCountKeys   = []string{"num_local_experts", "num_experts", "n_routed_experts"}
	expertsUsedKeys   = []string{"num_experts_per_tok", "num_experts_per_token", "top_k_experts"}
	gatingKeys        = []string{
		"score_function", "scoring_func", "score_func",
		"moe_router_activation", "moe_router_activation_func", "expert_selection_fn",
	}
)

// textKeys writes what the reference writes for a text model of any
// architecture, as far as config.json has it.
func textKeys(m *model, k *keys) {
	c := m.config.section
	k.needUint("block_count", c, blockCountKeys...)
	k.uint("context_length", c, contextLengthKeys...)
	k.uint("embedding_length", c, embeddingKeys...)
	k.uint("feed_forward_length", c, feedForwardKeys...)
	k.uint("attention.head_count", c, headCountKeys...)
	k.uint("attention.head_count_kv", c, headCountKVKeys...)
	if causal, ok := c.values.Bool("is_causal"); ok && !causal {
		k.set("attention.causal", gguf.Bool(false))
	}
	ropeKeys(m, k)
	k.float("attention.layer_norm_rms_epsilon", c, rmsEpsilonKeys...)
	k.float("attention.layer_norm_epsilon", c, normEpsilonKeys...)
	k.uint("expert_count", c, expertCountKeys...)
	k.uint("expert_used_count", c, expertsUsedKeys...)
	k.uint("expert_group_count", c, "n_group")
	k.uint("expert_group_used_count", c, "topk_group")
	gatingKey(c, k)
	k.uint("attention.key_length", c, "head_dim")
	k.uint("attention.value_length", c, "head_dim")
	k.writeFileType()
}

// gatingKey writes how the scores of the experts are normalized.
func gatingKey(c section, k *keys) {
	key, v := c.find(gatingKeys...)
	if v == nil {
		return
	}
	switch v {
	case "softmax":
		k.set("expert_gating_func", gguf.Uint32(1))
	case "sigmoid":
		k.set("expert_gating_func", gguf.Uint32(2))
	default:
		k.fail(fmt.Errorf("%s: %s: %w: scores of experts normalized by %v", c.where, key, ErrUnsupported, v))
	}
}

// ropeKeys writes the rotary embedding and its scaling.
func ropeKeys(m *model, k *keys) {
	rope, err := m.config.fullRope()
	if err != nil {
		k.fail(err)
		return
	}
	ropeScalingKeys(rope, k)
	if sections, ok := m.config.rope.values.Array("mrope_section"); ok {
		ropeSections(m.config.rope, sections, k)
	}
	k.float("rope.freq_base", rope, "rope_theta")
	sliding, ok, err := m.config.rope.section("sliding_attention")
	if err != nil {
		k.fail(err)
	} else if ok {
		k.float("rope.freq_base_swa", sliding, "rope_theta")
	}
}

// ropeScalingKeys writes the kinds of scaling that are metadata. Of the others,
// llama3 is a tensor, dynamic has no place in the format, and what is unknown
// the reference passes over.
func ropeScalingKeys(rope section, k *keys) {
	kind, _, err := rope.text("rope_type")
	if err != nil {
		k.fail(err)
		return
	}
	_, factor := rope.find("factor")
	switch {
	case kind == "linear" && factor != nil:
		k.set("rope.scaling.type", gguf.String("linear"))
		k.float("rope.scaling.factor", rope, "factor")
	case kind == "yarn" && factor != nil:
		k.set("rope.scaling.type", gguf.String("yarn"))
		k.float("rope.scaling.factor", rope, "factor")
		k.needUint("rope.scaling.original_context_length", rope, "original_max_position_embeddings")
		k.float("rope.scaling.yarn_ext_factor", rope, "extrapolation_factor")
		k.float("rope.scaling.yarn_attn_factor", rope, "attention_factor", "attn_factor")
		k.float("rope.scaling.yarn_beta_fast", rope, "beta_fast")
		k.float("rope.scaling.yarn_beta_slow", rope, "beta_slow")
	case kind == "su" || kind == "longrope":
		k.set("rope.scaling.type", gguf.String("longrope"))
	}
}

// ropeSections writes how a head's values are divided among the axes of a
// position: always four.
func ropeSections(rope section, sections jsonread.Array, k *keys) {
	axes := make([]int32, 4)
	for i, v := range sections[:min(len(sections), len(axes))] {
		n, err := wholeNumber(v)
		if err != nil || n != int64(int32(n)) {
			k.fail(rope.fault(fmt.Sprintf("mrope_section[%d]", i), "want a whole number of 32 bits"))
			return
		}
		axes[i] = int32(n)
	}
	k.set("rope.dimension_sections", gguf.Int32s(axes))
}

// permuteProjections reorders the rows of query and key projections: the
// rotary embedding pairs neighbours in llama.cpp, and the halves of a head in
// Hugging Face's models.
func permuteProjections(m *model, source string, r rows) (rows, error) {
	stem, _, _ := cutSuffix(source)
	var heads int64
	var err error
	switch {
	case strings.HasSuffix(stem, "q_proj"):
		heads, err = m.config.needPositive(headCountKeys...)
	case strings.HasSuffix(stem, "k_proj"):
		if heads, err = m.config.needPositive(headCountKeys...); err != nil {
			break
		}
		kv, ok, kvErr := m.config.integer(headCountKVKeys...)
		if err = kvErr; ok {
			heads = kv
		}
	default:
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	shape := r.shape()
	if len(shape) == 0 || heads <= 0 || heads > shape[0]/2 || shape[0]%(2*heads) != 0 {
		return nil, fmt.Errorf("%w: shape %v does not divide into the halves of %d heads", ErrFormat, shape, heads)
	}
	return permuteHeads(r, heads), nil
}

// shiftNorms adds one to the weights of the norms, as Gemma's definition of a
// norm does.
func shiftNorms(_ *model, source string, r rows) (rows, error) {
	if strings.HasSuffix(source, "norm.weight") {
		return plusOne(r), nil
	}
	return r, nil
}
