package scan

import "strings"

// A family is the patterns that a Func scans for.
type family struct {
	name     string
	scan     Func
	patterns []string
	gaps     bool // there are texts that the patterns do not match all of
}

// Parts that several patterns have.
const (
	contractions = `(?i:'s|'t|'re|'ve|'m|'ll|'d)`
	upperSet     = `\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}`
	lowerSet     = `\p{Ll}\p{Lm}\p{Lo}\p{M}`
	lowerWord    = `[^\r\n\p{L}\p{N}]?[` + upperSet + `]*[` + lowerSet + `]+`
	upperWord    = `[^\r\n\p{L}\p{N}]?[` + upperSet + `]+[` + lowerSet + `]*`
	casedTail    = `| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	unhan        = `&&[^\p{Han}]`
	cl100kNew    = `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`
	gpt2Text     = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
)

// families are those of one pattern, as tokenizer.json files and the packages
// of their models have it.
var families = []family{
	{name: "gpt2", scan: GPT2, patterns: []string{
		gpt2Text,
		`'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, // GPT-2's own code
		`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,        // tiktoken before 0.8
		`'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s`,
	}},
	{name: "llama3", scan: Llama3, patterns: []string{
		contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
		`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`, // tiktoken before 0.8
		`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s`,
	}},
	{name: "cl100k", scan: cl100kOnig, patterns: []string{cl100kNew}},
	{name: "qwen2", scan: Qwen2, patterns: []string{
		contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
		`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`, // Ling, LLaDA
	}},
	{name: "qwen3.5", scan: Qwen35, patterns: []string{
		contractions + `|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
	}},
	{name: "seed-coder", scan: SeedCoder, patterns: []string{
		contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+`,
	}},
	{name: "o200k", scan: O200K, patterns: []string{
		lowerWord + contractions + `?|` + upperWord + contractions + `?|\p{N}{1,3}` + casedTail,
	}},
	{name: "tekken", scan: Tekken, patterns: []string{
		lowerWord + `|` + upperWord + `|\p{N}` + casedTail,
	}},
	{name: "kimi-k2", scan: KimiK2, patterns: []string{
		`[\p{Han}]+|` +
			`[^\r\n\p{L}\p{N}]?[` + upperSet + unhan + `]*[` + lowerSet + unhan + `]+` + contractions + `?|` +
			`[^\r\n\p{L}\p{N}]?[` + upperSet + unhan + `]+[` + lowerSet + unhan + `]*` + contractions + `?|` +
			`\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
	}},
	{name: "bloom", scan: Bloom, gaps: true, patterns: []string{
		` ?[^(\s|[.,!?…。，、।۔،])]+`,
		` ?[^(\s|.,!?…。，、।۔،)]+`, // llama.cpp
	}},
	{name: "lines", scan: Lines, patterns: []string{`[^\n]+|[\n]+`}},
}

// ByPattern returns the scanner for a regular expression of Oniguruma that text
// is split by, where what matches and what does not are both kept: behavior
// Isolated of Hugging Face's Split. It knows patterns by their text; \r and \n
// may stand for themselves.
func ByPattern(pattern string) (Func, bool) {
	if f := byPattern(pattern); f != nil {
		return f.scan, true
	}
	return nil, false
}

// ByTiktokenPattern is ByPattern for the regular expressions of tiktoken. They
// mean the same but for \p{N}{1,3}+, in which the plus is possessive there.
func ByTiktokenPattern(pattern string) (Func, bool) {
	if visible(pattern) == cl100kNew {
		return CL100K, true
	}
	return ByPattern(pattern)
}

func byPattern(pattern string) *family {
	pattern = visible(pattern)
	for i := range families {
		for _, known := range families[i].patterns {
			if pattern == known {
				return &families[i]
			}
		}
	}
	return nil
}

// visible returns pattern with \r and \n for line ends that stand for
// themselves, as they do in some files.
func visible(pattern string) string {
	return strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(pattern)
}
