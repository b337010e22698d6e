package llamacpp

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A bytePair is an engine that splits a text into pieces and merges the symbols
// of each.
type bytePair struct {
	merger
	classTable
	stages   []stage
	whole    map[string]uint32 // pieces that are a token are that token; if the merger cannot tell
	newlines map[int]uint32    // tokens of so many newlines, which pieces of them are
	escape   bool              // ▁ is a space
	cuts     cuts
	pool     sync.Pool // *splitter
}

// A mergeLoader makes the merger of a vocabulary with merges.
type mergeLoader struct {
	v       *Vocabulary
	raw     bool // symbols are characters, not bytes
	tokens  []string
	ids     map[string]uint32 // by spelling
	virtual map[string]uint32 // the same of virtual tokens
	spelled []string          // the spellings of virtual tokens
	buf     []byte
}

// lookup returns the token of a spelling, or none.
func (m *mergeLoader) lookup(spelling []byte) uint32 {
	if id, ok := m.ids[string(spelling)]; ok {
		return id
	}
	if id, ok := m.virtual[string(spelling)]; ok {
		return id
	}
	return none
}

// makeBytePair makes the engine of a vocabulary with merges.
func (l *loader) makeBytePair() (*bytePair, error) {
	v := l.v
	if l.c.Merges == nil && v.pre != "kimi-k2" {
		return nil, config.In("tokenizer.ggml.merges", config.Malformed("missing"))
	}
	e := &bytePair{classTable: newClassTable(), escape: v.escape, cuts: cutsOf(v.preName.preType)}
	e.stages = v.preName.stages(e.classTable)
	m := mergeLoader{v: v, raw: v.preName.raw, ids: l.byText, virtual: make(map[string]uint32)}
	m.tokens = make([]string, len(v.texts), len(v.texts)+256)
	for id, text := range v.texts {
		m.tokens[id], _ = m.respell(text)
	}
	merges, err := m.merges(l.c.Merges)
	if err != nil {
		return nil, err
	}
	made := len(m.tokens) > len(v.texts)
	m.addAlphabet()
	c := bpe.Config{Tokens: m.tokens, Merges: merges, ByteLevel: !m.raw, ByteFallback: m.raw, CacheSize: l.c.CacheSize}
	if v.preName.traits&ignoreMerges != 0 {
		c.WholeFirst = !made
		if made {
			e.whole = make(map[string]uint32, len(v.texts))
			for id, text := range m.tokens[:len(v.texts)] {
				if text != "" {
					e.whole[text] = uint32(id)
				}
			}
		}
	}
	if v.preName.traits&wholeNewlines != 0 {
		e.newlines = make(map[int]uint32)
		for id, text := range v.texts {
			if strings.Trim(text, "\n") == "" {
				e.newlines[len(text)] = uint32(id)
			}
		}
	}
	if e.bpe, err = bpe.New(&c); err != nil {
		return nil, config.In("tokenizer.ggml.merges", err)
	}
	e.count = uint32(len(v.texts))
	e.virtual = m.bits()
	return e, nil
}

// respell returns the text that a spelling stands for: its bytes, or its
// characters with spaces for ▁. It is false for what no text is spelled like.
func (m *mergeLoader) respell(spelling string) (string, bool) {
	switch {
	case !m.raw:
		decoded, ok := bytelevel.AppendDecoded(m.buf[:0], spelling)
		if m.buf = decoded[:0]; !ok {
			return "", false
		}
		if string(decoded) == spelling {
			return spelling, true
		}
		return string(decoded), true
	case !utf8.ValidString(spelling):
		return "", false
	case m.v.escape && strings.Contains(spelling, " "):
		return "", false
	case m.v.escape:
		return strings.ReplaceAll(spelling, escapedSpace, " "), true
	}
	return spelling, true
}

// token returns the token of a spelling, which is a virtual one if the
// vocabulary has none.
func (m *mergeLoader) token(spelling string) (uint32, bool) {
	if id := m.lookup([]byte(spelling)); id != none {
		return id, m.tokens[id] != ""
	}
	text, ok := m.respell(spelling)
	if !ok {
		return 0, false
	}
	return m.add(spelling, text), true
}

// add adds a virtual token.
func (m *mergeLoader) add(spelling, text string) uint32 {
	id := uint32(len(m.tokens))
	m.tokens = append(m.tokens, text)
	m.virtual[spelling] = id
	m.spelled = append(m.spelled, spelling)
	return id
}

