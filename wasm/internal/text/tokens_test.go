//go:build !nibbletext

package text_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

func TestDecode(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	ids, err := tok.AppendIDs(nil, "naïve 🦊<|im_end|>", tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, 1<<20) // passed over
	for _, skip := range []bool{false, true} {
		var empty wasm.Empty
		blobs := c.Call(wasm.OpTextDecode, &wasm.TextDecodeRequest{Tokenizer: handle, SkipSpecial: skip}, &empty, blobOf(ids...))
		if want := tok.Decode(ids, tokenize.DecodeOptions{SkipSpecial: skip}); string(blobs[0]) != want {
			t.Errorf("%q, want %q", blobs[0], want)
		}
	}
	c.Refused(wasm.StatusUsage, wasm.OpTextDecode, &wasm.TextDecodeRequest{Tokenizer: handle}, []byte{1, 2, 3})
}

func TestTokens(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	ids := []uint32{0, 2, 266, 4095, 4096, 1<<32 - 1, 131}
	var empty wasm.Empty
	blobs := c.Call(wasm.OpTextTokens, &wasm.TextHandle{Tokenizer: handle}, &empty, blobOf(ids...))
	lengths, all := numbers(blobs[0]), blobs[1]
	if len(lengths) != len(ids) {
		t.Fatalf("%d lengths", len(lengths))
	}
	for i, id := range ids {
		token := all[:lengths[i]]
		all = all[lengths[i]:]
		if want := tok.TokenBytes(id); !bytes.Equal(token, want) {
			t.Errorf("token %d is %q, want %q", id, token, want)
		}
	}
	if len(all) > 0 {
		t.Errorf("%q is left", all)
	}
}

func TestSteps(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	want, err := tok.MergeSteps(" hello")
	if err != nil {
		t.Fatal(err)
	}
	var reply wasm.TextStepsReply
	c.Call(wasm.OpTextSteps, &wasm.TextHandle{Tokenizer: handle}, &reply, []byte(" hello"))
	if len(reply.Steps) != len(want) || len(want) < 3 {
		t.Fatalf("%d steps, want %d", len(reply.Steps), len(want))
	}
	for i, step := range reply.Steps {
		if !slices.Equal(step.IDs, want[i].IDs) || step.Rank != want[i].Rank || step.At != want[i].At {
			t.Errorf("step %d: %+v, want %+v", i, step, want[i])
		}
		for k, id := range step.IDs {
			if spelled, _ := tok.Token(id); step.Tokens[k] != spelled {
				t.Errorf("step %d: token %d is %q, want %q", i, k, step.Tokens[k], spelled)
			}
		}
	}
	c.Refused(wasm.StatusLimit, wasm.OpTextSteps, &wasm.TextHandle{Tokenizer: handle}, make([]byte, 257))
	words := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	c.Refused(wasm.StatusUnsupported, wasm.OpTextSteps, &wasm.TextHandle{Tokenizer: words}, []byte("fox"))
}

func TestFind(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	find := func(text string, limit int) *wasm.TextFindReply {
		var reply wasm.TextFindReply
		c.Call(wasm.OpTextFind, &wasm.TextFindRequest{Tokenizer: handle, Limit: limit}, &reply, []byte(text))
		return &reply
	}
	var want []uint32
	for id := range tok.Tokens() {
		if bytes.Contains(tok.TokenBytes(id), []byte(" the")) {
			want = append(want, id)
		}
	}
	got := find(" the", 0)
	if slices.Sort(got.IDs); got.Total != len(want) || !slices.Equal(got.IDs, want) {
		t.Errorf("found %+v, want %v", got, want)
	}
	if got := find("Ġthe", 1); got.Tokens[0] != "Ġthe" || got.Total != len(want) {
		t.Errorf("as the vocabulary spells it: %+v", got)
	}
	if got := find("the", 2); !reflect.DeepEqual(got.Tokens, []string{"the", "Ġthe"}) || got.Total <= 2 {
		t.Errorf("the shortest are %+v", got)
	}
	if got := find("4095", 0); got.Total != 1 || got.IDs[0] != 4095 {
		t.Errorf("by id: %+v", got)
	}
	if got := find("1", 2); got.IDs[0] != 1 || got.Tokens[1] != "1" {
		t.Errorf("by id and by text: %+v", got)
	}
	if got := find("", 0); got.Total != 4096 || len(got.IDs) != 100 {
		t.Errorf("%d of %d tokens", len(got.IDs), got.Total)
	}
	if got := find("no token has this", 0); got.Total != 0 || len(got.IDs) != 0 {
		t.Errorf("%+v", got)
	}
	c.Refused(wasm.StatusUsage, wasm.OpTextFind, &wasm.TextFindRequest{Tokenizer: handle, Limit: -1}, nil)
}

func TestPipeline(t *testing.T) {
	c := newClient(t)
	handle := c.open("tokenizer.json", []byte(wordsJSON)).Tokenizer
	var got wasm.TextPipelineReply
	c.Call(wasm.OpTextPipeline, &wasm.TextPipelineRequest{Tokenizer: handle, Options: wasm.TextOptions{AddSpecial: true}}, &got, []byte("the<b> ﬁ"))
	want := wasm.TextPipelineReply{
		Segments: []wasm.TextSegment{
			{Text: "the", Normalized: "the", Pieces: []wasm.TextPiece{{Text: "the", Start: 0, End: 3, IDs: []uint32{4}, Tokens: []string{"the"}}}},
			{Text: "<b>", Normalized: "<b>", Added: true, Pieces: []wasm.TextPiece{{Text: "<b>", Start: 3, End: 6, IDs: []uint32{3}, Tokens: []string{"<b>"}}}},
			{Text: " ﬁ", Normalized: " fi", Pieces: []wasm.TextPiece{
				{Text: "f", Start: 7, End: 10, IDs: []uint32{6}, Tokens: []string{"f"}},
				{Text: "i", Start: 7, End: 10, IDs: []uint32{7}, Tokens: []string{"i"}},
			}},
		},
		IDs:    []uint32{1, 4, 3, 6, 7, 2},
		Tokens: []string{"[CLS]", "the", "<b>", "f", "i", "[SEP]"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestPipelineOfLongText: it is cut, and between characters.
func TestPipelineOfLongText(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	text := "ab" + strings.Repeat("日本", 20000)
	var reply wasm.TextPipelineReply
	c.Call(wasm.OpTextPipeline, &wasm.TextPipelineRequest{Tokenizer: handle}, &reply, []byte(text))
	head := text[:2+3*((1<<16-2)/3)] // two bytes less than 64 KiB
	want, err := tok.AppendIDs(nil, head, tokenize.Options{})
	if err != nil || !reply.Truncated || !slices.Equal(reply.IDs, want) {
		t.Errorf("cut: %v; %d tokens, want %d; %v", reply.Truncated, len(reply.IDs), len(want), err)
	}
}
