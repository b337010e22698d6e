//go:build !nibbletext

package tokenize

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/jsonread"
)

// ggufLost returns notes of what the tokenizer.json that a GGUF file carries
// says and llama.cpp does not do. The file is only looked at: what is wrong with
// it is no concern of llama.cpp's.
func ggufLost(meta *gguf.Metadata) []string {
	v, _ := meta.Get("tokenizer.huggingface.json")
	text, ok := v.Text()
	if !ok {
		return nil
	}
	var notes []string
	var strips, singleWords int
	d := jsonread.NewDecoder(strings.NewReader(text), jsonread.Options{})
	err := d.ReadObject(func(key string) error {
		if key != "normalizer" && key != "added_tokens" {
			return d.Skip()
		}
		value, err := d.ReadValue()
		switch value := value.(type) {
		case *jsonread.Object: // the normalizer
			if kinds := describeStage(value); kinds != "" {
				notes = append(notes, "the tokenizer.json in the file normalizes text ("+kinds+"); what llama.cpp does instead, if anything, is its own")
			}
		case jsonread.Array:
			for _, token := range value {
				o, ok := token.(*jsonread.Object)
				if !ok {
					continue
				}
				left, _ := o.Bool("lstrip")
				right, _ := o.Bool("rstrip")
				if left || right {
					strips++
				}
				if whole, _ := o.Bool("single_word"); whole {
					singleWords++
				}
			}
		}
		return err
	})
	if err != nil {
		return append(notes, "the tokenizer.json in the file cannot be read: "+err.Error())
	}
	if strips > 0 {
		notes = append(notes, fmt.Sprintf("the tokenizer.json in the file has white space taken along by %d tokens; llama.cpp goes by the model's name", strips))
	}
	if singleWords > 0 {
		notes = append(notes, fmt.Sprintf("the tokenizer.json in the file has %d tokens that are found only as whole words; llama.cpp finds them anywhere", singleWords))
	}
	return notes
}
