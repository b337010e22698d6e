package tiktoken

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A Config is what a tokenizer_config.json says that matters to a rank file
// beside it.
type Config struct {
	Added              []Added // added_tokens_decoder, by id
	BOS, EOS, PAD, UNK string  // "": none

	kimi bool // the tokenizer's code is Kimi's
}

// ReadConfig reads a tokenizer_config.json. Faults are an *Error or a
// *config.Error.
func ReadConfig(data []byte) (*Config, error) {
	o, err := jsonread.ParseObject(data, jsonread.Options{MaxBytes: maxFileBytes, NonFinite: true})
	if err != nil {
		return nil, jsonError(err)
	}
	var c Config
	for _, token := range []struct {
		key string
		to  *string
	}{{"bos_token", &c.BOS}, {"eos_token", &c.EOS}, {"pad_token", &c.PAD}, {"unk_token", &c.UNK}} {
		if *token.to, err = tokenText(o, token.key); err != nil {
			return nil, err
		}
	}
	// Kimi's code is named in ["tokenization_kimi.TikTokenTokenizer", null].
	if auto, ok := o.Object("auto_map"); ok {
		names, _ := auto.Array("AutoTokenizer")
		for _, name := range names {
			module, _ := name.(string)
			c.kimi = c.kimi || strings.HasPrefix(module, "tokenization_kimi.") || strings.HasPrefix(module, "tokenization_moonshot.")
		}
	}
	if err := c.readAdded(o); err != nil {
		return nil, config.In("added_tokens_decoder", err)
	}
	return &c, nil
}

// tokenText reads a token that is given by its text, or by an object like those
// of added_tokens_decoder.
func tokenText(o *jsonread.Object, key string) (string, error) {
	v, _ := o.Get(key)
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case *jsonread.Object:
		text, err := config.String(v, "content")
		return text, config.In(key, err)
	}
	return "", config.In(key, config.Malformed("neither a text nor an object"))
}

func (c *Config) readAdded(o *jsonread.Object) error {
	decoder, err := config.Or(o, "added_tokens_decoder", config.Object, nil)
	if err != nil {
		return config.Malformed("not an object")
	}
	texts := make(map[string]bool, decoder.Len())
	for key, v := range decoder.All() {
		added, err := readAdded(key, v)
		if err == nil && texts[added.Text] {
			err = config.In("content", config.Malformed(fault.Quote(added.Text)+" is another token's"))
		}
		if err != nil {
			return config.In(key, err)
		}
		texts[added.Text] = true
		c.Added = append(c.Added, added)
	}
	slices.SortFunc(c.Added, func(a, b Added) int { return int(a.ID) - int(b.ID) })
	return nil
}

func readAdded(key string, v jsonread.Value) (Added, error) {
	id, err := parseID("id", key)
	if err != nil {
		return Added{}, err
	}
	o, ok := v.(*jsonread.Object)
	if !ok {
		return Added{}, config.Malformed("not an object")
	}
	added := Added{ID: uint32(id)}
	if added.Text, err = config.String(o, "content"); err != nil {
		return Added{}, err
	}
	if added.Text == "" {
		return Added{}, config.In("content", config.Malformed("empty"))
	}
	for _, flag := range []struct {
		key string
		to  *bool
	}{
		{"special", &added.Special}, {"single_word", &added.SingleWord}, {"lstrip", &added.LStrip}, {"rstrip", &added.RStrip},
	} {
		if *flag.to, err = config.Or(o, flag.key, config.Bool, false); err != nil {
			return Added{}, err
		}
	}
	return added, nil
}

// names reports whether one of the added tokens has that text.
func (c *Config) names(text string) bool {
	return c != nil && slices.ContainsFunc(c.Added, func(a Added) bool { return a.Text == text })
}

// Apply gives e the added tokens of c. Those that e has by itself stay, unless
// c names their ids or gives their texts to others.
func (e *Encoding) Apply(c *Config, ranks *Ranks) error {
	ids, texts := make(map[uint32]bool, len(c.Added)), make(map[string]bool, len(c.Added))
	for _, a := range c.Added {
		if i, ok := slices.BinarySearch(ranks.Ranks, a.ID); ok && ranks.Tokens[i] != a.Text {
			return config.In("added_tokens_decoder", config.In(strconv.Itoa(int(a.ID)), config.In("content",
				config.Malformed(fault.Quote(a.Text)+" has the id of a token of rank "+strconv.Itoa(int(a.ID))+", "+fault.Quote(ranks.Tokens[i])))))
		}
		ids[a.ID], texts[a.Text] = true, true
	}
	merged := slices.Clone(c.Added)
	for _, a := range e.Added {
		if !ids[a.ID] && !texts[a.Text] {
			merged = append(merged, a)
		}
	}
	slices.SortStableFunc(merged, func(a, b Added) int { return int(a.ID) - int(b.ID) })
	e.Added = merged
	if e.has(c.BOS) {
		e.BOS = c.BOS
	}
	if e.has(c.EOS) {
		e.EOS = c.EOS
	}
	return nil
}

// has reports whether an added token has that text.
func (e *Encoding) has(text string) bool {
	return slices.ContainsFunc(e.Added, func(a Added) bool { return a.Text == text })
}
