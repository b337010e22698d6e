package llamacpp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
)

// A synthetic is a vocabulary made up for a test.
type synthetic struct {
	meta   *gguf.Metadata
	texts  []string
	index  map[string]int
	types  []int32
	scores []float32
	merges []string
}

func newSynthetic(model, pre string) *synthetic {
	s := &synthetic{meta: new(gguf.Metadata), index: map[string]int{}}
	s.meta.Set("general.architecture", gguf.String("llama"))
	for _, key := range []string{"context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count"} {
		s.meta.Set("llama."+key, gguf.Uint32(1))
	}
	s.meta.Set("llama.attention.layer_norm_rms_epsilon", gguf.Float32(1))
	s.meta.Set("tokenizer.ggml.model", gguf.String(model))
	if pre != "" {
		s.meta.Set("tokenizer.ggml.pre", gguf.String(pre))
	}
	return s
}

// add adds a token, if it is not there, and returns its id.
func (s *synthetic) add(text string, typ TokenType, score float32) int {
	if id, ok := s.index[text]; ok {
		return id
	}
	id := len(s.texts)
	s.index[text] = id
	s.texts = append(s.texts, text)
	s.types = append(s.types, int32(typ))
	s.scores = append(s.scores, score)
	return id
}

func (s *synthetic) id(role string, id int) {
	s.meta.Set("tokenizer.ggml."+role+"_token_id", gguf.Uint32(uint32(id)))
}

func (s *synthetic) flag(name string, on bool) {
	s.meta.Set("tokenizer.ggml."+name, gguf.Bool(on))
}

