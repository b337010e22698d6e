package convert

import (
	"maps"
	"strconv"
	"strings"
)

// A nameTable maps the names of a Hugging Face model to those of GGUF, both
// without the suffix .weight or .bias. "{}" stands for the number of the layer.
type nameTable map[string]string

// with returns the table with more names in it. A name that is there already
// takes the new meaning.
func (t nameTable) with(more nameTable) nameTable {
	sum := maps.Clone(t)
	maps.Copy(sum, more)
	return sum
}

// find returns the GGUF name of a source tensor in a model of that many
// layers.
func (t nameTable) find(source string, layers int64) (string, bool) {
	stem, suffix, ok := cutSuffix(source)
	if !ok {
		return "", false
	}
	if to, ok := t[stem]; ok {
		return to + suffix, true
	}
	before, number, after, ok := cutLayer(stem)
	if !ok {
		return "", false
	}
	// The number is compared as text: "07" is not layer 7.
	if i, err := strconv.ParseInt(number, 10, 64); err != nil || i >= layers || strconv.FormatInt(i, 10) != number {
		return "", false
	}
	to, ok := t[before+"{}"+after]
	return strings.Replace(to, "{}", number, 1) + suffix, ok
}

func cutSuffix(name string) (stem, suffix string, ok bool) {
	for _, suffix := range []string{".weight", ".bias"} {
		if stem, ok := strings.CutSuffix(name, suffix); ok {
			return stem, suffix, true
		}
	}
	return name, "", false
}

// cutLayer splits a name around the number of its layer: the first of its
// parts that is a number.
func cutLayer(name string) (before, number, after string, ok bool) {
	at := 0
	for part := range strings.SplitSeq(name, ".") {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			return name[:at], part, name[at+len(part):], true
		}
		at += len(part) + 1
	}
	return "", "", "", false
}

// decoderNames are those that nearly all decoders share. The prefix "model."
// is taken off before: embedding models are stored without it.
var decoderNames = nameTable{
	"embed_tokens": "token_embd",
	"norm":         "output_norm",
	"lm_head":      "output",

	"layers.{}.input_layernorm":          "blk.{}.attn_norm",
	"layers.{}.self_attn.q_proj":         "blk.{}.attn_q",
	"layers.{}.self_attn.k_proj":         "blk.{}.attn_k",
	"layers.{}.self_attn.v_proj":         "blk.{}.attn_v",
	"layers.{}.self_attn.o_proj":         "blk.{}.attn_output",
	"layers.{}.post_attention_layernorm": "blk.{}.ffn_norm",
	"layers.{}.mlp.gate_proj":            "blk.{}.ffn_gate",
	"layers.{}.mlp.up_proj":              "blk.{}.ffn_up",
	"layers.{}.mlp.down_proj":            "blk.{}.ffn_down",
}

// headNormNames are the norms of queries and keys.
var headNormNames = nameTable{
	"layers.{}.self_attn.q_norm": "blk.{}.attn_q_norm",
	"layers.{}.self_attn.k_norm": "blk.{}.attn_k_norm",
}

// aroundNormNames are for layers with a norm before and after each half
// (Gemma). The norm after attention has the name that elsewhere is the one
// before the feed-forward.
var aroundNormNames = nameTable{
	"layers.{}.post_attention_layernorm":   "blk.{}.post_attention_norm",
	"layers.{}.pre_feedforward_layernorm":  "blk.{}.ffn_norm",
	"layers.{}.post_feedforward_layernorm": "blk.{}.post_ffw_norm",
}

// Parts of a source name that mark what is no part of a language model. The
// lists are the reference's: it converts the rest of a model of several parts
// to a file of its own.
var (
	otherModalityPrefixes = []string{
		"mlp", "vit.", "vpm.", "siglip2.", "conformer.", "merger.", "resampler.",
		"sound_encoder.", "sound_projection.", "speech_embeddings.",
	}
	otherModalityParts = []string{
		"visual.", "vision.", "audio.", "talker.", "vision_", "audio_", "token2wav.", "code2wav.",
		"projector.", "pre_mm_projector_norm", "image_newline", "view_seperator",
		"patch_embed", "patch_embedding", "patch_merger.", "model.connector.",
	}
)

// isLanguage reports whether a source tensor belongs to the language model.
func isLanguage(source string) bool {
	for _, prefix := range otherModalityPrefixes {
		if strings.HasPrefix(source, prefix) {
			return false
		}
	}
	for _, part := range otherModalityParts {
		if strings.Contains(source, part) {
			return false
		}
	}
	return true
}

// isBuffer reports whether a source tensor is one that models compute anew,
// and that some checkpoints hold all the same.
func isBuffer(source string) bool {
	for _, suffix := range []string{".attention.masked_bias", ".attention.bias", ".rotary_emb.inv_freq"} {
		if strings.HasSuffix(source, suffix) {
			return true
		}
	}
	return false
}
