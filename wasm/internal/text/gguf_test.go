//go:build !nibbletext

package text_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/wasm"
)

// TestFormatsLocateAlike: tokens of one vocabulary have the same places in a text, whether it came as tokenizer.json or
// in a GGUF file, also within characters.
func TestFormatsLocateAlike(t *testing.T) {
	const model = "../../../internal/sample/fable-4m"
	plan, err := convert.NewPlan(t.Context(), model, convert.Options{Type: "q4_0"})
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	path := filepath.Join(t.TempDir(), "model.gguf")
	if _, err := plan.WriteFile(t.Context(), path, convert.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	var encodings [][][]byte
	for _, file := range []string{filepath.Join(model, "tokenizer.json"), path} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t)
		var reply wasm.TextEncodeReply
		request := &wasm.TextEncodeRequest{Tokenizer: c.open(filepath.Base(file), data).Tokenizer}
		encodings = append(encodings, c.Call(wasm.OpTextEncode, request, &reply, []byte("Once, naïve café 日本 🙂 <|im_end|>\n")))
	}
	for i, name := range []string{"ids", "starts in bytes", "ends in bytes", "starts in UTF-16", "ends in UTF-16"} {
		if !bytes.Equal(encodings[0][i], encodings[1][i]) {
			t.Errorf("%s: % x of tokenizer.json, % x of the GGUF file", name, encodings[0][i], encodings[1][i])
		}
	}
}
