package sentencepiece

import "github.com/nibble-go/nibble/tokenize/internal/trie"

// symbols finds user-defined symbols.
type symbols struct {
	texts *trie.Trie
	ids   []int32
	first [256]bool // bytes that symbols begin with
}

// maxSymbols is how many symbols that begin a text SentencePiece looks at.
const maxSymbols = 64

// newSymbols returns nil if there are none.
func newSymbols(texts []string, ids []int32) (*symbols, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	t, err := trie.Build(texts, ids)
	if err != nil {
		return nil, vocabularyError(err)
	}
	s := &symbols{texts: t, ids: ids}
	for _, text := range texts {
		s.first[text[0]] = true
	}
	return s, nil
}

// longest returns the size and the id of the longest symbol that text[i:]
// begins with; 0 if there is none.
func longest[T string | []byte](s *symbols, text T, i int) (size int, id int32) {
	if s == nil || !s.first[text[i]] {
		return 0, 0
	}
	node := trie.Root
	found := 0
	for j := i; j < len(text) && found < maxSymbols; j++ {
		next, ok := s.texts.Step(node, text[j])
		if !ok {
			break
		}
		node = next
		if v := s.texts.Value(node); v != trie.None {
			size, id = j+1-i, v
			found++
		}
	}
	return size, id
}
