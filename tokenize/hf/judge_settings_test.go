//go:build hftokenizers

package hf

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

var judgeSettings = flag.Int("judge.settings", 2_000, "settings of stages that Hugging Face's tokenizers judge")

// TestJudgeSettings: the stages of tokenizer.json work together as in Hugging
// Face's tokenizers, in combinations that no published file has: models of all
// kinds, with normalizers, pre-tokenizers, post-processors, decoders, added
// tokens, truncation and padding drawn by chance.
func TestJudgeSettings(t *testing.T) {
	n := *judgeSettings
	if testing.Short() {
		n /= 10
	}
	differences, loaded := 0, 0
	for i := range n {
		s := settings{state: *judgeSeed<<32 + uint64(i)}
		file := s.file()
		differences += s.judge(t, i, file, &loaded, differences < judgeShown)
	}
	if differences > 0 {
		t.Errorf("%d of %d settings differ", differences, loaded)
	}
	if loaded < n*3/4 {
		t.Errorf("Hugging Face's tokenizers took %d of %d files", loaded, n)
	}
}

// judge compares the engines on one file, and returns 1 if they differ.
func (s *settings) judge(t *testing.T, number int, file map[string]any, loaded *int, show bool) int {
	t.Helper()
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := New(data)
	if err != nil {
		return 0 // strictness is not compared here
	}
	defer theirs.Close()
	*loaded++
	fail := func(format string, args ...any) int {
		if show {
			delete(file, "model")
			shown, _ := json.Marshal(file)
			t.Errorf("settings %d, %s, %s: %s", number, s.model, shown, fmt.Sprintf(format, args...))
		}
		return 1
	}
	ours, err := tokenize.Read("tokenizer.json", data, tokenize.LoadOptions{})
	if err != nil {
		return fail("%v", err)
	}
	j := &judge{t: t, ours: ours, theirs: theirs, bare: file["truncation"] == nil && file["padding"] == nil, noDecode: s.panics}
	for i, text := range textgen.New(s.state, textgen.Valid, s.added...).Texts(12) {
		o := tokenize.Options{AddSpecial: i%2 == 0}
		if i%5 == 0 {
			o.Special = tokenize.PlainSpecial
		}
		if j.encode(text, o) != "" {
			small := shrink(text, func(s string) bool { return j.encode(s, o) != "" })
			return fail("%+v %+q: %s", o, small, j.encode(small, o))
		}
	}
	return 0
}

// settings draws a tokenizer.json.
type settings struct {
	state uint64
	model string // its kind

	// An added token that normalizes to nothing is found between all characters,
	// which is not imitated, so there is none.
	normalizedAdded bool
	templates       int // one behind another panics

	added  []string // texts of added tokens
	panics bool     // the library's decoder may panic, which ends the program
}

type object = map[string]any

func (s *settings) n(n int) int { // SplitMix64
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) >> 33 % uint64(n))
}

func (s *settings) bool() bool { return s.n(2) == 0 }

func pick[T any](s *settings, list ...T) T { return list[s.n(len(list))] }

func (s *settings) file() object {
	model, size := s.drawModel()
	file := object{"version": "1.0", "model": model, "normalizer": nil, "pre_tokenizer": nil, "post_processor": nil, "decoder": nil}
	file["added_tokens"] = s.addedTokens(size)
	if s.n(3) > 0 {
		file["normalizer"] = s.normalizer(0)
	}
	if s.n(4) > 0 {
		file["pre_tokenizer"] = s.preTokenizer(0)
	}
	if s.bool() {
		file["post_processor"] = s.postProcessor(0)
	}
	if s.n(3) > 0 {
		file["decoder"] = s.decoder(0)
	}
	if s.n(8) == 0 {
		file["truncation"] = object{"direction": pick(s, "Left", "Right"), "max_length": 4 + s.n(20), "strategy": "LongestFirst", "stride": s.n(3)}
	}
	if s.n(8) == 0 {
		file["padding"] = object{
			"strategy": pick[any](s, "BatchLongest", object{"Fixed": s.n(40)}), "direction": pick(s, "Left", "Right"),
			"pad_to_multiple_of": pick[any](s, nil, 8), "pad_id": 3, "pad_type_id": s.n(2), "pad_token": "[PAD]",
		}
	}
	return file
}

