//go:build !nibbletext

package text_test

import (
	"slices"
	"testing"

	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

// textOps are the ops of the room.
var textOps = []wasm.Op{
	wasm.OpTextOpen, wasm.OpTextClose, wasm.OpTextEncode, wasm.OpTextDecode, wasm.OpTextTokens,
	wasm.OpTextBatch, wasm.OpTextSteps, wasm.OpTextPipeline, wasm.OpTextCount, wasm.OpTextIDs, wasm.OpTextFind, wasm.OpTextInput,
}

func TestWrongRequests(t *testing.T) {
	c := newClient(t)
	c.openSample()
	for _, op := range textOps {
		for name, parts := range map[string][][]byte{
			"no JSON":     {[]byte("x")},
			"no object":   {[]byte("[]")},
			"unknown key": {[]byte(`{"unknown": 1}`)},
			"no handle":   {[]byte(`{}`), []byte("a")},
			"wrong type":  {[]byte(`{"tokenizer": "1", "files": 1}`)},
			"huge handle": {[]byte(`{"tokenizer": 9223372036854775808}`)},
		} {
			reply, status := c.Handlers.Call(nil, op, wasm.AppendMessage(nil, parts...), text.StatusOf)
			if status != wasm.StatusUsage {
				t.Errorf("op %d, %s: status %d: %s", op, name, status, c.with(t).Failure(reply))
			}
		}
	}
	for _, op := range []wasm.Op{wasm.OpTextEncode, wasm.OpTextDecode, wasm.OpTextTokens, wasm.OpTextSteps, wasm.OpTextPipeline, wasm.OpTextCount, wasm.OpTextIDs, wasm.OpTextFind} {
		for _, blobs := range [][][]byte{nil, {nil, nil}} {
			c.Refused(wasm.StatusUsage, op, &wasm.TextHandle{Tokenizer: 1}, blobs...)
		}
	}
}

func TestWrongFiles(t *testing.T) {
	c := newClient(t)
	for name, test := range map[string]struct {
		status  wasm.Status
		request wasm.TextOpenRequest
		blobs   [][]byte
	}{
		"nothing":         {wasm.StatusUsage, wasm.TextOpenRequest{}, nil},
		"no names":        {wasm.StatusUsage, wasm.TextOpenRequest{}, [][]byte{nil}},
		"too few":         {wasm.StatusUsage, wasm.TextOpenRequest{Files: []string{"a", "b"}}, [][]byte{nil}},
		"too many":        {wasm.StatusUsage, wasm.TextOpenRequest{Files: []string{"a"}}, [][]byte{nil, nil}},
		"empty":           {wasm.StatusFormat, wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, [][]byte{nil}},
		"malformed":       {wasm.StatusFormat, wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, [][]byte{[]byte(`{"model": {"type": "BPE"}`)}},
		"unknown model":   {wasm.StatusUnsupported, wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, [][]byte{[]byte(`{"model": {"type": "Rings", "vocab": {}}}`)}},
		"unknown ranks":   {wasm.StatusUsage, wasm.TextOpenRequest{Files: []string{"x.tiktoken"}}, [][]byte{[]byte("YQ== 0\n")}},
		"no encoding":     {wasm.StatusUsage, wasm.TextOpenRequest{Files: []string{"x.tiktoken"}, Encoding: "x"}, [][]byte{[]byte("YQ== 0\n")}},
		"broken neighbor": {wasm.StatusFormat, wasm.TextOpenRequest{Files: []string{"tokenizer.json", "config.json"}}, [][]byte{[]byte(wordsJSON), []byte("{")}},
		"cut GGUF":        {wasm.StatusFormat, wasm.TextOpenRequest{Files: []string{"v.gguf"}}, [][]byte{[]byte("GGUF\x03\x00\x00\x00")}},
	} {
		t.Run(name, func(t *testing.T) {
			c.with(t).Refused(test.status, wasm.OpTextOpen, &test.request, test.blobs...)
		})
	}
}

// FuzzCall: whatever a message is, the answer is a message, and nothing is the
// handlers' fault.
func FuzzCall(f *testing.F) {
	seed := func(op wasm.Op, request wasm.Outgoing, blobs ...[]byte) {
		f.Add(byte(slices.Index(textOps, op)), wasm.AppendMessage(nil, append([][]byte{request.AppendJSON(nil)}, blobs...)...))
	}
	seed(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, []byte(wordsJSON))
	seed(wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{"a", "config.json"}}, []byte("GGUF"), []byte("{}"))
	seed(wasm.OpTextEncode, &wasm.TextEncodeRequest{Tokenizer: 1, Options: wasm.TextOptions{AddSpecial: true}}, []byte("na\xffïve 🦊<|im_end|>"))
	seed(wasm.OpTextEncode, &wasm.TextEncodeRequest{Tokenizer: 2}, []byte("the ﬁ<b> [UNK]"))
	seed(wasm.OpTextCount, &wasm.TextEncodeRequest{Tokenizer: 1}, []byte("a"))
	seed(wasm.OpTextIDs, &wasm.TextEncodeRequest{Tokenizer: 1}, []byte("a"))
	seed(wasm.OpTextDecode, &wasm.TextDecodeRequest{Tokenizer: 1, SkipSpecial: true}, blobOf(1, 2, 1<<31))
	seed(wasm.OpTextTokens, &wasm.TextHandle{Tokenizer: 2}, blobOf(1, 2, 1<<31))
	seed(wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: 1, MaxLength: 2, Stride: 1, Pad: true, PadLength: 1 << 30, PadLeft: true}, []byte("a b c"), []byte("d"))
	seed(wasm.OpTextSteps, &wasm.TextHandle{Tokenizer: 1}, []byte(" hello"))
	seed(wasm.OpTextPipeline, &wasm.TextPipelineRequest{Tokenizer: 2}, []byte("the ﬁ<b> [UNK]"))
	seed(wasm.OpTextFind, &wasm.TextFindRequest{Tokenizer: 1, Limit: 1 << 40}, []byte("the"))
	seed(wasm.OpTextInput, &wasm.TextInputRequest{Tokenizer: 1, HasPair: true, Special: 9, Truncation: wasm.TextTruncation{Given: true, MaxLength: -1}}, []byte("a"), []byte("b"))
	seed(wasm.OpTextInput, &wasm.TextInputRequest{Tokenizer: 2, AddSpecial: true, Padding: wasm.TextPadding{Given: true, Length: 1 << 40}}, []byte("the fox"))
	f.Add(byte(0), []byte("\xff\xff\xff\xff"))

	c := newClient(f)
	c.openSample()
	c.open("tokenizer.json", []byte(wordsJSON))
	f.Fuzz(func(t *testing.T, which byte, request []byte) {
		op := textOps[int(which)%len(textOps)]
		if op == wasm.OpTextClose {
			return // the next input needs the handles
		}
		if parts, err := wasm.ParseMessage(request); op == wasm.OpTextOpen && err == nil && len(parts) < 2 {
			return // of a path: this machine's files are no seeds
		}
		reply, status := c.Handlers.Call(nil, op, request, text.StatusOf)
		if status == wasm.StatusInternal {
			t.Fatal(c.with(t).Failure(reply))
		}
		parts, err := wasm.ParseMessage(reply)
		if err != nil {
			t.Fatal(err)
		}
		if op == wasm.OpTextOpen && status == wasm.StatusOK {
			var opened wasm.TextOpenReply
			if err := wasm.ParseJSON(parts[0], &opened); err != nil {
				t.Fatal(err)
			}
			c.with(t).Call(wasm.OpTextClose, &wasm.TextHandle{Tokenizer: opened.Tokenizer}, new(wasm.Empty))
		}
	})
}
