package convert

import (
	"fmt"
	"slices"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// specialKinds are the special tokens that a vocabulary is asked for, in the
// order in which their ids are written. A template that ends in another token
// than the configuration's eos adds eot, or eom.
var specialKinds = []string{"bos", "eos", "unk", "sep", "pad", "cls", "mask"}

// infillKinds are those of a CodeLlama vocabulary, asked for in a second round.
var infillKinds = []string{"prefix", "suffix", "middle", "eot"}

// specialIDKeys are the keys of the ids that have one ("seperator" is the
// format's spelling). The other kinds are looked for, but not written.
var specialIDKeys = map[string]string{
	"bos":  "tokenizer.ggml.bos_token_id",
	"eos":  "tokenizer.ggml.eos_token_id",
	"eot":  "tokenizer.ggml.eot_token_id",
	"eom":  "tokenizer.ggml.eom_token_id",
	"unk":  "tokenizer.ggml.unknown_token_id",
	"sep":  "tokenizer.ggml.seperator_token_id",
	"pad":  "tokenizer.ggml.padding_token_id",
	"mask": "tokenizer.ggml.mask_token_id",
}

const (
	keyAddBOS = "tokenizer.ggml.add_bos_token"
	keyAddEOS = "tokenizer.ggml.add_eos_token"
	keyAddSEP = "tokenizer.ggml.add_sep_token"
)

var addTokenKeys = map[string]string{"bos": keyAddBOS, "eos": keyAddEOS, "sep": keyAddSEP}

// specialTokens is what a model directory says about its special tokens:
// which ids they have, which of them are added to a text, and what else the
// reference writes in the same breath (llama.cpp.md, section 4.6). The order
// in which things were found is the order of the keys.
type specialTokens struct {
	kinds  []string
	bound  int // ids from here on are dropped; 0: none are
	ids    []specialID
	adds   []addToken
	config *jsonread.Object // tokenizer_config.json, as far as the template left it alone

	template     jsonread.Value // of the chat: string, array or nil
	lowercase    *bool
	stripAccents *bool
}

type specialID struct {
	kind string
	id   uint32
}

type addToken struct {
	kind string
	add  bool
}

// findSpecialTokens asks tokenizer.json, tokenizer_config.json and config.json,
// in this order; what is found first stays.
func findSpecialTokens(files *vocabFiles, kinds []string, bound int) (*specialTokens, error) {
	s := &specialTokens{kinds: slices.Clone(kinds), bound: bound}
	if files.tokenizerConfig.Len() > 0 {
		s.config = files.tokenizerConfig.Clone()
	}
	if t := files.tokenizer; t != nil {
		s.readNormalizer(t.Normalizer)
		s.readPostProcessor(t.PostProcessor)
	}
	if s.config != nil {
		var err error
		if s.template, err = findChatTemplate(files.dir, s.config); err != nil {
			return nil, err
		}
		s.readTokenizerConfig(files.tokenizer)
	}
	s.readConfig(files.config)
	return s, nil
}

// readTokenizerConfig takes the add_*_token flags, and the ids of the tokens
// that are named, if tokenizer.json lists them as added tokens.
func (s *specialTokens) readTokenizerConfig(t *vocab.JSON) {
	for _, kind := range s.kinds {
		if add, ok := s.config.Bool("add_" + kind + "_token"); ok {
			s.setAdd(kind, add)
		}
		entry, _ := s.config.Get(kind + "_token")
		content, ok := tokenContent(entry)
		if !ok || t == nil {
			continue
		}
		for i := range t.AddedTokens {
			if t.AddedTokens[i].Content == content {
				s.setID(kind, int64(t.AddedTokens[i].ID))
				break
			}
		}
	}
}

// readConfig takes the ids of config.json, or of its text_config. A list of
// ids is no id.
func (s *specialTokens) readConfig(config *jsonread.Object) {
	text, _ := config.Object("text_config")
	for _, kind := range s.kinds {
		v, _ := config.Get(kind + "_token_id")
		if v == nil {
			v, _ = text.Get(kind + "_token_id")
		}
		if n, ok := v.(jsonread.Number); ok {
			if id, err := n.Int(); err == nil {
				s.setID(kind, id)
			}
		}
	}
}

// setID keeps the first id of each kind. Old Llama configurations have
// pad_token_id -1, which stops the reference and means that there is none.
func (s *specialTokens) setID(kind string, id int64) {
	if id < 0 || id >= maxVocabulary || s.bound > 0 && id >= int64(s.bound) {
		return
	}
	if !slices.ContainsFunc(s.ids, func(known specialID) bool { return known.kind == kind }) {
		s.ids = append(s.ids, specialID{kind, uint32(id)})
	}
}

// setAdd keeps the last flag of each kind, in the place of the first.
func (s *specialTokens) setAdd(kind string, add bool) {
	for i := range s.adds {
		if s.adds[i].kind == kind {
			s.adds[i].add = add
			return
		}
	}
	s.adds = append(s.adds, addToken{kind, add})
}

// readNormalizer notes what the format has keys for: whether text is
// lowercased and stripped of accents.
func (s *specialTokens) readNormalizer(n *jsonread.Object) {
	kind, _ := n.String("type")
	switch kind {
	case "Lowercase":
		yes := true
		s.lowercase = &yes
	case "BertNormalizer":
		if b, ok := n.Bool("lowercase"); ok {
			s.lowercase = &b
		}
		if b, ok := n.Bool("strip_accents"); ok {
			s.stripAccents = &b
		}
	case "Sequence":
		steps, _ := n.Array("normalizers")
		for _, step := range steps {
			o, _ := step.(*jsonread.Object)
			s.readNormalizer(o)
		}
	}
}

// write adds the keys to meta, in the reference's order.
func (s *specialTokens) write(meta *gguf.Metadata) error {
	for _, special := range s.ids {
		if key, ok := specialIDKeys[special.kind]; ok {
			meta.Set(key, gguf.Uint32(special.id))
		}
	}
	for _, rule := range s.adds {
		if key, ok := addTokenKeys[rule.kind]; ok {
			meta.Set(key, gguf.Bool(rule.add))
		}
	}
	if err := writeChatTemplate(meta, s.template); err != nil {
		return fmt.Errorf("chat template: %w", err)
	}
	if s.lowercase != nil {
		meta.Set("tokenizer.ggml.normalizer.lowercase", gguf.Bool(*s.lowercase))
	}
	if s.stripAccents != nil {
		meta.Set("tokenizer.ggml.normalizer.strip_accents", gguf.Bool(*s.stripAccents))
	}
	return nil
}

// tokenContent returns the text of a token that a configuration gives as a
// string or as an object.
func tokenContent(v jsonread.Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case *jsonread.Object:
		return v.String("content")
	}
	return "", false
}
