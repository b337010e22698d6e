package text

import (
	"encoding/binary"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// encoded are the blobs of an encoding of n tokens.
type encoded struct {
	n                                       int
	ids, starts, ends, unitStarts, unitEnds []byte
	flags                                   []byte
}

func newEncoded(n int) *encoded {
	room := make([]byte, (5*4+1)*n)
	number := func(k int) []byte { return room[4*n*k:][: 4*n : 4*n] }
	return &encoded{n, number(0), number(1), number(2), number(3), number(4), room[5*4*n:]}
}

func (e *encoded) blobs() [][]byte {
	return [][]byte{e.ids, e.starts, e.ends, e.unitStarts, e.unitEnds, e.flags}
}

// set sets token i.
func (e *encoded) set(i int, id uint32, bytes, units tokenize.Span, flags byte) {
	binary.LittleEndian.PutUint32(e.ids[4*i:], id)
	binary.LittleEndian.PutUint32(e.starts[4*i:], uint32(bytes.Start))
	binary.LittleEndian.PutUint32(e.ends[4*i:], uint32(bytes.End))
	binary.LittleEndian.PutUint32(e.unitStarts[4*i:], uint32(units.Start))
	binary.LittleEndian.PutUint32(e.unitEnds[4*i:], uint32(units.End))
	e.flags[i] = flags
}

// setOutside sets token i to one that is in no text.
func (e *encoded) setOutside(i int, id uint32, kind byte) {
	e.set(i, id, tokenize.Span{}, tokenize.Span{}, kind&^wasm.TokenAdded|wasm.TokenTemplate)
}
