package bpe

import (
	"bufio"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

const shared = "../../../../shared"

// goEnv returns what the go command says of its environment.
func goEnv(name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

var modCache = sync.OnceValue(func() string { return goEnv("GOMODCACHE") })

// moduleFile returns the path of a file of the module of daulet/tokenizers,
// which has vocabularies.
func moduleFile(name string) string {
	return filepath.Join(modCache(), "github.com/daulet/tokenizers@v1.24.0/test/data", name)
}

func kitokenFile(name string) string {
	return filepath.Join(shared, "tokenizers/kitoken/models", name)
}

func llama3() string { return moduleFile("Meta-Llama-3-8B-Instruct.json") }

// readJSON returns the configuration of a tokenizer.json, and skips the test if
// the file is not there.
func readJSON(tb testing.TB, path string, byteLevel bool) *Config {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Skip("no vocabulary: ", err)
	}
	defer f.Close()
	file, err := vocab.ReadJSON(f)
	if err != nil {
		tb.Fatal(err)
	}
	return fromVocab(&file.Model, byteLevel)
}

func fromVocab(m *vocab.Model, byteLevel bool) *Config {
	top := -1
	for _, token := range m.Tokens {
		top = max(top, token.ID)
	}
	c := &Config{
		Tokens:       make([]string, top+1),
		ByteLevel:    byteLevel,
		FuseUnk:      m.FuseUnk,
		ByteFallback: m.ByteFallback,
		WholeFirst:   m.IgnoreMerges,
	}
	if p := m.ContinuingSubwordPrefix; p != nil {
		c.ContinuingSubwordPrefix = *p
	}
	if s := m.EndOfWordSuffix; s != nil {
		c.EndOfWordSuffix = *s
	}
	c.UnkMissing = m.UnkToken != nil
	for _, token := range m.Tokens {
		text := token.Text
		if byteLevel {
			raw, _ := bytelevel.AppendDecoded(nil, text)
			text = string(raw)
		}
		c.Tokens[token.ID] = text
		if m.UnkToken != nil && token.Text == *m.UnkToken {
			id := uint32(token.ID)
			c.Unk, c.UnkMissing = &id, false
		}
	}
	for _, merge := range m.Merges {
		id := func(token int32) uint32 { return uint32(m.Tokens[token].ID) }
		c.Merges = append(c.Merges, Merge{Left: id(merge.Left), Right: id(merge.Right), Result: id(merge.Result)})
	}
	return c
}

// readRanks returns the configuration of a .tiktoken file.
func readRanks(tb testing.TB, path string) *Config {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Skip("no vocabulary: ", err)
	}
	defer f.Close()
	c := &Config{ByteLevel: true, WholeFirst: true}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, rank, _ := strings.Cut(lines.Text(), " ")
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			tb.Fatal(err)
		}
		id, err := strconv.Atoi(rank)
		if err != nil {
			tb.Fatal(err)
		}
		for len(c.Tokens) <= id {
			c.Tokens = append(c.Tokens, "")
		}
		c.Tokens[id] = string(raw)
	}
	return c
}

// readSentencePiece returns the configuration of a BPE model of SentencePiece.
func readSentencePiece(tb testing.TB, path string) *Config {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Skip("no vocabulary: ", err)
	}
	sp, err := vocab.ReadSentencePiece(data)
	if err != nil {
		tb.Fatal(err)
	}
	unk := uint32(sp.Trainer.UnkID)
	c := &Config{Unk: &unk, FuseUnk: true, ByteFallback: sp.Trainer.ByteFallback, LateUnknown: true}
	for _, piece := range sp.Pieces {
		rank := int32(-1)
		text := piece.Text
		switch piece.Type {
		case vocab.Normal, vocab.UserDefined, vocab.Unused:
			rank = int32(-piece.Score)
		case vocab.Byte:
		default:
			text = ""
		}
		c.Tokens = append(c.Tokens, text)
		c.Ranks = append(c.Ranks, rank)
	}
	return c
}

// Whatever of the means to go faster there is, published vocabularies give the
// same tokens, and those of all bytes lose nothing.
func TestPublishedVocabularies(t *testing.T) {
	for _, v := range benchVocabularies {
		t.Run(v.name, func(t *testing.T) {
			c, cold := v.model(t)
			c.CacheSize = -1
			fast, err := v.build(c)
			if err != nil {
				t.Fatal(err)
			}
			fast.limits = limits{}
			g := textgen.New(1, 0)
			n := 200
			if testing.Short() {
				n = 50
			}
			for range n {
				text := v.text(g.Text())
				want, err := cold.AppendTokens(nil, text)
				if err != nil {
					t.Fatal(err)
				}
				got, err := fast.AppendTokens(nil, text)
				if err != nil || !slices.Equal(got, want) {
					t.Fatalf("%q: %v, %v, want %v", text, got, err, want)
				}
				if ids, err := fast.AppendIDs(nil, text); err != nil || !slices.Equal(ids, idsOf(want)) {
					t.Fatalf("%q: ids %v, %v, want %v", text, ids, err, want)
				}
				at, joined := 0, ""
				for _, token := range want {
					if token.Start != at {
						t.Fatalf("%q: token %v does not start at %d", text, token, at)
					}
					at = token.End
					joined += cold.Text(token.ID)
				}
				if at != len(text) || cold.CoversBytes() && joined != text {
					t.Fatalf("%q: tokens end at %d and are %q", text, at, joined)
				}
			}
		})
	}
}

// Llama 3 has 128,000 tokens and takes 25 MB at most, with all that is made
// while encoding.
func TestMemory(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("memory is only measured in full tests")
	}
	c := readJSON(t, llama3(), true)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.limits = limits{}
	m.cuts.get(true, m.newCuts)
	for b := range 256 {
		if _, err := m.AppendIDs(nil, strings.Repeat(string([]byte{byte(b)}), 300)); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	size := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	runtime.KeepAlive(m)
	runtime.KeepAlive(c)
	t.Logf("%.1f MB", float64(size)/1e6)
	if size > 25e6 {
		t.Errorf("%d bytes", size)
	}
}