// metadata returns all of it.
func (s *synthetic) metadata() *gguf.Metadata {
	s.meta.Set("tokenizer.ggml.tokens", gguf.Strings(s.texts))
	s.meta.Set("tokenizer.ggml.token_type", gguf.Int32s(s.types))
	s.meta.Set("tokenizer.ggml.scores", gguf.Float32s(s.scores))
	if s.merges != nil {
		s.meta.Set("tokenizer.ggml.merges", gguf.Strings(s.merges))
	}
	return s.meta
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func word(r *rand.Rand, alphabet []string, n int) string {
	var b strings.Builder
	for range 1 + r.IntN(n) {
		b.WriteString(pick(r, alphabet))
	}
	return b.String()
}

var (
	specialTexts = []string{
		"<s>", "</s>", "<unk>", "<mask>", "[MASK]", "<|end|>", "<|endoftext|>", "<|im_end|>", "<|call|>", "<|return|>", "<|tool_response>", "<|channel|>", "<PRE>",
		"<a>", "ab", "ba", "aa", "bb", "abab", "\n\n", "\n", "  ", "a ", " a", "▁a", "é", "<|unused1|>", "[EOT]", "<end_of_turn>",
	}
	randomTypes = []TokenType{Normal, Normal, Unknown, Control, Control, UserDefined, UserDefined, Unused, Undefined}
)

// addSpecials adds some special tokens of random types.
func (s *synthetic) addSpecials(r *rand.Rand, n int) {
	for range n {
		text := pick(r, specialTexts)
		if r.IntN(2) == 0 {
			text = word(r, []string{"a", "b", "<", ">", "|", " ", "\n"}, 5)
		}
		s.add(text, pick(r, randomTypes), -float32(r.IntN(8)))
	}
}

// settings sets some flags and ids at random.
func (s *synthetic) settings(r *rand.Rand, flags ...string) {
	for _, name := range flags {
		switch r.IntN(4) {
		case 0:
			s.flag(name, true)
		case 1:
			s.flag(name, false)
		}
	}
	for _, role := range []string{"bos", "eos", "unknown", "seperator", "padding", "mask"} {
		s.id(role, r.IntN(len(s.texts)))
	}
	if r.IntN(2) == 0 {
		s.meta.Set("general.name", gguf.String(pick(r, []string{"Phi-3 mini", "a modern-bert", "some"})))
		for _, text := range []string{"</s>", "<unk>", "<s>", "<|endoftext|>"} { // without which it is not loaded
			s.add(text, pick(r, randomTypes), 0)
		}
	}
	if r.IntN(4) == 0 {
		s.id(pick(r, []string{"eot", "eom", "fim_pre", "fim_pad"}), r.IntN(len(s.texts)))
	}
}

func randomLlama(r *rand.Rand) *synthetic {
	s := newSynthetic("llama", "")
	s.add("<unk>", Unknown, 0)
	s.add("<s>", Control, 0)
	s.add("</s>", Control, 0)
	for b := range 256 {
		if r.IntN(200) > 0 || b == '\n' {
			s.add(byteTokenText(byte(b)), Byte, 0)
		}
	}
	alphabet := []string{"a", "b", "c", "▁", "▁", "é", "漢", "\u0301", "1", "\n", "<", "0x41>"}
	alphabet = alphabet[:2+r.IntN(len(alphabet)-1)]
	for range r.IntN(120) {
		s.add(word(r, alphabet, 6), pick(r, []TokenType{Normal, Normal, Normal, Normal, Unused, Undefined}), -float32(r.IntN(20)))
	}
	s.addSpecials(r, r.IntN(12))
	s.settings(r, "add_bos_token", "add_eos_token", "add_space_prefix")
	return s
}

func randomMerges(r *rand.Rand, model, pre string, raw bool) *synthetic {
	s := newSynthetic(model, pre)
	alphabet := []string{"a", "b", "c", " ", "é", "漢", "\u0301", "1", "2", "\n", "<", "'", "s"}
	if raw {
		alphabet = []string{"a", "b", "c", "▁", "▁", "é", "漢", "\u0301", "1", "\n"}
	}
	alphabet = alphabet[:3+r.IntN(len(alphabet)-2)]
	encode := func(text string) string {
		if raw {
			return text
		}
		return string(bytelevel.AppendEncoded(nil, text))
	}
	for b := range 256 {
		text := encode(string([]byte{byte(b)}))
		if raw {
			text = byteTokenText(byte(b))
		}
		typ := Normal
		if raw {
			typ = Byte
		}
		if r.IntN(100) > 0 {
			s.add(text, typ, 0)
		}
	}
	if raw {
		for _, a := range alphabet {
			if r.IntN(6) > 0 {
				s.add(a, Normal, 0)
			}
		}
	}
	var parts []string
	for _, a := range alphabet {
		e := encode(a)
		for len(e) > 0 {
			_, n := decode(e, 0)
			parts = append(parts, e[:n])
			e = e[n:]
		}
	}
	for range r.IntN(150) {
		left, right := pick(r, parts), pick(r, parts)
		s.merges = append(s.merges, left+" "+right)
		parts = append(parts, left+right)
		if r.IntN(10) > 0 {
			s.add(left+right, Normal, 0)
		}
	}
	if s.merges == nil {
		s.merges = []string{"x y"}
	}
	for range r.IntN(10) { // that no merge makes
		s.add(encode(word(r, alphabet, 5)), Normal, 0)
	}
	if raw {
		for n := range r.IntN(4) {
			s.add(strings.Repeat("\n", n+1), Normal, 0)
		}
	}
	s.addSpecials(r, r.IntN(12))
	s.settings(r, "add_bos_token", "add_eos_token", "add_sep_token", "normalizer.lowercase", "add_space_prefix")
	return s
}

func randomDNA(r *rand.Rand) *synthetic {
	s := randomMerges(r, "hybriddna", pick(r, []string{"gpt-2", "llama3", "qwen2"}), false)
	if r.IntN(4) > 0 {
		typ := pick(r, []TokenType{Normal, Control, UserDefined})
		s.add("<dna>", typ, 0)
		s.add("</dna>", typ, 0)
	}
	for range r.IntN(5) {
		s.add(word(r, []string{"A", "C", "G", "T"}, 1)+"CGTAA"+kmerMarker, Normal, 0)
	}
	s.add("<oov>", Normal, 0)
	for range r.IntN(200) {
		var b strings.Builder
		for range 6 {
			b.WriteString(pick(r, []string{"A", "C"}))
		}
		s.add(b.String()+kmerMarker, Normal, 0)
	}
	return s
}

func randomBERT(r *rand.Rand) *synthetic {
	s := newSynthetic("bert", "")
	s.add("[UNK]", Control, 0)
	alphabet := []string{"a", "b", "c", "é", "e", "漢", "\u0301", "1", "!", "A", "ᄀ", "~", "k"}
	for range 20 + r.IntN(150) {
		text := word(r, alphabet, 4)
		if r.IntN(2) == 0 {
			text = "▁" + text
		}
		s.add(text, pick(r, []TokenType{Normal, Normal, Normal, Unused}), 0)
	}
	if r.IntN(3) == 0 {
		s.add("▁", Normal, 0)
	}
	s.addSpecials(r, r.IntN(12))
	s.settings(r, "normalizer.lowercase", "normalizer.strip_accents", "add_bos_token", "add_eos_token")
	return s
}

func randomT5(r *rand.Rand, charsmap []byte) *synthetic {
	s := newSynthetic("t5", "")
	s.add("<pad>", Control, 0)
	s.add("</s>", Control, 0)
	s.add("<unk>", Unknown, 0)
	alphabet := []string{"a", "b", "c", "▁", "▁", "é", "漢", "\u0301", "1", "A"}
	for range r.IntN(150) {
		s.add(word(r, alphabet, 5), pick(r, []TokenType{Normal, Normal, Normal, Normal, Unused, UserDefined, Undefined, Control}), -float32(r.IntN(20))/3)
	}
	s.addSpecials(r, r.IntN(8))
	s.settings(r, "add_bos_token", "add_eos_token", "add_space_prefix", "remove_extra_whitespaces")
	if charsmap != nil && r.IntN(2) == 0 {
		s.meta.Set("tokenizer.ggml.precompiled_charsmap", gguf.Uint8s(charsmap))
	}
	return s
}

func randomRWKV(r *rand.Rand) *synthetic {
	s := newSynthetic("rwkv", "")
	s.add("<s>", Control, 0)
	for b := range 256 {
		s.add(fmt.Sprintf(`\x%02x`, b), Normal, 0)
	}
	alphabet := []string{"a", "b", `\n`, `\t`, `\xe6`, `\xbc`, " ", "é", `\\`, `\'`, "1"}
	for range r.IntN(150) {
		s.add(word(r, alphabet, 5), Normal, 0)
	}
	s.addSpecials(r, r.IntN(12))
	s.settings(r, "add_bos_token", "add_space_prefix")
	return s
}

func randomPLaMo(r *rand.Rand) *synthetic {
	s := newSynthetic("plamo2", "")
	s.add("<unk>", Unknown, 0)
	for b := range 256 {
		s.add(byteTokenText(byte(b)), Byte, 0)
	}
	alphabet := []string{"a", "b", "c", " ", "é", "漢", "\u0301", "1", "\n", "A"}
	for range r.IntN(150) {
		s.add(word(r, alphabet, 5), Normal, pick(r, []float32{-1, -2, -3.25, -4.5, -5, -10, -1000, -1500, -2000, 0}))
	}
	s.addSpecials(r, r.IntN(8))
	s.settings(r, "add_bos_token", "add_space_prefix")
	return s
}

// manySpecials has special tokens of the same size that overlap.
func manySpecials(r *rand.Rand) *synthetic {
	s := randomLlama(r)
	size := 2 + r.IntN(2)
	for range 17 + r.IntN(300) {
		var b strings.Builder
		for range size + r.IntN(2)*r.IntN(2) {
			b.WriteString(pick(r, []string{"a", "b", "c", "d", "e", " "}))
		}
		s.add(b.String(), pick(r, []TokenType{Control, UserDefined}), 0)
	}
	return s
}

// randomTexts are texts over what the vocabulary is made of.
func randomTexts(r *rand.Rand, s *synthetic, n int) []string {
	alphabet := []string{
		"a", "b", "c", "d", " ", " ", "  ", "\n", "\n\n", "é", "漢", "\u0301", "1", "A", "!", "▁", "\t", "<", ">", "|", "<0x41>", "ſ", "가", "É", "\u00a0", "\u0085", "'s", "\xff", "\xe6\xbc", "\xe6a", "\xc1\x81",
		"\xed\xa0\x80", "\ufeff", "\x00", "\u3000", "\ufb01", "①", "<dna>", "</dna>", "AACCAC", "accacaac", "ACC", "Å", "K", "\u0897", "\U0001f600", "\U000105c9",
	}
	var list []string
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			switch n := r.IntN(4); {
			case n == 0 && len(s.texts) > 0:
				b.WriteString(strings.NewReplacer("▁", " ", "Ġ", " ", "Ċ", "\n").Replace(pick(r, s.texts)))
			case n == 1:
				b.WriteString(pick(r, specialTexts))
			default:
				b.WriteString(pick(r, alphabet))
			}
		}
		list = append(list, b.String())
	}
	return list
}

