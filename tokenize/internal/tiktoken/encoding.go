package tiktoken

import "strconv"

// An Encoding is what turns the ranks of a file into a tokenizer.
type Encoding struct {
	Name string

	// Pattern cuts text into pieces: as tiktoken 0.14 has it for OpenAI's
	// encodings, as the model's own code has it for others.
	Pattern string

	// OldPattern is that of tiktoken before 0.8; "": Pattern always was the
	// same. Only in cl100k_base the two cut differently, and there the ids are
	// the same all the same.
	OldPattern string

	// Added are the tokens beside those with a rank, by id. Two may share an
	// id; it decodes to the first of them.
	Added []Added

	// BOS and EOS are the texts of the tokens that begin and end a text; "":
	// there is none. No encoding adds them on its own.
	BOS, EOS string
}

// An Added is a token that is matched in the text as a whole.
type Added struct {
	ID   uint32
	Text string

	Special bool // does not show where special tokens are skipped

	// What tokenizer_config.json can say of a token: it matches no part of a
	// word, and takes the white space before or behind it along.
	SingleWord, LStrip, RStrip bool
}

// Split patterns. Those of GPT-2 and cl100k_base have been rewritten in
// tiktoken 0.8 for speed.
const (
	patternGPT2    = `'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s`
	patternGPT2Old = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

	patternCL100K    = `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`
	patternCL100KOld = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

	patternO200K = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`

	patternKimi = `[\p{Han}]+` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
		`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// Texts of special tokens that several encodings share.
const (
	endOfText   = "<|endoftext|>"
	fimPrefix   = "<|fim_prefix|>"
	fimMiddle   = "<|fim_middle|>"
	fimSuffix   = "<|fim_suffix|>"
	endOfPrompt = "<|endofprompt|>"

	beginOfTextLlama = "<|begin_of_text|>"
	endOfTextLlama   = "<|end_of_text|>"
)

// known are the encodings by name, with how to recognize their ranks.
var known = []struct {
	name  string
	ranks fingerprint
	make  func() Encoding
}{
	{"r50k_base", fingerprint{50256, 50255, 0xbbf3327e637498f2}, gpt2},
	{"gpt2", fingerprint{50256, 50255, 0xbbf3327e637498f2}, gpt2},
	{"p50k_base", fingerprint{50280, 50280, 0xfb8c76b77ad724a}, gpt2},
	{"p50k_edit", fingerprint{50280, 50280, 0xfb8c76b77ad724a}, p50kEdit},
	{"cl100k_base", fingerprint{100256, 100255, 0x6601ccc25982de24}, cl100k},
	{"o200k_base", fingerprint{199998, 199997, 0x82356ec1651eea3c}, o200k},
	{"o200k_harmony", fingerprint{199998, 199997, 0x82356ec1651eea3c}, o200kHarmony},
	{"llama3", fingerprint{128000, 127999, 0xc5588a34dc05ba0e}, llama3},
	{"llama4", fingerprint{200000, 199999, 0xc21261b44e419d1e}, llama4},
	{"kimi-k2", fingerprint{163584, 163583, 0x16223b88998ac80b}, func() Encoding { return kimi(163584) }},
}

// Names returns the names of the known encodings.
func Names() []string {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.name
	}
	return names
}

// ByName returns a known encoding.
func ByName(name string) (*Encoding, bool) {
	for _, k := range known {
		if k.name == name {
			e := k.make()
			e.Name = name
			return &e, true
		}
	}
	return nil, false
}

func gpt2() Encoding {
	return Encoding{Pattern: patternGPT2, OldPattern: patternGPT2Old, Added: []Added{special(50256, endOfText)}, EOS: endOfText}
}

func p50kEdit() Encoding {
	e := gpt2()
	e.Added = append(e.Added, special(50281, fimPrefix), special(50282, fimMiddle), special(50283, fimSuffix))
	return e
}

func cl100k() Encoding {
	return Encoding{
		Pattern: patternCL100K, OldPattern: patternCL100KOld, EOS: endOfText,
		Added: append(specials(100257, endOfText, fimPrefix, fimMiddle, fimSuffix), special(100276, endOfPrompt)),
	}
}

