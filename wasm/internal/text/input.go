//go:build !nibbletext

package text

import (
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
)

func (r *Room) input(q *wasm.TextInputRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, err := r.tokenizers.Get(q.Tokenizer)
	if err != nil {
		return nil, nil, err
	}
	texts := 1
	if q.HasPair {
		texts = 2
	}
	if len(blobs) != texts {
		return nil, nil, serve.Usage("want a blob for each text")
	}
	in := tokenize.Input{Text: string(blobs[0]), HasPair: q.HasPair}
	if q.HasPair {
		in.Pair = string(blobs[1])
	}
	e, err := t.EncodeInput(in, inputOptions(q))
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextInputReply{Encodings: []wasm.TextEncoding{textEncoding(e)}, MaxLength: t.Truncation().MaxLength}
	for _, o := range e.Overflowing {
		reply.Encodings = append(reply.Encodings, textEncoding(o))
	}
	return reply, nil, nil
}

func inputOptions(q *wasm.TextInputRequest) tokenize.Options {
	o := tokenize.Options{AddSpecial: q.AddSpecial, Special: tokenize.SpecialText(q.Special), RuneOffsets: q.RuneOffsets, Workers: 1}
	if c := q.Truncation; c.Given {
		o.Truncation = &tokenize.Truncation{MaxLength: c.MaxLength, Strategy: tokenize.TruncationStrategy(c.Strategy), Left: c.Left, Stride: c.Stride}
	}
	if p := q.Padding; p.Given {
		o.Padding = &tokenize.Padding{Length: p.Length, Longest: p.Longest, MultipleOf: p.MultipleOf, Left: p.Left, Token: p.Token, ID: p.ID, TypeID: p.TypeID}
	}
	return o
}

func textEncoding(e *tokenize.Encoding) wasm.TextEncoding {
	out := wasm.TextEncoding{IDs: e.IDs, TypeIDs: e.TypeIDs, Tokens: e.Tokens, Words: e.Words, SpecialMask: e.SpecialTokensMask, Attention: e.AttentionMask}
	for _, span := range e.Offsets {
		out.Offsets = append(out.Offsets, span.Start, span.End)
	}
	return out
}
