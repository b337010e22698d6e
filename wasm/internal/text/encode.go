package text

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// options turns options of requests into those of package tokenize, without the
// truncation and padding that a file may ask for.
func options(o wasm.TextOptions) tokenize.Options {
	out := tokenize.Options{AddSpecial: o.AddSpecial, Truncation: &tokenize.Truncation{}, Padding: &tokenize.Padding{}, Workers: 1}
	switch {
	case o.ParseSpecial:
		out.Special = tokenize.ParseSpecial
	case o.PlainSpecial:
		out.Special = tokenize.PlainSpecial
	}
	return out
}

func (r *Room) count(q *wasm.TextEncodeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	n, err := t.Count(text, options(q.Options))
	return &wasm.TextCountReply{Tokens: n}, nil, err
}

func (r *Room) ids(q *wasm.TextEncodeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	list, err := t.AppendIDs(t.scratch.ids, text, options(q.Options))
	t.scratch.keepIDs(list)
	if err != nil {
		return nil, nil, err
	}
	reply := t.scratch.bytes(4 * len(list))
	for i, id := range list {
		binary.LittleEndian.PutUint32(reply[4*i:], id)
	}
	return &wasm.TextCountReply{Tokens: len(list)}, [][]byte{reply}, nil
}

func (r *Room) encode(q *wasm.TextEncodeRequest, blobs [][]byte) (wasm.Outgoing, [][]byte, error) {
	t, text, err := r.textOf(q.Tokenizer, blobs)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := t.encode(text, options(q.Options))
	if err != nil {
		return nil, nil, err
	}
	reply := &wasm.TextEncodeReply{Tokens: tokens.n, Bytes: len(text), Characters: utf8.RuneCountInString(text)}
	reply.Spelled, reply.SpelledFirst = t.spelledIn(text)
	return reply, tokens.blobs(), nil
}

// textOf returns the tokenizer of a handle and the text of a request.
func (r *Room) textOf(handle int, blobs [][]byte) (*Tokenizer, string, error) {
	t, err := r.tokenizers.Get(handle)
	if err != nil {
		return nil, "", err
	}
	text, err := blob(blobs)
	return t, string(text), err
}

// encode returns the tokens of a text.
func (t *Tokenizer) encode(text string, o tokenize.Options) (*encoded, error) {
	if t.spells {
		ids, err := t.AppendIDs(t.scratch.ids, text, o)
		t.scratch.keepIDs(ids)
		if err != nil {
			return nil, err
		}
		if e := t.locate(text, ids, o.AddSpecial); e != nil {
			return e, nil
		}
	}
	e, err := t.Encode(text, o)
	if err != nil {
		return nil, err
	}
	return t.flagged(text, e), nil
}
