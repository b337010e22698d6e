package convert

import (
	"slices"
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// A tokenizerClass is what one of Hugging Face's tokenizer classes brings
// along when a directory leaves it out: the special tokens that it names by
// default.
type tokenizerClass struct {
	defaults map[string]string // by attribute
	whole    []string          // attributes whose names become tokens with flags: special, not normalized
}

const endOfText = "<|endoftext|>"

var (
	llamaClass = tokenizerClass{defaults: map[string]string{"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}}
	gemmaClass = tokenizerClass{defaults: map[string]string{"bos_token": "<bos>", "eos_token": "<eos>", "unk_token": "<unk>", "pad_token": "<pad>"}}
	gpt2Class  = tokenizerClass{defaults: map[string]string{"bos_token": endOfText, "eos_token": endOfText, "unk_token": endOfText}}
	qwen2Class = tokenizerClass{defaults: map[string]string{"eos_token": endOfText, "unk_token": endOfText, "pad_token": endOfText}, whole: []string{"bos_token", "eos_token", "unk_token", "pad_token"}}
	bertClass  = tokenizerClass{defaults: map[string]string{"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}}
)

// tokenizerClasses are the classes by name, without the suffix Fast.
// Any other class, PreTrainedTokenizerFast among them, names nothing.
var tokenizerClasses = map[string]tokenizerClass{
	"LlamaTokenizer": llamaClass,
	"GemmaTokenizer": gemmaClass,
	"GPT2Tokenizer":  gpt2Class,
	"Qwen2Tokenizer": qwen2Class,
	"BertTokenizer":  bertClass,
}

// modelClasses are the classes by config.json's model_type, for directories
// whose tokenizer_config.json names none.
var modelClasses = map[string]tokenizerClass{
	"llama":       llamaClass,
	"mistral":     llamaClass,
	"mixtral":     llamaClass,
	"phi3":        llamaClass,
	"gemma2":      gemmaClass,
	"gemma3":      gemmaClass,
	"gemma3_text": gemmaClass,
	"gpt2":        gpt2Class,
	"qwen2":       qwen2Class,
	"qwen2_moe":   qwen2Class,
	"qwen3":       qwen2Class,
	"qwen3_moe":   qwen2Class,
	"bert":        bertClass,
}

func tokenizerClassOf(tokenizerConfig *jsonread.Object, modelType string) tokenizerClass {
	if name, ok := tokenizerConfig.String("tokenizer_class"); ok {
		return tokenizerClasses[strings.TrimSuffix(name, "Fast")]
	}
	return modelClasses[modelType]
}

// tokenAttributes are the keys that name special tokens, in the order in which
// missing ones are added to a vocabulary.
var tokenAttributes = []string{
	"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
}

// A namedToken is a special token that a configuration or class names.
type namedToken struct {
	vocab.AddedToken
	whole   bool // given with its flags, as opposed to by its text alone
	byClass bool // by the class's default
}

// namedTokens returns the special tokens that are named for a directory.
// tokenizer_config.json wins over the class, also by a null. Without
// added_tokens_decoder there, special_tokens_map.json wins over both.
func namedTokens(f *vocabFiles, class tokenizerClass) []namedToken {
	legacy := f.specialTokensMap
	if f.tokenizerConfig.Has(addedTokensDecoder) {
		legacy = nil
	}
	var named []namedToken
	put := func(v jsonread.Value, byClass bool) {
		content, ok := tokenContent(v)
		if !ok || content == "" {
			return
		}
		t := namedToken{AddedToken: vocab.AddedToken{Content: content, Special: true}, byClass: byClass}
		if o, ok := v.(*jsonread.Object); ok {
			t.AddedToken, t.whole = flagged(o, t.AddedToken), true
		}
		// What is named first stays.
		if !slices.ContainsFunc(named, func(n namedToken) bool { return n.Content == content }) {
			named = append(named, t)
		}
	}
	for _, attribute := range tokenAttributes {
		first := len(named)
		if v, ok := legacy.Get(attribute); ok {
			put(v, false)
		} else if v, ok := f.tokenizerConfig.Get(attribute); ok {
			put(v, false)
		} else {
			put(class.defaults[attribute], true)
		}
		if len(named) > first && slices.Contains(class.whole, attribute) {
			named[first].whole = true
		}
	}
	for _, o := range []*jsonread.Object{f.tokenizerConfig, legacy} {
		list, _ := o.Array("additional_special_tokens")
		for _, v := range list {
			put(v, false)
		}
	}
	return named
}
