package vocab_test

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/nibble-go/nibble/tokenize/vocab"
)

// bigJSON is a tokenizer.json of the given size, in the layout of Hugging
// Face's writer. Each token but the first 256 is a merge of two others.
func bigJSON(tokens, merges int, paired bool) []byte {
	var b bytes.Buffer
	b.WriteString("{\n  \"version\": \"1.0\",\n  \"added_tokens\": [],\n  \"model\": {\n    \"type\": \"BPE\",\n    \"vocab\": {")
	texts := make([]string, tokens)
	at := make(map[string]int, tokens)
	for i := range texts {
		texts[i] = "t" + strconv.Itoa(i)
		if i >= tokens/2 { // the result of a merge of two below
			texts[i] = texts[i-tokens/2] + texts[(i*7)%(tokens/2)]
		}
		at[texts[i]] = i
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n      \"" + texts[i] + "\": " + strconv.Itoa(i))
	}
	b.WriteString("\n    },\n    \"merges\": [")
	for k := range merges {
		i := k % (tokens / 2)
		if k > 0 {
			b.WriteByte(',')
		}
		left, right := texts[i], texts[((i+tokens/2)*7)%(tokens/2)]
		if paired {
			b.WriteString("\n      [\n        \"" + left + "\",\n        \"" + right + "\"\n      ]")
		} else {
			b.WriteString("\n      \"" + left + " " + right + "\"")
		}
	}
	b.WriteString("\n    ]\n  }\n}\n")
	return b.Bytes()
}

// The sizes are those of Llama 3 and of Gemma 3, the largest vocabulary in
// wide use.
func BenchmarkReadJSON(b *testing.B) {
	for _, size := range []struct {
		name           string
		tokens, merges int
		paired         bool
	}{{"Llama3", 128_000, 280_147, false}, {"Gemma3", 262_144, 514_906, true}} {
		b.Run(size.name, func(b *testing.B) {
			data := bigJSON(size.tokens, size.merges, size.paired)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := vocab.ReadJSON(bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
