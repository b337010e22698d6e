package convert

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/gguf"
)

// archBERT is an encoder for embeddings: the parts of a checkpoint that fill
// in masked words are left out.
var archBERT = &architecture{
	name:    "bert",
	classes: []string{"BertModel"},
	tensors: nameTable{
		"embeddings.word_embeddings":       "token_embd",
		"embeddings.position_embeddings":   "position_embd",
		"embeddings.token_type_embeddings": "token_types",
		"embeddings.LayerNorm":             "token_embd_norm",

		"encoder.layer.{}.attention.self.query":       "blk.{}.attn_q",
		"encoder.layer.{}.attention.self.key":         "blk.{}.attn_k",
		"encoder.layer.{}.attention.self.value":       "blk.{}.attn_v",
		"encoder.layer.{}.attention.output.dense":     "blk.{}.attn_output",
		"encoder.layer.{}.attention.output.LayerNorm": "blk.{}.attn_output_norm",
		"encoder.layer.{}.intermediate.dense":         "blk.{}.ffn_up",
		"encoder.layer.{}.output.dense":               "blk.{}.ffn_down",
		"encoder.layer.{}.output.LayerNorm":           "blk.{}.layer_output_norm",
	},
	keep:       bertSource,
	parameters: bertKeys,
}

// bertSource brings the names of old checkpoints up to date and leaves out
// what embeddings do not need.
func bertSource(source string) (string, bool) {
	source = strings.TrimPrefix(source, "bert.")
	if stem, ok := strings.CutSuffix(source, ".gamma"); ok {
		source = stem + ".weight"
	}
	if stem, ok := strings.CutSuffix(source, ".beta"); ok {
		source = stem + ".bias"
	}
	switch source {
	case "embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias":
		return "", false
	}
	return source, !strings.HasPrefix(source, "cls.predictions") && !strings.HasPrefix(source, "cls.seq_relationship")
}

func bertKeys(m *model, k *keys) {
	textKeys(m, k)
	k.set("attention.causal", gguf.Bool(false))
	poolingKey(m, k)
	if labels := m.classLabels(); len(labels) > 0 {
		k.set("classifier.output_labels", gguf.Strings(labels))
	}
}

// classLabels returns the names of the classes, by number. Two classes of
// which the first is LABEL_0 are what transformers makes up where there are
// none.
func (m *model) classLabels() []string {
	object, ok := m.config.values.Object("id2label")
	if !ok {
		return nil
	}
	type class struct {
		id    int
		label string
	}
	var classes []class
	for key, v := range object.All() {
		id, err := strconv.Atoi(key)
		label, isString := v.(string)
		if err != nil || !isString {
			return nil
		}
		classes = append(classes, class{id, label})
	}
	slices.SortFunc(classes, func(a, b class) int { return a.id - b.id })
	if len(classes) == 2 && classes[0].id == 0 && classes[0].label == "LABEL_0" {
		return nil
	}
	labels := make([]string, len(classes))
	for i, c := range classes {
		labels[i] = c.label
	}
	return labels
}
