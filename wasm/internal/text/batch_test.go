//go:build !nibbletext

package text_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

func TestBatch(t *testing.T) {
	c := newClient(t)
	sample, tok := c.openSample()
	words := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	wordsTok, err := tokenize.Read("tokenizer.json", []byte(wordsJSON), tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"the fox", "", "the fox the fox the fox the fox, naïve 🦊"}
	none := &tokenize.Padding{}
	special := wasm.TextOptions{AddSpecial: true}
	for _, test := range []struct {
		name    string
		tok     *tokenize.Tokenizer
		request wasm.TextBatchRequest
		cut     tokenize.Truncation
		pad     *tokenize.Padding
		cuts    []int
	}{
		{"as it is", tok, wasm.TextBatchRequest{Tokenizer: sample}, tokenize.Truncation{}, none, []int{0, 0, 0}},
		{"cut", wordsTok, wasm.TextBatchRequest{Tokenizer: words, Options: special, MaxLength: 5}, tokenize.Truncation{MaxLength: 5}, none, []int{0, 0, 7}},
		{"cut left", wordsTok, wasm.TextBatchRequest{Tokenizer: words, MaxLength: 2, CutLeft: true, Stride: 1}, tokenize.Truncation{MaxLength: 2, Left: true, Stride: 1}, none, []int{0, 0, 8}},
		{"to the longest", tok, wasm.TextBatchRequest{Tokenizer: sample, Pad: true}, tokenize.Truncation{}, &tokenize.Padding{Longest: true}, []int{0, 0, 0}},
		{"to a length, left", tok, wasm.TextBatchRequest{Tokenizer: sample, Pad: true, PadLength: 9, PadLeft: true}, tokenize.Truncation{}, &tokenize.Padding{Length: 9, Left: true}, []int{0, 0, 0}},
		{"with a token", wordsTok, wasm.TextBatchRequest{Tokenizer: words, Pad: true, PadToken: "[SEP]"}, tokenize.Truncation{}, &tokenize.Padding{Longest: true, Token: "[SEP]", ID: 2}, []int{0, 0, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want, err := test.tok.EncodeBatch(context.Background(), texts, tokenize.Options{
				AddSpecial: test.request.Options.AddSpecial, Truncation: &test.cut, Padding: test.pad,
			})
			if err != nil {
				t.Fatal(err)
			}
			var reply wasm.TextBatchReply
			blobs := c.Call(wasm.OpTextBatch, &test.request, &reply, []byte(texts[0]), []byte(texts[1]), []byte(texts[2]))
			if len(reply.Rows) != 3 || len(blobs) != 6 {
				t.Fatalf("%d rows, %d blobs", len(reply.Rows), len(blobs))
			}
			for i, row := range reply.Rows {
				ids, mask := numbers(blobs[2*i]), numbers(blobs[2*i+1])
				if !slices.Equal(ids, want[i].IDs) || !slices.Equal(mask, want[i].AttentionMask) || !slices.Equal(row.Tokens, want[i].Tokens) {
					t.Errorf("row %d: %v %v %q\nwant %v %v %q", i, ids, mask, row.Tokens, want[i].IDs, want[i].AttentionMask, want[i].Tokens)
				}
				if row.Cut != test.cuts[i] {
					t.Errorf("row %d: %d tokens cut off, want %d", i, row.Cut, test.cuts[i])
				}
			}
		})
	}
	var reply wasm.TextBatchReply
	if c.Call(wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: sample, Pad: true}, &reply); len(reply.Rows) != 0 {
		t.Errorf("rows of nothing: %+v", reply.Rows)
	}
}

func TestBatchRefused(t *testing.T) {
	c := newClient(t)
	sample, _ := c.openSample()
	words := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	a := []byte("a")
	for name, test := range map[string]struct {
		status  wasm.Status
		request wasm.TextBatchRequest
	}{
		"no padding token":      {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: words, Pad: true}},
		"unknown padding token": {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: words, Pad: true, PadToken: "[PAD]"}},
		"negative length":       {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: sample, Pad: true, PadLength: -1}},
		"negative cut":          {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: sample, MaxLength: -1}},
		"no room":               {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: words, Options: wasm.TextOptions{AddSpecial: true}, MaxLength: 1}},
		"huge":                  {wasm.StatusLimit, wasm.TextBatchRequest{Tokenizer: sample, Pad: true, PadLength: 1 << 20}},
		"handle":                {wasm.StatusUsage, wasm.TextBatchRequest{Tokenizer: 99}},
	} {
		t.Run(name, func(t *testing.T) {
			c.with(t).Refused(test.status, wasm.OpTextBatch, &test.request, a, a)
		})
	}
}

// TestBatchOverlap: parts that overlap by all but one token are as many as the
// text has tokens, and count.
func TestBatchOverlap(t *testing.T) {
	c := newClient(t)
	sample, _ := c.openSample()
	text := []byte(strings.Repeat("\n\n a", 2000))
	var count wasm.TextCountReply
	c.Call(wasm.OpTextCount, &wasm.TextEncodeRequest{Tokenizer: sample}, &count, text)
	length := count.Tokens / 2
	for _, test := range []struct {
		stride int
		fits   bool
	}{
		{0, true},
		{length / 2, true},
		{length - 1, false},
	} {
		request := &wasm.TextBatchRequest{Tokenizer: sample, MaxLength: length, Stride: test.stride}
		if !test.fits {
			c.Refused(wasm.StatusLimit, wasm.OpTextBatch, request, text)
			continue
		}
		var reply wasm.TextBatchReply
		if c.Call(wasm.OpTextBatch, request, &reply, text); reply.Rows[0].Cut != count.Tokens-length {
			t.Errorf("stride %d: %d tokens are cut off, want %d", test.stride, reply.Rows[0].Cut, count.Tokens-length)
		}
	}

	// What is cut off is padded too.
	c.Refused(wasm.StatusLimit, wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: sample, MaxLength: 1, Pad: true, PadLength: 1 << 12}, text)
}

func TestBatchOfMostTexts(t *testing.T) {
	c := newClient(t)
	sample, _ := c.openSample()
	const most = (wasm.MaxParts - 1) / 2
	texts := make([][]byte, most+1)
	var reply wasm.TextBatchReply
	if c.Call(wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: sample}, &reply, texts[1:]...); len(reply.Rows) != most {
		t.Errorf("%d rows, want %d", len(reply.Rows), most)
	}
	c.Refused(wasm.StatusLimit, wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: sample}, texts...)
}
