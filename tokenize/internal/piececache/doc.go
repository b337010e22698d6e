// Package piececache remembers the tokens of short pieces of text, such as
// words, which come up again and again.
//
// A [Cache] is a table of pointers to entries that never change. Reading one is
// an atomic load, so any number of goroutines use a Cache without waiting for
// each other; two that write the same slot at once lose one of two entries,
// which costs time but is not wrong. The memory is bounded: entries have a
// fixed size, and pieces that do not fit in one are not remembered.
package piececache
