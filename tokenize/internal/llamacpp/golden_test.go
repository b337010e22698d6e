package llamacpp

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

// update makes the golden files anew, with the judges.
var update = flag.Bool("update", false, "make the golden files anew; needs NIBBLE_LLAMACPP_JUDGE")

const golden = "testdata/llama-cpp-python-0.3.34-"

// A quoted string is one that may hold any bytes.
type quoted string

func (q quoted) MarshalText() ([]byte, error) {
	s := strconv.QuoteToASCII(string(q))
	return []byte(s[1 : len(s)-1]), nil
}

func (q *quoted) UnmarshalText(data []byte) error {
	s, err := strconv.Unquote(`"` + string(data) + `"`)
	*q = quoted(s)
	return err
}

func readGolden(name string, v any) error {
	data, err := os.ReadFile(golden + name)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

func writeGolden(t *testing.T, name string, v any) {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	// A line for each text, so that changes can be read.
	text := strings.NewReplacer(`{"text"`, "\n"+`{"text"`, `{"name"`, "\n"+`{"name"`, `"Sizes"`, "\n"+`"Sizes"`).Replace(b.String())
	if err := os.WriteFile(golden+name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// goldenSplits are the pieces of texts, by the patterns of pre-tokenizers.
type goldenSplits struct {
	Texts []quoted
	Types []struct {
		Name  string  // the first pre-tokenizer of the type
		Sizes [][]int // of the pieces of each text, in bytes of its reading
	}
}

// typesByName are the first names of all types of pre-tokenizers.
func typesByName() (names []string) {
	seen := map[*preType]bool{}
	all := make([]string, 0, len(preNames))
	for name := range preNames {
		all = append(all, name)
	}
	slices.Sort(all)
	for _, name := range all {
		if pre := preNames[name].preType; !seen[pre] {
			seen[pre] = true
			names = append(names, name)
		}
	}
	return names
}

func sizesOf(sp *splitter, text string) (sizes []int) {
	sp.reset(text)
	for pos := 0; pos < len(text); {
		end := sp.scan(text, pos)
		sizes = append(sizes, end-pos)
		pos = end
	}
	return sizes
}

func TestGoldenSplits(t *testing.T) {
	if *update {
		updateSplits(t)
	}
	var g goldenSplits
	if err := readGolden("splits.json", &g); err != nil {
		t.Fatal(err)
	}
	names := typesByName()
	if len(g.Types) != len(names) {
		t.Fatalf("%d types in the file, %d in the table", len(g.Types), len(names))
	}
	for _, typ := range g.Types {
		sp := newSplitter(preNames[typ.Name].stages(newClassTable()))
		for i, text := range g.Texts {
			r := read(string(text))
			if got := sizesOf(sp, r.text); !slices.Equal(got, typ.Sizes[i]) {
				t.Errorf("%s: %q: pieces of %d, want %d", typ.Name, text, got, typ.Sizes[i])
			}
		}
	}
}

func updateSplits(t *testing.T) {
	program := judge(t, "split")
	dir := t.TempDir()
	re, in, out := filepath.Join(dir, "re"), filepath.Join(dir, "in"), filepath.Join(dir, "out")
	list := dense(20, 75, []string{"<sentinel:12>", "IMGIMGABZ", "IMGIMGABCDEZ"})
	list = append(list, strings.Repeat("\t", 519), strings.Repeat("\t", 130)+"x", "12345678", "a1234567٣12")
	for i, s := range list {
		list[i] = withinUnicode(s)
	}
	writeStrings(t, in, list)
	var g goldenSplits
	for _, s := range list {
		g.Texts = append(g.Texts, quoted(s))
	}
	g.Types = slices.Grow(g.Types, 40)
	for i, name := range typesByName() {
		writeStrings(t, re, preNames[name].patterns)
		run(t, program, re, in, out)
		r := openReader(t, out)
		g.Types = g.Types[:i+1]
		g.Types[i].Name = name
		for range list {
			var sizes []int
			for range r.int() {
				if piece := r.string(); piece != "" {
					sizes = append(sizes, len(piece))
				}
			}
			g.Types[i].Sizes = append(g.Types[i].Sizes, sizes)
		}
	}
	writeGolden(t, "splits.json", g)
}

// A goldenVocabulary is a small vocabulary and what the judge makes of texts
// with it.
type goldenVocabulary struct {
	Name   string `json:"name"`
	Config struct {
		Model, Pre, Name string
		Tokens           []quoted
		Scores           []float32
		Types            []TokenType
		Merges           []string
		Charsmap         []byte
		IDs              map[Role]uint32
		Flags            map[Flag]bool
	}
	Cases []goldenCase
}

type goldenCase struct {
	Text  quoted      `json:"text"`
	IDs   [4][]uint32 `json:"ids"`
	Texts [4]quoted   `json:"texts"`
}

func (g *goldenVocabulary) config() Config {
	c := g.Config
	out := Config{
		Model: c.Model, Pre: c.Pre, Name: c.Name, Scores: c.Scores, Types: c.Types, Merges: c.Merges, Charsmap: c.Charsmap, IDs: c.IDs, Flags: c.Flags,
	}
	for _, text := range c.Tokens {
		out.Tokens = append(out.Tokens, string(text))
	}
	return out
}

func goldenVocabularies() (list []goldenVocabulary, err error) {
	err = readGolden("vocabularies.json", &list)
	return list, err
}

func TestGoldenVocabularies(t *testing.T) {
	if *update {
		updateVocabularies(t)
	}
	list, err := goldenVocabularies()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 10 {
		t.Fatalf("%d vocabularies", len(list))
	}
	for _, g := range list {
		t.Run(g.Name, func(t *testing.T) {
			v, err := New(g.config())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range g.Cases {
				j := judgement{ids: c.IDs}
				for i, text := range c.Texts {
					j.texts[i] = string(text)
				}
				j.check(v, string(c.Text), t.Errorf)
			}
		})
	}
}

// goldenKinds are vocabularies with few tokens beside those of bytes.
var goldenKinds = []struct {
	name string
	make func(r *rand.Rand) *synthetic
}{
	{"llama", randomLlama},
	{"llama-specials", manySpecials},
	{"gpt2-llama3", func(r *rand.Rand) *synthetic { return randomMerges(r, "gpt2", "llama3", false) }},
	{"gpt2-deepseek-v3", func(r *rand.Rand) *synthetic { return randomMerges(r, "gpt2", "deepseek-v3", false) }},
	{"gemma4", func(r *rand.Rand) *synthetic { return randomMerges(r, "gemma4", "", true) }},
	{"sarvam-moe", func(r *rand.Rand) *synthetic { return randomMerges(r, "gpt2", "sarvam-moe", true) }},
	{"whitespace", func(r *rand.Rand) *synthetic { return randomMerges(r, "whitespace", "whitespace", true) }},
	{"hybriddna", randomDNA},
	{"bert", randomBERT},
	{"t5", func(r *rand.Rand) *synthetic { return randomT5(r, nil) }},
	{"t5-charsmap", func(r *rand.Rand) *synthetic {
		s := randomT5(r, nil)
		s.meta.Set("tokenizer.ggml.precompiled_charsmap", gguf.Uint8s(buildCharsmap(smallMap)))
		return s
	}},
	{"rwkv", randomRWKV},
	{"plamo2", randomPLaMo},
}

func updateVocabularies(t *testing.T) {
	program := judge(t, "tokenize")
	var list []goldenVocabulary
	for i, kind := range goldenKinds {
		r := rand.New(rand.NewPCG(uint64(1000+i), 1))
		s := kind.make(r)
		m := s.metadata()
		texts := randomTexts(r, s, 14)
		v, answers := askJudge(t, program, m, texts)
		judgeHeader(t, answers, v)
		c := configOf(t, m)
		g := goldenVocabulary{Name: kind.name}
		g.Config.Model, g.Config.Pre, g.Config.Name = c.Model, c.Pre, c.Name
		g.Config.Scores, g.Config.Types, g.Config.Merges, g.Config.Charsmap = c.Scores, c.Types, c.Merges, c.Charsmap
		g.Config.IDs, g.Config.Flags = c.IDs, c.Flags
		for _, text := range c.Tokens {
			g.Config.Tokens = append(g.Config.Tokens, quoted(text))
		}
		for _, text := range texts {
			j := answers.judgement()
			if j.fails != [4]bool{} {
				continue
			}
			c := goldenCase{Text: quoted(text), IDs: j.ids}
			for i, text := range j.texts {
				c.Texts[i] = quoted(text)
			}
			g.Cases = append(g.Cases, c)
		}
		list = append(list, g)
	}
	writeGolden(t, "vocabularies.json", list)
}
