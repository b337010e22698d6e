package quantmodels

import (
	"maps"
	"slices"

	"github.com/nibble-go/nibble/gguf"
)

// A family is what models of an architecture have in common. Tensors are listed as "NAME ROW ROWS MATRICES; ...", a
// name without a dot standing for a weight; ROW is a number, E (the embedding length, Spec.Width), F (that of the
// feed-forward layers, twice E) or X (the number of experts, which also counts MATRICES).
type family struct {
	arch    string
	layers  int
	heads   []int32 // one: of all layers; more: one for each
	headsKV []int32
	experts int
	keys    map[string]gguf.Value // below the architecture's name, beside those that all have
	outer   string                // tensors outside of layers
	lead    []string              // tensors of the first layers
	cycle   []string              // tensors of the others, one list after the other, and again
}

// Families returns the names of all families.
func Families() []string { return slices.Sorted(maps.Keys(families)) }

const (
	plainOuter = "token_embd E 40; output_norm E; output E 40"
	biasOuter  = "token_embd E 40; output_norm E; output_norm.bias E; output E 40"

	gatedForward = "ffn_norm E; ffn_gate E 8; ffn_up E 8; ffn_down F 6"
	experts      = "ffn_norm E; ffn_gate_inp E X; ffn_gate_exps E 4 X; ffn_up_exps E 4 X; ffn_down_exps F 3 X"

	attention = "attn_norm E; attn_q E 6; attn_k E 4; attn_v E 4; attn_output E 6; "
	fused     = "attn_norm E; attn_norm.bias E; attn_qkv E 10; attn_output E 6; "
	biases    = "attn_q.bias E; attn_k.bias E; attn_v.bias E; "
	headNorms = "attn_q_norm 64; attn_k_norm 64; "

	latent = "attn_norm E; attn_q_a E 5; attn_q_a_norm 5; attn_q_b 256 6; attn_kv_a_mqa E 5; attn_kv_a_norm 5; attn_output E 6; "
	merged = "attn_kv_b 512 6; "
	parted = "attn_k_b 128 5 4; attn_v_b 512 3 4; "

	mixer = "ssm_in E 8; ssm_conv1d 4 8; ssm_conv1d.bias 8; ssm_x E 4; ssm_dt 16 8; ssm_dt.bias 8; " +
		"ssm_a.weight 16 8; ssm_d 8; ssm_out E 4; "
	stateSpace = "attn_norm E; " + mixer
)

var (
	one   = gguf.Uint32(1)
	four  = gguf.Uint32(4)
	large = gguf.Uint32(512)

	stateSpaceKeys = map[string]gguf.Value{
		"ssm.conv_kernel": four, "ssm.inner_size": large, "ssm.state_size": gguf.Uint32(16),
		"ssm.time_step_rank": gguf.Uint32(16), "ssm.group_count": one,
	}
	latentKeys = map[string]gguf.Value{
		"attention.q_lora_rank": large, "attention.kv_lora_rank": large, "expert_feed_forward_length": large,
		"expert_shared_count": one, "leading_dense_block_count": one,
		"attention.key_length": gguf.Uint32(192), "attention.value_length": gguf.Uint32(128), "rope.dimension_count": gguf.Uint32(64),
	}
)

