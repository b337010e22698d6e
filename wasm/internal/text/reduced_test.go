//go:build nibbletext

package text_test

import (
	"encoding/binary"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/wasm"
	"github.com/nibble-go/nibble/wasm/internal/serve"
	"github.com/nibble-go/nibble/wasm/internal/text"
)

// TestReduced: the small guest has the bundled vocabulary, and sends all else to
// the whole one.
func TestReduced(t *testing.T) {
	handlers := serve.Handlers{}
	new(text.Room).AddTo(handlers)
	// The small guest has no code to write requests and to read replies.
	call := func(want wasm.Status, op wasm.Op, request string, reply any, blobs ...[]byte) [][]byte {
		t.Helper()
		message, status := handlers.Call(nil, op, wasm.AppendMessage(nil, append([][]byte{[]byte(request)}, blobs...)...), text.StatusOf)
		if status != want {
			t.Fatalf("op %d: status %d, want %d: %.200q", op, status, want, message)
		}
		parts, err := wasm.ParseMessage(message)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(parts[0], reply); err != nil {
			t.Fatal(err)
		}
		return parts[1:]
	}
	data, err := fs.ReadFile(sample.FS(), "tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	tok, err := tokenize.Read("tokenizer.json", data, tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	spelled := "naïve 🦊 fox<|im_end|>"
	want, err := tok.AppendIDs(nil, spelled, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var opened wasm.TextOpenReply
	call(wasm.StatusOK, wasm.OpTextOpen, `{"files": ["tokenizer.json"]}`, &opened, data)
	if opened.Tokenizer != 1 || opened.VocabSize != tok.VocabSize() {
		t.Fatalf("%+v", opened)
	}
	var encoded wasm.TextEncodeReply
	ids := call(wasm.StatusOK, wasm.OpTextEncode, `{"tokenizer": 1}`, &encoded, []byte(spelled))[0]
	if encoded.Tokens != len(want) || encoded.Spelled != 1 || len(ids) != 4*len(want) {
		t.Fatalf("%+v", encoded)
	}
	for i, id := range want {
		if got := binary.LittleEndian.Uint32(ids[4*i:]); got != id {
			t.Errorf("token %d is %d, want %d", i, got, id)
		}
	}
	var pipeline wasm.TextPipelineReply
	call(wasm.StatusOK, wasm.OpTextPipeline, `{"tokenizer": 1}`, &pipeline, []byte(spelled))
	if len(pipeline.IDs) != len(want) || len(pipeline.Segments) != 2 {
		t.Errorf("%+v", pipeline)
	}
	var batch wasm.TextBatchReply
	call(wasm.StatusOK, wasm.OpTextBatch, `{"tokenizer": 1, "pad": true, "padLength": 30}`, &batch, []byte(spelled))
	if len(batch.Rows) != 1 || len(batch.Rows[0].Tokens) != 30 {
		t.Errorf("%+v", batch)
	}
	for name, files := range map[string][][]byte{
		"tokenizer.json":     {[]byte(wordsJSON)},
		"v.gguf":             {[]byte("GGUF\x03\x00\x00\x00")},
		"x.tiktoken":         {[]byte("YQ== 0\n")},
		"tokenizer.model":    {[]byte("\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02")},
		"/in/tokenizer.json": nil, // a path
	} {
		var failure wasm.Failure
		if call(wasm.StatusElsewhere, wasm.OpTextOpen, `{"files": ["`+name+`"]}`, &failure, files...); failure.Message == "" {
			t.Errorf("%s: no message", name)
		}
	}
	var failure wasm.Failure
	call(wasm.StatusFormat, wasm.OpTextOpen, `{"files": ["tokenizer.json"]}`, &failure, []byte(`{"model": `))
}
