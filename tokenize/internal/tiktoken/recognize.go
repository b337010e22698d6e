package tiktoken

import (
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A fingerprint tells the ranks of one encoding from all others: nothing in a
// rank file says what it is.
type fingerprint struct {
	tokens int    // how many
	max    uint32 // the last rank; above tokens-1 where there are holes
	sum    uint64 // FNV-1a of each token, its length and its rank
}

func fingerprintOf(r *Ranks) fingerprint {
	const offset, prime = 14695981039346656037, 1099511628211
	sum := uint64(offset)
	number := func(n uint32) {
		for range 4 {
			sum = (sum ^ uint64(n&0xff)) * prime
			n >>= 8
		}
	}
	for i, token := range r.Tokens {
		number(r.Ranks[i])
		number(uint32(len(token)))
		for j := range len(token) {
			sum = (sum ^ uint64(token[j])) * prime
		}
	}
	return fingerprint{tokens: len(r.Tokens), max: r.Ranks[len(r.Ranks)-1], sum: sum}
}

// Recognize returns the encoding that ranks are of. Names of files mislead
// (Llama's is tokenizer.model, a name that SentencePiece's files bear, and
// tiktoken's cache names files by a hash), so the ranks themselves decide.
// What stands beside the file decides where they cannot: its name, without
// directory, between encodings of the same ranks, and its tokenizer_config.json
// (nil: there is none), which also gives the added tokens their names.
func Recognize(file string, ranks *Ranks, beside *Config) (*Encoding, error) {
	e, err := recognize(file, ranks, beside)
	if err != nil {
		return nil, err
	}
	if beside != nil {
		if err := e.Apply(beside, ranks); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func recognize(file string, ranks *Ranks, beside *Config) (*Encoding, error) {
	stem, _, _ := strings.Cut(file, ".")
	seen := fingerprintOf(ranks)
	var found string
	for _, k := range known {
		if k.ranks != seen {
			continue
		}
		if found == "" || k.name == stem || k.name == "o200k_harmony" && beside.names("<|return|>") {
			found = k.name
		}
	}
	if e, ok := ByName(found); ok {
		return e, nil
	}
	if beside != nil && beside.kimi && int(seen.max) == seen.tokens-1 { // special tokens are numbered from the count
		e := kimi(len(ranks.Tokens))
		e.Name = "kimi-k2"
		return &e, nil
	}
	what := strconv.Itoa(seen.tokens) + " ranks up to " + strconv.Itoa(int(seen.max))
	if _, ok := ByName(stem); ok {
		return nil, config.Malformed(what + ", which are not those of " + stem)
	}
	return nil, config.Unsupported(what + ", which are of no known encoding: split pattern and special tokens are missing")
}
