package convert

// archMistral is Llama under another name. Its sliding window does not enter
// the file.
var archMistral = &architecture{
	name:       "llama",
	classes:    []string{"MistralForCausalLM"},
	tensors:    decoderNames,
	prefix:     "model.",
	shape:      permuteProjections,
	generate:   llama3Rope,
	parameters: llamaKeys,
}
