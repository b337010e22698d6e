package vocab_test

import (
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/tokenize/vocab"
)

func ExampleReadJSON() {
	j, err := vocab.ReadJSON(strings.NewReader(`{
		"pre_tokenizer": {"type": "ByteLevel"},
		"model": {"type": "BPE", "vocab": {"l": 0, "o": 1, "w": 2, "lo": 3, "low": 4}, "merges": ["l o", "lo w"]}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	kind, _ := j.PreTokenizer.String("type")
	fmt.Println(j.Model.Type, kind, len(j.Model.Tokens))
	for left, right := range j.Model.MergeTexts() {
		fmt.Println(left, right)
	}
	// Output:
	// BPE ByteLevel 5
	// l o
	// lo w
}

// Errors name the line and the value.
func ExampleFormatError() {
	_, err := vocab.ReadJSON(strings.NewReader(`{"model": {
		"type": "BPE",
		"vocab": {"l": 0, "o": 1, "lo": 2},
		"merges": ["l o", "lo w"]
	}}`))
	fmt.Println(err)
	// Output: line 4, column 21: model.merges[1]: "w" is not in the vocabulary: malformed vocabulary
}
