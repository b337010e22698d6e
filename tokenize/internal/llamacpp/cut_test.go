package llamacpp

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Wherever a text is cut, the ids of the parts are those of the whole.
func TestCut(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var list []*Vocabulary
	golden, err := goldenVocabularies()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range golden {
		v, err := New(g.config())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	gpt2 := plainConfigs()["gpt2"]
	for _, pre := range typesByName() {
		if pre := preNames[pre]; pre.raw {
			continue
		}
		c := gpt2
		c.Pre = pre
		v, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	words := []string{" ", " ", " ", "\n", "a", "b", "ab", "Ab", "1", "123", "!", "é", "漢", "\xff", "\xe4", "▁", "'s", "<s>", "ab a", "b a", "\u0301"}
	cut := make(map[string]int)
	for _, v := range list {
		for range 200 {
			var b strings.Builder
			for range 10 + r.IntN(80) {
				b.WriteString(pick(r, words))
			}
			s := b.String()
			for _, o := range []Options{{}, {ParseSpecial: true}} {
				want, err := v.AppendIDs(nil, s, o)
				if err != nil {
					continue
				}
				at := v.Cut(s[:r.IntN(len(s)+1)], o)
				if at == 0 {
					continue
				}
				cut[v.model]++
				got, err := v.AppendIDs(nil, s[:at], o)
				if err != nil {
					t.Fatal(err)
				}
				rest := o
				rest.Continues = true
				if got, err = v.AppendIDs(got, s[at:], rest); err != nil || !slices.Equal(got, want) {
					t.Fatalf("%s %s: %q cut at %d: %d, want %d (%v)", v.model, v.pre, s, at, got, want, err)
				}
			}
		}
	}
	for _, model := range []string{"llama", "gpt2", "gemma4", "bert"} {
		if cut[model] < 20 {
			t.Errorf("%s: cut %d times", model, cut[model])
		}
	}
}

func TestFindControl(t *testing.T) {
	v, err := New(plainConfigs()["llama"])
	if err != nil {
		t.Fatal(err)
	}
	if id, at, ok := v.FindControl("a<m> </s><s>"); !ok || id != 2 || at != 5 {
		t.Errorf("%d at %d, %v", id, at, ok)
	}
	if _, _, ok := v.FindControl("a<m>"); ok {
		t.Error("found what is user-defined")
	}
}
