package bpe

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"pgregory.net/rapid"
)

func TestNewRefuses(t *testing.T) {
	two := uint32(2)
	for name, test := range map[string]struct {
		build  func(*Config) (*Model, error)
		config Config
		want   error
		text   string
	}{
		"merge of no token":    {New, Config{Tokens: []string{"a"}, Merges: []Merge{{0, 0, 0}, {0, 1, 0}}}, config.ErrFormat, "merges[1]: an id without a token"},
		"merge that is none":   {New, Config{Tokens: []string{"a", "b", "abc"}, Merges: []Merge{{0, 1, 2}}}, config.ErrFormat, "merges[0]: the result is not the two tokens joined"},
		"merge to an atom":     {New, Config{Tokens: []string{"a", "b"}, Merges: []Merge{{0, 1, 0}}}, config.ErrFormat, "merges[0]: the result is not the two tokens joined"},
		"unknown unknown":      {New, Config{Tokens: []string{"a", "b"}, Unk: &two}, config.ErrFormat, "unknown token 2 has no text"},
		"too few ranks":        {NewRanked, Config{Tokens: []string{"a", "b"}, Ranks: []int32{1}}, config.ErrFormat, "1 ranks of 2 tokens"},
		"dropout":              {New, Config{Tokens: []string{"a"}, Dropout: 0.1}, config.ErrFormat, "dropout without a source of random numbers"},
		"affixes and ranks":    {NewRanked, Config{Tokens: []string{"a"}, EndOfWordSuffix: "$"}, config.ErrUnsupported, "affixes in a vocabulary without merges"},
		"late unknown, merges": {New, Config{Tokens: []string{"a"}, LateUnknown: true}, config.ErrUnsupported, "merges of characters that are no tokens"},
		"too many ids":         {New, Config{Tokens: make([]string, 1<<22+1)}, config.ErrUnsupported, "more than 4194304 ids"},
		"odd merge that is none": {New, Config{
			Tokens: []string{"a", "b", "ab", "aba", "cabac"},
			Merges: []Merge{{2, 0, 3}, {0, 1, 2}, {1, 1, 4}},
		}, config.ErrFormat, "merges[2]: the result is not the two tokens joined"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := test.build(&test.config)
			if m != nil || !errors.Is(err, test.want) || err.Error() != test.text {
				t.Errorf("%v, %v, want %s", m, err, test.text)
			}
		})
	}
}

// Merges are all kept, each once, or are shown never to happen.
func TestCanonicalMerges(t *testing.T) {
	for name, test := range map[string]struct {
		tokens   string
		merges   string // left+right
		kept     int
		extra    int
		oddTexts string // that are found in themselves
	}{
		"each token once":        {"a b c ab bc abc", "a+b b+c a+bc ab+c", 3, 0, ""},
		"two ways, one can be":   {"a b ab ba aba", "a+b b+a ab+a a+ba", 3, 0, ""},
		"late, cannot be":        {"a b c ab bc abc", "ab+c b+c a+b", 2, 0, ""},
		"late, can be":           {"a b c ab abc", "ab+c a+b", 2, 0, ""},
		"late, and more from it": {"a b c ab abc abcc abccc", "abc+c abcc+c ab+c a+b", 4, 0, ""},
		"late, from the left":    {"a b c bc abc", "a+bc b+c", 2, 0, ""},
		"takes another root's":   {"a b ab aba", "ab+a a+b", 1, 1, "aba"},
		"of two roots":           {"a b ab abab", "ab+ab a+b", 1, 1, "abab"},
		"from both sides":        {"a b c ab abc cab", "ab+c c+ab a+b", 2, 1, "cab"},
	} {
		t.Run(name, func(t *testing.T) {
			c := &Config{Tokens: strings.Fields(test.tokens)}
			for _, merge := range strings.Fields(test.merges) {
				left, right, _ := strings.Cut(merge, "+")
				id := func(text string) uint32 { return uint32(slices.Index(c.Tokens, text)) }
				c.Merges = append(c.Merges, Merge{id(left), id(right), id(left + right)})
			}
			m, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(m.rules.parts); got != test.kept {
				t.Errorf("%d merges kept, want %d", got, test.kept)
			}
			extra := 0
			if m.odd != nil {
				extra = len(m.odd.extra)
				if !m.odd.in("xx" + test.oddTexts + "xx") {
					t.Errorf("%q is not odd", test.oddTexts)
				}
			}
			if extra != test.extra {
				t.Errorf("%d extra merges, want %d", extra, test.extra)
			}
		})
	}
}

