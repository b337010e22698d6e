package bpe

import (
	"errors"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"pgregory.net/rapid"
)

// vocabulary draws a small vocabulary. Merges are made of tokens that there are
// already, so that most can happen, and are then put into some disorder: early
// merges of late tokens, pairs that are there twice, several merges of one
// token. Some characters of the pieces are no tokens.
func vocabulary(t *rapid.T, ranked bool) *Config {
	c := &Config{
		ByteLevel:  rapid.Bool().Draw(t, "byte-level"),
		FuseUnk:    rapid.Bool().Draw(t, "fuse unk"),
		WholeFirst: rapid.Bool().Draw(t, "whole first"),
		CacheSize:  rapid.SampledFrom([]int{-1, 1, 1 << 12}).Draw(t, "cache size"),
	}
	if !ranked {
		c.ContinuingSubwordPrefix = rapid.SampledFrom([]string{"", "", "", "#", "ab"}).Draw(t, "prefix")
		c.EndOfWordSuffix = rapid.SampledFrom([]string{"", "", "", "$", "b"}).Draw(t, "suffix")
	} else {
		c.LateUnknown = rapid.Bool().Draw(t, "late unknown")
	}
	v := &drawn{t: t, c: c, ids: map[string]uint32{}}
	v.add("")
	for _, unit := range rapid.SliceOfNDistinct(rapid.SampledFrom(v.units()), 1, -1, rapid.ID[string]).Draw(t, "atoms") {
		for variant := range 4 {
			if c.ByteLevel && rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				continue
			}
			text := unit
			if variant&1 != 0 {
				text = c.ContinuingSubwordPrefix + text
			}
			if variant&2 != 0 {
				text += c.EndOfWordSuffix
			}
			v.add(text)
		}
	}
	v.addUnknown()
	v.addMerges()
	if rapid.IntRange(0, 4).Draw(t, "equal texts") == 0 {
		c.Tokens = append(c.Tokens, c.Tokens[rapid.IntRange(0, len(c.Tokens)-1).Draw(t, "which text")])
	}
	if ranked {
		v.addRanks()
	}
	return c
}

type drawn struct {
	t   *rapid.T
	c   *Config
	ids map[string]uint32
}

func (v *drawn) units() []string {
	if v.c.ByteLevel {
		return []string{"a", "b", "c", " ", "\xe2", "\x96", "\x81", "\xff"}
	}
	return []string{"a", "b", "c", "▁", "é", "漢"}
}

func (v *drawn) add(text string) uint32 {
	id, ok := v.ids[text]
	if !ok {
		id = uint32(len(v.c.Tokens))
		v.ids[text] = id
		v.c.Tokens = append(v.c.Tokens, text)
	}
	return id
}

func (v *drawn) addUnknown() {
	switch rapid.IntRange(0, 3).Draw(v.t, "unknown") {
	case 0:
		id := v.add("<unk>")
		v.c.Unk = &id
	case 1:
		id := v.add("a")
		v.c.Unk = &id
	case 2:
		v.c.UnkMissing = rapid.Bool().Draw(v.t, "unk missing")
	}
	if v.c.ByteFallback = rapid.Bool().Draw(v.t, "byte fallback"); !v.c.ByteFallback {
		return
	}
	some := rapid.Bool().Draw(v.t, "some bytes")
	for b := range 256 {
		if !some || b%16 != 3 {
			v.add(byteToken(byte(b)))
		}
	}
}

