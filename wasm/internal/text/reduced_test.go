//go:build nibbletext

package text_test

import (
	"slices"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
)

// TestReduced: the small guest has the bundled vocabulary, and sends all else
// to the whole one.
func TestReduced(t *testing.T) {
	c := newClient(t)
	handle, tok := c.openSample()
	text := "naïve 🦊 fox<|im_end|>"
	want, err := tok.AppendIDs(nil, text, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var encoded wasm.TextEncodeReply
	blobs := c.Call(wasm.OpTextEncode, &wasm.TextEncodeRequest{Tokenizer: handle}, &encoded, []byte(text))
	if !slices.Equal(numbers(blobs[0]), want) || encoded.Spelled != 1 {
		t.Errorf("%+v, ids %v, want %v", encoded, numbers(blobs[0]), want)
	}
	var pipeline wasm.TextPipelineReply
	c.Call(wasm.OpTextPipeline, &wasm.TextPipelineRequest{Tokenizer: handle}, &pipeline, []byte(text))
	if !slices.Equal(pipeline.IDs, want) || len(pipeline.Segments) != 2 {
		t.Errorf("%+v", pipeline)
	}
	var batch wasm.TextBatchReply
	c.Call(wasm.OpTextBatch, &wasm.TextBatchRequest{Tokenizer: handle, Pad: true, PadLength: 30}, &batch, []byte(text))
	if len(batch.Rows) != 1 || len(batch.Rows[0].Tokens) != 30 {
		t.Errorf("%+v", batch)
	}
	elsewhere := func(request wasm.TextOpenRequest, blobs ...[]byte) {
		t.Helper()
		c.Refused(wasm.StatusElsewhere, wasm.OpTextOpen, &request, blobs...)
	}
	elsewhere(wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, []byte(wordsJSON))
	elsewhere(wasm.TextOpenRequest{Files: []string{"v.gguf"}}, []byte("GGUF\x03\x00\x00\x00"))
	elsewhere(wasm.TextOpenRequest{Files: []string{"x.tiktoken"}}, []byte("YQ== 0\n"))
	elsewhere(wasm.TextOpenRequest{Files: []string{"tokenizer.model"}}, []byte("\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02"))
	elsewhere(wasm.TextOpenRequest{Files: []string{"/in/tokenizer.json"}})
	c.Refused(wasm.StatusFormat, wasm.OpTextOpen, &wasm.TextOpenRequest{Files: []string{"tokenizer.json"}}, []byte(`{"model": `))
}
