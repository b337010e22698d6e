//go:build !nibbletext

package tokenize_test

import (
	"errors"
	"io/fs"
	"reflect"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// TestReadFiles: files from memory say what those of a directory say.
func TestReadFiles(t *testing.T) {
	read := func(name string) []byte {
		data, err := fs.ReadFile(sample.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	beside := make(map[string][]byte)
	for _, name := range []string{"tokenizer_config.json", "special_tokens_map.json", "config.json", "generation_config.json"} {
		beside[name] = read(name)
	}
	beside["README.md"] = []byte("passed over")
	tok, err := tokenize.ReadFiles("tokenizer.json", read("tokenizer.json"), beside, tokenize.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := sampleTokenizer(t).Info(); !reflect.DeepEqual(tok.Info(), want) || want.ContextLength == 0 {
		t.Errorf("got  %+v\nwant %+v", tok.Info(), want)
	}
	beside["config.json"] = []byte("{")
	if _, err := tokenize.ReadFiles("tokenizer.json", read("tokenizer.json"), beside, tokenize.LoadOptions{}); !errors.Is(err, tokenize.ErrFormat) {
		t.Errorf("a broken configuration: %v", err)
	}
}
