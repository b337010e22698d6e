package bpe_test

import (
	"bufio"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/bpe"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

const shared = "../../../../shared"

// moduleFile returns the path of a file of the module of daulet/tokenizers,
// which has vocabularies.
var modCache = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

func moduleFile(name string) string {
	return filepath.Join(modCache(), "github.com/daulet/tokenizers@v1.24.0/test/data", name)
}

func kitokenFile(name string) string {
	return filepath.Join(shared, "tokenizers/kitoken/models", name)
}

func llama3() string { return moduleFile("Meta-Llama-3-8B-Instruct.json") }

// readJSON returns the configuration of a tokenizer.json, and skips the test if
// the file is not there.
func readJSON(tb testing.TB, path string, byteLevel bool) *bpe.Config {
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

func fromVocab(m *vocab.Model, byteLevel bool) *bpe.Config {
	top := -1
	for _, token := range m.Tokens {
		top = max(top, token.ID)
	}
	c := &bpe.Config{
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
		c.Merges = append(c.Merges, bpe.Merge{Left: id(merge.Left), Right: id(merge.Right), Result: id(merge.Result)})
	}
	return c
}

// readRanks returns the configuration of a .tiktoken file.
func readRanks(tb testing.TB, path string) *bpe.Config {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Skip("no vocabulary: ", err)
	}
	defer f.Close()
	c := &bpe.Config{ByteLevel: true, WholeFirst: true}
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
func readSentencePiece(tb testing.TB, path string) *bpe.Config {
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
	c := &bpe.Config{Unk: &unk, FuseUnk: true, ByteFallback: sp.Trainer.ByteFallback, LateUnknown: true}
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
