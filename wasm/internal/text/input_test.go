//go:build !nibbletext

package text_test

import (
	"slices"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// TestInput: the encodings are those of package tokenize, with what overflows.
func TestInput(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	first, second := "the fox, naïve 🦊", "the crow"
	for _, pair := range []bool{false, true} {
		request := wasm.TextInputRequest{
			Tokenizer: handle, HasPair: pair, AddSpecial: true, RuneOffsets: true,
			Truncation: wasm.TextTruncation{Given: true, MaxLength: 6, Stride: 1},
			Padding:    wasm.TextPadding{Given: true, Length: 8, Left: true},
		}
		in, blobs := tokenize.Input{Text: first}, [][]byte{[]byte(first)}
		if pair {
			in.HasPair, in.Pair = true, second
			blobs = append(blobs, []byte(second))
		}
		e, err := tok.EncodeInput(in, tokenize.Options{
			AddSpecial: true, RuneOffsets: true,
			Truncation: &tokenize.Truncation{MaxLength: 6, Stride: 1}, Padding: &tokenize.Padding{Length: 8, Left: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		var reply wasm.TextInputReply
		c.Call(wasm.OpTextInput, &request, &reply, blobs...)
		want := append([]*tokenize.Encoding{e}, e.Overflowing...)
		if len(reply.Encodings) != len(want) || len(want) < 2 {
			t.Fatalf("%d encodings, want %d", len(reply.Encodings), len(want))
		}
		for i, got := range reply.Encodings {
			var offsets []int
			for _, span := range want[i].Offsets {
				offsets = append(offsets, span.Start, span.End)
			}
			if !slices.Equal(got.IDs, want[i].IDs) || !slices.Equal(got.Tokens, want[i].Tokens) || !slices.Equal(got.Offsets, offsets) ||
				!slices.Equal(got.TypeIDs, want[i].TypeIDs) || !slices.Equal(got.Words, want[i].Words) ||
				!slices.Equal(got.SpecialMask, want[i].SpecialTokensMask) || !slices.Equal(got.Attention, want[i].AttentionMask) {
				t.Errorf("encoding %d: %+v\nwant %+v", i, got, want[i])
			}
		}
		c.Refused(wasm.StatusUsage, wasm.OpTextInput, &request, append(blobs, nil)...)
		request.Special = int(tokenize.RefuseSpecial)
		blobs[0] = []byte("<|im_end|>")
		c.Refused(wasm.StatusUnsupported, wasm.OpTextInput, &request, blobs...)
	}
}
