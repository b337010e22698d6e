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
	// it is. That bounds the search, and leaves 3 to 10 slots of 100 unused.
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
	b := &builder{sorter: newSorter(keys), values: values, maxBlocks: maxBlocks}
	// Most keys of a vocabulary add two nodes.
	b.slots = make([]slot, 0, 2*len(keys)+2*blockSize)
	b.blocks = make([]block, 0, cap(b.slots)/blockSize+1)
	b.reserveRoot()
	if err := b.build(); err != nil {
		return nil, err
	}
	return &Trie{slots: slices.Clip(b.slots)}, nil
}

// builder makes the slots of a Trie.
type builder struct {
	sorter
	values []int32
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
		if err := b.expand(t); err != nil {
			return err
		}
	}
	b.settleFree()
	return nil
}

// expand gives a node its value and places its children.
func (b *builder) expand(t task) error {
	b.sort(&t.group)
	if key, ok := b.ends(t.group); ok {
		b.slots[t.node].value = b.values[b.order[t.lo]]
		t.lo++
		if _, ok := b.ends(t.group); ok {
			return duplicate(key)
		}
	}
	if t.lo == t.hi {
		return nil
	}
	b.children = b.children[:0]
	for lo := t.lo; lo < t.hi; {
		g, label := b.next(t.group, lo)
		b.children = append(b.children, child{label, g})
		lo = g.hi
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

// place finds a base for the children and takes their slots.
func (b *builder) place() (base uint32, err error) {
	for i := len(b.open) - 1; i >= 0; i-- {
		n := b.open[i]
		k := &b.blocks[n]
		low, ok := k.place(b.children)
		if !ok {
			k.fails++
		}
		if k.free == (set{}) || k.fails == maxFails {
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
	b.slots = append(b.slots, make([]slot, blockSize)...)
	low, _ := b.blocks[n].place(b.children)
	return uint32(n)*blockSize | uint32(low), nil
}

// place does so within one block, if it can.
func (k *block) place(children []child) (base byte, ok bool) {
	candidates := k.free.xor(children[0].label).and(k.bases.complement())
	for i, word := range candidates {
		for ; word != 0; word &= word - 1 {
			base := byte(i<<6 | bits.TrailingZeros64(word))
			if k.fits(base, children[1:]) {
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
