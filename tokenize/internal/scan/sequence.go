package scan

import "slices"

// A Step is one of Hugging Face's pre-tokenizers, of those that scanners know,
// with the settings that decide where it splits.
type Step struct {
	Kind Kind

	Pattern  string   // of Split
	Literal  bool     // of Split: Pattern is a text, not a regular expression
	Behavior Behavior // of Split and Punctuation
	Invert   bool     // of Split

	Individual bool // of Digits: each a piece of its own
	UseRegex   bool // of ByteLevel: split by the pattern of GPT-2
}

// A Kind is a type of pre-tokenizer. The zero Kind is one that no scanner is for.
type Kind uint8

// The kinds of pre-tokenizers.
const (
	Split Kind = iota + 1
	Digits
	Punctuation
	ByteLevel // without a space put in front
)

// A Behavior is what becomes of matches.
type Behavior uint8

// The behaviors. Scanners know them where no text is lost.
const (
	Isolated Behavior = iota
	Removed
	MergedWithPrevious
	MergedWithNext
	Contiguous
)

// A sequence is a family of several pre-tokenizers.
type sequence struct {
	name  string
	scan  Func
	steps []Step
}

// sequences returns those that are known.
func sequences() []sequence {
	digits := Step{Kind: Digits, Individual: true}
	return []sequence{
		{"gpt2", GPT2, []Step{{Kind: ByteLevel, UseRegex: true}}},
		{"starcoder", StarCoder, []Step{digits, {Kind: ByteLevel, UseRegex: true}}},
		{"starcoder", StarCoder, []Step{digits, split(gpt2Text)}},
		{"falcon", Falcon, []Step{
			{Kind: Punctuation, Behavior: Contiguous},
			{Kind: ByteLevel, UseRegex: true},
			{Kind: Digits},
			split(`[0-9][0-9][0-9]`),
		}},
		{"viking", Viking, []Step{split(` ?[^(\s|[.,!?…。，、।۔،])]+`), digits}},
		{"viking", Viking, []Step{split(` ?[^(\s|.,!?…。，、।۔،)]+`), digits}},
		{"minicpm5", MiniCPM5, []Step{
			split(`\p{N}{1,3}`),
			split(contractions + `|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`),
		}},
		{"deepseek-v3", DeepSeekV3, []Step{
			split(`\p{N}{1,3}`),
			split("[一-龥\u3040-ゟ゠-ヿ]+"),
			split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+" +
				`|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`),
		}},
		{"deepseek-llm", DeepSeekLLM, []Step{
			split(`[\r\n]`),
			split(deepSeekLettersPattern()),
			split(`\s?[!-/:-~！-／：-～‘-‟` + "\u3000-。]+"),
			split(`\s+$`),
			split(deepSeekHangul),
			digits,
		}},
		{"deepseek-coder", DeepSeekCoder, []Step{
			split(`[\r\n]`),
			split(`\s?\p{L}+`),
			split(`\s?\p{P}+`),
			split(deepSeekHangul),
			digits,
		}},
		{"spaces", Spaces, []Step{{Kind: Split, Pattern: " ", Behavior: MergedWithPrevious}}},
		{"whole", Whole, nil},
	}
}

const deepSeekHangul = "[一-龥\u0800-一가-\ud7ff]+"

// split returns the Step of a Split by a regular expression that is Isolated.
func split(pattern string) Step { return Step{Kind: Split, Pattern: pattern} }

// BySequence returns the scanner for pre-tokenizers that are applied one after
// the other, and the name of its family. The scanner splits the text as it was
// before the first of them: where ByteLevel writes bytes as characters, the
// caller does that to the pieces.
func BySequence(steps []Step) (scan Func, name string, ok bool) {
	plain := make([]Step, 0, len(steps))
	for _, s := range steps {
		plain = append(plain, s.plain())
	}
	// A last step that splits nothing.
	if n := len(plain); n > 0 && plain[n-1] == (Step{Kind: ByteLevel}) {
		plain = plain[:n-1]
	}
	if len(plain) == 1 && plain[0] == split(plain[0].Pattern) {
		if f := byPattern(plain[0].Pattern); f != nil {
			return f.scan, f.name, true
		}
	}
	for _, known := range sequences() {
		if slices.Equal(plain, known.steps) {
			return known.scan, known.name, true
		}
	}
	return nil, "", false
}

// plain returns s without what makes no difference to where it splits.
func (s Step) plain() Step {
	p := Step{Kind: s.Kind}
	switch s.Kind {
	case Split:
		p.Behavior, p.Invert, p.Literal = s.Behavior, s.Invert, s.Literal
		p.Pattern = visible(s.Pattern)
		if s.Pattern == " " {
			p.Literal = false
		}
		// What is not matched is isolated too.
		if s.Behavior == Isolated {
			p.Invert = false
		}
		// Nor is there a difference if nothing is not matched.
		if s.Behavior == Removed && s.Invert && !s.Literal {
			if f := byPattern(s.Pattern); f != nil && !f.gaps {
				p.Behavior, p.Invert = Isolated, false
			}
		}
	case Digits:
		p.Individual = s.Individual
	case Punctuation:
		p.Behavior = s.Behavior
	case ByteLevel:
		p.UseRegex = s.UseRegex
	}
	return p
}
