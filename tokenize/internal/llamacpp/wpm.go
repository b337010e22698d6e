package llamacpp

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// A wordPiece is an engine that cuts words into the longest tokens there are,
// from front to back. Words start with ▁, which is in no text. A word of which a
// part is no token is unknown.
type wordPiece struct {
	classTable
	tree         *trie.Trie
	unknown      uint32
	lowercase    bool
	stripAccents bool
}

// makeWordPiece makes the engine of a vocabulary of BERT.
func (l *loader) makeWordPiece() (*wordPiece, error) {
	v := l.v
	e := &wordPiece{classTable: newClassTable(), unknown: v.ids[UNK], lowercase: v.flags[Lowercase], stripAccents: v.flags[StripAccents]}
	var err error
	e.tree, err = treeOf(v.texts, func(uint32) bool { return true })
	return e, err
}

// treeOf returns the trie of the texts of the tokens that are wanted.
func treeOf(texts []string, wanted func(id uint32) bool) (*trie.Trie, error) {
	keys := make([]string, 0, len(texts))
	values := make([]int32, 0, len(texts))
	for id, text := range texts {
		if text != "" && wanted(uint32(id)) {
			keys = append(keys, text)
			values = append(values, int32(id))
		}
	}
	return buildTree(keys, values)
}

// maxNodes bounds a trie, which takes some twenty bytes a node to be built. The
// largest vocabularies have half a million.
const maxNodes = 1 << 21

// buildTree returns the trie of keys, unless it would take too much memory.
func buildTree(keys []string, values []int32) (*trie.Trie, error) {
	if nodes(keys) > maxNodes {
		return nil, config.In("tokenizer.ggml.tokens", config.Unsupported("tokens that begin in more than "+strconv.Itoa(maxNodes)+" ways"))
	}
	tree, err := trie.Build(keys, values)
	if err != nil {
		return nil, config.In("tokenizer.ggml.tokens", config.UnsupportedBy(err))
	}
	return tree, nil
}

// nodes returns how many nodes the trie of keys has, or a number that is larger
// but does no harm.
func nodes(keys []string) int {
	n := 1
	for _, key := range keys {
		n += len(key)
	}
	if n <= maxNodes {
		return n
	}
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	n = 1
	last := ""
	for _, key := range sorted {
		common := 0
		for common < min(len(key), len(last)) && key[common] == last[common] {
			common++
		}
		n += len(key) - common
		last = key
	}
	return n
}

// A bertWord is a word on its way to tokens.
type bertWord struct {
	text  []byte
	spans []span // of the bytes of text, if offsets are wanted
}

// A span is where a byte comes from.
type span struct{ start, end int }

// encode normalizes s, cuts it into words, and appends their tokens.
func (e *wordPiece) encode(out *output, s string, _ bool) error {
	w := &out.bert
	w.text, w.spans = w.text[:0], w.spans[:0]
	for i := 0; i < len(s); {
		r, size := decodeAny(s, i)
		start, end := i, i+size
		i = end
		if e.stripAccents {
			r = e.decompose(r)
		}
		c := e.of(r)
		switch {
		case c&space != 0:
			if err := e.finish(out, w); err != nil {
				return err
			}
			continue
		case r == 0 || r == 0xfffd || c&control != 0 || e.stripAccents && c&mark != 0:
			continue
		}
		alone := c&punct != 0 || c&symbol != 0 && r < 0x7f || isChinese(r)
		if alone {
			if err := e.finish(out, w); err != nil {
				return err
			}
		}
		if e.lowercase {
			r = e.lower(r)
		}
		from := len(w.text)
		w.text = appendRune(w.text, r)
		if out.offsets {
			for range len(w.text) - from {
				w.spans = append(w.spans, span{start, end})
			}
		}
		if alone {
			if err := e.finish(out, w); err != nil {
				return err
			}
		}
	}
	return e.finish(out, w)
}

// finish appends the tokens of a word, if there is one, and empties it.
func (e *wordPiece) finish(out *output, w *bertWord) error {
	if len(w.text) == 0 {
		return nil
	}
	err := e.cut(out, w)
	w.text, w.spans = w.text[:0], w.spans[:0]
	out.word++
	return err
}

func (e *wordPiece) cut(out *output, w *bertWord) error {
	ids, tokens := len(out.ids), len(out.tokens)
	const before = len(escapedSpace)
	for i, n := 0, before+len(w.text); i < n; {
		node, end, id := trie.Root, i, trie.None
		for j := i; j < n; j++ {
			b := escapedSpace[min(j, before-1)]
			if j >= before {
				b = w.text[j-before]
			}
			next, ok := e.tree.Step(node, b)
			if !ok {
				break
			}
			node = next
			if value := e.tree.Value(node); value != trie.None {
				id, end = value, j+1
			}
		}
		if id == trie.None {
			if e.unknown == none {
				return model.ErrNoUnknown
			}
			out.ids, out.tokens = out.ids[:ids], out.tokens[:tokens]
			e.add(out, w, e.unknown, 0, len(w.text))
			return nil
		}
		e.add(out, w, uint32(id), i-before, end-before)
		i = end
	}
	return nil
}

// add appends a token for bytes of a word.
func (e *wordPiece) add(out *output, w *bertWord, id uint32, start, end int) {
	if !out.offsets {
		out.add(id, 0, 0)
		return
	}
	from := w.spans[max(start, 0)].start
	to := from
	if end > 0 {
		to = w.spans[end-1].end
	}
	out.add(id, from, to)
}

// isChinese reports whether r is in one of the blocks whose characters are words
// each. One of them begins late, by a mistake of Hugging Face's that llama.cpp
// repeats: U+2B920 would be U+2B820.
func isChinese(r rune) bool {
	switch {
	case r < 0x3400:
		return false
	case r <= 0x9fff:
		return r <= 0x4dbf || r >= 0x4e00
	case r < 0x20000:
		return 0xf900 <= r && r <= 0xfaff
	}
	return r <= 0x2a6df || 0x2a700 <= r && r <= 0x2b81f || 0x2b920 <= r && r <= 0x2ceaf || 0x2f800 <= r && r <= 0x2fa1f
}

// decompose returns the first character of the canonical decomposition of r,
// which is all that llama.cpp has of it: of a syllable of Hangul only the first
// letter is left.
func (e *wordPiece) decompose(r rune) rune {
	switch {
	case r < 0xc0 || e.of(r) == 0:
		return r
	case 0xac00 <= r && r <= 0xd7a3:
		return 0x1100 + (r-0xac00)/588
	}
	var b [utf8.UTFMax]byte
	if d := norm.NFD.Properties(b[:utf8.EncodeRune(b[:], r)]).Decomposition(); d != nil {
		r, _ = utf8.DecodeRune(d)
	}
	return r
}