var settingsWords = strings.Fields(`the of and a to in is you that it he was for on are as with his they at be this have from or one had by word but
not what all were we when your can said there use an each which she do how their if will up other about out many then them hello world ing ed ly tion
er est un re 12 00 2024 café naïve straße für 中文 中国 日本 です 한국 привет мир שלום مرحبا हिन्दी ไทย 😀 👍 ... !! == // ## -- func return err nil`)

// drawModel returns a model and how many tokens it has.
func (s *settings) drawModel() (object, int) {
	vocab := object{}
	add := func(token string) {
		if _, ok := vocab[token]; !ok && token != "" {
			vocab[token] = len(vocab)
		}
	}
	for _, special := range []string{"<unk>", "[UNK]", "[CLS]", "[PAD]", "[SEP]", "<s>", "</s>"} {
		add(special)
	}
	s.model = pick(s, "BPE", "BPE", "BPE bytes", "BPE bytes", "WordPiece", "WordLevel", "Unigram")
	switch s.model {
	case "BPE", "BPE bytes":
		return s.bpe(vocab, add), len(vocab)
	case "WordPiece":
		prefix := pick(s, "##", "##", "")
		for _, w := range settingsWords {
			for i, r := range []rune(w) {
				if s.n(10) > 0 {
					add(string(r))
				}
				if i > 0 {
					add(prefix + string(r))
				}
			}
			add(w)
			add(prefix + w)
		}
		return object{
			"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix,
			"max_input_chars_per_word": pick(s, 100, 100, 8), "vocab": vocab,
		}, len(vocab)
	case "WordLevel":
		for _, w := range settingsWords {
			add(pick(s, "", "", "▁", "Ġ", " ") + w)
		}
		return object{"type": "WordLevel", "unk_token": "[UNK]", "vocab": vocab}, len(vocab)
	}
	return s.unigram()
}

func (s *settings) bpe(vocab object, add func(string)) object {
	model := object{
		"type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil, "end_of_word_suffix": nil,
		"fuse_unk": s.bool(), "byte_fallback": false, "ignore_merges": s.bool(), "vocab": vocab,
	}
	var prefix, suffix string
	if s.model == "BPE bytes" {
		for b := range 256 {
			if s.n(200) > 0 { // now and then a byte is missing
				add(byteSpelling(byte(b)))
			}
		}
	} else {
		if s.n(5) == 0 {
			prefix = "##"
			model["continuing_subword_prefix"] = prefix
		}
		if s.n(5) == 0 {
			suffix = "</w>"
			model["end_of_word_suffix"] = suffix
		}
		if s.bool() {
			model["unk_token"] = "<unk>"
		}
		// With a prefix or suffix, byte fallback has offsets that are not of the text.
		if model["byte_fallback"] = prefix+suffix == "" && s.bool(); model["byte_fallback"].(bool) {
			for b := range 256 {
				add(fmt.Sprintf("<0x%02X>", b))
			}
		}
	}
	var merges []any
	seen := map[[2]string]bool{}
	asPairs := s.bool()
	for _, w := range settingsWords {
		switch {
		case s.model == "BPE bytes":
			spelled := ""
			for i := range len(w) {
				spelled += byteSpelling(w[i])
			}
			w = pick(s, "", "Ġ") + spelled
		case s.bool():
			w = "▁" + w
		}
		var symbols []string
		runes := []rune(w)
		for i, r := range runes {
			symbol := string(r)
			if i > 0 {
				symbol = prefix + symbol
			}
			if i == len(runes)-1 {
				symbol += suffix
			}
			symbols = append(symbols, symbol)
			add(symbol)
			add(string(r))
		}
		for len(symbols) > 1 {
			at := s.n(1 + s.n(len(symbols)-1)) // the left ones more often
			left, right := symbols[at], symbols[at+1]
			merged := left + strings.TrimPrefix(right, prefix)
			add(merged)
			if pair := [2]string{left, right}; !seen[pair] {
				seen[pair] = true
				if asPairs {
					merges = append(merges, []string{left, right})
				} else {
					merges = append(merges, left+" "+right)
				}
			}
			symbols = append(append(append([]string{}, symbols[:at]...), merged), symbols[at+2:]...)
		}
	}
	model["merges"] = merges
	return model
}

// byteSpelling spells a byte as GPT-2 does.
func byteSpelling(b byte) string {
	next := rune(256)
	for c := range 256 {
		printable := c >= '!' && c <= '~' || c >= 0xa1 && c <= 0xac || c >= 0xae
		if c == int(b) {
			if printable {
				return string(rune(c))
			}
			return string(next)
		}
		if !printable {
			next++
		}
	}
	return ""
}

