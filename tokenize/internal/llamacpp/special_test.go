package llamacpp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// partition is what matcher.split comes to, the way that llama.cpp goes: each
// token, in order, is searched for in what is left of the text.
func partition(v *Vocabulary, m *matcher, s string) []part {
	list := []part{{0, len(s), -1}}
	if m == nil {
		return list
	}
	for i, token := range m.tokens {
		text := v.texts[token.id]
		var next []part
		for _, p := range list {
			if p.token >= 0 {
				next = append(next, p)
				continue
			}
			for p.start < p.end {
				at := strings.Index(s[p.start:p.end], text)
				if at < 0 {
					break
				}
				start := p.start + at
				left, right := start, start+len(text)
				for token.attr&leftStrip != 0 && left > p.start && isSpace(s[left-1]) {
					left--
				}
				for token.attr&rightStrip != 0 && right < p.end && isSpace(s[right]) {
					right++
				}
				if left > p.start {
					next = append(next, part{p.start, left, -1})
				}
				next = append(next, part{left, right, i})
				p.start = right
			}
			if p.start < p.end {
				next = append(next, p)
			}
		}
		list = next
	}
	return list
}

func TestSplitSpecial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := &Vocabulary{}
		alphabet := rapid.SampledFrom([]string{"a", "b", " ", "\n", "ab"})
		word := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(alphabet, 1, 5).Draw(t, "parts"), "") })
		var ids []uint32
		for _, text := range rapid.SliceOfNDistinct(word, 1, 12, func(s string) string { return s }).Draw(t, "tokens") {
			ids = append(ids, uint32(len(v.texts)))
			v.texts = append(v.texts, text)
			v.attrs = append(v.attrs, rapid.SampledFrom([]attr{0, 0, 0, leftStrip, rightStrip, leftStrip | rightStrip}).Draw(t, "attr"))
		}
		sortSpecial(ids, func(id uint32) int { return len(v.texts[id]) })
		m, err := v.newMatcher(ids)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.Join(rapid.SliceOfN(alphabet, 0, 40).Draw(t, "text"), "")
		var got []part
		if err := m.split(s, func(p part) error { got = append(got, p); return nil }); err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(partition(v, m, s), func(p part) bool { return p.start == p.end })
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", v.texts, s, got, want)
		}
	})
}

// Special tokens of equal size are in the order of std::sort, up to 16 in that
// of their ids.
func TestSortSpecial(t *testing.T) {
	for _, n := range []int{0, 1, 16} {
		ids := make([]uint32, n)
		for i := range ids {
			ids[i] = uint32(i)
		}
		want := slices.Clone(ids)
		sortSpecial(ids, func(uint32) int { return 3 })
		if !slices.Equal(ids, want) {
			t.Errorf("%d of equal size: %v", n, ids)
		}
	}
	ids := make([]uint32, 40)
	for i := range ids {
		ids[i] = uint32(i)
	}
	sortSpecial(ids, func(id uint32) int { return int(id) % 3 })
	if !slices.IsSortedFunc(ids, func(a, b uint32) int { return int(b%3) - int(a%3) }) {
		t.Errorf("not sorted: %v", ids)
	}
	// As g++ 12 sorts them.
	const want = "[29 20 17 23 14 26 11 8 32 5 35 2 38 31 1 34 28 25 37 22 16 13 4 10 19 7 30 39 0 3 36 6 33 9 12 27 15 24 18 21]"
	if got := fmt.Sprint(ids); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
