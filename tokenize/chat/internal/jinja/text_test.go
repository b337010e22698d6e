package jinja

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func testInterp() *interp {
	l := Limits{}.withDefaults(0)
	return &interp{t: &Template{}, budget: budget{ctx: context.Background(), steps: l.Steps, memory: l.Memory, depth: l.Depth}}
}

// A spelled string has its origins as digits, one a byte.
type spelled struct{ text, origins string }

func (s spelled) add(o spelled) spelled { return spelled{s.text + o.text, s.origins + o.origins} }

func spell(x *Str) spelled {
	s := spelled{text: x.s}
	start := 0
	for _, r := range x.Runs() {
		s.origins += strings.Repeat(string(rune('0'+r.Origin)), r.End-start)
		start = r.End
	}
	return s
}

// Strings that are joined, continued and cut in any order keep the bytes and
// origins that they have one by one, and so do those that they are made of.
func TestStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := testInterp()
		strs := []*Str{NewStr(strings.Repeat("template ", 120), 0), NewStr(strings.Repeat("message ", 130), 1), NewStr("é", 2), emptyStr}
		var want []spelled
		for _, x := range strs {
			want = append(want, spell(x))
		}
		for range rapid.IntRange(1, 30).Draw(t, "operations") {
			i := rapid.IntRange(0, len(strs)-1).Draw(t, "i")
			j := rapid.IntRange(0, len(strs)-1).Draw(t, "j")
			x, w := strs[i], want[i]
			switch rapid.IntRange(0, 3).Draw(t, "operation") {
			case 0, 1:
				strs, want = append(strs, it.concat(x, strs[j])), append(want, w.add(want[j]))
			case 2:
				start := rapid.IntRange(0, len(x.s)).Draw(t, "start")
				end := rapid.IntRange(start, len(x.s)).Draw(t, "end")
				strs, want = append(strs, x.slice(start, end)), append(want, spelled{w.text[start:end], w.origins[start:end]})
			case 3:
				strs, want = append(strs, it.repeat(x, 2)), append(want, w.add(w))
			}
			if last := strs[len(strs)-1]; len(last.s) > 1<<16 {
				t.Skip("long enough")
			}
		}
		for i, x := range strs {
			if got := spell(x); got != want[i] {
				t.Fatalf("string %d: got %v, want %v", i, got, want[i])
			}
			if n := len(x.marks); n == 1 || n > 0 && x.marks[0].start != 0 {
				t.Fatalf("marks %v", x.marks)
			}
			for k, m := range x.marks {
				if k > 0 && (m.start <= x.marks[k-1].start || m.origin == x.marks[k-1].origin) {
					t.Fatalf("marks %v", x.marks)
				}
			}
		}
	})
}

// Lists that go on from one another in any order do not show in each other.
func TestLists(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := testInterp()
		lists := []*List{NewList(nil, 0), NewList([]Value{int64(1)}, 0)}
		want := [][]Value{nil, {int64(1)}}
		for n := range rapid.IntRange(1, 40).Draw(t, "operations") {
			i := rapid.IntRange(0, len(lists)-1).Draw(t, "i")
			if rapid.IntRange(0, 5).Draw(t, "operation") == 0 && len(lists[i].items) > 0 {
				it.call(it.attribute(lists[i], "pop"), args{})
				want[i] = want[i][:len(want[i])-1]
				continue
			}
			lists = append(lists, it.join(lists[i], NewList([]Value{int64(n)}, 0)).(*List))
			want = append(want, append(slices.Clone(want[i]), int64(n)))
		}
		for i := range lists {
			if !slices.Equal(lists[i].items, want[i]) {
				t.Fatalf("list %d: got %v, want %v", i, lists[i].items, want[i])
			}
		}
	})
}

// Putting a prompt together piece by piece costs as much as the prompt is long.
func TestAccumulation(t *testing.T) {
	for _, source := range []string{
		"{% set ns = namespace(s='') %}{% for i in range(20000) %}{% set ns.s = ns.s + 'some more text' + i|string %}{% endfor %}{{ ns.s|length }}",
		"{% set ns = namespace(s='') %}{% for i in range(20000) %}{% set ns.s = ns.s ~ 'some more text' ~ i %}{% endfor %}{{ ns.s|length }}",
		"{% set ns = namespace(l=[]) %}{% for i in range(20000) %}{% set ns.l = ns.l + ['some more text' ~ i] %}{% endfor %}{{ ns.l|join|length }}",
	} {
		got, err := renderTest(t, source, NewDict(FromTemplate))
		if err != nil || got.String() != "368890" {
			t.Errorf("%s: %v, %v", source, got, err)
		}
	}
}
