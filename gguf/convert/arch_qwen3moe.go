package convert

var archQwen3MoE = &architecture{
	name:       "qwen3moe",
	classes:    []string{"Qwen3MoeForCausalLM"},
	tensors:    decoderNames.with(headNormNames).with(routerNames),
	prefix:     "model.",
	experts:    qwenExperts,
	parameters: qwenMoEKeys,
}
