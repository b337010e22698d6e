package convert

var archQwen2 = &architecture{
	name:       "qwen2",
	classes:    []string{"Qwen2ForCausalLM"},
	tensors:    decoderNames,
	prefix:     "model.",
	parameters: qwenKeys,
}

// qwenKeys adds to the common keys the pooling of embedding models.
func qwenKeys(m *model, k *keys) {
	textKeys(m, k)
	poolingKey(m, k)
}