// merges returns the merges of a list, in which two spellings stand with a space
// between them. Of equal ones the first counts.
func (m *mergeLoader) merges(list []string) ([]bpe.Merge, error) {
	out := make([]bpe.Merge, 0, len(list))
	seen := make(map[uint64]struct{}, len(list))
	for i, merge := range list {
		space := -1
		if len(merge) > 1 {
			space = strings.IndexByte(merge[1:], ' ') + 1
		}
		if space <= 0 || space == len(merge)-1 {
			continue // merges nothing, as in llama.cpp
		}
		left, ok := m.token(merge[:space])
		if !ok {
			continue
		}
		right, ok := m.token(merge[space+1:])
		if !ok {
			continue
		}
		pair := uint64(left)<<32 | uint64(right)
		if _, ok := seen[pair]; ok {
			continue
		}
		seen[pair] = struct{}{}
		m.buf = append(append(m.buf[:0], merge[:space]...), merge[space+1:]...)
		result := m.lookup(m.buf)
		if result == none {
			if result, ok = m.token(string(m.buf)); !ok {
				continue
			}
		}
		out = append(out, bpe.Merge{Left: left, Right: right, Result: result})
		if len(m.spelled) > maxVirtual {
			return nil, config.In("tokenizer.ggml.merges"+config.Index(i), config.Unsupported("too many merges of what is no token"))
		}
	}
	return out, nil
}

// addAlphabet adds virtual tokens for the bytes that have none, so that every
// text can be spelled.
func (m *mergeLoader) addAlphabet() {
	for b := range 256 {
		spelling, text := bytelevel.Spell(byte(b)), string([]byte{byte(b)})
		if m.raw {
			spelling = byteTokenText(byte(b))
			text = spelling
		}
		if m.lookup([]byte(spelling)) == none {
			m.add(spelling, text)
		}
	}
	if m.raw && m.v.escape && m.lookup([]byte(escapedSpace)) == none {
		m.add(escapedSpace, " ")
	}
}

// bits returns what becomes of virtual tokens: tokens of the bytes of their
// spelling, as far as there are any.
func (m *mergeLoader) bits() [][]bit {
	list := make([][]bit, len(m.spelled))
	for i, spelling := range m.spelled {
		if _, ok := byteOfToken(spelling); ok && m.raw && m.tokens[len(m.v.texts)+i] == spelling {
			continue // a byte that has no token
		}
		at := 0 // in the text
		for j := 0; j < len(spelling); {
			_, size := decode(spelling, j)
			for k := range size {
				b := bit{start: at, end: at + 1}
				text := spelling[j+k : j+k+1]
				if m.raw {
					text = byteTokenText(text[0])
					if !m.isSpace(spelling[j : j+size]) {
						b.start, b.end = at+k, at+k+1
					}
				}
				if id, ok := m.ids[text]; ok {
					b.id = id
					list[i] = append(list[i], b)
				}
			}
			if m.raw && !m.isSpace(spelling[j:j+size]) {
				at += size
			} else {
				at++
			}
			j += size
		}
	}
	return list
}

// isSpace reports whether a character stands for a space.
func (m *mergeLoader) isSpace(spelling string) bool {
	return m.v.escape && spelling == escapedSpace
}

// encode splits s and appends the tokens of the pieces.
func (e *bytePair) encode(out *output, s string, _ bool) error {
	r := read(s)
	if e.escape {
		r = r.unescaped()
	}
	from := len(out.tokens)
	err := e.encodeReading(out, r.text)
	out.mapTokens(from, &r)
	return err
}

func (e *bytePair) encodeReading(out *output, s string) error {
	sp, ok := e.pool.Get().(*splitter)
	if !ok {
		sp = newSplitter(e.stages)
	}
	defer e.pool.Put(sp)
	sp.reset(s)
	if !out.offsets && e.whole == nil && e.newlines == nil {
		var err error
		out.ids, err = e.appendIDs(out.ids, s, sp.scan)
		return err
	}
	for pos := 0; pos < len(s); {
		end := sp.scan(s, pos)
		if err := e.encodePiece(out, s[pos:end], pos); err != nil {
			return err
		}
		out.word++
		pos = end
	}
	return nil
}

func (e *bytePair) encodePiece(out *output, piece string, start int) error {
	id, ok := e.whole[piece]
	if !ok && e.newlines != nil && piece[0] == '\n' {
		id, ok = e.newlines[len(piece)]
		ok = ok && strings.Trim(piece, "\n") == ""
	}
	if ok {
		out.add(id, start, start+len(piece))
		return nil
	}
	return e.merger.encode(out, piece, start)
}
