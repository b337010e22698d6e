package text

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// defaultFound is how many tokens a reply lists that was asked for no number.
const defaultFound = 100

func (r *Room) find(q *wasm.TextFindRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	if q.Limit < 0 {
		return nil, nil, serve.Usage("a negative number of tokens")
	}
	found := t.containing(text)
	if id, err := strconv.ParseUint(text, 10, 32); err == nil {
		if _, ok := t.Token(uint32(id)); ok {
			found = slices.DeleteFunc(found, func(other uint32) bool { return other == uint32(id) })
			found = slices.Insert(found, 0, uint32(id))
		}
	}
	reply := &wasm.TextFindReply{Total: len(found)}
	if q.Limit == 0 {
		q.Limit = defaultFound
	}
	reply.IDs = found[:min(q.Limit, len(found))]
	reply.Tokens = t.spellings(reply.IDs)
	return reply, nil, nil
}

// containing returns the tokens that contain a text in their bytes or as the
// vocabulary spells them, the shortest first, then by id.
func (t *Tokenizer) containing(text string) []uint32 {
	var found []uint32
	b := t.bytes()
	for id, spelling := range t.Tokens() {
		if strings.Contains(spelling, text) || bytes.Contains(b.of(id), []byte(text)) {
			found = append(found, id)
		}
	}
	slices.SortStableFunc(found, func(x, y uint32) int { return cmp.Compare(len(b.of(x)), len(b.of(y))) })
	return found
}
