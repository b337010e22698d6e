package convert

import (
	"fmt"

	"github.com/nibble-go/nibble/gguf"
)

// addBPE writes a byte-level BPE vocabulary.
func (v *vocabulary) addBPE() error {
	f, err := v.files(true)
	if err != nil {
		return err
	}
	return v.writeBPE(f)
}

func (v *vocabulary) writeBPE(f *vocabFiles) error {
	list, pre, err := v.readTokens(f)
	if err != nil {
		return err
	}
	v.write("gpt2", pre, list)
	merges, err := readMerges(f)
	if err != nil {
		return err
	}
	if len(merges) > 0 {
		v.meta.Set(keyMerges, gguf.Strings(merges))
	}
	return v.writeSpecial(f, 0)
}

// readTokens returns the tokens of tokenizer.json by id, without scores, and
// the name of the pre-tokenizer.
func (v *vocabulary) readTokens(f *vocabFiles) (*tokenList, string, error) {
	if f.tokenizer == nil {
		return nil, "", v.noTokenizer()
	}
	pre, err := preTokenizerName(f.tokenizer, v.pre)
	if err != nil {
		if madeOfPieces(f.tokenizer) {
			return nil, "", v.missing("has no tokenizer.model, which its vocabulary was made of")
		}
		return nil, "", fmt.Errorf("%s: %w", v.dir.path, err)
	}
	added, err := loadAddedTokens(f, v.modelType)
	if err != nil {
		return nil, "", err
	}
	size := v.size
	if size == 0 {
		size = len(f.tokenizer.Model.Tokens)
		for _, token := range added {
			size = max(size, token.ID+1)
		}
	}
	list := newTokenList(size, false)
	tooLarge := func(text string, id int) error {
		return malformed(v.dir, tokenizerFile, fmt.Errorf("token %q has id %d, beyond vocab_size %d of config.json", text, id, size))
	}
	for _, token := range f.tokenizer.Model.Tokens {
		if !list.has(token.ID) {
			return nil, "", tooLarge(token.Text, token.ID)
		}
		list.set(token.ID, token.Text, tokenNormal, 0)
	}
	tidy, _ := f.tokenizerConfig.Bool("clean_up_tokenization_spaces")
	for _, token := range added {
		text := token.Content
		if !list.has(token.ID) {
			return nil, "", tooLarge(text, token.ID)
		}
		if !token.Normalized {
			// llama.cpp looks for added tokens in the text as it is, so that
			// they are written as the text that they stand for.
			if text = decodeToken(f.tokenizer.Decoder, text); tidy {
				text = tidySpaces(text, false)
			}
		}
		list.setAdded(token.ID, text, token.Special)
	}
	list.pad()
	return list, pre, nil
}

// noTokenizer refuses a directory without tokenizer.json.
func (v *vocabulary) noTokenizer() error {
	if v.dir.Has("vocab.json") || v.dir.Has("vocab.txt") {
		return &RefusedError{
			Path: v.dir.path,
			What: "has no tokenizer.json, only the older files that one is made of",
			Hint: "make one, with transformers: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)",
		}
	}
	return v.missing("has no tokenizer.json")
}