func TestText(t *testing.T) {
	m := mustBuild(t, ofWords)
	for id, want := range map[uint32]string{'a': "a", 256: "th", 271: "aaaa", 272: "", 1 << 31: ""} {
		if got := m.Text(id); got != want {
			t.Errorf("text of %d: %q, want %q", id, got, want)
		}
	}
	if !m.CoversBytes() {
		t.Error("the bytes are not covered")
	}
}

// trained returns a vocabulary as training makes it: each time the most frequent
// pair of a text is joined. That is where walking has much to take back.
func trained(text string, merges int) *Config {
	c := &Config{ByteLevel: true, CacheSize: -1}
	ids := map[string]uint32{}
	var symbols []uint32
	add := func(token string) uint32 {
		if _, ok := ids[token]; !ok {
			ids[token] = uint32(len(c.Tokens))
			c.Tokens = append(c.Tokens, token)
		}
		return ids[token]
	}
	for i := range len(text) {
		symbols = append(symbols, add(text[i:i+1]))
	}
	for range merges {
		counts := map[[2]uint32]int{}
		best := [2]uint32{}
		for i := range len(symbols) - 1 {
			pair := [2]uint32{symbols[i], symbols[i+1]}
			if counts[pair]++; counts[pair] > counts[best] || counts[pair] == counts[best] && slices.Compare(pair[:], best[:]) < 0 {
				best = pair
			}
		}
		if len(symbols) < 2 {
			break
		}
		result := add(c.Tokens[best[0]] + c.Tokens[best[1]])
		c.Merges = append(c.Merges, Merge{best[0], best[1], result})
		n := 0
		for i := 0; i < len(symbols); n++ {
			if i+1 < len(symbols) && [2]uint32{symbols[i], symbols[i+1]} == best {
				symbols[n] = result
				i += 2
			} else {
				symbols[n] = symbols[i]
				i++
			}
		}
		symbols = symbols[:n]
	}
	return c
}

// moveUp moves a merge to a place before it, which may be before its parts are
// made.
func moveUp(c *Config, from, to int) {
	if to < from && from < len(c.Merges) {
		merge := c.Merges[from]
		c.Merges = slices.Insert(slices.Delete(c.Merges, from, from+1), to, merge)
	}
}

// Walking, the queue, and looking for the best pair give the tokens of the
// definition, on texts like those that the vocabulary was trained on and others.
func TestTrained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		letters := "abcd"[:rapid.IntRange(1, 4).Draw(t, "letters")]
		draw := func(n int) string {
			b := make([]byte, n)
			for i := range b {
				b[i] = letters[rng.IntN(len(letters))*rng.IntN(4)/3]
			}
			return string(b)
		}
		c := trained(draw(300), rapid.IntRange(0, 60).Draw(t, "merges"))
		for range rapid.IntRange(0, 5).Draw(t, "early merges") {
			moveUp(c, rng.IntN(60), rng.IntN(60))
		}
		m, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		m.limits = limits{}
		judge := newNaive(c, false)
		for range 4 {
			text := draw(rapid.IntRange(1, 150).Draw(t, "length"))
			checkPiece(t, m, judge, text)
			var w word
			if err := m.build(&w, text); err != nil {
				t.Fatal(err)
			}
			long, r := word{syms: slices.Clone(w.syms)}, m.rulesFor(text)
			r.mergeLong(&long, nil, nil)
			if len(w.syms) <= shortSymbols {
				if w.keep(r.mergeShort(w.syms)); !slices.Equal(w.syms, long.syms) {
					t.Fatalf("%q: %v, by the queue %v", text, w.syms, long.syms)
				}
			}
			if got, err := m.AppendIDs(nil, text); err != nil || !slices.Equal(got, m.appendSymbols(nil, long.syms)) {
				t.Fatalf("%q: %v, %v, by the queue %v", text, got, err, long.syms)
			}
		}
	})
}

