package vocab_test

import (
	"bytes"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/tokenize/vocab"
)

// allocating fails the test if f allocates more than 64 MiB.
func allocating(t *testing.T, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// checkError: a reader's error is one of two kinds and has a place.
func checkError(t *testing.T, err error) {
	t.Helper()
	var e *vocab.FormatError
	if !errors.As(err, &e) || errors.Is(err, vocab.ErrFormat) == errors.Is(err, vocab.ErrUnsupported) {
		t.Errorf("error %v", err)
	}
}

func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		`{"version": "1.0", "added_tokens": [{"id": 3, "content": "<s>", "special": true}], "normalizer": null,
			"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}`,
		`{"model": {"merges": [["a", "##b"]], "vocab": {"a": 0, "##b": 1, "ab": 2}, "continuing_subword_prefix": "##"}}`,
		`{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1e3]]}}`,
		`{"model": {"unk_token": "a", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {"a": 4194303}}}`,
		`{"model": {"type": "BPE", "vocab": {"a": 4194304}}}`, `{"model": {"vocab": {"a": 0, "a": 1}}}`,
	} {
		f.Add([]byte(seed))
	}
	if small, err := os.ReadFile("../../../shared/tokenizers/kitoken/models/tokenizers/hw_doc_summarizer.json"); err == nil {
		f.Add(small)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		allocating(t, func() {
			j, err := vocab.ReadJSON(bytes.NewReader(data))
			if err != nil {
				checkError(t, err)
				return
			}
			for _, merge := range j.Model.Merges {
				for _, i := range []int32{merge.Left, merge.Right, merge.Result} {
					if i < 0 || int(i) >= len(j.Model.Tokens) {
						t.Errorf("merge %+v of %d tokens", merge, len(j.Model.Tokens))
					}
				}
			}
			ids := make(map[int]bool)
			for _, token := range j.Model.Tokens {
				if ids[token.ID] || token.ID < 0 || token.ID >= 1<<22 {
					t.Errorf("id %d of %q", token.ID, token.Text)
				}
				ids[token.ID] = true
			}
		})
	})
}

func FuzzReadSentencePiece(f *testing.F) {
	unk := slices.Clip(proto{}.piece("<unk>", 0, vocab.Unknown))
	f.Add([]byte(unk))
	f.Add([]byte(unk.piece("a", -1, vocab.Normal).bytes(2, proto{}.varint(3, 2).varint(43, 1<<64-1)).bytes(3, proto{}.bytes(2, []byte{0, 1}))))
	f.Add([]byte(unk.bytes(4, proto{}.bytes(1, proto{}.text(1, "in").text(2, "ex"))).varint(200, 1)))
	f.Add([]byte(unk[:len(unk)-1]))
	f.Fuzz(func(t *testing.T, data []byte) {
		allocating(t, func() {
			m, err := vocab.ReadSentencePiece(data)
			if err != nil {
				checkError(t, err)
				return
			}
			for i, p := range m.Pieces {
				if p.Text == "" || p.Type < vocab.Normal || p.Type > vocab.Byte {
					t.Errorf("piece %d: %+v", i, p)
				}
			}
		})
	})
}
