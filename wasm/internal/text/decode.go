package text

import (
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

func (r *Room) decode(q *wasm.TextDecodeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, list, err := r.idsOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	text := t.AppendText(nil, list, tokenize.DecodeOptions{SkipSpecial: q.SkipSpecial})
	return &wasm.Empty{}, [][]byte{text}, nil
}

func (r *Room) tokens(q *wasm.TextHandle, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, list, err := r.idsOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	lengths := make([]byte, 0, 4*len(list))
	var all []byte
	b := t.bytes()
	for _, id := range list {
		token := b.of(id)
		lengths = appendUint32(lengths, uint32(len(token)))
		all = append(all, token...)
	}
	return &wasm.Empty{}, [][]byte{lengths, all}, nil
}

// idsOf returns the tokenizer of a handle and the ids of a request.
func (r *Room) idsOf(handle int, blobs [][]byte) (*Tokenizer, []uint32, error) {
	t, err := r.tokenizers.Get(handle)
	if err != nil {
		return nil, nil, err
	}
	data, err := blob(blobs)
	if err != nil {
		return nil, nil, err
	}
	list, err := ids(data)
	return t, list, err
}
