package convert

import (
	"errors"
	"fmt"
	"io/fs"
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
// out of the output matrix. The reference tells them by the title of the model
// card and by name, as nothing else sets them apart.
func refuseReranker(m *model) error {
	card, err := m.dir.readFile(modelCardFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	from, _ := m.config.raw.String("_name_or_path")
	modelType, _ := m.config.raw.String("model_type")
	text := strings.ToLower(string(card))
	for _, name := range []string{"qwen3-reranker", "qwen3-vl-reranker"} {
		if strings.Contains(text, "# "+name) || strings.Contains(strings.ToLower(m.dir.Name()+"\n"+from+"\n"+modelType), name) {
			return fmt.Errorf("%s: %w: a reranker (%s)", m.config.where, ErrUnsupported, name)
		}
	}
	return nil
}
