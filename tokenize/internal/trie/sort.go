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

// sortedKeys returns the keys in order. They are distributed by their first two
// bytes before they are sorted.
func sortedKeys(texts []string, values []int32) []key {
	var ends [1<<16 + 1]int32
	for _, text := range texts {
		ends[bucket(text)+1]++
	}
	for i := 1; i < len(ends); i++ {
		ends[i] += ends[i-1]
	}
	keys := make([]key, len(texts))
	for i, text := range texts {
		at := &ends[bucket(text)]
		keys[*at] = key{head(text), text, values[i]}
		*at++
	}
	start := int32(0)
	for _, end := range ends[:1<<16] {
		if end-start > 1 {
			slices.SortFunc(keys[start:end], compareKeys)
		}
		start = end
	}
	return keys
}

func compareKeys(a, b key) int {
	if a.head != b.head {
		return cmp.Compare(a.head, b.head)
	}
	return cmp.Compare(a.text, b.text)
}

// bucket returns the first two bytes of a key, with zeros for those that are
// not there, as in its head.
func bucket(text string) int {
	switch len(text) {
	case 0:
		return 0
	case 1:
		return int(text[0]) << 8
	}
	return int(text[0])<<8 | int(text[1])
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