func TestJudgeSynthetic(t *testing.T) {
	program := judge(t, "tokenize")
	charsmap := xlnetCharsmap(t)
	pre := func(r *rand.Rand) string {
		return pick(r, []string{"gpt-2", "llama3", "tekken", "deepseek-v3", "youtu", "qwen2", "jina-v2-es", "default"})
	}
	for name, make := range map[string]func(r *rand.Rand) *synthetic{
		"llama":      randomLlama,
		"gpt2":       func(r *rand.Rand) *synthetic { return randomMerges(r, "gpt2", pre(r), false) },
		"gemma4":     func(r *rand.Rand) *synthetic { return randomMerges(r, "gemma4", "", true) },
		"sarvam":     func(r *rand.Rand) *synthetic { return randomMerges(r, "gpt2", "sarvam-moe", true) },
		"whitespace": func(r *rand.Rand) *synthetic { return randomMerges(r, "whitespace", "whitespace", true) },
		"whitegpt":   func(r *rand.Rand) *synthetic { return randomMerges(r, "whitespace", pre(r), false) },
		"hybriddna":  randomDNA,
		"bert":       randomBERT,
		"t5":         func(r *rand.Rand) *synthetic { return randomT5(r, charsmap) },
		"rwkv":       randomRWKV,
		"plamo2":     randomPLaMo,
		"specials":   manySpecials,
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(60) {
				r := rand.New(rand.NewPCG(seed, 0))
				s := make(r)
				if slices.Contains(s.texts, "") {
					t.Fatal("empty token")
				}
				if !t.Run(fmt.Sprint(seed), func(t *testing.T) { judgeFile(t, program, s.metadata(), randomTexts(r, s, 400)) }) {
					break
				}
			}
		})
	}
}
