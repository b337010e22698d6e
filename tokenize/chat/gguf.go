package chat

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/modeldir"
)

// The metadata of a GGUF file about templates and special tokens. A template of
// a name other than default has a key that ends in its name.
const (
	keyTemplate = "tokenizer.chat_template"
	keyTokens   = "tokenizer.ggml.tokens"
)

// keysOfTokens are the keys of the ids of special tokens, with their variables.
var keysOfTokens = [][2]string{
	{"tokenizer.ggml.bos_token_id", "bos_token"},
	{"tokenizer.ggml.eos_token_id", "eos_token"},
	{"tokenizer.ggml.unknown_token_id", "unk_token"},
	{"tokenizer.ggml.seperator_token_id", "sep_token"}, // as the format spells it
	{"tokenizer.ggml.padding_token_id", "pad_token"},
	{"tokenizer.ggml.cls_token_id", "cls_token"},
	{"tokenizer.ggml.mask_token_id", "mask_token"},
}

func openGGUF(path string, o Options) (*Templates, error) {
	f, info, err := modeldir.OpenRegular(path)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	file, err := gguf.NewReader(f, info.Size(), gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		return nil, err
	}
	return FromMetadata(file.Metadata, o)
}

// FromMetadata reads the chat templates of a GGUF file, which must be open.
//
// The errors are those of [Open].
func FromMetadata(meta *gguf.Metadata, o Options) (*Templates, error) {
	var sources []sourceText
	for key, v := range meta.All() {
		text, ok := v.Text()
		name := defaultName
		if key != keyTemplate {
			var named bool
			if name, named = strings.CutPrefix(key, keyTemplate+"."); !named {
				continue
			}
		}
		if !ok {
			return nil, fmt.Errorf("%w: %s is not a string", ErrFormat, key)
		}
		if text != "" {
			sources = append(sources, sourceText{name, text})
		}
	}
	if len(sources) == 0 {
		return nil, ErrNoTemplate
	}
	tokens, err := ggufTokens(meta)
	if err != nil {
		return nil, err
	}
	return newTemplates(keyTemplate, sources, tokens, o)
}

// ggufTokens returns the special tokens that the file names.
func ggufTokens(meta *gguf.Metadata) (*Object, error) {
	tokens := &Object{}
	list, ok := meta.Get(keyTokens)
	if !ok {
		return tokens, nil
	}
	texts, err := list.Strings()
	if err != nil {
		return nil, err
	}
	for _, key := range keysOfTokens {
		v, ok := meta.Get(key[0])
		if !ok {
			continue
		}
		if id, ok := v.Uint(); ok && id < uint64(len(texts)) {
			tokens.Set(key[1], texts[id])
		}
	}
	return tokens, nil
}
