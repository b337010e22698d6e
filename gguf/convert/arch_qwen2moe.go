package convert

var archQwen2MoE = &architecture{
	name:       "qwen2moe",
	classes:    []string{"Qwen2MoeForCausalLM"},
	tensors:    decoderNames.with(routerNames).with(sharedExpertNames),
	prefix:     "model.",
	experts:    qwenExperts,
	parameters: qwenMoEKeys,
}

var routerNames = nameTable{
	"layers.{}.mlp.gate": "blk.{}.ffn_gate_inp",
}

// sharedExpertNames are those of the expert that every token goes through.
var sharedExpertNames = nameTable{
	"layers.{}.mlp.shared_expert_gate":      "blk.{}.ffn_gate_inp_shexp",
	"layers.{}.mlp.shared_expert.gate_proj": "blk.{}.ffn_gate_shexp",
	"layers.{}.mlp.shared_expert.up_proj":   "blk.{}.ffn_up_shexp",
	"layers.{}.mlp.shared_expert.down_proj": "blk.{}.ffn_down_shexp",
}

var qwenExperts = &expertNames{
	within: ".mlp.experts.",
	parts:  []expertPart{{"down_proj", "ffn_down_exps"}, {"gate_proj", "ffn_gate_exps"}, {"up_proj", "ffn_up_exps"}},
	count:  []string{"num_local_experts", "num_experts"},
	fused:  true,
}

// qwenMoEKeys adds to the common keys the lengths of the experts.
func qwenMoEKeys(m *model, k *keys) {
	textKeys(m, k)
	k.uint("expert_feed_forward_length", m.config.section, "moe_intermediate_size")
	k.uint("expert_shared_feed_forward_length", m.config.section, "shared_expert_intermediate_size")
}
