package trie

// Root is the node of the empty prefix.
const Root int32 = 0

// None is the value of a node whose prefix is no key.
const None int32 = -1

// A Trie is immutable and safe for concurrent use.
type Trie struct {
	slots []slot // a multiple of blockSize, so that base^byte is never beyond them
}

type slot struct {
	link  uint32 // base<<8 | byte that leads here
	value int32
}

// Step returns the child of a node for the byte b, if it has one. What it
// returns otherwise must not be used.
func (t *Trie) Step(node int32, b byte) (next int32, ok bool) {
	i := t.slots[node].link>>8 ^ uint32(b)
	return int32(i), byte(t.slots[i].link) == b
}

// Value returns the value of the key that ends at the node, or None.
func (t *Trie) Value(node int32) int32 { return t.slots[node].value }

// Size returns the bytes of memory that the trie takes.
func (t *Trie) Size() int { return 8 * len(t.slots) }
