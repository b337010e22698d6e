package main

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/host"
)

// textEncoder is what printing the tokens of a text takes: a tokenizer, in a sandbox or not.
type textEncoder interface {
	EncodeInput(in tokenize.Input, o tokenize.Options) (*tokenize.Encoding, error)
	TokenBytes(id uint32) []byte
	Info() tokenize.Info
	Truncation() tokenize.Truncation
}

// tokenizeSandboxed encodes a text with a vocabulary that only a sandbox reads.
func (a *app) tokenizeSandboxed(ctx context.Context, args []string, f tokenizeFlags, o tokenize.Options) (err error) {
	if f.tokenizer.path == "" {
		return &usageError{err: errors.New("--sandbox is for a vocabulary that -t names")}
	}
	if err := f.tokenizer.checkEncoding(); err != nil {
		return err
	}
	path, err := f.tokenizer.find()
	if err != nil {
		return err
	}
	t, err := openSandboxedTokenizer(ctx, path, f.tokenizer.encoding)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	return a.tokenizeText(ctx, t, args, f, o)
}

// sandboxedTokenizer is a tokenizer whose vocabulary only a sandbox has read.
type sandboxedTokenizer struct {
	*sandbox
	handle int
	info   tokenize.Info
	// maxLength is where the vocabulary truncates; the module says so with an encoding.
	maxLength int
	bytes     map[uint32][]byte // of the tokens of the encodings made so far
}

func openSandboxedTokenizer(ctx context.Context, path, encoding string) (*sandboxedTokenizer, error) {
	s, err := openSandbox(ctx, path)
	if err != nil {
		return nil, err
	}
	t := &sandboxedTokenizer{sandbox: s, bytes: map[uint32][]byte{}}
	var reply wasm.TextOpenReply
	if _, err := s.call(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{s.inside}, Encoding: encoding}, &reply); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	t.handle = reply.Tokenizer
	for _, a := range reply.Added {
		t.info.Added = append(t.info.Added, tokenize.AddedToken{ID: a.ID, Text: a.Text, Roles: a.Roles, Special: a.Special})
	}
	return t, nil
}

func (t *sandboxedTokenizer) Info() tokenize.Info { return t.info }

func (t *sandboxedTokenizer) Truncation() tokenize.Truncation {
	return tokenize.Truncation{MaxLength: t.maxLength}
}

func (t *sandboxedTokenizer) TokenBytes(id uint32) []byte { return t.bytes[id] }

// EncodeInput encodes a text or a pair, and learns the bytes of the tokens.
func (t *sandboxedTokenizer) EncodeInput(in tokenize.Input, o tokenize.Options) (*tokenize.Encoding, error) {
	request := &wasm.TextInputRequest{
		Tokenizer: t.handle, HasPair: in.HasPair, AddSpecial: o.AddSpecial, Special: int(o.Special), RuneOffsets: o.RuneOffsets,
	}
	if c := o.Truncation; c != nil {
		request.Truncation = wasm.TextTruncation{Given: true, MaxLength: c.MaxLength, Strategy: string(c.Strategy), Left: c.Left, Stride: c.Stride}
	}
	if p := o.Padding; p != nil {
		request.Padding = wasm.TextPadding{
			Given: true, Length: p.Length, Longest: p.Longest, MultipleOf: p.MultipleOf, Left: p.Left, Token: p.Token, ID: p.ID, TypeID: p.TypeID,
		}
	}
	texts := [][]byte{[]byte(in.Text)}
	if in.HasPair {
		texts = append(texts, []byte(in.Pair))
	}
	var reply wasm.TextInputReply
	if _, err := t.call(wasm.OpTextInput, request, &reply, texts...); err != nil {
		return nil, err
	}
	if len(reply.Encodings) == 0 {
		return nil, host.ErrInternal
	}
	t.maxLength = reply.MaxLength
	var encodings []*tokenize.Encoding
	for i := range reply.Encodings {
		e := encodingOf(&reply.Encodings[i])
		if e == nil {
			return nil, host.ErrInternal
		}
		encodings = append(encodings, e)
	}
	e := encodings[0]
	e.Overflowing = encodings[1:]
	return e, t.learn(e.IDs)
}

// encodingOf returns an encoding, or nil where its lists are not of one length.
func encodingOf(w *wasm.TextEncoding) *tokenize.Encoding {
	n := len(w.IDs)
	for _, other := range []int{len(w.TypeIDs), len(w.Tokens), len(w.Words), len(w.SpecialMask), len(w.Attention)} {
		if other != n {
			return nil
		}
	}
	if len(w.Offsets) != 2*n {
		return nil
	}
	e := &tokenize.Encoding{
		IDs: w.IDs, TypeIDs: w.TypeIDs, Tokens: w.Tokens, Words: w.Words,
		SpecialTokensMask: w.SpecialMask, AttentionMask: w.Attention,
	}
	for i := 0; i < len(w.Offsets); i += 2 {
		e.Offsets = append(e.Offsets, tokenize.Span{Start: w.Offsets[i], End: w.Offsets[i+1]})
	}
	return e
}

// learn asks for the bytes of tokens.
func (t *sandboxedTokenizer) learn(ids []uint32) error {
	blobs, err := t.call(wasm.OpTextTokens, &wasm.TextHandle{Tokenizer: t.handle}, &wasm.Empty{}, littleEndian(ids))
	if err != nil {
		return err
	}
	if len(blobs) != 2 || len(blobs[0]) != 4*len(ids) {
		return host.ErrInternal
	}
	rest := blobs[1]
	for i, id := range ids {
		n := binary.LittleEndian.Uint32(blobs[0][4*i:])
		if uint64(n) > uint64(len(rest)) {
			return host.ErrInternal
		}
		t.bytes[id], rest = rest[:n], rest[n:]
	}
	return nil
}

func littleEndian(ids []uint32) []byte {
	b := make([]byte, 0, 4*len(ids))
	for _, id := range ids {
		b = binary.LittleEndian.AppendUint32(b, id)
	}
	return b
}
