//go:build !nibbletext

package tokenize_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

func TestGoldenEncodings(t *testing.T) {
	golden := readGolden(t)
	n := 0
	for _, g := range golden.Tokenizers {
		t.Run(g.Name, func(t *testing.T) {
			shared := readTokenizer(t, g.Tokenizer)
			for _, c := range g.Cases {
				n++
				tok := shared
				if c.Tokenizer != "" {
					tok = readTokenizer(t, c.Tokenizer)
				}
				checkGolden(t, tok, c)
			}
		})
	}
	t.Logf("%d encodings of %s", n, golden.Judge)

	batch, err := readTokenizer(t, golden.Batch.Tokenizer).EncodeBatch(context.Background(), golden.Batch.Texts, tokenize.Options{AddSpecial: true, RuneOffsets: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range batch {
		if got := toGolden(e); !reflect.DeepEqual(got, golden.Batch.Want[i]) {
			t.Errorf("batch[%d]\ngot  %+v\nwant %+v", i, got, golden.Batch.Want[i])
		}
	}
	all, err := readTokenizer(t, golden.Batch.Tokenizer).EncodeAll(golden.Batch.Texts, tokenize.Options{AddSpecial: true, RuneOffsets: true})
	if err != nil || !reflect.DeepEqual(all, batch) {
		t.Errorf("EncodeAll: %+v, %v; want %+v", all, err, batch)
	}
}
