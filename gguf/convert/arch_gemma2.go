package convert

var archGemma2 = &architecture{
	name:       "gemma2",
	classes:    []string{"Gemma2ForCausalLM"},
	tensors:    decoderNames.with(aroundNormNames),
	prefix:     "model.",
	keep:       withoutHead,
	shape:      shiftNorms,
	parameters: gemma2Keys,
}

// withoutHead leaves out the output matrix, which always is the embeddings.
func withoutHead(source string) (string, bool) { return source, source != "lm_head.weight" }

// gemma2Keys writes its own keys in its own order; the base of the rotary
// embedding is part of the architecture.
func gemma2Keys(m *model, k *keys) {
	c := m.config.section
	k.needUint("context_length", c, "max_position_embeddings")
	k.needUint("embedding_length", c, "hidden_size")
	k.needUint("block_count", c, blockCountKeys...)
	k.needUint("feed_forward_length", c, "intermediate_size")
	k.needUint("attention.head_count", c, "num_attention_heads")
	k.needUint("attention.head_count_kv", c, "num_key_value_heads", "num_attention_heads")
	k.needFloat("attention.layer_norm_rms_epsilon", c, "rms_norm_eps")
	k.needUint("attention.key_length", c, "head_dim")
	k.needUint("attention.value_length", c, "head_dim")
	k.writeFileType()
	k.needFloat("attn_logit_softcapping", c, "attn_logit_softcapping")
	k.needFloat("final_logit_softcapping", c, "final_logit_softcapping")
	k.needUint("attention.sliding_window", c, "sliding_window")
}
