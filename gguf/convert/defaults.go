package convert

import "github.com/nibble-go/nibble/internal/jsonread"

// The reference converter reads config.json through the configuration class
// of its model_type (transformers 4.57.6), so keys that the file leaves out
// are there all the same. The tables below are what those classes fill in, of
// the keys that shape a model; testdata/defaults-transformers-4.57.6.json holds
// what the classes themselves say.

// members are keys with their values, as literals of JSON.
type members map[string]jsonread.Value

// num returns a number as it would stand in config.json.
func num(literal string) jsonread.Value { return jsonread.Number(literal) }

// A configClass completes the configurations of one model_type.
type configClass struct {
	defaults members

	// aliases are other spellings of keys, and what the class makes of them.
	aliases map[string]string

	// text is the model_type of the object text_config, which the class adds
	// where it is missing.
	text string

	// derive computes what has no constant default. It reports false where
	// the class cannot.
	derive func(o *jsonread.Object) bool

	// accepts reports whether the class takes the configuration, completed,
	// for a valid one. The reference uses the bare file where it does not.
	accepts func(o *jsonread.Object) bool
}

var configClasses = map[string]*configClass{
	"llama": {
		defaults: members{
			"vocab_size": num("32000"), "hidden_size": num("4096"), "intermediate_size": num("11008"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": nil,
			"max_position_embeddings": num("2048"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "head_dim": nil,
		},
		derive:  both(headsForKeys, evenHeads),
		accepts: validRope(true),
	},
	"mistral": {
		defaults: members{
			"vocab_size": num("32000"), "hidden_size": num("4096"), "intermediate_size": num("14336"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": num("8"),
			"max_position_embeddings": num("131072"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "head_dim": nil, "sliding_window": num("4096"),
		},
		derive: headsForKeys,
	},
	"mixtral": {
		defaults: members{
			"vocab_size": num("32000"), "hidden_size": num("4096"), "intermediate_size": num("14336"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": num("8"),
			"max_position_embeddings": num("131072"), "rms_norm_eps": num("1e-5"), "tie_word_embeddings": false,
			"rope_theta": num("1e6"), "head_dim": nil, "sliding_window": nil,
			"num_experts_per_tok": num("2"), "num_local_experts": num("8"),
		},
		derive: headsForKeys,
	},
	"qwen2": {
		defaults: members{
			"vocab_size": num("151936"), "hidden_size": num("4096"), "intermediate_size": num("22016"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": num("32"),
			"max_position_embeddings": num("32768"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "sliding_window": num("4096"),
		},
		derive:  both(headsForKeys, unusedWindow),
		accepts: both(validRope(true), validLayerTypes),
	},
	"qwen2_moe": {
		defaults: members{
			"vocab_size": num("151936"), "hidden_size": num("2048"), "intermediate_size": num("5632"),
			"num_hidden_layers": num("24"), "num_attention_heads": num("16"), "num_key_value_heads": num("16"),
			"max_position_embeddings": num("32768"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "sliding_window": num("4096"),
			"num_experts_per_tok": num("4"), "num_experts": num("60"),
			"moe_intermediate_size": num("1408"), "shared_expert_intermediate_size": num("5632"),
		},
		derive:  unusedWindow,
		accepts: validRope(true),
	},
	"qwen3": {
		defaults: members{
			"vocab_size": num("151936"), "hidden_size": num("4096"), "intermediate_size": num("22016"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": num("32"),
			"max_position_embeddings": num("32768"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "sliding_window": num("4096"), "head_dim": num("128"),
		},
		derive:  both(headsForKeys, unusedWindow),
		accepts: both(validRope(true), validLayerTypes),
	},
	"qwen3_moe": {
		defaults: members{
			"vocab_size": num("151936"), "hidden_size": num("2048"), "intermediate_size": num("6144"),
			"num_hidden_layers": num("24"), "num_attention_heads": num("32"), "num_key_value_heads": num("4"),
			"max_position_embeddings": num("32768"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "sliding_window": num("4096"),
			"num_experts_per_tok": num("8"), "num_experts": num("128"), "moe_intermediate_size": num("768"),
		},
		derive:  unusedWindow,
		accepts: validRope(true),
	},
	"gemma2": {
		defaults: members{
			"vocab_size": num("256000"), "hidden_size": num("2304"), "intermediate_size": num("9216"),
			"num_hidden_layers": num("26"), "num_attention_heads": num("8"), "num_key_value_heads": num("4"),
			"max_position_embeddings": num("8192"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": true,
			"rope_theta": num("10000.0"), "head_dim": num("256"), "sliding_window": num("4096"),
			"attn_logit_softcapping": num("50.0"), "final_logit_softcapping": num("30.0"),
		},
		accepts: validLayerTypes,
	},
	"gemma3_text": {
		defaults: members{
			"vocab_size": num("262208"), "hidden_size": num("2304"), "intermediate_size": num("9216"),
			"num_hidden_layers": num("26"), "num_attention_heads": num("8"), "num_key_value_heads": num("4"),
			"max_position_embeddings": num("131072"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": true,
			"rope_theta": num("1000000.0"), "rope_scaling": nil, "rope_local_base_freq": num("10000.0"),
			"head_dim": num("256"), "sliding_window": num("4096"),
			"attn_logit_softcapping": nil, "final_logit_softcapping": nil,
		},
		derive:  bidirectionalWindow,
		accepts: both(validRope(false), validLayerTypes),
	},
	"gemma3": {
		defaults: members{"tie_word_embeddings": true},
		text:     "gemma3_text",
	},
	"phi3": {
		defaults: members{
			"vocab_size": num("32064"), "hidden_size": num("3072"), "intermediate_size": num("8192"),
			"num_hidden_layers": num("32"), "num_attention_heads": num("32"), "num_key_value_heads": nil,
			"max_position_embeddings": num("4096"), "original_max_position_embeddings": num("4096"),
			"rms_norm_eps": num("1e-5"), "tie_word_embeddings": false,
			"rope_theta": num("10000.0"), "rope_scaling": nil, "partial_rotary_factor": num("1.0"),
			"sliding_window": nil,
		},
		derive:  both(headsForKeys, phi3RopeType),
		accepts: validPhi3Rope,
	},
	"smollm3": {
		defaults: members{
			"vocab_size": num("128256"), "hidden_size": num("2048"), "intermediate_size": num("11008"),
			"num_hidden_layers": num("36"), "num_attention_heads": num("16"), "num_key_value_heads": num("4"),
			"max_position_embeddings": num("32768"), "rms_norm_eps": num("1e-6"), "tie_word_embeddings": true,
			"rope_theta": num("2000000.0"), "rope_scaling": nil, "sliding_window": nil,
		},
		derive:  headsForKeys,
		accepts: both(validRope(true), validLayerTypes),
	},
	"gpt2": {
		defaults: members{
			"vocab_size": num("50257"), "n_positions": num("1024"), "n_embd": num("768"), "n_layer": num("12"),
			"n_head": num("12"), "n_inner": nil, "layer_norm_epsilon": num("1e-5"), "tie_word_embeddings": true,
		},
		aliases: map[string]string{
			"hidden_size": "n_embd", "max_position_embeddings": "n_positions",
			"num_attention_heads": "n_head", "num_hidden_layers": "n_layer",
		},
	},
	"bert": {
		defaults: members{
			"vocab_size": num("30522"), "hidden_size": num("768"), "intermediate_size": num("3072"),
			"num_hidden_layers": num("12"), "num_attention_heads": num("12"),
			"max_position_embeddings": num("512"), "type_vocab_size": num("2"), "layer_norm_eps": num("1e-12"),
			"tie_word_embeddings": true,
		},
	},
}

// withDefaults returns raw completed by the class of its model_type; raw
// itself, copied, where the type is not known or its class refuses.
func withDefaults(raw *jsonread.Object) *jsonread.Object {
	modelType, _ := raw.String("model_type")
	if completed := raw.Clone(); complete(completed, modelType) {
		return completed
	}
	return raw.Clone()
}

// complete fills in what the class of modelType does, and reports whether
// there is one that takes the result.
func complete(o *jsonread.Object, modelType string) bool {
	class := configClasses[modelType]
	if class == nil {
		return false
	}
	for alias, key := range class.aliases {
		if v, ok := o.Get(alias); ok {
			o.Delete(alias)
			o.Set(key, v)
		}
	}
	for key, v := range class.defaults {
		if !o.Has(key) {
			o.Set(key, v)
		}
	}
	if class.text != "" && !completeText(o, class.text) {
		return false
	}
	return (class.derive == nil || class.derive(o)) && (class.accepts == nil || class.accepts(o))
}

func completeText(o *jsonread.Object, modelType string) bool {
	v, _ := o.Get("text_config")
	if v == nil {
		v = new(jsonread.Object)
		o.Set("text_config", v)
	}
	text, ok := v.(*jsonread.Object)
	return ok && complete(text, modelType)
}
