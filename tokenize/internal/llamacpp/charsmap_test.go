package llamacpp

import (
	"encoding/binary"
	"slices"
	"testing"
)

// A charsmapNode is a prefix of the keys of a charsmap.
type charsmapNode struct {
	children map[byte]*charsmapNode
	value    int // -1: none
}

// A charsmapBuilder compiles replacements as SentencePiece does.
type charsmapBuilder struct {
	array []uint32
	used  map[int]bool
}

// place finds a base for a node that stands at an index, and places what follows.
func (b *charsmapBuilder) place(n *charsmapNode, at int) {
	base := 256
	for !b.fits(n, base) {
		base++
	}
	b.array[at] |= uint32(at^base) << 10
	if n.value >= 0 {
		b.array[at] |= 1 << 8
		b.used[base] = true
		b.array[base] = 1<<31 | uint32(n.value)
	}
	for c := range n.children {
		b.used[base^int(c)] = true
		b.array[base^int(c)] = uint32(c)
	}
	for c := range 256 {
		if child := n.children[byte(c)]; child != nil {
			b.place(child, base^c)
		}
	}
}

func (b *charsmapBuilder) fits(n *charsmapNode, base int) bool {
	if n.value >= 0 && b.used[base] {
		return false
	}
	for c := range n.children {
		if b.used[base^int(c)] {
			return false
		}
	}
	return true
}

func buildCharsmap(replacements map[string]string) []byte {
	root := &charsmapNode{children: map[byte]*charsmapNode{}, value: -1}
	var texts []byte
	var keys []string
	for key := range replacements {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		n := root
		for _, c := range []byte(key) {
			if n.children[c] == nil {
				n.children[c] = &charsmapNode{children: map[byte]*charsmapNode{}, value: -1}
			}
			n = n.children[c]
		}
		n.value = len(texts)
		texts = append(append(texts, replacements[key]...), 0)
	}
	b := &charsmapBuilder{array: make([]uint32, 1<<10), used: map[int]bool{0: true}}
	b.place(root, 0)
	blob := binary.LittleEndian.AppendUint32(nil, uint32(4*len(b.array)))
	for _, entry := range b.array {
		blob = binary.LittleEndian.AppendUint32(blob, entry)
	}
	return append(blob, texts...)
}

var smallMap = map[string]string{
	"Å": "A", "é": "e\u0301", "ﬁ": "fi", "①": "1", "\u00a0": " ", "\u3000": " ", "bc": "d", "bcc": "", "\u212a": "K", "\t": " ",
}

func TestCharsmap(t *testing.T) {
	m, err := newCharsmap(buildCharsmap(smallMap))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range smallMap {
		if got, n := m.find(key + "x"); n != len(key) || string(got) != want {
			t.Errorf("%q: %q of %d bytes, want %q", key, got, n, want)
		}
	}
	for _, s := range []string{"", "x", "b", "\x00", "\xe2"} {
		if got, n := m.find(s); n != 0 {
			t.Errorf("%q: %q of %d bytes", s, got, n)
		}
	}
}

// What a charsmap says is held against what it is.
func TestBadCharsmaps(t *testing.T) {
	good := buildCharsmap(smallMap)
	for _, bad := range [][]byte{{1}, {1, 2, 3}, {0, 0, 0, 0}, {4, 0, 0, 0, 1, 2, 3, 4}, {0xff, 0xff, 0xff, 0xff, 0}, good[:len(good)-1]} {
		if _, err := newCharsmap(bad); err == nil {
			t.Errorf("%d bytes: no error", len(bad))
		}
	}
	// Any array is walked within its bounds.
	for seed := range uint32(200) {
		blob := slices.Clone(good)
		state := seed*2654435761 + 1
		for range 50 {
			state ^= state << 13
			state ^= state >> 17
			state ^= state << 5
			blob[4+state%uint32(len(blob)-5)] ^= byte(state >> 24)
		}
		m, err := newCharsmap(blob)
		if err != nil {
			t.Fatal(err)
		}
		for key := range smallMap {
			if _, n := m.find(key); n > len(key) {
				t.Errorf("%q: %d bytes", key, n)
			}
		}
	}
}
