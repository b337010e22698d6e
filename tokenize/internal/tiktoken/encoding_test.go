package tiktoken

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestEncodingsAreTheirJudges holds the encodings against what tiktoken and
// llama-models say of them (internal/tools/tiktokengolden/encodings.py).
func TestEncodingsAreTheirJudges(t *testing.T) {
	checked := map[string]bool{"kimi-k2": true} // see TestRecognizeFiles
	for _, file := range []string{"tiktoken-0.14.0-encodings.json", "llama-models-0.3.0-encodings.json"} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var golden map[string]struct {
			Pattern       string
			Ranks         int
			MaxRank       uint32 `json:"max_rank"`
			Fingerprint   string
			Special       int
			SpecialSHA256 string `json:"special_sha256"`
			Decoded       map[string]string
		}
		if err := json.Unmarshal(data, &golden); err != nil {
			t.Fatal(err)
		}
		for name, want := range golden {
			checked[name] = true
			e, ok := ByName(name)
			if !ok || e.Name != name || e.Pattern != want.Pattern {
				t.Errorf("%s: %t %v", name, ok, e)
				continue
			}
			if got := listing(e.Added); len(e.Added) != want.Special || got != want.SpecialSHA256 {
				t.Errorf("%s: %d special tokens with sum %s, want %d with %s", name, len(e.Added), got, want.Special, want.SpecialSHA256)
			}
			for id, text := range want.Decoded {
				i := slices.IndexFunc(e.Added, func(a Added) bool { return strconv.Itoa(int(a.ID)) == id })
				if e.Added[i].Text != text {
					t.Errorf("%s: id %s is %q first, want %q", name, id, e.Added[i].Text, text)
				}
			}
			i := slices.Index(Names(), name)
			sum, err := strconv.ParseUint(want.Fingerprint, 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			if want := (fingerprint{want.Ranks, want.MaxRank, sum}); known[i].ranks != want {
				t.Errorf("%s: ranks %v, want %v", name, known[i].ranks, want)
			}
		}
	}
	for _, name := range Names() {
		if !checked[name] {
			t.Errorf("no judge has seen %s", name)
		}
	}
}

// listing is the sum over the lines that the script writes.
func listing(added []Added) string {
	added = slices.Clone(added)
	slices.SortFunc(added, func(a, b Added) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	h := sha256.New()
	for _, a := range added {
		fmt.Fprintf(h, "%d %s\n", a.ID, a.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestEncodingsAreConsistent(t *testing.T) {
	for i, name := range Names() {
		e, _ := ByName(name)
		texts := map[string]bool{}
		for _, a := range e.Added {
			if texts[a.Text] || !a.Special || a.Text == "" {
				t.Errorf("%s: %q is there twice, or not special", name, a.Text)
			}
			texts[a.Text] = true
			if p50k := strings.HasPrefix(name, "p50k"); a.ID <= known[i].ranks.max && !(p50k && a.ID == 50256) {
				t.Errorf("%s: %q has an id among the ranks, %d", name, a.Text, a.ID)
			}
		}
		for _, text := range []string{e.BOS, e.EOS} {
			if text != "" && !texts[text] {
				t.Errorf("%s: no token %q", name, text)
			}
		}
		if !slices.IsSortedFunc(e.Added, func(a, b Added) int { return cmp.Compare(a.ID, b.ID) }) {
			t.Errorf("%s: not in the order of ids", name)
		}
	}
	if _, ok := ByName("cl100k"); ok {
		t.Error("cl100k is known")
	}
}
