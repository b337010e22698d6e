//go:build !nibbletext

package tokenize_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// open opens the vocabulary that nibble carries along. A program of your own
// calls tokenize.Open with a path.
func open() *tokenize.Tokenizer {
	tok, err := tokenize.ReadFS(sample.FS(), tokenize.LoadOptions{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return tok
}

func Example() {
	tok := open()
	enc, err := tok.Encode("Once upon a time", tokenize.Options{AddSpecial: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, id := range enc.IDs {
		fmt.Println(id, enc.Tokens[i], enc.Offsets[i])
	}
	fmt.Println(tok.Decode(enc.IDs, tokenize.DecodeOptions{}))
	// Output:
	// 50 O {0 1}
	// 907 nce {1 4}
	// 529 Ġupon {4 9}
	// 262 Ġa {9 11}
	// 628 Ġtime {11 16}
	// Once upon a time
}

// What becomes of a text on its way: segments around added tokens, in pieces, of
// which the model makes tokens.
func ExampleTokenizer_Explain() {
	x, err := open().Explain("It's naïve<|im_end|>", tokenize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, segment := range x.Segments {
		fmt.Printf("%q added: %v\n", segment.Normalized, segment.Added)
		for _, piece := range segment.Pieces {
			fmt.Printf("  %q %v %v\n", piece.Text, piece.Tokens, piece.IDs)
		}
	}
	// Output:
	// "It's naïve" added: false
	//   "It" [It] [961]
	//   "'s" ['s] [357]
	//   " naïve" [Ġn a Ã ¯ ve] [295 68 131 111 313]
	// "<|im_end|>" added: true
	//   "<|im_end|>" [<|im_end|>] [2]
}

// A batch is padded to one length, with a mask that tells text from padding.
func ExampleTokenizer_EncodeBatch() {
	batch, err := open().EncodeBatch(context.Background(), []string{"The fox", "The fox and the crow"}, tokenize.Options{
		Padding: &tokenize.Padding{Longest: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, enc := range batch {
		fmt.Println(enc.IDs, enc.AttentionMask)
	}
	// Output:
	// [372 1231 91 3 3 3] [1 1 1 0 0 0]
	// [372 1231 91 288 266 2545] [1 1 1 1 1 1]
}

// What does not fit overflows, here in parts that overlap by one token.
func ExampleTruncation() {
	enc, err := open().Encode("one two three four", tokenize.Options{
		Truncation: &tokenize.Truncation{MaxLength: 3, Stride: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(enc.Tokens, "|"))
	for _, part := range enc.Overflowing {
		fmt.Println(strings.Join(part.Tokens, "|"))
	}
	// Output:
	// one|Ġtwo|Ġthree
	// Ġthree|Ġfour
}

// Special tokens that a user's text spells are tokens only where they are
// wanted.
func ExampleOptions_special() {
	tok := open()
	const text = "the end<|endoftext|>"
	parsed, _ := tok.Encode(text, tokenize.Options{})
	plain, _ := tok.Encode(text, tokenize.Options{Special: tokenize.PlainSpecial})
	_, err := tok.Encode(text, tokenize.Options{Special: tokenize.RefuseSpecial})
	fmt.Println(len(parsed.IDs), len(plain.IDs))
	fmt.Println(err)
	// Output:
	// 3 10
	// byte 7: special token in the text: "<|endoftext|>"
}

// A Decoder gives out text as soon as it is certain.
func ExampleDecoder() {
	tok := open()
	enc, err := tok.Encode("naïve 🦊", tokenize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := tok.NewDecoder(tokenize.DecodeOptions{})
	for _, id := range enc.IDs {
		fmt.Printf("%q ", d.Next(id))
	}
	fmt.Printf("%q\n", d.Flush())
	// Output:
	// "n" "a" "" "ï" "ve" " " "" "" "" "🦊" ""
}

// Texts of any length are encoded in constant memory.
func ExampleTokenizer_EncodeReader() {
	text := strings.NewReader(strings.Repeat("The fox and the crow. ", 100_000))
	n := 0
	err := open().EncodeReader(context.Background(), text, tokenize.Options{}, func(ids []uint32) error {
		n += len(ids)
		return nil
	})
	fmt.Println(n, err)
	// Output:
	// 700001 <nil>
}
