package text

import (
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

// maxStepBytes bounds a piece that is taken step by step: all its tokens are
// listed for each step.
const maxStepBytes = 256

func (r *Room) steps(q *wasm.TextHandle, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, piece, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	if len(piece) > maxStepBytes {
		return nil, nil, serve.Limit("a piece of more than 256 bytes")
	}
	steps, err := t.MergeSteps(piece)
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextStepsReply{}
	for _, step := range steps {
		reply.Steps = append(reply.Steps, wasm.TextStep{IDs: step.IDs, Tokens: t.spellings(step.IDs), Rank: step.Rank, At: step.At})
	}
	return reply, nil, nil
}

// spellings returns tokens as the vocabulary spells them.
func (t *Tokenizer) spellings(ids []uint32) []string {
	tokens := make([]string, len(ids))
	for i, id := range ids {
		tokens[i], _ = t.Token(id)
	}
	return tokens
}
