package normalize_test

import (
	"encoding/binary"
	"slices"
	"strings"
)

// buildCharsmap makes a charsmap, with one block of units for each node.
func buildCharsmap(rules map[string]string) []byte {
	type node struct {
		children map[byte]*node
		text     int // -1: no key ends here
	}
	newNode := func() *node { return &node{children: map[byte]*node{}, text: -1} }
	root := newNode()
	var texts []byte
	keys := make([]string, 0, len(rules))
	for key := range rules {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		n := root
		for i := range len(key) {
			if n.children[key[i]] == nil {
				n.children[key[i]] = newNode()
			}
			n = n.children[key[i]]
		}
		n.text = len(texts)
		texts = append(append(texts, rules[key]...), 0)
	}
	units := make([]uint32, 256)
	var place func(n *node, at uint32, label uint32)
	place = func(n *node, at, label uint32) {
		base := uint32(len(units))
		units = append(units, make([]uint32, 256)...)
		units[at] = (at^base)<<10 | label
		if n.text >= 0 {
			units[at] |= 1 << 8
			units[base] = 1<<31 | uint32(n.text)
		}
		labels := make([]byte, 0, len(n.children))
		for c := range n.children {
			labels = append(labels, c)
		}
		slices.Sort(labels)
		for _, c := range labels {
			place(n.children[c], base^uint32(c), uint32(c))
		}
	}
	place(root, 0, 0)
	blob := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, unit := range units {
		blob = binary.LittleEndian.AppendUint32(blob, unit)
	}
	return append(blob, texts...)
}

// testCharsmap has rules of all kinds: removal, growth, shrinking, keys that
// begin others, keys of several characters.
func testCharsmap() []byte {
	rules := map[string]string{
		"\t": " ", "\n": " ", "\r": " ", "\u200b": "", "\u00ad": "", "\u0000": "x",
		"ﬁ": "fi", "①": "1", "…": "...", "㍿": "株式会社", "\ufdfa": "صلى الله عليه وسلم",
		"e\u0301": "é", "é": "e\u0301", "a\u0300": "à", "a\u0301\u0323": "A", "x": "", "q": "quu", "qu": "k",
		"\u0301": "´", "\u0308": "", "가": "ga", "\u1100\u1161": "가", "क": "ka", "क\u094d": "k", "\u0600": "N", "\u0600a": "Na",
		"©": "(c)", "日": "sun", "日本": "nippon", "👍": "+1", "Ａ": "A", "\r\n": "!",
	}
	for i, r := range "ｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐ" {
		rules[string(r)] = string("bcdefghijklmnop"[i/3])
	}
	for i := range 20 {
		rules[string(rune(0x310+i))] = strings.Repeat("m", i%3)
	}
	return buildCharsmap(rules)
}
