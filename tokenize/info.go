package tokenize

import (
	"cmp"
	"slices"
	"strings"
)

// Info says what a tokenizer is.
type Info struct {
	Source    string `json:"source"`    // the format that the vocabulary came in, such as tokenizer.json
	Model     string `json:"model"`     // BPE, WordPiece, WordLevel, Unigram, ...
	VocabSize int    `json:"vocabSize"` // tokens, added ones included

	// The stages around the model, in the words of their format; empty: none.
	Normalizer    string `json:"normalizer,omitempty"`
	PreTokenizer  string `json:"preTokenizer,omitempty"`
	PostProcessor string `json:"postProcessor,omitempty"`
	Decoder       string `json:"decoder,omitempty"`

	// Scanner names the family of split patterns that a hand-written scanner
	// serves; empty: the general stages do.
	Scanner string `json:"scanner,omitempty"`

	// ByteComplete: every text, whatever its bytes, decodes to itself.
	ByteComplete bool `json:"byteComplete"`

	// ContextLength is the number of tokens that the model takes, by the files
	// beside the vocabulary; 0: they do not say.
	ContextLength int `json:"contextLength,omitempty"`

	// Added are the tokens that are found in the text before the model sees it:
	// those with a role first, EOS before all others, then by id.
	Added []AddedToken `json:"added,omitempty"`

	// Notes are what a user should know of the vocabulary: what its format has
	// lost, where it contradicts itself.
	Notes []string `json:"notes,omitempty"`
}

// An AddedToken is a token that is found in the text before the model sees it.
type AddedToken struct {
	ID         uint32   `json:"id"`
	Text       string   `json:"text"`
	Roles      []string `json:"roles,omitempty"`   // eos, bos, ...; see Role
	Guessed    []string `json:"guessed,omitempty"` // those of the roles that no file says, but the token's text
	Special    bool     `json:"special"`           // left out by DecodeOptions.SkipSpecial
	SingleWord bool     `json:"singleWord,omitempty"`
	LStrip     bool     `json:"lstrip,omitempty"`
	RStrip     bool     `json:"rstrip,omitempty"`
	Normalized bool     `json:"normalized,omitempty"`
}

// The roles of special tokens, in the order in which they are listed.
var roleOrder = []string{"eos", "bos", "eot", "unk", "pad", "sep", "cls", "mask"}

// Role returns the token of a role: eos, bos, eot (end of turn), unk, pad, sep,
// cls or mask.
func (in Info) Role(role string) (AddedToken, bool) {
	for _, token := range in.Added {
		if slices.Contains(token.Roles, role) {
			return token, true
		}
	}
	return AddedToken{}, false
}

// rank orders tokens by their most important role.
func (t AddedToken) rank() int {
	best := len(roleOrder)
	for _, role := range t.Roles {
		if i := slices.Index(roleOrder, role); i >= 0 {
			best = min(best, i)
		}
	}
	return best
}

func sortAdded(tokens []AddedToken) {
	slices.SortStableFunc(tokens, func(a, b AddedToken) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.ID, b.ID))
	})
}

// customaryRoles are roles of tokens by their customary texts, for vocabularies
// whose files do not say them.
var customaryRoles = map[string][]string{
	"</s>": {"eos"}, "<eos>": {"eos"}, "<|end_of_text|>": {"eos"}, "<|endoftext|>": {"eos"},
	"<|eot_id|>": {"eot"}, "<|im_end|>": {"eot"}, "<end_of_turn>": {"eot"}, "<|end|>": {"eot"},
	"<s>": {"bos"}, "<bos>": {"bos"}, "<|begin_of_text|>": {"bos"}, "<|startoftext|>": {"bos"}, "<BOS_TOKEN>": {"bos"},
	"<unk>": {"unk"}, "[UNK]": {"unk"}, "<UNK>": {"unk"},
	"<pad>": {"pad"}, "[PAD]": {"pad"}, "<PAD>": {"pad"}, "<|pad|>": {"pad"}, "<|padding|>": {"pad"},
	"[SEP]": {"sep"}, "[CLS]": {"cls"}, "[MASK]": {"mask"}, "<mask>": {"mask"}, "<EOS_TOKEN>": {"eos"}, "<|return|>": {"eot"},
}

// guessRoles gives roles that no token has to the tokens whose text is
// customary for them.
func guessRoles(tokens []AddedToken) {
	taken := make(map[string]bool)
	for _, token := range tokens {
		for _, role := range token.Roles {
			taken[role] = true
		}
	}
	for i := range tokens {
		token := &tokens[i]
		for _, role := range customaryRoles[token.Text] {
			if token.Special && !taken[role] {
				taken[role] = true
				token.addRole(role)
				token.Guessed = append(token.Guessed, role)
			}
		}
	}
}

// dropGuess forgets that a role was guessed.
func (t *AddedToken) dropGuess(role string) {
	t.Guessed = slices.DeleteFunc(t.Guessed, func(guessed string) bool { return guessed == role })
}

// maxNotes bounds the notes that a file can give cause to.
const maxNotes = 16

// note adds a note. Of more than are worth reading it says that there are more.
func (in *Info) note(parts ...string) {
	switch text := strings.Join(parts, ""); {
	case len(in.Notes) < maxNotes:
		in.Notes = append(in.Notes, text)
	case len(in.Notes) == maxNotes:
		in.Notes = append(in.Notes, "and more of the kind")
	}
}
