package trie

import (
	"cmp"
	"slices"
)

// A key with its first bytes as a number that sorts as they do. Comparing those
// is most of the sorting.
type key struct {
	head  uint64
	text  string
	value int32
}

// many keys are distributed before they are sorted.
const many = 1 << 14

// sortedKeys returns the keys in order.
func sortedKeys(texts []string, values []int32) []key {
	keys := make([]key, len(texts))
	for i, text := range texts {
		keys[i] = key{head(text), text, values[i]}
	}
	if len(keys) < many {
		slices.SortFunc(keys, compareKeys)
		return keys
	}
	return distribute(keys)
}

// distribute sorts keys by their first two bytes, and then those that have them
// in common.
func distribute(keys []key) []key {
	var ends [1<<16 + 1]int32
	for i := range keys {
		ends[keys[i].head>>48+1]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	out := make([]key, len(keys))
	for i := range keys {
		at := &ends[keys[i].head>>48]
		out[*at] = keys[i]
		*at++
	}
	start := int32(0)
	for _, end := range ends[:1<<16] {
		if end-start > 1 {
			slices.SortFunc(out[start:end], compareKeys)
		}
		start = end
	}
	return out
}

func compareKeys(a, b key) int {
	if a.head != b.head {
		return cmp.Compare(a.head, b.head)
	}
	return cmp.Compare(a.text, b.text)
}

func head(text string) (h uint64) {
	if len(text) >= 8 {
		return uint64(text[0])<<56 | uint64(text[1])<<48 | uint64(text[2])<<40 | uint64(text[3])<<32 |
			uint64(text[4])<<24 | uint64(text[5])<<16 | uint64(text[6])<<8 | uint64(text[7])
	}
	for i := range len(text) {
		h |= uint64(text[i]) << (56 - 8*i)
	}
	return h
}
