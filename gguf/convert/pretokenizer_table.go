package convert

import (
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// The steps of a pre-tokenizer that are more than a pattern.
const (
	stepBytes     = "ByteLevel" // bytes become characters, nothing is split
	stepBytesGPT2 = "ByteLevel with GPT-2's pattern"
	stepDigits    = "Digits, each on its own"
	stepNumbers   = "Digits, in runs"
)

// preBERT is the name for BERT's own pre-tokenizer. llama.cpp asks for none
// there; this is where the reference's table ends (llama.cpp.md, section 4.6).
const preBERT = "jina-v2-en"

// Patterns that several tokenizers share. In some files \r and \n stand as
// themselves; visible makes them escapes.
const (
	patternLlama3 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	patternQwen2  = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	patternQwen35 = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

	lowerWord   = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`
	upperWord   = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*`
	contraction = `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`
	casedTail   = `| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`

	patternGPT4o  = lowerWord + contraction + `|` + upperWord + contraction + `|\p{N}{1,3}` + casedTail
	patternTekken = lowerWord + `|` + upperWord + `|\p{N}` + casedTail

	patternBloom = ` ?[^(\s|[.,!?…。，、।۔،])]+`

	patternCJK         = `[一-龥぀-ゟ゠-ヿ]+`
	patternCJKHangul   = `[一-龥ࠀ-一가-퟿]+`
	patternDeepSeekV3  = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+" + `|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	patternDeepSeekLLM = `\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+`
)

// preTokenizers is preTokenizerRows by the steps, one a line.
var preTokenizers = tableOf(preTokenizerRows)

// preTokenizerRows names the structures that llama.cpp can follow. Where
// several names stand for the same splitting, the row has the one whose other
// flags are the plain ones; refinePreTokenizer tells apart those that a file
// itself tells apart.
var preTokenizerRows = []preTokenizerRow{
	// GPT-2's own pattern, inside ByteLevel. Also Phi-2, MPT and OLMo,
	// Jais, ModernBERT, Jina's German and Spanish models, EXAONE 4: names with
	// the same pattern and flags.
	{"gpt-2", []string{stepBytesGPT2}},

	// GPT-2's pattern behind single digits: SmolLM and SmolLM 2. StarCoder 2,
	// Refact, CodeShell, EXAONE 3 and Minerva split alike, and differ in how
	// llama.cpp tidies the spaces of decoded text; Command R in the NFC that
	// the format cannot say.
	{"smollm", []string{stepDigits, stepBytesGPT2}},

	// Llama 3, and what was made of it.
	{"llama-bpe", []string{split(patternLlama3), stepBytes}},

	// The same pattern in the form that conversions from tiktoken's cl100k
	// have: DBRX, Phi-4, OLMo 2.
	{"dbrx", []string{keep(patternLlama3), stepBytes}},

	// Llama 3's pattern with runs of spaces cut at powers of two: Jais 2.
	{"jais-2", []string{split(`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}`), stepBytes}},

	// Qwen 1.5 to 3, and DeepSeek R1's distillations of Qwen, KORMo, Megrez.
	// StableLM 2, Hunyuan, Solar Open and Grok 2 split alike under names of
	// their own. With NFC or without: llama.cpp does not normalize.
	{"qwen2", []string{split(patternQwen2), stepBytes}},
	{"qwen2", []string{keep(patternQwen2), stepBytes}},

	// Qwen 3.5: marks belong to letters.
	{"qwen35", []string{split(patternQwen35), stepBytes}},

	// o200k, in both forms: GPT-4o, gpt-oss, Kanana 2, MiniMax M2. Llama 4
	// has the same pattern and ignore_merges.
	{"gpt-4o", []string{split(patternGPT4o), stepBytes}},
	{"gpt-4o", []string{keep(patternGPT4o), stepBytes}},

	// Mistral Nemo and later, Pixtral: o200k without contractions, digits one
	// by one.
	{"tekken", []string{split(patternTekken), stepBytes}},
	{"tekken", []string{keep(patternTekken), stepBytes}},

	// Tiny Aya: digits in threes from the right, then o200k.
	{"tiny_aya", []string{split(`\d{1,3}(?=(?:\d{3})*\b)`), split(patternGPT4o), stepBytes}},

	// Youtu: scripts apart first, then o200k with single digits.
	{"youtu", []string{
		split(`[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|` + patternCJK),
		split(lowerWord + contraction + `|` + upperWord + contraction + `|\p{N}` + casedTail),
		stepBytes,
	}},

	// DeepSeek V3 and R1. Hunyuan's dense models and JoyAI split alike.
	{"deepseek-v3", []string{split(`\p{N}{1,3}`), split(patternCJK), split(patternDeepSeekV3), stepBytes}},

	// DeepSeek LLM, its first models.
	{"deepseek-llm", []string{split(`[\r\n]`), split(patternDeepSeekLLM), split(`\s?[!-/:-~！-／：-～‘-‟　-。]+`), split(`\s+$`), split(patternCJKHangul), stepDigits, stepBytes}},

	// DeepSeek Coder.
	{"deepseek-coder", []string{split(`[\r\n]`), split(`\s?\p{L}+`), split(`\s?\p{P}+`), split(patternCJKHangul), stepDigits, stepBytes}},

	// Falcon: punctuation in runs, GPT-2's pattern, digits in threes.
	{"falcon", []string{"Punctuation Contiguous", stepBytesGPT2, stepNumbers, split(`[0-9][0-9][0-9]`)}},

	// BLOOM, Poro and the Finnish GPT-3; Viking splits single digits off.
	{"bloom", []string{split(patternBloom), stepBytes}},
	{"viking", []string{split(patternBloom), stepDigits, stepBytes}},

	// Ling: possessive quantifiers, line ends one by one.
	{"bailingmoe", []string{split(`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`), stepBytes}},

	// Seed Coder.
	{"seed-coder", []string{split(`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+`), stepBytes}},

	// K-EXAONE: words may hold single spaces.
	{"exaone-moe", []string{split(`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+`), stepBytes}},

	// SuperBPE: tokens across words; only numbers are split, in threes from
	// the right.
	{"superbpe", []string{split(`\p{N}+`), split(`(?=(\d{3})+(?!\d))`), stepBytes}},

	// Laguna: lines apart, then Qwen 2's pattern.
	{"laguna", []string{split(`[^\n]+|[\n]+`), split(patternQwen2), stepBytes}},

	// BERT, and all that share its pre-tokenizer.
	{preBERT, []string{"BertPreTokenizer"}},
}

type preTokenizerRow struct {
	name  string
	steps []string
}

func tableOf(rows []preTokenizerRow) map[string]string {
	table := make(map[string]string, len(rows))
	for _, row := range rows {
		table[strings.Join(row.steps, "\n")] = row.name
	}
	return table
}

// refinePreTokenizer chooses between names for the same steps that differ in
// what else llama.cpp does under them, where tokenizer.json says which it is.
func refinePreTokenizer(name string, t *vocab.JSON) string {
	switch {
	case name == "dbrx" && t.Model.IgnoreMerges:
		return "llama-bpe" // which looks whole pieces up before it merges
	case name == "gpt-4o" && t.Model.IgnoreMerges:
		return "llama4"
	case name == "smollm" && hasNFC(t.Normalizer):
		return "command-r"
	case name == "gpt-2" && isRoberta(t.PostProcessor):
		return "roberta-bpe" // which separates two texts by a token
	}
	return name
}

// isRoberta reports whether a post-processor is RoBERTa's own.
func isRoberta(p *jsonread.Object) bool {
	kind, _ := p.String("type")
	return kind == "RobertaProcessing"
}

// preTokenizerNames are the names that llama.cpp of August 2026 loads: those
// of the reference's table and those that only its loader knows.
var preTokenizerNames = strings.Fields(`
	a.x-4.0 afmoe bailingmoe bailingmoe2 bert-bge bert-bge-large bloom chameleon
	chatglm-bpe codeshell cohere2moe command-r dbrx deepseek-coder deepseek-llm
	deepseek-r1-qwen deepseek-v3 default exaone exaone-moe exaone4 f2llmv2
	falcon falcon-h1 falcon3 gemma4 gigachat glm4 gpt-2 gpt-4o gpt3-finnish
	granite-docling granite-embed-multi-311m granite-embed-multi-97m grok-2
	hunyuan hunyuan-dense jais jais-2 jina-de jina-es jina-v1-en jina-v2-code
	jina-v2-de jina-v2-en jina-v2-es jina-v5-nano joyai-llm kanana2 kimi-k2
	kormo laguna lfm2 llada-moe llama-bpe llama-v3 llama3 llama4 megrez mellum
	mellum2 midm-2.0 minerva-7b minicpm5 minimax-m2 modern-bert mpt olmo phi-2
	pixtral poro-chat qwen2 qwen35 refact roberta-bpe sarvam-moe seed-coder
	smaug-bpe smollm solar-open stablelm2 starcoder superbpe talkie tekken
	tiny_aya trillion viking whitespace youtu`)