func (s *settings) unigram() (object, int) {
	var vocab []any
	seen := map[string]bool{}
	add := func(piece string) {
		if !seen[piece] && piece != "" {
			seen[piece] = true
			vocab = append(vocab, []any{piece, -float64(s.n(2000)) / 128})
		}
	}
	for _, special := range []string{"<unk>", "[UNK]", "[CLS]", "[PAD]", "[SEP]", "<s>", "</s>", "▁"} {
		add(special)
	}
	fallback := s.bool()
	if fallback {
		for b := range 256 {
			add(fmt.Sprintf("<0x%02X>", b))
		}
	}
	for _, w := range settingsWords {
		add(pick(s, "", "▁") + w)
		for _, r := range w {
			if s.n(6) > 0 {
				add(string(r))
			}
		}
		for i := range w {
			add(w[:i])
		}
	}
	return object{"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": fallback}, len(vocab)
}

func (s *settings) addedTokens(size int) []any {
	list := []any{}
	seen := map[string]bool{}
	for range s.n(7) {
		text := pick(s, "<s>", "</s>", "[SEP]", "[CLS]", "<mask>", "the", "e", " x ", "▁<x>", "é", "12", "<|end|>", "ABC", "abc", "一", "😀", "'s", "\n\n", "  ", "Σ")
		if seen[text] {
			continue
		}
		seen[text] = true
		s.added = append(s.added, text)
		blank := strings.TrimSpace(text) == ""
		normalized := s.n(3) == 0 && !blank
		s.normalizedAdded = s.normalizedAdded || normalized
		list = append(list, object{
			"id": size + len(list), "content": text, "single_word": s.n(3) == 0, "rstrip": s.n(3) == 0,
			"lstrip":     s.n(3) == 0 && !blank, // it panics where another has taken the white space along
			"normalized": normalized, "special": s.bool(),
		})
	}
	return list
}

func (s *settings) normalizer(depth int) object {
	switch s.n(14) {
	case 0:
		return object{"type": "NFC"}
	case 1:
		return object{"type": "NFD"}
	case 2:
		return object{"type": "NFKC"}
	case 3:
		return object{"type": "NFKD"}
	case 4:
		return object{"type": "Lowercase"}
	case 5:
		return object{"type": "Nmt"}
	case 6:
		return object{"type": "StripAccents"}
	case 7:
		return object{"type": "Strip", "strip_left": s.bool(), "strip_right": s.bool()}
	case 8:
		return object{"type": "Prepend", "prepend": pick(s, "▁", "xy ")}
	case 9:
		// Replacing what is empty can panic, while a file is loaded as well, which
		// ends the program.
		pattern, content := s.pattern(), pick(s, "▁", "", " ", "xyz", "é")
		for regex, _ := pattern["Regex"].(string); slices.Contains([]string{`x*`, `\b`, `(?=[A-Z])`}, regex); regex, _ = pattern["Regex"].(string) {
			pattern = s.pattern()
		}
		if s.normalizedAdded {
			pattern, content = object{"String": pick(s, " ", "e", "th", "▁")}, pick(s, "▁", " ", "xyz")
		}
		return object{"type": "Replace", "pattern": pattern, "content": content}
	case 10:
		return object{
			"type": "BertNormalizer", "clean_text": s.bool(), "handle_chinese_chars": s.bool(),
			"strip_accents": pick[any](s, nil, true, false), "lowercase": s.bool(),
		}
	case 11:
		return object{"type": "ByteLevel"}
	}
	if depth > 1 {
		return object{"type": "NFC"}
	}
	list := []any{}
	for range s.n(4) {
		list = append(list, s.normalizer(depth+1))
	}
	return object{"type": "Sequence", "normalizers": list}
}

