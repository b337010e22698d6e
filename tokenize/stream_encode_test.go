//go:build !nibbletext

package tokenize_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// readIDs returns what EncodeReader makes of a text.
func readIDs(tok *tokenize.Tokenizer, text string, o tokenize.Options) ([]uint32, error) {
	var read []uint32
	err := tok.EncodeReader(context.Background(), strings.NewReader(text), o, func(ids []uint32) error {
		read = append(read, ids...)
		return nil
	})
	return read, err
}

// TestCuts: wherever a text is cut, the ids are those of the whole, with stages
// that look at the start of a text, at what stands before a token, at runs of
// white space of all kinds.
func TestCuts(t *testing.T) {
	tokenize.SmallStretches(t, 40)
	const byteLevel = `"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}`
	tokenizers := map[string]string{
		"single word":            bpeJSON(byteLevel + `, "added_tokens": [{"id": 3, "content": "b", "single_word": true, "special": true}]`),
		"normalized single word": bpeJSON(byteLevel + `, "added_tokens": [{"id": 3, "content": "b", "single_word": true, "normalized": true, "special": false}]`),
		"NFC":                    bpeJSON(byteLevel + `, "normalizer": {"type": "NFC"}, "added_tokens": [{"id": 3, "content": " b", "normalized": false, "special": true}]`),
	}
	for _, g := range readGolden(t).Tokenizers {
		if !strings.HasPrefix(g.Name, "truncation") && !strings.HasPrefix(g.Name, "post-processor") {
			tokenizers[g.Name] = g.Tokenizer
		}
	}
	g := textgen.New(5, 0, "<s>", "</s>", "[MASK]", "<m>", " ", "a", "b", "\u00a0", "\u00a0 ", " the", "123")
	var texts []string
	for range 150 {
		texts = append(texts, g.Text()+g.Text())
	}
	texts = append(texts, strings.Repeat("</s>foo", 30), strings.Repeat("</s>foo bar", 30), strings.Repeat("abc123 ", 30), strings.Repeat("a\u00a0  b", 30), strings.Repeat("ab b ", 30))
	for name, data := range tokenizers {
		t.Run(name, func(t *testing.T) {
			tok := readTokenizer(t, data)
			for _, text := range texts {
				want, err := tok.AppendIDs(nil, text, tokenize.Options{})
				got, readErr := readIDs(tok, text, tokenize.Options{})
				if (err == nil) != (readErr == nil) || err == nil && !slices.Equal(got, want) {
					t.Fatalf("%+q\ngot  %v, %v\nwant %v, %v", text, got, readErr, want, err)
				}
			}
		})
	}
}

// What do is given is its own.
func TestEncodeReaderGivesCopies(t *testing.T) {
	tok := readTokenizer(t, bpeJSON(`"post_processor": {"type": "BertProcessing", "sep": ["b", 1], "cls": ["a", 0]}`))
	o := tokenize.Options{AddSpecial: true}
	err := tok.EncodeReader(context.Background(), strings.NewReader("ab"), o, func(ids []uint32) error {
		for i := range ids {
			ids[i] = 99
		}
		return nil
	})
	if ids, _ := tok.AppendIDs(nil, "ab", o); err != nil || !slices.Equal(ids, []uint32{0, 2, 1}) {
		t.Errorf("%v, %v", ids, err)
	}
}

// A forbidden token is found in time, and its place is that in the text.
func TestRefusedInStream(t *testing.T) {
	tokenize.SmallStretches(t, 64)
	tok := sampleTokenizer(t)
	text := strings.Repeat("the fox ", 100) + "<|endoftext|>" + strings.Repeat(" the fox", 100)
	_, err := readIDs(tok, text, tokenize.Options{Special: tokenize.RefuseSpecial})
	if !errors.Is(err, tokenize.ErrSpecial) || !strings.Contains(err.Error(), "byte 800:") {
		t.Errorf("got %v", err)
	}
	if ids, err := readIDs(tok, text, tokenize.Options{Special: tokenize.RefuseSpecial, AllowedSpecial: []string{"<|endoftext|>"}}); err != nil || !slices.Contains(ids, 0) {
		t.Errorf("allowed: %v, %v", ids, err)
	}
}

// emptyReader never gives anything.
type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

func TestEncodeReaderEnds(t *testing.T) {
	tok := sampleTokenizer(t)
	none := func([]uint32) error { return nil }
	if err := tok.EncodeReader(context.Background(), emptyReader{}, tokenize.Options{}, none); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tok.EncodeReader(ctx, strings.NewReader("a"), tokenize.Options{}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	if _, err := tok.EncodeBatch(ctx, []string{"a", "b"}, tokenize.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a batch after cancelling: %v", err)
	}
}

// TestWorstCases: what a text is made of does not change the time that a byte
// takes by orders of magnitude, on all processors.
func TestWorstCases(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	tok := sampleTokenizer(t)
	for _, unit := range []string{"a", " ", "^", "\n", "ab", " \n", "é", "0"} {
		var rates [2]time.Duration
		for i, size := range []int{1 << 20, 10 << 20} {
			text := strings.Repeat(unit, size/len(unit))
			best := time.Hour
			for range 3 {
				start := time.Now()
				if _, err := tok.Count(text, tokenize.Options{}); err != nil {
					t.Fatal(err)
				}
				best = min(best, time.Since(start))
			}
			rates[i] = best / time.Duration(size>>20)
		}
		t.Logf("%q: %v a MB, of ten %v", unit, rates[0], rates[1])
		if rates[1] > 6*rates[0]+10*time.Millisecond {
			t.Errorf("%q: a MB of ten takes %v, of one %v", unit, rates[1], rates[0])
		}
	}
}
