package tokenize

import (
	"slices"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// companions are the configurations that stand beside a vocabulary: which
// tokens have which role, and how many tokens the model takes. Any of them may
// be nil.
type companions struct {
	tokenizerConfig     *jsonread.Object // tokenizer_config.json
	tokenizerConfigText []byte           // the same, for the reader of tiktoken's rank files
	specialTokensMap    *jsonread.Object // special_tokens_map.json
	config              *jsonread.Object // config.json
	generationConfig    *jsonread.Object // generation_config.json
}

// companionFiles are the names of the files, with where they go.
var companionFiles = []struct {
	name string
	at   func(*companions) **jsonread.Object
}{
	{"tokenizer_config.json", func(c *companions) **jsonread.Object { return &c.tokenizerConfig }},
	{"special_tokens_map.json", func(c *companions) **jsonread.Object { return &c.specialTokensMap }},
	{"config.json", func(c *companions) **jsonread.Object { return &c.config }},
	{"generation_config.json", func(c *companions) **jsonread.Object { return &c.generationConfig }},
}

// set reads the configuration of that name.
func (c *companions) set(name string, data []byte) error {
	for _, f := range companionFiles {
		if f.name != name {
			continue
		}
		o, err := jsonread.ParseObject(data, jsonread.Options{MaxBytes: maxCompanion, NonFinite: true})
		if err != nil {
			return fault.At(name, &pairError{ErrFormat, err})
		}
		*f.at(c) = o
	}
	if name == "tokenizer_config.json" {
		c.tokenizerConfigText = data
	}
	return nil
}

// roleToken returns the token that the configurations give a role, such as
// "eos_token".
func (c companions) roleToken(key string) (string, bool) {
	for _, o := range []*jsonread.Object{c.tokenizerConfig, c.specialTokensMap} {
		if text, ok := tokenText(o, key); ok {
			return text, true
		}
	}
	return "", false
}

// tokenText returns a token that is given as a string or as an object with its
// content.
func tokenText(o *jsonread.Object, key string) (string, bool) {
	if text, ok := o.String(key); ok {
		return text, true
	}
	if token, ok := o.Object(key); ok {
		return token.String("content")
	}
	return "", false
}

// maxRoleIDs bounds the tokens of one role. Models have up to a handful of ends
// of text.
const maxRoleIDs = 64

// roleIDs returns the ids that the model's configurations give a role, such as
// "eos_token_id": a number or a list.
func (c companions) roleIDs(key string) []uint32 {
	var ids []uint32
	add := func(v jsonread.Value) {
		if n, ok := v.(jsonread.Number); ok && len(ids) < maxRoleIDs {
			if id, err := n.Uint(); err == nil && id <= maxID && !slices.Contains(ids, uint32(id)) {
				ids = append(ids, uint32(id))
			}
		}
	}
	for _, o := range []*jsonread.Object{c.generationConfig, c.config} {
		v, _ := o.Get(key)
		if list, ok := v.(jsonread.Array); ok {
			for _, element := range list {
				add(element)
			}
		}
		add(v)
	}
	return ids
}

// contextLength returns how many tokens the model takes, 0 if nothing says it.
// Values beyond 2^31 are Hugging Face's way of not saying it.
func (c companions) contextLength() int {
	for _, at := range []struct {
		o   *jsonread.Object
		key string
	}{{c.config, "max_position_embeddings"}, {c.config, "n_positions"}, {c.tokenizerConfig, "model_max_length"}} {
		if n, ok := at.o.Float(at.key); ok && n >= 1 && n < 1<<31 {
			return int(n)
		}
	}
	return 0
}

// giveRoles notes the roles of tokens. Ids give the role of tokens that texts
// do not name: generation_config.json may list several ends of a text.
func (c companions) giveRoles(tokens []AddedToken) {
	for _, role := range roleOrder {
		if text, ok := c.roleToken(role + "_token"); ok {
			for i := range tokens {
				if tokens[i].Text == text {
					tokens[i].addRole(role)
				}
			}
		}
		for _, id := range c.roleIDs(role + "_token_id") {
			for i := range tokens {
				if tokens[i].ID == id {
					tokens[i].addRole(role)
				}
			}
		}
	}
}

func (t *AddedToken) addRole(role string) {
	if !slices.Contains(t.Roles, role) {
		t.Roles = append(t.Roles, role)
	}
}
