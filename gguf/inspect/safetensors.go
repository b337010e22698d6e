package inspect

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// Safetensors reports on the weights of a model directory. readFile returns
// the contents of a small file of it, config.json for one; an error that wraps
// fs.ErrNotExist leaves the report with what the weights tell.
func Safetensors(set *safetensors.Set, readFile func(name string) ([]byte, error)) (*Report, error) {
	shards := make([][]*safetensors.Tensor, len(set.Shards()))
	for i, shard := range set.Shards() {
		shards[i] = shard.Tensors
	}
	r := weightsReport(set.Size(), shards...)
	config, err := readJSON(readFile, "config.json")
	if err != nil {
		return nil, err
	}
	tokenizer, err := readJSON(readFile, "tokenizer_config.json")
	if err != nil {
		return nil, err
	}
	r.readConfig(config)
	r.readSpecialTokens(config, tokenizer)
	return r, nil
}

// SafetensorsFile reports on one file of weights without the directory that it
// belongs to: on its tensors alone.
func SafetensorsFile(f *safetensors.File) *Report { return weightsReport(f.Size, f.Tensors) }

func weightsReport(size int64, shards ...[]*safetensors.Tensor) *Report {
	r := &Report{Format: "safetensors", ByteOrder: "little-endian", Files: len(shards), FileBytes: size, Tensors: []Tensor{}}
	for i, tensors := range shards {
		r.Tensors = slices.Grow(r.Tensors, len(tensors))
		for _, t := range tensors {
			r.Tensors = append(r.Tensors, Tensor{
				Name: t.Name, Type: t.DType.String(), Shape: slices.Clone(t.Shape),
				Values: t.Values(), Bytes: t.Size(), File: i, FileOffset: t.FileOffset(),
			})
		}
	}
	r.sumUp()
	if len(r.Types) > 0 {
		r.FileType = r.Types[0].Type
	}
	return r
}

// readJSON returns an empty object for a file that is not there.
func readJSON(readFile func(string) ([]byte, error), name string) (*jsonread.Object, error) {
	data, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return new(jsonread.Object), nil
	}
	if err != nil {
		return nil, err
	}
	object, err := jsonread.ParseObject(data, jsonread.Options{NonFinite: true})
	if err != nil {
		return nil, fault.At(name, err)
	}
	return object, nil
}

// readConfig fills in the hyperparameters. Classes of models name the same
// number differently; the first name that is there counts. Those of models
// that take more than text are in text_config.
func (r *Report) readConfig(config *jsonread.Object) {
	if classes, ok := config.Array("architectures"); ok && len(classes) > 0 {
		r.Architecture, _ = classes[0].(string)
	}
	if r.Architecture == "" {
		r.Architecture, _ = config.String("model_type")
	}
	text, hasText := config.Object("text_config")
	number := func(dst *int64, keys ...string) {
		for _, key := range keys {
			n, ok := config.Int(key)
			if !ok && hasText {
				n, ok = text.Int(key)
			}
			if ok {
				*dst = max(n, 0)
				return
			}
		}
	}
	h := &r.Hyperparameters
	number(&h.ContextLength, "max_position_embeddings", "n_positions", "n_ctx")
	number(&h.EmbeddingLength, "hidden_size", "n_embd", "d_model")
	number(&h.FeedForwardLength, "intermediate_size", "n_inner", "d_ff")
	number(&h.BlockCount, "num_hidden_layers", "n_layer", "num_layers")
	number(&h.HeadCount, "num_attention_heads", "n_head", "num_heads")
	number(&h.HeadCountKV, "num_key_value_heads")
	number(&h.KeyLength, "head_dim")
	number(&h.ValueLength, "head_dim")
	number(&h.SlidingWindow, "sliding_window")
	number(&h.ExpertCount, "num_local_experts", "num_experts", "n_routed_experts")
	number(&h.ExpertUsedCount, "num_experts_per_tok")
	number(&r.VocabularySize, "vocab_size")
	switch modelType, _ := config.String("model_type"); modelType {
	case "bert", "distilbert", "roberta", "xlm-roberta", "modernbert", "nomic_bert":
		h.Bidirectional = true
	}
	h.derive()
}

// separatorRole is how the key of GGUF spells it.
const separatorRole = "seperator"

// readSpecialTokens names roles as the keys of GGUF do.
func (r *Report) readSpecialTokens(config, tokenizer *jsonread.Object) {
	for _, name := range []struct{ key, role string }{
		{"bos_token", "bos"}, {"eos_token", "eos"}, {"unk_token", "unknown"}, {"sep_token", separatorRole},
		{"pad_token", "padding"}, {"cls_token", "cls"}, {"mask_token", "mask"},
	} {
		token := SpecialToken{Role: name.role, ID: -1}
		token.Text, _ = tokenizer.String(name.key)
		if object, ok := tokenizer.Object(name.key); ok {
			token.Text, _ = object.String("content")
		}
		if id, ok := config.Int(name.key + "_id"); ok {
			token.ID = id
		}
		if token.Text != "" || token.ID >= 0 {
			r.SpecialTokens = append(r.SpecialTokens, token)
		}
	}
}