// Merges in any order: most are late.
func TestLateMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 20 {
			c := shuffled(rng, "abc"[:2+rng.IntN(2)])
			m := build(t, c, false)
			m.limits = limits{}
			judge := newNaive(c, false)
			for range 8 {
				text := make([]byte, 1+rng.IntN(14))
				for i := range text {
					text[i] = "abc"[rng.IntN(3)]
				}
				checkPiece(t, m, judge, string(text))
			}
			for _, text := range c.Tokens {
				checkPiece(t, m, judge, text)
			}
		}
	})
}

// shuffled returns a vocabulary of a few tokens of the letters, and merges of
// some or all the ways to make them, in any order.
func shuffled(rng *rand.Rand, letters string) *Config {
	c := &Config{Tokens: strings.Split(letters, ""), CacheSize: -1}
	for range 2 + rng.IntN(6) {
		left, right := rng.IntN(len(c.Tokens)), rng.IntN(len(c.Tokens))
		text := c.Tokens[left] + c.Tokens[right]
		if len(text) > 6 {
			continue
		}
		if !slices.Contains(c.Tokens, text) {
			c.Tokens = append(c.Tokens, text)
		}
		c.Merges = append(c.Merges, Merge{uint32(left), uint32(right), uint32(slices.Index(c.Tokens, text))})
	}
	if rng.IntN(2) == 0 {
		c.Merges = nil
		for i, text := range c.Tokens {
			for at := 1; at < len(text); at++ {
				left, right := slices.Index(c.Tokens, text[:at]), slices.Index(c.Tokens, text[at:])
				if left >= 0 && right >= 0 {
					c.Merges = append(c.Merges, Merge{uint32(left), uint32(right), uint32(i)})
				}
			}
		}
	}
	rng.Shuffle(len(c.Merges), func(i, j int) { c.Merges[i], c.Merges[j] = c.Merges[j], c.Merges[i] })
	return c
}

// With the same random numbers, dropout passes over the same merges as Hugging
// Face's tokenizers do.
func TestDropout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := vocabulary(t, false)
		c.Dropout = rapid.SampledFrom([]float32{0.1, 0.5, 0.9, 1}).Draw(t, "dropout")
		seed := rapid.Uint64().Draw(t, "seed")
		numbers := func() func() float32 { return rand.New(rand.NewPCG(seed, 0)).Float32 }
		c.Random = numbers()
		m := build(t, c, false)
		text := piece(t, c)
		c.Random = numbers()
		want, wantErr := newNaive(c, false).encode(text)
		got, err := m.AppendTokens(nil, text)
		if !errors.Is(err, wantErr) || err == nil && !slices.Equal(got, want) {
			t.Fatalf("tokens of %q: %v, %v, want %v, %v", text, got, err, want, wantErr)
		}
	})
}

// The steps lead from what a piece starts out as to its tokens.
func TestSteps(t *testing.T) {
	for name, ranked := range map[string]bool{"merges": false, "ranks": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := vocabulary(t, ranked)
				c.LateUnknown = false
				m := build(t, c, ranked)
				text := piece(t, c)
				symbols, steps, err := m.Steps(text)
				if err != nil {
					return
				}
				for _, step := range steps {
					if step.At+1 >= len(symbols) || symbols[step.At] != step.Left || symbols[step.At+1] != step.Right {
						t.Fatalf("%q: step %+v of %v", text, step, symbols)
					}
					if !ranked && c.Merges[step.Rank] != (Merge{step.Left, step.Right, step.Result}) {
						t.Fatalf("%q: step %+v is not merge %v", text, step, c.Merges[step.Rank])
					}
					symbols[step.At] = step.Result
					symbols = slices.Delete(symbols, step.At+1, step.At+2)
				}
				c.WholeFirst = false
				want, err := newNaive(c, ranked).encode(text)
				if err != nil || !slices.Equal(symbols, idsOf(want)) {
					t.Fatalf("%q: steps lead to %v, want %v, %v", text, symbols, want, err)
				}
			})
		})
	}
}