var families = map[string]family{
	// Four query heads to a key and value head, rope factors, and a tensor that no architecture has.
	"llama": {arch: "llama", layers: 3, heads: []int32{8}, headsKV: []int32{2},
		outer: plainOuter + "; rope_freqs 16; odd_proj 96 5", cycle: []string{attention + gatedForward}},
	"llama-mha": {arch: "llama", layers: 9, heads: []int32{4}, outer: plainOuter, cycle: []string{attention + gatedForward}},
	// The size of 70B: 80 layers, with heads that are shared and ones that are not.
	"llama-70b": {arch: "llama", layers: 80, heads: []int32{8}, headsKV: []int32{4}, outer: plainOuter,
		cycle: []string{"attn_norm E; attn_q E 2; attn_v E 2; attn_output E 2; ffn_down F 2"}},
	"llama-65b": {arch: "llama", layers: 80, heads: []int32{8}, headsKV: []int32{8}, outer: plainOuter,
		cycle: []string{"attn_norm E; attn_k E 2; attn_v E 2; ffn_down F 2"}},
	"qwen2-72b": {arch: "qwen2", layers: 80, heads: []int32{8}, headsKV: []int32{8}, outer: plainOuter,
		cycle: []string{"attn_norm E; attn_q E 2; attn_v E 2; attn_v.bias E; ffn_up E 2; ffn_down F 2"}},
	"deci-80":     {arch: "deci", layers: 80, heads: []int32{8}, headsKV: []int32{8}, outer: plainOuter, cycle: []string{"attn_v E 2; ffn_down F 2"}},
	"olmo-80":     {arch: "olmo", layers: 80, heads: []int32{8}, headsKV: []int32{8}, outer: plainOuter, cycle: []string{"attn_v E 2; ffn_down F 2"}},
	"jais2-68":    {arch: "jais2", layers: 68, heads: []int32{8}, headsKV: []int32{8}, outer: plainOuter, cycle: []string{"attn_v E 2; ffn_down F 2"}},
	"llama-embed": {arch: "llama-embed", layers: 80, heads: []int32{8}, headsKV: []int32{4}, outer: plainOuter, cycle: []string{"attn_v E 2; ffn_down F 2"}},

	"mixtral": {arch: "llama", layers: 17, heads: []int32{8}, headsKV: []int32{4}, experts: 8,
		outer: plainOuter, cycle: []string{attention + experts}},
	"mixtral-grouped": {arch: "llama", layers: 2, heads: []int32{8}, headsKV: []int32{2}, experts: 8,
		outer: plainOuter, cycle: []string{attention + experts}},
	"llama-4x": {arch: "llama", layers: 9, heads: []int32{8}, headsKV: []int32{4}, experts: 4,
		outer: plainOuter, cycle: []string{attention + experts}},
	"qwen3moe": {arch: "qwen3moe", layers: 4, heads: []int32{8}, headsKV: []int32{1}, experts: 64,
		keys:  map[string]gguf.Value{"expert_feed_forward_length": large},
		outer: plainOuter, cycle: []string{attention + headNorms + "ffn_norm E; ffn_gate_inp E X; ffn_gate_exps E 2 X; ffn_up_exps E 2 X; ffn_down_exps F 1 X"}},
	"qwen2moe": {arch: "qwen2moe", layers: 8, heads: []int32{4}, headsKV: []int32{4}, experts: 6,
		keys:  map[string]gguf.Value{"expert_feed_forward_length": large, "expert_shared_feed_forward_length": large},
		outer: plainOuter, cycle: []string{attention + biases + experts + "; ffn_gate_inp_shexp E; ffn_gate_shexp E 4; ffn_up_shexp E 4; ffn_down_shexp F 4"}},
	"gpt-oss": {arch: "gpt-oss", layers: 8, heads: []int32{8}, headsKV: []int32{1}, experts: 4,
		keys:  map[string]gguf.Value{"expert_feed_forward_length": large, "attention.sliding_window": gguf.Uint32(128)},
		outer: plainOuter, cycle: []string{attention + biases + "attn_output.bias E; attn_sinks.weight 8; ffn_norm E; ffn_gate_inp E X; ffn_gate_inp.bias X; " +
			"ffn_gate_exps E 4 X; ffn_gate_exps.bias 4 X; ffn_up_exps E 4 X; ffn_down_exps F 4 X; ffn_gate_up_exps E 3 X"}},

	// Fused queries, keys and values.
	"falcon":     {arch: "falcon", layers: 17, heads: []int32{8}, headsKV: []int32{1}, outer: biasOuter, cycle: []string{fused + "ffn_up E 8; ffn_down F 6"}},
	"falcon-mha": {arch: "falcon", layers: 33, heads: []int32{2}, headsKV: []int32{2}, outer: biasOuter, cycle: []string{fused + "ffn_up E 3; ffn_down F 3"}},
	"gpt2": {arch: "gpt2", layers: 9, heads: []int32{4}, outer: biasOuter + "; position_embd E 32",
		cycle: []string{fused + "attn_qkv.bias 10; attn_output.bias 6; ffn_norm E; ffn_norm.bias E; ffn_up E 8; ffn_up.bias 8; ffn_down F 6; ffn_down.bias 6"}},
	"phi2": {arch: "phi2", layers: 8, heads: []int32{4}, outer: biasOuter + "; output.bias 40",
		cycle: []string{fused + "attn_qkv.bias 10; ffn_up E 8; ffn_up.bias 8; ffn_down F 6"}},
	"phi3": {arch: "phi3", layers: 8, heads: []int32{8}, headsKV: []int32{2}, outer: plainOuter + "; rope_factors_long 16; rope_factors_short 16",
		cycle: []string{fused + "ffn_norm E; ffn_up E 16; ffn_down F 6"}},
	"bert": {arch: "bert", layers: 3, heads: []int32{4}, outer: "token_embd E 40; position_embd E 32; token_types E 2; token_embd_norm E; token_embd_norm.bias E",
		cycle: []string{attention + biases + "attn_output_norm E; ffn_up E 8; ffn_down F 6; layer_output_norm E"}},
	// Layers that are numbered behind another prefix count as none.
	"t5": {arch: "t5", layers: 2, heads: []int32{4}, keys: map[string]gguf.Value{"attention.relative_buckets_count": gguf.Uint32(32)},
		outer: plainOuter + "; enc.output_norm E; enc.blk.0.attn_q E 4; enc.blk.0.attn_v E 4; enc.blk.0.attn_rel_b 32 4; enc.blk.1.attn_v E 4; enc.blk.1.ffn_down F 4; " +
			"dec.blk.0.cross_attn_v E 4; dec.blk.0.attn_v E 4; dec.blk.1.attn_v E 4; dec.blk.1.ffn_down F 4",
		cycle: []string{"attn_norm E"}},

	"qwen2":  {arch: "qwen2", layers: 8, heads: []int32{4}, headsKV: []int32{2}, outer: plainOuter, cycle: []string{attention + biases + gatedForward}},
	"gemma2": {arch: "gemma2", layers: 8, heads: []int32{4}, headsKV: []int32{2}, outer: "token_embd E 40; output_norm E", cycle: []string{attention + "post_attention_norm E; " + gatedForward + "; post_ffw_norm E"}},
	// Embeddings of each layer, and the tensors of a projector, which has layers of its own.
	"gemma3n": {arch: "gemma3n", layers: 5, heads: []int32{4}, headsKV: []int32{1}, keys: map[string]gguf.Value{"attention.sliding_window": gguf.Uint32(128)},
		outer: "v.patch_embd 14 14 3 8; v.position_embd E 12; mm.0 E 8; v.blk.0.attn_v E 4; token_embd E 40; per_layer_token_embd E 12; per_layer_model_proj E 8; per_layer_proj_norm E; altup_proj E 4 2; altup_unembd_proj E 4 2; output_norm E",
		cycle: []string{attention + gatedForward + "; altup_router E 4; laurel_l E 4; laurel_r 64 4; inp_gate E 4; proj E 4"}},

	// Latent attention: keys and values come from one tensor, or each from a stack of its own.
	"deepseek2": {arch: "deepseek2", layers: 5, heads: []int32{16}, headsKV: []int32{1}, experts: 16, keys: latentKeys, outer: plainOuter,
		lead:  []string{latent + merged + gatedForward},
		cycle: []string{latent + merged + experts + "; exp_probs_b.bias X; ffn_gate_shexp E 4; ffn_up_shexp E 4; ffn_down_shexp F 4"}},
	"deepseek2-parted": {arch: "deepseek2", layers: 9, heads: []int32{16}, headsKV: []int32{16}, experts: 8, keys: latentKeys, outer: plainOuter,
		lead:  []string{latent + parted + gatedForward},
		cycle: []string{latent + parted + experts + "; exp_probs_b.bias X; ffn_gate_shexp E 4; ffn_up_shexp E 4; ffn_down_shexp F 4"}},

	// State spaces, alone and beside attention. Layers of several kinds have heads of their own.
	"mamba":     {arch: "mamba", layers: 9, keys: stateSpaceKeys, outer: plainOuter, cycle: []string{stateSpace}},
	"falcon-h1": {arch: "falcon-h1", layers: 8, heads: []int32{8}, headsKV: []int32{2}, keys: stateSpaceKeys, outer: plainOuter, cycle: []string{mixer + attention + "ssm_norm 8; " + gatedForward}},
	"nemotron-h": {arch: "nemotron_h", layers: 9, heads: []int32{0, 8, 8}, headsKV: []int32{0, 2, 2}, keys: stateSpaceKeys, outer: plainOuter,
		cycle: []string{stateSpace, "attn_norm E; attn_q E 6; attn_k E 4; attn_v E 4; attn_output E 6", "attn_norm E; ffn_up E 8; ffn_down F 6"}},
	"nemotron-h-moe": {arch: "nemotron_h_moe", layers: 12, heads: []int32{8, 8, 0}, headsKV: []int32{2, 0, 0}, experts: 8, keys: stateSpaceKeys, outer: plainOuter,
		cycle: []string{"attn_norm E; attn_q E 6; attn_k E 4; attn_v E 4; attn_output E 6", "ffn_norm E; ffn_gate_inp E X; ffn_up_exps E 4 X; ffn_down_exps F 4 X; exp_probs_b.bias X; ffn_up_shexp E 4; ffn_down_shexp F 4", stateSpace}},
	"qwen3next": {arch: "qwen3next", layers: 8, heads: []int32{8}, headsKV: []int32{1}, experts: 16, keys: stateSpaceKeys, outer: plainOuter,
		cycle: []string{"attn_norm E; attn_qkv E 8; attn_gate E 4; ssm_beta_alpha E 4; ssm_conv1d 4 8; ssm_norm 8; ssm_out E 4; " + experts,
			attention + experts}},
	"rwkv6": {arch: "rwkv6", layers: 4, keys: map[string]gguf.Value{"wkv.head_size": gguf.Uint32(64), "time_mix_extra_dim": gguf.Uint32(32), "time_decay_extra_dim": gguf.Uint32(64)}, outer: biasOuter + "; token_embd_norm E",
		cycle: []string{"attn_norm E; time_mix_w1 E 4; time_mix_w2 32 4 5; time_mix_lerp_x.weight E 1; time_mix_lerp_fused E 1 5; time_mix_decay_w1 E 4; " +
			"time_mix_first 64 4; time_mix_key E 4; time_mix_value E 4; time_mix_receptance E 4; time_mix_output E 4; channel_mix_key E 8; channel_mix_value F 4; channel_mix_lerp_k.weight E 1"}},
}
