package convert

import (
	"fmt"
	"slices"
	"strings"
)

// checkComplete makes sure that what was found is a whole model: as many
// layers as config.json says, each with the tensors of the first, and vectors
// and embeddings as long as it says. A download that was cut short has shards
// missing without an index that would name them.
func (m *model) checkComplete(out []outTensor) error {
	layers, err := m.blockCount()
	if err != nil {
		return err
	}
	blocks := map[string][]string{} // names within a layer, by its "blk.7."
	for _, t := range out {
		prefix := blockPrefix(t.name)
		if prefix == "" {
			continue
		}
		name := strings.TrimPrefix(t.name, prefix)
		if m.arch.experts != nil && strings.HasPrefix(name, "ffn_") && name != "ffn_norm.weight" {
			name = "ffn" // some layers may be dense
		}
		if !slices.Contains(blocks[prefix], name) {
			blocks[prefix] = append(blocks[prefix], name)
		}
	}
	if int64(len(blocks)) != layers {
		return fmt.Errorf("%s: %w: %d layers, but the weights have %d; was the download complete?", m.config.where, ErrFormat, layers, len(blocks))
	}
	first := blocks["blk.0."]
	for prefix, names := range blocks {
		for _, name := range first {
			if !slices.Contains(names, name) {
				return fmt.Errorf("%w: there is no %s%s, but blk.0.%s; was the download complete?", ErrFormat, prefix, name, name)
			}
		}
		for _, name := range names {
			if !slices.Contains(first, name) {
				return fmt.Errorf("%w: there is no blk.0.%s, but %s%s; was the download complete?", ErrFormat, name, prefix, name)
			}
		}
	}
	return m.checkLengths(out)
}

// checkLengths holds the tensors that every architecture has against the
// embedding length.
func (m *model) checkLengths(out []outTensor) error {
	length, err := m.config.needPositive(embeddingKeys...)
	if err != nil {
		return err
	}
	for _, t := range out {
		dims := 1
		switch strings.TrimPrefix(t.name, blockPrefix(t.name)) {
		case "token_embd.weight":
			dims = 2
		case "output_norm.weight", "attn_norm.weight", "ffn_norm.weight":
		default:
			continue
		}
		shape := t.rows.shape()
		if len(shape) != dims || shape[dims-1] != length {
			return fmt.Errorf("%w: tensor %q: shape %v, where the embedding length is %d", ErrFormat, t.name, shape, length)
		}
	}
	return nil
}
