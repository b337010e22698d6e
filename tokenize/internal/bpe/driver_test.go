package bpe

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"pgregory.net/rapid"
)

// letters returns the configuration of a byte-level vocabulary of the bytes and
// of words, which are ranked in their order.
func letters(words ...string) *Config {
	c := &Config{ByteLevel: true}
	for b := range 256 {
		c.Tokens = append(c.Tokens, string([]byte{byte(b)}))
	}
	c.Tokens = append(c.Tokens, words...)
	return c
}

func mustBuild(tb testing.TB, c *Config) *Model {
	tb.Helper()
	m, err := NewRanked(c)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

var ofWords = letters("th", "in", "er", " a", " th", "ing", " the", "on", " thing", "and", " and", "oth", " other", "the", "aa", "aaaa")

// byWords ends a piece before each space.
func byWords(s string, pos int) int {
	if i := strings.IndexByte(s[pos+1:], ' '); i >= 0 {
		return pos + 1 + i
	}
	return len(s)
}

// A text encoded whole has the tokens of its pieces encoded one by one, wherever
// they stand in the text.
func TestAppendText(t *testing.T) {
	m := mustBuild(t, ofWords)
	judge := newNaive(ofWords, true)
	rapid.Check(t, func(t *rapid.T) {
		var text string
		for _, part := range rapid.SliceOf(rapid.SampledFrom([]string{"the", " thing", " other", "a", "aaa", " ", "and", "\x00", "é", "in the beginning"})).Draw(t, "parts") {
			text += part
		}
		var want []uint32
		for pos := 0; pos < len(text); {
			end := byWords(text, pos)
			tokens, err := judge.encode(text[pos:end])
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, idsOf(tokens)...)
			pos = end
		}
		got, err := m.AppendText([]uint32{7}, text, byWords)
		if err != nil || !slices.Equal(got[1:], want) {
			t.Fatalf("ids of %q: %v, %v, want %v", text, got, err, want)
		}
		if n, err := m.CountText(text, byWords); err != nil || n != len(want) {
			t.Fatalf("count of %q: %d, %v, want %d", text, n, err, len(want))
		}
	})
}

func TestAppendTextWithoutCache(t *testing.T) {
	c := *ofWords
	c.CacheSize = -1
	m, cached := mustBuild(t, &c), mustBuild(t, ofWords)
	text := strings.Repeat("in the thing and other things aaaaa ", 50)
	got, err := m.AppendText(nil, text, byWords)
	want, errCached := cached.AppendText(nil, text, byWords)
	if err != nil || errCached != nil || !slices.Equal(got, want) {
		t.Errorf("without cache %v, %v, with %v, %v", got, err, want, errCached)
	}
	if n, err := m.CountText(text, byWords); err != nil || n != len(want) {
		t.Errorf("count %d, %v, want %d", n, err, len(want))
	}
}

func TestTextThatIsNotCovered(t *testing.T) {
	m, err := New(&Config{Tokens: []string{"a"}, UnkMissing: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.AppendText(nil, "aaxaa", byWords); err != model.ErrNoUnknown {
		t.Errorf("AppendText: %v", err)
	}
	if _, err := m.CountText("aaxaa", byWords); err != model.ErrNoUnknown {
		t.Errorf("CountText: %v", err)
	}
	if _, err := m.AppendTokens(nil, strings.Repeat("a", 100)+"x"); err != model.ErrNoUnknown {
		t.Errorf("AppendTokens: %v", err)
	}
}

func TestEmptyPiece(t *testing.T) {
	m := mustBuild(t, ofWords)
	ids, err := m.AppendIDs(nil, "")
	tokens, errTokens := m.AppendTokens(nil, "")
	n, errCount := m.Count("")
	if len(ids)+len(tokens)+n != 0 || err != nil || errTokens != nil || errCount != nil {
		t.Errorf("%v, %v; %v, %v; %d, %v", ids, err, tokens, errTokens, n, errCount)
	}
}

// Once warm, encoding allocates nothing, and what the cache does not have neither.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	m := mustBuild(t, ofWords)
	m.limits = limits{} // make at once what is made later
	text := strings.Repeat("in the thing and others, aaaaaaaaa thethethethethethethethethethe ", 20)
	ids := make([]uint32, 0, len(text))
	for name, encode := range map[string]func() error{
		"AppendText": func() error { _, err := m.AppendText(ids, text, byWords); return err },
		"CountText":  func() error { _, err := m.CountText(text, byWords); return err },
		"AppendIDs":  func() error { _, err := m.AppendIDs(ids, " thing"); return err },
		"Count":      func() error { _, err := m.Count(" thing and thing and thing and thing"); return err },
	} {
		var err error
		if n := testing.AllocsPerRun(50, func() { err = encode() }); n != 0 || err != nil {
			t.Errorf("%s: %v allocations, %v", name, n, err)
		}
	}
}

// Goroutines that fill and read the same few slots all get their own tokens.
func TestConcurrentUse(t *testing.T) {
	c := *ofWords
	c.CacheSize = 1
	m := mustBuild(t, &c)
	m.limits = limits{makeCuts: 1000, makeWalker: 1, makeBranch: 10} // while they encode
	pieces := []string{" the", "thing", " other", "and", "in", "aaa", "thethe", " anding", "x", "inininininin", strings.Repeat("the", 30)}
	want := make([][]uint32, len(pieces))
	for i, word := range pieces {
		tokens, err := newNaive(&c, true).encode(word)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = idsOf(tokens)
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for n := range 2000 {
				i := (n*7 + g) % len(pieces)
				got, err := m.AppendIDs(nil, pieces[i])
				if err != nil || !slices.Equal(got, want[i]) {
					t.Errorf("%q: %v, %v, want %v", pieces[i], got, err, want[i])
					return
				}
			}
		})
	}
	group.Wait()
}
