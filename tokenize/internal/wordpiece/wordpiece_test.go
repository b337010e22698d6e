package wordpiece_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/wordpiece"
)

func numbers(n int) []uint32 {
	ids := make([]uint32, n)
	for i := range ids {
		ids[i] = uint32(i)
	}
	return ids
}

func newWordPiece(t testing.TB, maxChars int, tokens ...string) *wordpiece.WordPiece {
	m, err := wordpiece.New(wordpiece.Config{Tokens: tokens, IDs: numbers(len(tokens)), Unknown: "[UNK]", Prefix: "##", MaxChars: maxChars})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Bytes that are not UTF-8 count as characters, and are covered by no token.
func TestInvalidUTF8(t *testing.T) {
	m := newWordPiece(t, 4, "[UNK]", "a", "##é")
	for _, test := range []struct {
		word string
		want []uint32
	}{
		{"aé", []uint32{1, 2}},
		{"aééé", []uint32{1, 2, 2, 2}},
		{"aéééé", []uint32{0}},
		{"a\xc3", []uint32{0}},
		{"a\xc3\xc3\xa9", []uint32{0}},
		{"\xff", []uint32{0}},
	} {
		if got, err := m.AppendIDs(nil, test.word); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: got %v, %v, want %v", test.word, got, err, test.want)
		}
	}
}

// A word that is found to be unknown at its end leaves no tokens of its start.
func TestUnknownWordWhole(t *testing.T) {
	m := newWordPiece(t, 100, "[UNK]", "un", "##know", "##n")
	got, err := m.AppendTokens([]model.Token{{ID: 9}}, "unknown?")
	if want := []model.Token{{ID: 9}, {ID: 0, Start: 0, End: 8}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	m = newWordPiece(t, 100, "un", "##know", "##n")
	ids, err := m.AppendIDs([]uint32{9}, "unknown?")
	if !errors.Is(err, model.ErrNoUnknown) || !reflect.DeepEqual(ids, []uint32{9}) {
		t.Errorf("got %v, %v", ids, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		tokens []string
		ids    []uint32
		want   error
	}{
		{"ids missing", []string{"a"}, nil, config.ErrFormat},
		{"an id too large", []string{"a"}, []uint32{1 << 31}, config.ErrUnsupported},
		{"a token twice", []string{"a", "a"}, []uint32{0, 1}, config.ErrFormat},
	} {
		_, err := wordpiece.New(wordpiece.Config{Tokens: test.tokens, IDs: test.ids})
		if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "vocab: ") {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
	if _, err := wordpiece.NewWordLevel([]string{"a"}, nil, ""); !errors.Is(err, config.ErrFormat) {
		t.Errorf("got %v", err)
	}
}

// As models.WordLevel of tokenizers 0.22.2 does, the empty word included.
func TestWordLevel(t *testing.T) {
	m, err := wordpiece.NewWordLevel([]string{"[UNK]", "a", "é"}, []uint32{3, 1 << 31, 0}, "[UNK]")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		word string
		want model.Token
	}{
		{"a", model.Token{ID: 1 << 31, Start: 0, End: 1}},
		{"é", model.Token{ID: 0, Start: 0, End: 2}},
		{"aé", model.Token{ID: 3, Start: 0, End: 3}},
		{"", model.Token{ID: 3, Start: 0, End: 0}},
	} {
		tokens, err := m.AppendTokens(nil, test.word)
		if err != nil || !reflect.DeepEqual(tokens, []model.Token{test.want}) {
			t.Errorf("%q: got %v, %v, want %v", test.word, tokens, err, test.want)
		}
		ids, err := m.AppendIDs(nil, test.word)
		if err != nil || !reflect.DeepEqual(ids, []uint32{test.want.ID}) {
			t.Errorf("%q: got %v, %v, want %v", test.word, ids, err, test.want)
		}
	}
	m, err = wordpiece.NewWordLevel([]string{"a"}, []uint32{0}, "[UNK]")
	if err != nil {
		t.Fatal(err)
	}
	if ids, err := m.AppendIDs([]uint32{5}, "b"); !errors.Is(err, model.ErrNoUnknown) || len(ids) != 1 {
		t.Errorf("got %v, %v", ids, err)
	}
	if tokens, err := m.AppendTokens(nil, "b"); !errors.Is(err, model.ErrNoUnknown) || len(tokens) != 0 {
		t.Errorf("got %v, %v", tokens, err)
	}
}

func TestAppendIDsAllocatesNothing(t *testing.T) {
	m := newWordPiece(t, 100, "[UNK]", "token", "##ization", "##s")
	dst := make([]uint32, 0, 10)
	if n := testing.AllocsPerRun(100, func() { dst, _ = m.AppendIDs(dst[:0], "tokenizations") }); n != 0 || len(dst) != 3 {
		t.Errorf("%v allocations, %v", n, dst)
	}
}

// FuzzWordPiece compares with the rule as it is written: the longest rest of
// the word that is a token, shortened character by character.
func FuzzWordPiece(f *testing.F) {
	f.Add("a b ab ##b ##a [UNK]", "##", "abba", 100)
	f.Add("a aé éa é", "é", "aéaé\xc3", 5)
	f.Add("a aa aaa b", "", "aaaaab", 6)
	f.Fuzz(func(t *testing.T, tokens, prefix, word string, maxChars int) {
		c := wordpiece.Config{Unknown: "[UNK]", Prefix: prefix, MaxChars: maxChars}
		ids := map[string]uint32{}
		for _, token := range strings.Split(strings.ToValidUTF8(tokens, "?"), " ") {
			if _, ok := ids[token]; !ok {
				ids[token] = uint32(len(ids))
				c.Tokens, c.IDs = append(c.Tokens, token), append(c.IDs, ids[token])
			}
		}
		m, err := wordpiece.New(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.AppendIDs(nil, word)
		want, ok := greedy(ids, prefix, word, maxChars)
		if !ok {
			unknown, has := ids["[UNK]"]
			if !has {
				if !errors.Is(err, model.ErrNoUnknown) {
					t.Fatal(err)
				}
				return
			}
			want = []uint32{unknown}
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	})
}

func greedy(ids map[string]uint32, prefix, word string, maxChars int) (found []uint32, ok bool) {
	chars := []int{} // where each ends
	for i := range word {
		if i > 0 {
			chars = append(chars, i)
		}
	}
	if word != "" {
		chars = append(chars, len(word))
	}
	if len(chars) > maxChars {
		return nil, false
	}
	for start, first := 0, 0; first < len(chars); {
		last := len(chars) - 1
		for ; last >= first; last-- {
			key := word[start:chars[last]]
			if start > 0 {
				key = prefix + key
			}
			if id, ok := ids[key]; ok {
				found = append(found, id)
				break
			}
		}
		if last < first {
			return nil, false
		}
		start, first = chars[last], last+1
	}
	return found, true
}
