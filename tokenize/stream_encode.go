//go:build !nibbletext

package tokenize

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
)

// EncodeReader encodes a text of any length: it reads r to its end and calls do
// with the ids of one stretch after the other, those that AppendIDs would
// append for the whole. The ids are valid until do returns.
//
// Memory is a constant for the vocabularies whose text can be cut where white
// space begins: byte-level ones with a known split pattern, those whose
// pre-tokenizer splits at white space, and those of Llama 2's kind, in which
// tokens have ▁ only at their start. It grows with the longest stretch that has
// no such place, which for other vocabularies is the whole text; beyond 256 MiB
// that is an error which wraps [ErrUnsupported].
func (t *Tokenizer) EncodeReader(ctx context.Context, r io.Reader, o Options, do func(ids []uint32) error) error {
	request, err := t.request(o)
	if err != nil {
		return err
	}
	if o.AddSpecial && len(t.before) > 0 {
		if err := do(slices.Clone(t.before)); err != nil {
			return err
		}
	}
	scratch := idScratch.Get().(*[]uint32)
	defer idScratch.Put(scratch)
	in := textReader{ctx: ctx, r: r, want: streamChunk}
	for !in.ended {
		if err := in.fill(); err != nil {
			return err
		}
		text := string(in.text)
		cut := len(text)
		if !in.ended {
			if cut, err = t.engine.cut(text, request); err != nil {
				return err
			}
		}
		if cut == 0 && !in.ended {
			if in.want *= 2; in.want > maxStretch {
				return because(ErrUnsupported, "text without a place to cut it in ", strconv.Itoa(len(text)), " bytes")
			}
			continue
		}
		if *scratch, err = t.engine.appendIDs((*scratch)[:0], text[:cut], request); err != nil {
			return err
		}
		if len(*scratch) > 0 {
			if err := do(*scratch); err != nil {
				return err
			}
		}
		in.drop(cut)
		in.want = streamChunk
		request.continues = true
		request.base += cut
	}
	if o.AddSpecial && len(t.after) > 0 {
		return do(slices.Clone(t.after))
	}
	return nil
}

// streamChunk is how many bytes are encoded at a time. Tests make it small.
var streamChunk = 1 << 20

const (
	maxStretch    = 256 << 20 // bytes that are kept where the text cannot be cut
	maxEmptyReads = 100
)

// textReader reads a text in overlapping stretches.
type textReader struct {
	ctx   context.Context
	r     io.Reader
	text  []byte
	want  int // bytes that fill is to bring text to
	ended bool
	empty int // reads in a row that gave nothing
}

// fill reads until there are enough bytes, or until the end.
func (t *textReader) fill() error {
	for len(t.text) < t.want {
		if cap(t.text) < t.want {
			grown := make([]byte, len(t.text), t.want)
			copy(grown, t.text)
			t.text = grown
		}
		if err := t.ctx.Err(); err != nil {
			return err
		}
		n, err := t.r.Read(t.text[len(t.text):t.want])
		if n == 0 && err == nil {
			if t.empty++; t.empty > maxEmptyReads {
				return io.ErrNoProgress
			}
			continue
		}
		t.empty = 0
		t.text = t.text[:len(t.text)+n]
		if errors.Is(err, io.EOF) {
			t.ended = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drop removes the first n bytes.
func (t *textReader) drop(n int) { t.text = t.text[:copy(t.text, t.text[n:])] }
