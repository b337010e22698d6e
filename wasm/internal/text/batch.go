package text

import (
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// maxCells bounds the tokens of a batch, padding included: it is to be looked
// at.
const maxCells = 1 << 20

func (r *Room) batch(q *wasm.TextBatchRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := r.tokenizers.Get(q.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	o := options(q.Options)
	texts := make([]string, len(blobs))
	whole := make([]int, len(blobs))
	longest := 0
	for i, b := range blobs {
		texts[i] = string(b)
		if whole[i], err = t.Count(texts[i], o); err != nil {
			return nil, nil, err
		}
		longest = max(longest, whole[i])
	}
	if q.MaxLength > 0 {
		longest = min(longest, q.MaxLength)
	}
	if len(texts) > 0 && max(longest, q.PadLength) > maxCells/len(texts) {
		return nil, nil, serve.Limit("a batch of more than a million tokens")
	}
	o.Truncation = &tokenize.Truncation{MaxLength: q.MaxLength, Left: q.CutLeft, Stride: q.Stride}
	if q.Pad {
		o.Padding = &tokenize.Padding{Length: q.PadLength, Longest: q.PadLength == 0, Left: q.PadLeft}
		if q.PadToken != "" {
			id, ok := t.ID(q.PadToken)
			if !ok {
				return nil, nil, serve.Usage("there is no such token to pad with")
			}
			o.Padding.Token, o.Padding.ID = q.PadToken, id
		}
	}
	rows, err := t.EncodeAll(texts, o)
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextBatchReply{}
	var out [][]byte
	for i, row := range rows {
		kept := 0
		for _, attended := range row.AttentionMask {
			kept += int(attended)
		}
		reply.Rows = append(reply.Rows, wasm.TextRow{Tokens: row.Tokens, Cut: whole[i] - kept})
		out = append(out, idBlob(row.IDs), idBlob(row.AttentionMask))
	}
	return reply, out, nil
}
