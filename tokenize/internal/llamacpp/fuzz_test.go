package llamacpp

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

// checkText holds what a vocabulary makes of a text against itself.
func checkText(t *testing.T, v *Vocabulary, s string) {
	t.Helper()
	for _, o := range modes {
		ids, err := v.AppendIDs(nil, s, o)
		tokens, err2 := v.AppendTokens(nil, s, o)
		if (err == nil) != (err2 == nil) || err != nil && !errors.Is(err, model.ErrNoUnknown) {
			t.Fatalf("%q: %v, tokens: %v", s, err, err2)
		}
		if err == nil {
			checkTokens(v, s, o, tokens, ids, t.Fatalf)
		}
		for _, d := range detokenizeModes {
			v.AppendText(nil, append(ids, none, 1<<31), d)
		}
	}
}

// FuzzNew makes vocabularies of anything.
func FuzzNew(f *testing.F) {
	modelNames := []string{"llama", "gpt2", "bert", "t5", "rwkv", "plamo2", "gemma4", "hybriddna", "whitespace"}
	pres := append(typesByName(), "", "frob")
	f.Add(uint8(0), uint8(0), "<unk>|<s>|</s>|▁a|a|b|ab|<0x41>", "\x01\x02\x03\x01\x01\x01\x01\x06", "\x00\x01\x02\x03\x04", "", []byte{}, "a b ▁ \xff <s>")
	f.Add(uint8(1), uint8(3), "a|b|ab|Ġ|Ġa|<x>", "\x01\x01\x01\x01\x01\x04", "", "a b|Ġ a|b c|ab ab", []byte{}, "ab a  c<x>'s 123")
	f.Add(uint8(2), uint8(0), "[UNK]|▁a|b|▁!", "\x03\x01\x01\x01", "", "", []byte{}, "ab! é")
	f.Add(uint8(3), uint8(0), "<pad>|</s>|<unk>|▁|a|<é>", "\x03\x03\x02\x01\x01\x04", "\x05\x06\x07\x08\x01\x02", "", buildCharsmap(map[string]string{"é": "e", "ab": " "}), "ab <é è")
	f.Add(uint8(4), uint8(0), `\x00|a|ab|\n|\\`, "", "", "", []byte{}, "aba\n\\")
	f.Add(uint8(6), uint8(0), "a|▁|▁a|\n|\n\n|<0xE6>", "", "", "▁ a|a ▁a", []byte{}, "a a\n\n漢")
	f.Add(uint8(7), uint8(2), "<dna>|</dna>|<oov>|ACGTAC\ue000|a", "", "", "a b", []byte{}, "a<dna>acgtacGG</dna>")
	f.Fuzz(func(t *testing.T, which, pre uint8, tokens, types, scores, merges string, charsmap []byte, text string) {
		if len(tokens) > 1<<10 || len(merges) > 1<<10 || len(text) > 1<<10 {
			return
		}
		c := Config{
			Model: modelNames[int(which)%len(modelNames)], Pre: pres[int(pre)%len(pres)], Tokens: strings.Split(tokens, "|"), Merges: strings.Split(merges, "|"),
			Charsmap: charsmap, Name: []string{"", "phi-3", "modern-bert"}[len(text)%3], IDs: map[Role]uint32{}, Flags: map[Flag]bool{},
		}
		if c.Model == "plamo2" {
			for b := range 256 {
				c.Tokens = append(c.Tokens, byteTokenText(byte(b)))
			}
		}
		for i := range c.Tokens {
			if len(types) > 0 {
				c.Types = append(c.Types, TokenType(types[i%len(types)]))
				if c.Model == "plamo2" && i >= len(c.Tokens)-256 {
					c.Types[i] = Byte
				}
			}
			if len(scores) > 0 {
				c.Scores = append(c.Scores, (float32(scores[i%len(scores)])-128)*10)
			}
		}
		for i := range roles {
			if i < Role(len(types)) {
				c.IDs[i] = uint32(types[i]) >> 1
			}
		}
		for i := range flags {
			if i < Flag(len(scores)) {
				c.Flags[i] = scores[i]&1 != 0
			}
		}
		v, err := New(c)
		if err != nil {
			var located *config.Error
			if !errors.As(err, &located) || !errors.Is(err, config.ErrFormat) && !errors.Is(err, config.ErrUnsupported) {
				t.Fatalf("%v", err)
			}
			return
		}
		v.Describe()
		checkText(t, v, text)
		checkText(t, v, text+tokens)
	})
}

// fuzzVocabularies are small vocabularies of each kind.
var fuzzVocabularies = sync.OnceValue(func() (list []*Vocabulary) {
	data, err := goldenVocabularies()
	if err != nil {
		panic(err)
	}
	for _, g := range data {
		v, err := New(g.config())
		if err != nil {
			panic(err)
		}
		list = append(list, v)
	}
	return list
})

// FuzzText makes tokens of anything.
func FuzzText(f *testing.F) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 8 {
		for _, s := range randomTexts(r, newSynthetic("llama", ""), 1) {
			f.Add(s)
		}
	}
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		for _, v := range fuzzVocabularies() {
			checkText(t, v, s)
		}
		table := newClassTable()
		text := read(s).text
		for _, name := range typesByName() {
			total := 0
			for _, size := range sizesOf(newSplitter(preNames[name].stages(table)), text) {
				if size <= 0 {
					t.Fatalf("%s: %q: a piece of %d bytes", name, text, size)
				}
				total += size
			}
			if total != len(text) {
				t.Fatalf("%s: %q: pieces of %d bytes in all", name, text, total)
			}
		}
	})
}
