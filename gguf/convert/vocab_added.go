package convert

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// loadAddedTokens returns the added tokens as the reference sees them, in the
// order of their ids: those of tokenizer.json, changed and joined as Hugging
// Face's AutoTokenizer does when it loads a directory.
//
//   - The tokens of added_tokens_decoder in tokenizer_config.json replace
//     those of the same content. Without that key, the list is made of
//     added_tokens.json and tokenizer.json.
//   - A token of the list that the configuration names (eos_token, ...)
//     becomes special.
//   - A token that the configuration or the tokenizer's class names, and that
//     was none of the added tokens, becomes one.
//
// No id is taken from a file: a token that the model's vocabulary has keeps
// its id there, any other gets the next free one.
func loadAddedTokens(f *vocabFiles, modelType string) ([]vocab.AddedToken, error) {
	named := namedTokens(f, tokenizerClassOf(f.tokenizerConfig, modelType))
	isNamed := make(map[string]bool, len(named))
	for _, token := range named {
		isNamed[token.Content] = true
	}
	listed, err := listedTokens(f, isNamed)
	if err != nil {
		return nil, err
	}
	// A token that is named with its flags has those of the list, if it is
	// there; of added_tokens.json that does not hold.
	flags := listed
	if !f.tokenizerConfig.Has(addedTokensDecoder) {
		flags = f.tokenizer.AddedTokens
	}
	hasFlags := make(map[string]bool, len(flags))
	for _, token := range flags {
		hasFlags[token.Content] = true
	}

	set := newTokenSet(f.tokenizer, listed, named)
	for _, token := range f.tokenizer.AddedTokens {
		set.put(token)
	}
	for _, token := range listed {
		token.Special = token.Special || isNamed[token.Content]
		set.put(token)
	}
	for _, token := range named {
		switch {
		case hasFlags[token.Content] && !(token.byClass && token.whole):
		case token.whole || !set.has(token.Content):
			set.put(token.AddedToken)
		}
	}
	return set.sorted(), nil
}

// listedTokens returns the tokens that a directory lists for its tokenizer,
// beside those that stand in tokenizer.json.
func listedTokens(f *vocabFiles, isNamed map[string]bool) ([]vocab.AddedToken, error) {
	if !f.tokenizerConfig.Has(addedTokensDecoder) {
		return legacyTokens(f, isNamed)
	}
	tokens, err := decoderTokens(f)
	slices.SortStableFunc(tokens, byID)
	return tokens, err
}

// decoderTokens returns added_tokens_decoder of tokenizer_config.json, in the
// file's order.
func decoderTokens(f *vocabFiles) ([]vocab.AddedToken, error) {
	decoder, _ := f.tokenizerConfig.Object(addedTokensDecoder)
	tokens := make([]vocab.AddedToken, 0, decoder.Len())
	for key, v := range decoder.All() {
		id, err := strconv.Atoi(key)
		o, _ := v.(*jsonread.Object)
		content, isText := o.String("content")
		if err != nil || id < 0 || !isText {
			return nil, malformed(f.dir, "tokenizer_config.json",
				fmt.Errorf("added_tokens_decoder[%q] is not a token by its id", key))
		}
		tokens = append(tokens, flagged(o, vocab.AddedToken{ID: id, Content: content}))
	}
	return tokens, nil
}

// legacyTokens is listedTokens for directories from before
// added_tokens_decoder. Where both files have an id, tokenizer.json is right.
func legacyTokens(f *vocabFiles, isNamed map[string]bool) ([]vocab.AddedToken, error) {
	byTokenizer := make(map[int]bool, len(f.tokenizer.AddedTokens))
	for _, token := range f.tokenizer.AddedTokens {
		byTokenizer[token.ID] = true
	}
	tokens := slices.Clone(f.tokenizer.AddedTokens)
	for content, v := range f.addedTokens.All() {
		n, _ := v.(jsonread.Number)
		id, err := n.Int()
		if err != nil || id < 0 || id >= maxVocabulary {
			return nil, malformed(f.dir, "added_tokens.json", fmt.Errorf("%q has no id", content))
		}
		if !byTokenizer[int(id)] {
			special := isNamed[content]
			tokens = append(tokens, vocab.AddedToken{ID: int(id), Content: content, Special: special, Normalized: !special})
		}
	}
	slices.SortStableFunc(tokens, byID)
	return tokens, nil
}

// flagged completes a token by the flags of its object: one that is special
// already stays so.
func flagged(o *jsonread.Object, t vocab.AddedToken) vocab.AddedToken {
	special, _ := o.Bool("special")
	t.Special = t.Special || special
	normalized, given := o.Bool("normalized")
	t.Normalized = normalized || !given && !t.Special
	return t
}

// addedTokensDecoder is the key of tokenizer_config.json under which added
// tokens are listed by id.
const addedTokensDecoder = "added_tokens_decoder"

func byID(a, b vocab.AddedToken) int { return cmp.Compare(a.ID, b.ID) }

// A tokenSet is a set of added tokens over a model's vocabulary.
type tokenSet struct {
	tokens map[string]vocab.AddedToken
	model  map[string]int // ids in the model's vocabulary, for the contents in question
	size   int            // of the model's vocabulary
	next   int            // one above the highest id of an added token
}

func newTokenSet(t *vocab.JSON, listed []vocab.AddedToken, named []namedToken) *tokenSet {
	s := &tokenSet{tokens: make(map[string]vocab.AddedToken), size: len(t.Model.Tokens)}
	asked := make(map[string]bool)
	for _, token := range t.AddedTokens {
		asked[token.Content] = true
	}
	for _, token := range listed {
		asked[token.Content] = true
	}
	for _, token := range named {
		asked[token.Content] = true
	}
	s.model = make(map[string]int, len(asked))
	for _, token := range t.Model.Tokens {
		if asked[token.Text] {
			s.model[token.Text] = token.ID
		}
	}
	return s
}

func (s *tokenSet) has(content string) bool {
	_, ok := s.tokens[content]
	return ok
}

// put adds a token, or replaces the flags of one that is there.
func (s *tokenSet) put(t vocab.AddedToken) {
	if t.Content == "" {
		return
	}
	if known, ok := s.tokens[t.Content]; ok {
		t.ID = known.ID
	} else if id, ok := s.model[t.Content]; ok {
		t.ID = id
	} else {
		t.ID = max(s.next, s.size)
	}
	s.tokens[t.Content] = t
	s.next = max(s.next, t.ID+1)
}

// sorted returns the tokens in the order of their ids.
func (s *tokenSet) sorted() []vocab.AddedToken {
	list := make([]vocab.AddedToken, 0, len(s.tokens))
	for _, t := range s.tokens {
		list = append(list, t)
	}
	slices.SortFunc(list, byID)
	return list
}