// addMerges adds merges of random tokens, some of them in several ways.
func (v *drawn) addMerges() {
	prefix := v.c.ContinuingSubwordPrefix
	join := func(left, right uint32) (string, bool) {
		l, r := v.c.Tokens[left], v.c.Tokens[right]
		if l == "" || r == "" || len(r) < len(prefix) || len(l)+len(r) > 16 {
			return "", false
		}
		return l + r[len(prefix):], true
	}
	n := rapid.IntRange(0, 24).Draw(v.t, "merges")
	atoms := len(v.c.Tokens)
	for range n {
		pick := func(what string) uint32 {
			// Late tokens and the first are more likely than the many bytes.
			i := rapid.IntRange(-12, 12).Draw(v.t, what)
			if i < 0 {
				i += len(v.c.Tokens)
			}
			return uint32(max(0, min(i, len(v.c.Tokens)-1)))
		}
		left, right := pick("left"), pick("right")
		text, ok := join(left, right)
		if !ok {
			continue
		}
		v.c.Merges = append(v.c.Merges, Merge{left, right, v.add(text)})
	}
	// All other ways to make the tokens.
	if rapid.Bool().Draw(v.t, "all splits") {
		for left := range uint32(len(v.c.Tokens)) {
			for right := range uint32(len(v.c.Tokens)) {
				if text, ok := join(left, right); ok && int(v.ids[text]) >= atoms {
					v.c.Merges = append(v.c.Merges, Merge{left, right, v.ids[text]})
				}
			}
		}
		slices.SortStableFunc(v.c.Merges, func(a, b Merge) int { return int(a.Result) - int(b.Result) })
	}
	for range rapid.IntRange(0, 4).Draw(v.t, "exchanges") {
		if n := len(v.c.Merges); n > 1 {
			i, j := rapid.IntRange(0, n-1).Draw(v.t, "i"), rapid.IntRange(0, n-1).Draw(v.t, "j")
			v.c.Merges[i], v.c.Merges[j] = v.c.Merges[j], v.c.Merges[i]
		}
	}
	if n := len(v.c.Merges); n > 1 && rapid.IntRange(0, 4).Draw(v.t, "twice") == 0 {
		v.c.Merges = append(v.c.Merges, v.c.Merges[rapid.IntRange(0, n-1).Draw(v.t, "which")])
	}
}

// addRanks puts ranks in the place of the merges.
func (v *drawn) addRanks() {
	v.c.Merges = nil
	if rapid.Bool().Draw(v.t, "by id") {
		return
	}
	for range v.c.Tokens {
		v.c.Ranks = append(v.c.Ranks, int32(rapid.IntRange(-1, 3*len(v.c.Tokens)).Draw(v.t, "rank")))
	}
	if rapid.Bool().Draw(v.t, "sorted") {
		slices.Sort(v.c.Ranks)
	}
}

// piece draws a piece of units that the vocabulary may have, and others.
func piece(t *rapid.T, c *Config) string {
	v := drawn{c: c}
	units := append(v.units(), "a", "b", "☃", "?", "\xff", "ab", "abc", "▁a")
	out := ""
	for _, unit := range rapid.SliceOfN(rapid.SampledFrom(units), 1, 40).Draw(t, "piece") {
		out += unit
	}
	return out
}

func build(t *rapid.T, c *Config, ranked bool) *Model {
	make := New
	if ranked {
		make = NewRanked
	}
	m, err := make(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every way to encode a piece gives the tokens of the definition.
func TestEncode(t *testing.T) {
	for name, ranked := range map[string]bool{"merges": false, "ranks": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := vocabulary(t, ranked)
				m, judge := build(t, c, ranked), newNaive(c, ranked)
				if rapid.Bool().Draw(t, "at once") {
					m.limits = limits{}
				}
				for range rapid.IntRange(1, 4).Draw(t, "pieces") {
					text := piece(t, c)
					checkPiece(t, m, judge, text)
				}
			})
		})
	}
}

func checkPiece(t rapid.TB, m *Model, judge *naive, text string) {
	t.Helper()
	want, wantErr := judge.encode(text)
	for range 2 { // the second time from the cache
		got, err := m.AppendTokens([]model.Token{{ID: 7}}, text)
		if !errors.Is(err, wantErr) || err == nil && !slices.Equal(got[1:], want) {
			t.Fatalf("tokens of %q: %v, %v, want %v, %v", text, got, err, want, wantErr)
		}
		ids, err := m.AppendIDs([]uint32{7}, text)
		if !errors.Is(err, wantErr) || err == nil && !slices.Equal(ids[1:], idsOf(want)) {
			t.Fatalf("ids of %q: %v, %v, want %v, %v", text, ids, err, want, wantErr)
		}
		n, err := m.Count(text)
		if !errors.Is(err, wantErr) || err == nil && n != len(want) {
			t.Fatalf("count of %q: %d, %v, want %d, %v", text, n, err, len(want), wantErr)
		}
	}
}

func idsOf(tokens []model.Token) []uint32 {
	ids := make([]uint32, len(tokens))
	for i, token := range tokens {
		ids[i] = token.ID
	}
	return ids
}
