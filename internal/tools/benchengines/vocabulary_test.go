package main

import (
	"slices"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

func TestMergeOf(t *testing.T) {
	ranks := map[string]int{"a": 0, "b": 1, "c": 2, "bc": 3, "ab": 4, "abc": 5, "\xc3": 6, "\xa9": 7, "\xc3\xa9": 8, "ca": 10, "cab": 9}
	for token, want := range map[string][2]string{
		"a":        {},
		"ab":       {"a", "b"},
		"abc":      {"a", "bc"}, // the lower rank merges first
		"\xc3\xa9": {"\xc3", "\xa9"},
		"cab":      {"c", "ab"},
		"bca":      {"bc", "a"},
		"ccc":      {}, // nothing merges
	} {
		rank, there := ranks[token]
		if !there {
			rank = len(ranks)
		}
		left, right, ok := mergeOf(token, rank, ranks)
		if got := [2]string{left, right}; got != want || ok != (want[0] != "") {
			t.Errorf("%q is merged of %q, want %q", token, got, want)
		}
	}
}

// Every byte comes back, and known texts have the ids that OpenAI's tiktoken gives them.
func TestVocabulary(t *testing.T) {
	data, err := vocabularyJSON()
	if err != nil {
		t.Fatal(err)
	}
	tok, err := tokenize.Read(vocabularyFile, data, tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]uint32{
		"hello world":        {15339, 1917},
		"tiktoken is great!": {83, 1609, 5963, 374, 2294, 0},
	} {
		ids, err := tok.AppendIDs(nil, text, tokenize.Options{})
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%q: ids %v, error %v, want %v", text, ids, err, want)
		}
	}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	ids, err := tok.AppendIDs(nil, string(every), tokenize.Options{})
	if got := tok.AppendText(nil, ids, tokenize.DecodeOptions{}); err != nil || string(got) != string(every) {
		t.Errorf("every byte becomes %q, error %v", got, err)
	}
}
