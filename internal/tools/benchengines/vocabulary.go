package main

import (
	"encoding/json"
	"strings"

	"github.com/tiktoken-go/tokenizer"
)

// pattern is how cl100k_base splits texts, as files of tokenizer.json spell it.
const pattern = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

// vocabularyJSON returns cl100k_base as a tokenizer.json, without its special tokens. Only gpt-tokenizer has an own copy
// of the vocabulary.
func vocabularyJSON() ([]byte, error) {
	ranks, err := cl100k()
	if err != nil {
		return nil, err
	}
	vocab := make(map[string]int, len(ranks))
	tokens := make([]string, len(ranks))
	for token, rank := range ranks {
		tokens[rank] = token
		vocab[spelled(token)] = rank
	}
	merges := [][2]string{}
	for rank, token := range tokens {
		if left, right, ok := mergeOf(token, rank, ranks); ok {
			merges = append(merges, [2]string{spelled(left), spelled(right)})
		}
	}
	type object map[string]any
	return json.Marshal(object{
		"version":      "1.0",
		"truncation":   nil,
		"padding":      nil,
		"added_tokens": []any{},
		"normalizer":   nil,
		"pre_tokenizer": object{"type": "Sequence", "pretokenizers": []object{
			{"type": "Split", "pattern": object{"Regex": pattern}, "behavior": "Isolated", "invert": false},
			{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
		}},
		"post_processor": nil,
		"decoder":        object{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
		"model": object{
			"type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil, "end_of_word_suffix": nil,
			"fuse_unk": false, "byte_fallback": false, "ignore_merges": true, "vocab": vocab, "merges": merges,
		},
	})
}

// cl100k returns the tokens of cl100k_base, which tiktoken-go has in its code, with their ranks.
func cl100k() (map[string]int, error) {
	codec, err := tokenizer.Get(tokenizer.Cl100kBase)
	if err != nil {
		return nil, err
	}
	ranks := make(map[string]int)
	for rank := 0; ; rank++ {
		token, err := codec.Decode([]uint{uint(rank)})
		if err != nil || token == "<|endoftext|>" { // special tokens come behind
			return ranks, nil
		}
		ranks[token] = rank
	}
}

// mergeOf returns the two tokens that a token is merged of: those that are left of it after all merges of lower ranks.
func mergeOf(token string, rank int, ranks map[string]int) (left, right string, ok bool) {
	var parts []string
	for i := range len(token) {
		parts = append(parts, token[i:i+1])
	}
	for len(parts) > 2 {
		best, at := rank, -1
		for i := range len(parts) - 1 {
			if r, ok := ranks[parts[i]+parts[i+1]]; ok && r < best {
				best, at = r, i
			}
		}
		if at < 0 {
			return "", "", false // the text of the token never becomes it by merges
		}
		parts[at] += parts[at+1]
		parts = append(parts[:at+1], parts[at+2:]...)
	}
	if len(parts) < 2 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// spelled spells bytes as byte-level vocabularies do: those that can be printed as they are, the others as the
// characters from U+0100.
func spelled(token string) string {
	var b strings.Builder
	for i := range len(token) {
		b.WriteRune(spelling[token[i]])
	}
	return b.String()
}

var spelling = func() (table [256]rune) {
	next := rune(0x100)
	for c := range rune(256) {
		if c >= '!' && c <= '~' || c >= 0xa1 && c <= 0xac || c >= 0xae {
			table[c] = c
			continue
		}
		table[c] = next
		next++
	}
	return table
}()
