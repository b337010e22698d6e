package convert

// archSmolLM3 is Llama with layers that do not rotate. Which ones is part of
// the architecture, not of the file.
var archSmolLM3 = &architecture{
	name:       "smollm3",
	classes:    []string{"SmolLM3ForCausalLM"},
	tensors:    decoderNames,
	prefix:     "model.",
	shape:      permuteProjections,
	generate:   llama3Rope,
	parameters: llamaKeys,
}