func (s *settings) pattern() object {
	if s.bool() {
		return object{"String": pick(s, " ", "e", "th", "▁", "..", "\n", "é")}
	}
	return object{"Regex": pick(s, `\s+`, `\d+`, `\w+|[^\w\s]+`, `[a-z]+`, `(?i:the)`, `\p{L}+`, ` ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
		`\d{1,3}`, `^.`, `.$`, `(?<=e).`, `x*`, `[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}`, `\b`, `\p{Han}`, `(?=[A-Z])`)}
}

func (s *settings) behavior() string {
	return pick(s, "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")
}

func (s *settings) preTokenizer(depth int) object {
	switch s.n(14) {
	case 0:
		return object{"type": "BertPreTokenizer"}
	case 1, 2:
		return object{"type": "ByteLevel", "add_prefix_space": s.bool(), "trim_offsets": s.bool(), "use_regex": s.n(3) > 0}
	case 3:
		return object{"type": "CharDelimiterSplit", "delimiter": pick(s, "-", " ", "e")}
	case 4:
		return object{"type": "Metaspace", "replacement": "▁", "prepend_scheme": pick(s, "first", "never", "always"), "split": s.bool()}
	case 5:
		return object{"type": "Whitespace"}
	case 6:
		return object{"type": "WhitespaceSplit"}
	case 7:
		return object{"type": "Punctuation", "behavior": s.behavior()}
	case 8:
		return object{"type": "Digits", "individual_digits": s.bool()}
	case 9:
		return object{"type": "UnicodeScripts"}
	case 10:
		return object{"type": "FixedLength", "length": 1 + s.n(7)}
	case 11, 12:
		return object{"type": "Split", "pattern": s.pattern(), "behavior": s.behavior(), "invert": s.n(3) == 0}
	}
	if depth > 1 {
		return object{"type": "Whitespace"}
	}
	list := []any{}
	for range s.n(4) {
		list = append(list, s.preTokenizer(depth+1))
	}
	return object{"type": "Sequence", "pretokenizers": list}
}

func (s *settings) postProcessor(depth int) object {
	n := s.n(6)
	if n == 3 || n == 4 {
		if s.templates++; s.templates > 1 {
			n = 0
		}
	}
	switch n {
	case 0:
		return object{"type": "ByteLevel", "add_prefix_space": s.bool(), "trim_offsets": s.bool(), "use_regex": true}
	case 1:
		return object{"type": "BertProcessing", "sep": []any{"[SEP]", 4}, "cls": []any{"[CLS]", 2}}
	case 2:
		return object{"type": "RobertaProcessing", "sep": []any{"</s>", 6}, "cls": []any{"<s>", 5}, "trim_offsets": s.bool(), "add_prefix_space": s.bool()}
	case 3, 4:
		special := func(text string, ids ...int) object {
			return object{"id": text, "ids": ids, "tokens": strings.Split(strings.Repeat(text+" ", len(ids)-1)+text, " ")}
		}
		piece := func(kind, id string) object { return object{kind: object{"id": id, "type_id": s.n(2)}} }
		return object{
			"type":           "TemplateProcessing",
			"single":         []any{piece("SpecialToken", "<s>"), piece("Sequence", "A"), piece("SpecialToken", "</s>")},
			"pair":           []any{piece("Sequence", "A"), piece("SpecialToken", "</s>"), piece("Sequence", "B")},
			"special_tokens": object{"<s>": special("<s>", 5), "</s>": special("</s>", 6, 4)},
		}
	}
	if depth > 1 {
		return object{"type": "BertProcessing", "sep": []any{"[SEP]", 4}, "cls": []any{"[CLS]", 2}}
	}
	list := []any{}
	for range s.n(3) {
		list = append(list, s.postProcessor(depth+1))
	}
	return object{"type": "Sequence", "processors": list}
}

func (s *settings) decoder(depth int) object {
	switch s.n(11) {
	case 0:
		return object{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}
	case 1:
		return object{"type": "WordPiece", "prefix": pick(s, "##", ""), "cleanup": s.bool()}
	case 2:
		return object{"type": "Metaspace", "replacement": "▁", "prepend_scheme": pick(s, "first", "never", "always"), "split": s.bool()}
	case 3:
		return object{"type": "BPEDecoder", "suffix": pick(s, "</w>", "e")}
	case 4:
		return object{"type": "CTC", "pad_token": "[PAD]", "word_delimiter_token": pick(s, "|", "▁"), "cleanup": s.bool()}
	case 5:
		return object{"type": "Replace", "pattern": s.pattern(), "content": pick(s, " ", "", "xyz")}
	case 6:
		return object{"type": "Fuse"}
	case 7:
		// It takes off more than there is where the token is short.
		s.panics = true
		return object{"type": "Strip", "content": pick(s, " ", "e"), "start": s.n(3), "stop": s.n(3)}
	case 8:
		return object{"type": "ByteFallback"}
	}
	if depth > 1 {
		return object{"type": "Fuse"}
	}
	list := []any{}
	for range s.n(4) {
		list = append(list, s.decoder(depth+1))
	}
	return object{"type": "Sequence", "decoders": list}
}
