package convert

import (
	"fmt"
	"strings"
)

var archQwen3 = &architecture{
	name:       "qwen3",
	classes:    []string{"Qwen3ForCausalLM"},
	tensors:    decoderNames.with(headNormNames),
	prefix:     "model.",
	parameters: qwenKeys,
	check:      refuseReranker,
}

// refuseReranker refuses rerankers: llama.cpp wants them with a classifier cut
// out of the output matrix. The reference tells them by name, as nothing else
// sets them apart.
func refuseReranker(m *model) error {
	from, _ := m.config.raw.String("_name_or_path")
	modelType, _ := m.config.raw.String("model_type")
	for _, hint := range []string{m.dir.name, from, modelType} {
		hint = strings.ToLower(hint)
		if strings.Contains(hint, "qwen3-reranker") || strings.Contains(hint, "qwen3-vl-reranker") {
			return fmt.Errorf("%s: %w: a reranker (%s)", m.config.where, ErrUnsupported, hint)
		}
	}
	return nil
}
