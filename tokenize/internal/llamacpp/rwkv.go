package llamacpp

import (
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A greedy is an engine that takes the longest token, again and again.
type greedy struct {
	tree    *trie.Trie
	unknown uint32
}

// makeGreedy makes the engine of a vocabulary of RWKV. Of tokens that stand for
// the same bytes the last counts.
func (l *loader) makeGreedy() (*greedy, error) {
	ids := make(map[string]int32, len(l.v.texts))
	for id, text := range l.v.texts {
		if strings.IndexByte(text, '\\') >= 0 {
			text = string(appendUnescaped(nil, text))
		}
		ids[text] = int32(id)
	}
	delete(ids, "")
	keys := make([]string, 0, len(ids))
	values := make([]int32, 0, len(ids))
	for text, id := range ids {
		keys = append(keys, text)
		values = append(values, id)
	}
	tree, err := buildTree(keys, values)
	if err != nil {
		return nil, err
	}
	return &greedy{tree: tree, unknown: l.v.ids[UNK]}, nil
}

// encode appends the tokens of s. A byte at which none starts is unknown.
func (e *greedy) encode(out *output, s string, _ bool) error {
	for i := 0; i < len(s); {
		id, end := int32(-1), i+1
		node := trie.Root
		for j := i; j < len(s); j++ {
			next, ok := e.tree.Step(node, s[j])
			if !ok {
				break
			}
			node = next
			if value := e.tree.Value(node); value != trie.None {
				id, end = value, j+1
			}
		}
		switch {
		case id >= 0:
			out.add(uint32(id), i, end)
		case e.unknown == none:
			return model.ErrNoUnknown
		default:
			out.add(e.unknown, i, end)
		}
		i = end
	}
	out.word++
	return nil
}

// complete reports whether each byte has a token.
func (e *greedy) complete() bool {
	for b := range 256 {
		if node, ok := e.tree.Step(trie.Root, byte(b)); !ok || e.tree.Value(node) == trie.None {
			return false
		}
	}
	return true
}
