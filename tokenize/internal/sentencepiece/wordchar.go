package sentencepiece

import (
	"bytes"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// words is the segmenter of words: pieces that start with ▁, whole.
type words struct{ lookup *trie.Trie }

func newWords(v *vocabulary) (segmenter, error) {
	t, err := v.withoutUnused().lookup()
	return words{t}, err
}

func (s words) segment(w *work) error {
	for start := 0; start < len(w.normal); {
		end := len(w.normal)
		if i := bytes.Index(w.normal[start+1:], []byte(space)); i >= 0 {
			end = start + 1 + i
		}
		w.put(find(s.lookup, w.normal[start:end]), end)
		start = end
	}
	return nil
}

// chars is the segmenter of characters and user-defined symbols.
type chars struct {
	lookup  *trie.Trie
	symbols *symbols
}

func newChars(v *vocabulary) (segmenter, error) {
	t, err := v.withoutUnused().lookup()
	return chars{t, v.symbols}, err
}

func (s chars) segment(w *work) error {
	for start := 0; start < len(w.normal); {
		size, id := longest(s.symbols, w.normal, start)
		if size == 0 {
			_, size = utf8.DecodeRune(w.normal[start:])
			id = find(s.lookup, w.normal[start:start+size])
		}
		start += size
		w.put(id, start)
	}
	return nil
}

// withoutUnused returns the vocabulary without pieces of type Unused.
func (v *vocabulary) withoutUnused() *vocabulary {
	if !v.unused {
		return v
	}
	used := *v
	used.texts, used.ids, used.unused = nil, nil, false
	for i, id := range v.ids {
		if v.pieces[id].Type != Unused {
			used.texts, used.ids = append(used.texts, v.texts[i]), append(used.ids, id)
		}
	}
	return &used
}

// find returns the id of the piece of that text, or unknownID.
func find(t *trie.Trie, text []byte) int32 {
	node := trie.Root
	for _, b := range text {
		next, ok := t.Step(node, b)
		if !ok {
			return unknownID
		}
		node = next
	}
	return t.Value(node)
}
