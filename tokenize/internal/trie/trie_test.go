package trie

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// walk returns the value of a key, None if it is none.
func walk(t *Trie, key string) int32 {
	node := Root
	for i := range len(key) {
		var ok bool
		if node, ok = t.Step(node, key[i]); !ok {
			return None
		}
	}
	return t.Value(node)
}

func mustBuild(tb rapid.TB, keys []string) *Trie {
	tb.Helper()
	values := make([]int32, len(keys))
	for i := range values {
		values[i] = int32(i)
	}
	t, err := Build(keys, values)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func TestBuild(t *testing.T) {
	every := make([]string, 256)
	for i := range every {
		every[i] = string([]byte{byte(i)})
	}
	for name, keys := range map[string][]string{
		"none":         nil,
		"empty key":    {""},
		"empty key +":  {"b", "", "a"},
		"prefixes":     {"abc", "a", "abcd", "ab"},
		"zero bytes":   {"\x00", "\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00"},
		"high bytes":   {"\xff", "\xff\xfe", "\xfe"},
		"every byte":   every,
		"one long key": {strings.Repeat("ab", 10_000)},
	} {
		t.Run(name, func(t *testing.T) {
			trie := mustBuild(t, keys)
			for i, key := range keys {
				if got := walk(trie, key); got != int32(i) {
					t.Errorf("value of %.20q: %d, want %d", key, got, i)
				}
				for b := range 256 {
					longer := key + string([]byte{byte(b)})
					if got := walk(trie, longer); got != indexOf(keys, longer) {
						t.Errorf("value of %.20q: %d", longer, got)
					}
				}
			}
		})
	}
}

func indexOf(keys []string, key string) int32 {
	for i, k := range keys {
		if k == key {
			return int32(i)
		}
	}
	return None
}

func TestBuildRefuses(t *testing.T) {
	if _, err := Build([]string{"a", "bc", "a"}, []int32{1, 2, 3}); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a key twice: %v", err)
	}
	if _, err := Build([]string{"a"}, nil); err == nil {
		t.Error("a key without a value: no error")
	}
	if _, err := Build([]string{"a"}, []int32{-1}); err == nil {
		t.Error("a negative value: no error")
	}
	for n, want := range map[int]error{2 * blockSize: nil, 2*blockSize + 1: ErrSize} {
		if _, err := buildWithin(3, []string{strings.Repeat("a", n)}, []int32{1}); !errors.Is(err, want) {
			t.Errorf("a key of %d bytes in 3 blocks: %v", n, err)
		}
	}
}

// Every string steps through the trie as far as it is a prefix of a key, and
// has a value if it is a key.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Few letters make many shared prefixes, many make wide nodes.
		letter := rapid.ByteRange(0, rapid.SampledFrom([]byte{1, 3, 255}).Draw(t, "last letter"))
		text := rapid.Map(rapid.SliceOfN(letter, 0, 6), func(b []byte) string { return string(b) })
		keys := rapid.SliceOfDistinct(text, rapid.ID[string]).Draw(t, "keys")
		trie := mustBuild(t, keys)

		values, prefixes := map[string]int32{}, map[string]bool{}
		for i, key := range keys {
			values[key] = int32(i)
			for j := range len(key) + 1 {
				prefixes[key[:j]] = true
			}
		}
		for _, probe := range append(rapid.SliceOf(text).Draw(t, "probes"), keys...) {
			node := Root
			for i := range len(probe) {
				next, ok := trie.Step(node, probe[i])
				if want := prefixes[probe[:i+1]]; ok != want {
					t.Fatalf("step to %q: %v, want %v", probe[:i+1], ok, want)
				}
				if !ok {
					break
				}
				want, isKey := values[probe[:i+1]]
				if got := trie.Value(next); isKey && got != want || !isKey && got != None {
					t.Fatalf("value of %q: %d, want %d, %v", probe[:i+1], got, want, isKey)
				}
				node = next
			}
		}
	})
}

// manyKeys returns n words of syllables, some of which are frequent, as in a
// language.
func manyKeys(n int) []string {
	rng := rand.New(rand.NewPCG(1, 2))
	syllable := func() string {
		i := int(200 * math.Pow(rng.Float64(), 3))
		return string("bcdfghklmnprstvwz "[i%18]) + string("aeiouöя"[i%7]) + "nrslt"[i%5:i%5+i%2]
	}
	seen := make(map[string]bool, n)
	keys := make([]string, 0, n)
	for len(keys) < n {
		word := syllable()
		for rng.IntN(4) > 0 {
			word += syllable()
		}
		if !seen[word] {
			seen[word] = true
			keys = append(keys, word)
		}
	}
	return keys
}

// Of the slots of a large trie four in five are in use.
func TestDensity(t *testing.T) {
	keys := manyKeys(50_000)
	trie := mustBuild(t, keys)
	used := map[string]bool{}
	for _, key := range keys {
		for i := range len(key) {
			used[key[:i+1]] = true
		}
	}
	if density := float64(len(used)) / float64(len(trie.slots)); density < 0.80 {
		t.Errorf("%d nodes in %d slots: %.2f", len(used), len(trie.slots), density)
	}
}

func FuzzBuild(f *testing.F) {
	f.Add("a b ab abc", "abcd")
	f.Add("\x00 \x00\x00 \xff", "\x00\x00\x00")
	f.Add("  a", "a")
	f.Fuzz(func(t *testing.T, joined, probe string) {
		keys := strings.Split(joined, " ")
		values := make([]int32, len(keys))
		last := map[string]int32{}
		for i, key := range keys {
			values[i] = int32(i)
			last[key] = int32(i)
		}
		trie, err := Build(keys, values)
		if duplicate := len(last) < len(keys); duplicate != errors.Is(err, ErrDuplicate) {
			t.Fatalf("duplicate: %v, error: %v", duplicate, err)
		}
		if err != nil {
			return
		}
		for _, text := range append(keys, probe) {
			want, ok := last[text]
			if got := walk(trie, text); ok && got != want || !ok && got != None {
				t.Fatalf("value of %q: %d, want %d, %v", text, got, want, ok)
			}
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	keys := manyKeys(128_000)
	values := make([]int32, len(keys))
	var trie *Trie
	for b.Loop() {
		trie, _ = Build(keys, values)
	}
	b.ReportMetric(float64(trie.Size())/1e6, "MB")
	b.ReportMetric(float64(len(keys)), "keys")
}

func BenchmarkStep(b *testing.B) {
	keys := manyKeys(128_000)
	trie := mustBuild(b, keys)
	n := 0
	for _, key := range keys {
		n += len(key)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		for _, key := range keys {
			if walk(trie, key) == None {
				b.Fatal(key)
			}
		}
	}
}
