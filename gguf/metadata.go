package gguf

import (
	"iter"
	"maps"
	"slices"
)

// Metadata is an ordered list of keys and values. The zero value is empty and
// ready to use.
type Metadata struct {
	entries []entry
	index   map[string]int // of the key in entries
}

type entry struct {
	key   string
	value Value
}

// grow makes room for n keys, of which the caller knows that they may come.
func (m *Metadata) grow(n int) {
	m.entries = slices.Grow(m.entries, n)
	if m.index == nil {
		m.index = make(map[string]int, n)
	}
}

// Set gives key a value. A key that is there keeps its position.
func (m *Metadata) Set(key string, v Value) {
	if i, ok := m.index[key]; ok {
		m.entries[i].value = v
		return
	}
	m.add(key, v)
}

// add is Set for a key that is not there.
func (m *Metadata) add(key string, v Value) {
	if m.index == nil {
		m.index = make(map[string]int)
	}
	m.index[key] = len(m.entries)
	m.entries = append(m.entries, entry{key, v})
}

// Get returns the value of key.
func (m *Metadata) Get(key string) (Value, bool) {
	i, ok := m.index[key]
	if !ok {
		return Value{}, false
	}
	return m.entries[i].value, true
}

// Delete removes key, if it is there.
func (m *Metadata) Delete(key string) {
	at, ok := m.index[key]
	if !ok {
		return
	}
	delete(m.index, key)
	m.entries = slices.Delete(m.entries, at, at+1)
	for i := at; i < len(m.entries); i++ {
		m.index[m.entries[i].key] = i
	}
}

// Len returns the number of keys.
func (m *Metadata) Len() int { return len(m.entries) }

// All returns the keys and values in order.
func (m *Metadata) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, e := range m.entries {
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Clone returns a copy that can be changed without changing m.
func (m *Metadata) Clone() *Metadata {
	return &Metadata{entries: slices.Clone(m.entries), index: maps.Clone(m.index)}
}