func o200k() Encoding {
	return Encoding{Pattern: patternO200K, Added: []Added{special(199999, endOfText), special(200018, endOfPrompt)}, EOS: endOfText}
}

// o200kHarmony is that of the open models: the ids up to 201087 that are not
// in use have names too.
func o200kHarmony() Encoding {
	e := o200k()
	names := map[uint32]string{
		199998: "<|startoftext|>", 199999: endOfText, 200002: "<|return|>", 200003: "<|constrain|>", 200005: "<|channel|>",
		200006: "<|start|>", 200007: "<|end|>", 200008: "<|message|>", 200012: "<|call|>", 200018: endOfPrompt,
	}
	e.Added = nil
	for id := uint32(199998); id <= 201087; id++ {
		reserved := "<|reserved_" + strconv.Itoa(int(id)) + "|>"
		if name, ok := names[id]; !ok {
			e.Added = append(e.Added, special(id, reserved))
		} else if e.Added = append(e.Added, special(id, name)); id == 200018 {
			e.Added = append(e.Added, special(id, reserved)) // the one id with two texts
		}
	}
	e.BOS = "<|startoftext|>"
	return e
}

// llama3 is the encoding of Llama 3.1 to 3.3, which named tokens that
// Llama 3 had in reserve; tokenizer_config.json has the names of a model.
func llama3() Encoding {
	names := []string{
		beginOfTextLlama, endOfTextLlama, "<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>",
		"<|step_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>", "<|image|>",
	}
	names = reserve(names, "", 2, 256-len(names))
	return Encoding{Pattern: patternCL100KOld, Added: specials(128000, names...), BOS: beginOfTextLlama, EOS: endOfTextLlama}
}

func llama4() Encoding {
	names := []string{
		beginOfTextLlama, endOfTextLlama, fimPrefix, fimMiddle, fimSuffix,
		"<|header_start|>", "<|header_end|>", "<|eom|>", "<|eot|>", "<|step|>",
	}
	names = reserve(names, "text_post_train_", 0, 6)
	names = append(names, "<|python_start|>", "<|python_end|>", "<|finetune_right_pad|>")
	names = reserve(names, "text_post_train_", 8, 61)
	names = append(names, "<|image_start|>", "<|image_end|>")
	names = reserve(names, "vision_", 0, 2)
	names = append(names, "<|tile_x_separator|>", "<|tile_y_separator|>")
	names = reserve(names, "vision_", 2, 4)
	names = append(names, "<|image|>")
	names = reserve(names, "vision_", 6, 1)
	names = append(names, "<|patch|>")
	names = reserve(names, "vision_", 7, 1041)
	names = reserve(names, "reasoning_", 0, 8)
	names = append(names, "<|reasoning_thinking_start|>", "<|reasoning_thinking_end|>")
	names = reserve(names, "", 0, 2048-len(names))
	return Encoding{Pattern: patternO200K, Added: specials(200000, names...), BOS: beginOfTextLlama, EOS: endOfTextLlama}
}

// kimi has 256 special tokens behind those with a rank. Their names stand in
// tokenizer_config.json; without it they are all in reserve.
func kimi(ranks int) Encoding {
	names := make([]string, 256)
	for i := range names {
		names[i] = "<|reserved_token_" + strconv.Itoa(ranks+i) + "|>"
	}
	return Encoding{Pattern: patternKimi, Added: specials(uint32(ranks), names...)}
}

// reserve appends the names of tokens in reserve, numbered from first.
func reserve(names []string, group string, first, count int) []string {
	for i := range count {
		names = append(names, "<|"+group+"reserved_special_token_"+strconv.Itoa(first+i)+"|>")
	}
	return names
}

func special(id uint32, text string) Added { return Added{ID: id, Text: text, Special: true} }

func specials(first uint32, texts ...string) []Added {
	added := make([]Added, len(texts))
	for i, text := range texts {
		added[i] = special(first+uint32(i), text)
	}
	return added
}
