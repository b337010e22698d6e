package text

import (
	"strconv"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// maxCells bounds the tokens of a batch, padding and what is cut off included:
// it is to be looked at.
const maxCells = 1 << 20

// maxTexts bounds the texts of a batch, each of which has two parts of the
// reply.
const maxTexts = (wasm.MaxParts - 1) / 2

func (r *Room) batch(q *wasm.TextBatchRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := r.tokenizers.Get(q.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	if len(blobs) > maxTexts {
		return nil, nil, serve.Limit("a batch of more than " + strconv.Itoa(maxTexts) + " texts")
	}
	o := options(q.Options)
	added, err := t.Count("", o)
	if err != nil {
		return nil, nil, err
	}
	texts := make([]string, len(blobs))
	whole := make([]int, len(blobs))
	longest, rows := 0, 0
	for i, b := range blobs {
		texts[i] = string(b)
		if whole[i], err = t.Count(texts[i], o); err != nil {
			return nil, nil, err
		}
		longest = max(longest, whole[i])
		rows += rowsOf(whole[i], added, q)
	}
	if q.MaxLength > 0 {
		longest = min(longest, q.MaxLength)
	}
	if rows > maxCells/max(longest, q.PadLength, 1) {
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
	encodings, err := t.EncodeAll(texts, o)
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextBatchReply{}
	var out [][]byte
	for i, row := range encodings {
		kept := 0
		for _, attended := range row.AttentionMask {
			kept += int(attended)
		}
		reply.Rows = append(reply.Rows, wasm.TextRow{Tokens: row.Tokens, Cut: whole[i] - kept})
		out = append(out, idBlob(row.IDs), idBlob(row.AttentionMask))
	}
	return reply, out, nil
}

// rowsOf returns how many rows a text of so many tokens becomes, those included
// that hold what is cut off. The overlap makes them many, of few tokens each
// that are new.
func rowsOf(tokens, added int, q *wasm.TextBatchRequest) int {
	over := tokens - q.MaxLength
	if q.MaxLength <= 0 || over <= 0 {
		return 1
	}
	step := q.MaxLength - added - q.Stride
	if step <= 0 { // all of it is cut off, or it cannot be cut
		return 2
	}
	return 1 + (over+step-1)/step
}
