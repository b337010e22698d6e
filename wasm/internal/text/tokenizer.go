package text

import (
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// A Tokenizer is an open tokenizer with tables of its tokens, each of which is
// made when it is first asked for. It serves one call at a time.
type Tokenizer struct {
	*tokenize.Tokenizer

	kinds         []byte // by id: what of the flags of a token its id decides
	unknown       int    // id; -1: none
	before, after int    // tokens that AddSpecial puts around a text

	// spells: as a rule the bytes of a text's tokens are the text.
	spells bool

	spelled tokenBytes
	scratch *scratch // the room's
}

func (r *Room) newTokenizer(t *tokenize.Tokenizer) *Tokenizer {
	out := &Tokenizer{Tokenizer: t, unknown: -1, scratch: &r.scratch}
	info := t.Info()
	for _, a := range info.Added {
		if int(a.ID) >= len(out.kinds) {
			out.kinds = append(out.kinds, make([]byte, int(a.ID)+1-len(out.kinds))...)
		}
		out.kinds[a.ID] = wasm.TokenAdded
		if a.Special {
			out.kinds[a.ID] |= wasm.TokenSpecial
		}
	}
	if unknown, ok := info.Role("unk"); ok {
		out.unknown = int(unknown.ID)
	}
	// Whether they are is looked at for each text; here, whether it is worth looking.
	out.spells = info.ByteComplete || info.Decoder == "ByteLevel" || info.Source == "GGUF" && info.Model == "BPE"
	if e, err := t.Encode("", options(wasm.TextOptions{AddSpecial: true})); err == nil {
		text := e.Sequence(0)
		out.before, out.after = text.Start, e.Len()-text.End
	}
	return out
}

// kind returns what of the flags of a token its id decides.
func (t *Tokenizer) kind(id uint32) byte {
	if int(id) < len(t.kinds) {
		return t.kinds[id]
	}
	return 0
}

// bytes returns the bytes of all tokens.
func (t *Tokenizer) bytes() *tokenBytes {
	if t.spelled.ends == nil {
		t.spelled.fill(t.Tokenizer)
	}
	return &t.spelled
}

// tokenBytes are the bytes that tokens stand for, one behind the other in the
// order of ids.
type tokenBytes struct {
	all  []byte
	ends []uint32 // by id, and one in front; a hole has no bytes
}

func (b *tokenBytes) fill(t *tokenize.Tokenizer) {
	b.ends = make([]uint32, 1, t.VocabSize()+1)
	for id := range t.Tokens() {
		for len(b.ends) <= int(id) {
			b.ends = append(b.ends, uint32(len(b.all)))
		}
		b.all = append(b.all, t.TokenBytes(id)...)
		b.ends = append(b.ends, uint32(len(b.all)))
	}
}

// of returns the bytes of a token, none if there is no such token.
func (b *tokenBytes) of(id uint32) []byte {
	if int64(id) >= int64(len(b.ends))-1 {
		return nil
	}
	return b.all[b.ends[id]:b.ends[id+1]]
}
