// Package trie finds the keys of a fixed set that a text begins with, one byte
// after the other.
//
// # Terminology
//
//   - A node stands for a prefix of keys; [Root] for the empty one.
//   - A step goes from a node to its child for a byte, whose prefix is longer
//     by that byte.
//   - A node whose prefix is a key has the key's value.
//
// # Layout
//
// The trie is a double array: a node is the index of a slot, and the slot has a
// base, so that the child for byte b has slot base^b. No two nodes have the same
// base, so a slot needs no more than the byte that leads to it to tell whose
// child it holds: with base and byte in one word, a step touches eight bytes
// and no more. The 128,000 tokens of Llama 3 take 2.5 MB.
package trie
