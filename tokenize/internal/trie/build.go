package trie

import (
	"errors"
	"math/bits"
	"slices"
	"strconv"
)

const (
	blockSize = 256
	maxSlots  = 1 << 24 // what a base of 24 bits reaches

	// A block in which the children of so many nodes found no place is left as
	// it is. That bounds the search, and leaves few slots unused: 3 of 100 for Llama 3.
	maxFails = 16
)

var (
	// ErrDuplicate reports a key that is there twice.
	ErrDuplicate = errors.New("trie: duplicate key")

	// ErrSize reports more nodes than a Trie can hold, some 16 million.
	ErrSize = errors.New("trie: too many nodes")

	errValues = errors.New("trie: not one value of 0 or more for each key")
)

// duplicate is a key that is there twice.
type duplicate string

func (d duplicate) Error() string { return ErrDuplicate.Error() + " " + strconv.Quote(string(d)) }

func (d duplicate) Unwrap() error { return ErrDuplicate }

// Build returns the trie of keys, in any order, with the value of each, which
// must not be negative.
func Build(keys []string, values []int32) (*Trie, error) {
	return buildWithin(maxSlots/blockSize, keys, values)
}

func buildWithin(maxBlocks int, keys []string, values []int32) (*Trie, error) {
	if len(keys) != len(values) || slices.ContainsFunc(values, func(v int32) bool { return v < 0 }) {
		return nil, errValues
	}
	b := &builder{keys: sortedKeys(keys, values), maxBlocks: maxBlocks}
	b.slots = make([]slot, 0, 3*len(keys)+2*blockSize) // enough for most vocabularies
	b.blocks = make([]block, 0, cap(b.slots)/blockSize+1)
	b.reserveRoot()
	if err := b.build(); err != nil {
		return nil, err
	}
	return &Trie{slots: slices.Clone(b.slots)}, nil
}

// builder makes the slots of a Trie.
type builder struct {
	keys   []key
	slots  []slot
	blocks []block
	open   []int // blocks where children may be placed, oldest first

	maxBlocks int

	todo     []task
	children []child // of the node in hand
}

// A block is what is taken of 256 slots.
type block struct {
	free  set // slots without a node
	bases set // numbers that are the base of a node, less that of the block
	fails int // nodes whose children did not fit
}

// A group is the keys from lo to hi, which have the first depth bytes in common.
type group struct{ lo, hi, depth int }

// A task is a node whose children are to be placed.
type task struct {
	node uint32
	group
}

type child struct {
	label byte
	group
}

// reserveRoot gives the first block to the root alone. Its slots claim to be
// children of a base that no node has. A node without children has base 0,
// which none of the slots claims.
func (b *builder) reserveRoot() {
	b.blocks = append(b.blocks, block{})
	for i := range uint32(blockSize) {
		b.slots = append(b.slots, slot{link: i ^ 1, value: None})
	}
}

func (b *builder) build() error {
	b.todo = append(b.todo, task{uint32(Root), group{hi: len(b.keys)}})
	for len(b.todo) > 0 {
		last := len(b.todo) - 1
		t := b.todo[last]
		b.todo = b.todo[:last]
		expand := b.expand
		if t.lo+1 == t.hi {
			expand = b.finish
		}
		if err := expand(t); err != nil {
			return err
		}
	}
	b.settleFree()
	return nil
}

// expand gives a node its value and places its children.
func (b *builder) expand(t task) error {
	if t.lo < t.hi && len(b.keys[t.lo].text) == t.depth {
		b.slots[t.node].value = b.keys[t.lo].value
		t.lo++
		if t.lo < t.hi && len(b.keys[t.lo].text) == t.depth {
			return duplicate(b.keys[t.lo].text)
		}
	}
	if t.lo == t.hi {
		return nil
	}
	b.children = b.children[:0]
	for lo := t.lo; lo < t.hi; {
		label := b.keys[lo].text[t.depth]
		hi := lo + 1
		for hi < t.hi && b.keys[hi].text[t.depth] == label {
			hi++
		}
		b.children = append(b.children, child{label, group{lo, hi, t.depth + 1}})
		lo = hi
	}
	base, err := b.place()
	if err != nil {
		return err
	}
	b.slots[t.node].link |= base << 8
	// The child that comes first in the order of keys is expanded first, so
	// that what stands together in that order stands together in memory.
	for i := len(b.children) - 1; i >= 0; i-- {
		c := &b.children[i]
		node := base ^ uint32(c.label)
		b.slots[node] = slot{link: uint32(c.label), value: None}
		b.todo = append(b.todo, task{node, c.group})
	}
	return nil
}

// finish places what is left of the only key that begins with a node's prefix.
// Four of five nodes are of that kind.
func (b *builder) finish(t task) error {
	k := &b.keys[t.lo]
	node := t.node
	for _, label := range []byte(k.text[t.depth:]) {
		b.children = append(b.children[:0], child{label: label})
		base, err := b.place()
		if err != nil {
			return err
		}
		b.slots[node].link |= base << 8
		node = base ^ uint32(label)
		b.slots[node] = slot{link: uint32(label), value: None}
	}
	b.slots[node].value = k.value
	return nil
}

// place finds a base for the children and takes their slots.
func (b *builder) place() (base uint32, err error) {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := b.open[i]
		k := &b.blocks[n]
		low, ok := k.place(b.children)
		if !ok {
			k.fails++
		}
		if k.fails == maxFails || k.free == (set{}) {
			b.open = slices.Delete(b.open, i, i+1)
		}
		if ok {
			return uint32(n)*blockSize | uint32(low), nil
		}
	}
	n := len(b.blocks)
	if n == b.maxBlocks {
		return 0, ErrSize
	}
	b.open = append(b.open, n)
	b.blocks = append(b.blocks, block{free: fullSet})
	b.slots = slices.Grow(b.slots, blockSize)[:len(b.slots)+blockSize]
	low, _ := b.blocks[n].place(b.children)
	return uint32(n)*blockSize | uint32(low), nil
}

// place does so within one block, if it can: it puts the first child in each
// free slot until the others fit.
func (k *block) place(children []child) (base byte, ok bool) {
	label := children[0].label
	for i, word := range k.free {
		for ; word != 0; word &= word - 1 {
			base := byte(i<<6|bits.TrailingZeros64(word)) ^ label
			if !k.bases.has(base) && k.fits(base, children[1:]) {
				k.take(base, children)
				return base, true
			}
		}
	}
	return 0, false
}

func (k *block) fits(base byte, children []child) bool {
	for i := range children {
		if !k.free.has(base ^ children[i].label) {
			return false
		}
	}
	return true
}

func (k *block) take(base byte, children []child) {
	k.bases.add(base)
	for i := range children {
		k.free.remove(base ^ children[i].label)
	}
}

// settleFree makes the free slots claim to be children of a base that no node
// has. Each block with a free slot has one: every base in use there takes at
// least one slot of the block.
func (b *builder) settleFree() {
	for n := range b.blocks {
		k := &b.blocks[n]
		if k.free == (set{}) {
			continue
		}
		unused := k.bases.complement().first()
		for low := range blockSize {
			if k.free.has(byte(low)) {
				b.slots[n*blockSize+low] = slot{link: uint32(byte(low) ^ unused), value: None}
			}
		}
	}
}
