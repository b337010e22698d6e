package convert

// archMixtral is Llama with experts.
var archMixtral = &architecture{
	name:    "llama",
	classes: []string{"MixtralForCausalLM"},
	tensors: decoderNames.with(nameTable{
		"layers.{}.block_sparse_moe.gate": "blk.{}.ffn_gate_inp",
	}),
	prefix: "model.",
	experts: &expertNames{
		within: ".block_sparse_moe.experts.",
		parts:  []expertPart{{"w1", "ffn_gate_exps"}, {"w2", "ffn_down_exps"}, {"w3", "ffn_up_exps"}},
		count:  []string{"num_local_experts"},
	},
	shape:      permuteProjections,
	generate:   llama3Rope,
	parameters: llamaKeys,
}
