//go:build hftokenizers

package hf

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

// moduleFile returns the path of a file among the tests of
// github.com/daulet/tokenizers.
func moduleFile(t testing.TB, name string) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/daulet/tokenizers").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(dir)), "test", "data", name)
}

func open(t testing.TB, name string) *Tokenizer {
	t.Helper()
	tok, err := Open(moduleFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tok.Close() })
	return tok
}

func TestEncode(t *testing.T) {
	tok := open(t, "bert-base-uncased.json")
	if n := tok.VocabSize(); n != 30522 {
		t.Errorf("%d tokens", n)
	}
	e, err := tok.Encode("Brown tökenizer [SEP] x", tokenize.Options{AddSpecial: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"[CLS]", "brown", "token", "##izer", "[SEP]", "x", "[SEP]"}; !slices.Equal(e.Tokens, want) {
		t.Errorf("tokens %q, want %q", e.Tokens, want)
	}
	if want := []tokenize.Span{{}, {Start: 0, End: 5}, {Start: 6, End: 12}, {Start: 12, End: 16}, {Start: 17, End: 22}, {Start: 23, End: 24}, {}}; !slices.Equal(e.Offsets, want) {
		t.Errorf("offsets %v, want %v", e.Offsets, want)
	}
	if want := []uint32{1, 0, 0, 0, 0, 0, 1}; !slices.Equal(e.SpecialTokensMask, want) {
		t.Errorf("special tokens mask %v", e.SpecialTokensMask)
	}
	if len(e.TypeIDs) != 7 || len(e.AttentionMask) != 7 || len(e.Words) != 7 || e.Words[1] != -1 {
		t.Errorf("%+v", e)
	}
	ids, err := tok.AppendIDs([]uint32{7}, "Brown tökenizer [SEP] x", tokenize.Options{AddSpecial: true})
	if err != nil || ids[0] != 7 || !slices.Equal(ids[1:], e.IDs) {
		t.Errorf("%v, %v, want %v", err, ids, e.IDs)
	}
	if text, err := tok.Decode(e.IDs, tokenize.DecodeOptions{SkipSpecial: true}); text != "brown tokenizer x" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	runes, err := tok.Encode("Brown tökenizer [SEP] x", tokenize.Options{RuneOffsets: true})
	if err != nil || len(runes.Offsets) != 5 || runes.Offsets[1] != (tokenize.Span{Start: 6, End: 11}) || runes.Offsets[4] != (tokenize.Span{Start: 22, End: 23}) {
		t.Errorf("%v, %v", err, runes)
	}
	plain, err := tok.Encode("[SEP]", tokenize.Options{Special: tokenize.PlainSpecial})
	if err != nil || !slices.Equal(plain.Tokens, []string{"[", "sep", "]"}) {
		t.Errorf("%v, %v", err, plain)
	}
	if e, err := tok.Encode("", tokenize.Options{}); err != nil || e.Len() != 0 {
		t.Errorf("%v, %v", err, e)
	}
}

func TestEncodeRefuses(t *testing.T) {
	tok := open(t, "bert-base-uncased.json")
	for _, text := range []string{"a\x00b", "\xff", "a\xe2\x82"} {
		if _, err := tok.Encode(text, tokenize.Options{}); !errors.Is(err, ErrText) {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := tok.AppendIDs(nil, text, tokenize.Options{}); !errors.Is(err, ErrText) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, o := range []tokenize.Options{
		{Special: tokenize.RefuseSpecial}, {AllowedSpecial: []string{"[SEP]"}}, {Truncation: &tokenize.Truncation{}},
		{Padding: &tokenize.Padding{}},
	} {
		if _, err := tok.Encode("a", o); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: %v", o, err)
		}
		if _, err := tok.AppendIDs(nil, "a", o); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestOpen(t *testing.T) {
	data, err := os.ReadFile(moduleFile(t, "bert-base-uncased.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	tok, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := tok.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty directory: %v", err)
	}
	for _, data := range []string{"", "{}", "[]", `{"version": "1.0", "model": {"type": "BPE", "vocab": {}, "merges": ["a b"]}}`} {
		if _, err := New([]byte(data)); !errors.Is(err, tokenize.ErrFormat) {
			t.Errorf("%s: %v", data, err)
		}
	}
}

// TestClose: the library's memory is not touched once it is freed, whoever
// closes when.
func TestClose(t *testing.T) {
	tok := open(t, "bert-base-uncased.json")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			o := tokenize.Options{}
			if i%2 == 0 {
				o.Special = tokenize.PlainSpecial
			}
			for {
				if e, err := tok.Encode("some words [SEP]", o); err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				} else if e.Len() < 3 {
					t.Errorf("%d tokens", e.Len())
				}
				if i == 7 {
					if err := tok.Close(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if err := tok.Close(); err != nil {
		t.Error(err)
	}
	if _, err := tok.Decode([]uint32{1}, tokenize.DecodeOptions{}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if _, err := tok.AppendIDs(nil, "a", tokenize.Options{}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if tok.VocabSize() != 0 {
		t.Error("a size after Close")
	}
}
