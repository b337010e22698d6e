package llamacpp

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/model"
)

func TestRefused(t *testing.T) {
	tokens := []string{"a", "b", "ab"}
	for _, test := range []struct {
		config      Config
		words       string
		unsupported bool
	}{
		{Config{Model: "llama"}, "tokenizer.ggml.tokens: no tokens", false},
		{Config{Model: "frob", Tokens: tokens}, `tokenizer.ggml.model: unknown tokenizer "frob"`, true},
		{Config{Model: "none", Tokens: tokens}, "tokenizer.ggml.model: the file has no vocabulary", true},
		{Config{Model: "gpt2", Pre: "frob", Tokens: tokens, Merges: []string{"a b"}}, `tokenizer.ggml.pre: unknown pre-tokenizer "frob"`, true},
		{Config{Model: "gpt2", Pre: strings.Repeat("x", 1000), Tokens: tokens, Merges: []string{"a b"}}, `xxxx"...`, true},
		{Config{Model: "gpt2", Pre: "gpt-2", Tokens: tokens}, "tokenizer.ggml.merges: missing", false},
		{Config{Model: "gemma4", Tokens: tokens}, "tokenizer.ggml.merges: missing", false},
		{Config{Model: "hybriddna", Pre: "gemma4", Tokens: tokens, Merges: []string{"a b"}}, "tokenizer.ggml.pre", true},
		{Config{Model: "llama", Tokens: []string{"a", "b", "a"}}, `tokenizer.ggml.tokens[2]: the token "a" has the id 0 already`, false},
		{Config{Model: "llama", Tokens: []string{"[EMPTY_1]", ""}}, "tokenizer.ggml.tokens[1]", false},
		{Config{Model: "llama", Tokens: tokens, Scores: []float32{1}}, "tokenizer.ggml.scores: 1 scores of 3 tokens", false},
		{Config{Model: "llama", Tokens: tokens, Types: []TokenType{1, 1, 1, 1}}, "tokenizer.ggml.token_type: 4 types of 3 tokens", false},
		{Config{Model: "llama", Tokens: tokens, Types: []TokenType{1, Byte, 1}}, `tokenizer.ggml.tokens[1]: the byte token "b" names no byte`, false},
		{Config{Model: "bert", Tokens: tokens, Types: []TokenType{1, Byte, 1}}, "tokenizer.ggml.tokens[1]", true},
		{Config{Model: "t5", Tokens: tokens, Charsmap: []byte{1, 2, 3}}, "tokenizer.ggml.precompiled_charsmap", false},
		{Config{Model: "plamo2", Tokens: tokens}, "no token <0x00>", false},
	} {
		_, err := New(test.config)
		sentinel := config.ErrFormat
		if test.unsupported {
			sentinel = config.ErrUnsupported
		}
		if err == nil || !strings.Contains(err.Error(), test.words) || !errors.Is(err, sentinel) {
			t.Errorf("%s %s: %v, want %q (%v)", test.config.Model, test.config.Pre, err, test.words, sentinel)
		}
	}
}

// A token that stands for no bytes is spelled out, and the spelling repeats the
// token: a file made of long ones is refused before that takes much memory.
func TestSpelledOut(t *testing.T) {
	c := Config{Model: "gpt2", Pre: "gpt-2", Tokens: []string{"漢", strings.Repeat("漢", 20000)}, Merges: []string{}}
	if _, err := New(c); !errors.Is(err, config.ErrUnsupported) {
		t.Error(err)
	}
	c.Tokens[1] = "é漢"
	v, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Piece(1, false); got != "\xe9[UNK_BYTE_0xe6bca2é漢]" {
		t.Errorf("%q", got)
	}
}

// noRoles gives roles to a token, so that none has the usual id.
var noRoles = map[Role]uint32{BOS: 0, EOS: 0}

func TestAttributes(t *testing.T) {
	tokens := []string{"<s>", "</s>", "<|im_end|>", "<|endoftext|>", "<|end|>", "<|return|>", "<|call|>", "<|channel|>", "<fim_prefix>", "x"}
	types := []TokenType{Control, Control, Normal, UserDefined, Control, Control, Control, Control, Normal, Normal}
	v, err := New(Config{Model: "llama", Tokens: tokens, Types: types})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		attr attr
		ends bool
	}{
		"<s>": {controlToken, false}, "</s>": {controlToken, true}, "<|im_end|>": {normalToken | controlToken, true},
		"<|endoftext|>": {userDefined | controlToken, true}, "<|end|>": {userDefined, false}, "<|return|>": {controlToken, true},
		"<|channel|>": {userDefined, false}, "<fim_prefix>": {normalToken | controlToken, false}, "x": {normalToken, false},
	} {
		id := uint32(slices.Index(tokens, text))
		if v.attrs[id] != want.attr || v.Ends(id) != want.ends {
			t.Errorf("%s: %b, ends %v; want %b, %v", text, v.attrs[id], v.Ends(id), want.attr, want.ends)
		}
	}
	if id, ok := v.ID(EOT); !ok || tokens[id] != "<|im_end|>" {
		t.Errorf("EOT is %d, %v", id, ok)
	}
	if _, ok := v.ID(FIMMid); ok {
		t.Error("there is a token for the middle")
	}
}

// Ids that the vocabulary does not have are passed over, and noted.
func TestMissingRoles(t *testing.T) {
	v, err := New(Config{Model: "bert", Tokens: []string{"▁a", "b"}, IDs: map[Role]uint32{SEP: 1, UNK: 9}})
	if err != nil {
		t.Fatal(err)
	}
	if before, behind := v.Frame(); len(before) != 0 || !slices.Equal(behind, []uint32{1}) {
		t.Errorf("frame %d, %d", before, behind)
	}
	if _, err := v.AppendIDs(nil, "ab c", Options{}); !errors.Is(err, model.ErrNoUnknown) {
		t.Errorf("unknown: %v", err)
	}
	if d := v.Describe(); len(d.Notes) < 2 || d.Algorithm != "WPM" || !d.CleanSpaces {
		t.Errorf("%+v", d)
	}
}

func TestDescribe(t *testing.T) {
	v, err := New(Config{Model: "gpt2", Tokens: []string{"a", "b", "<x>"}, Types: []TokenType{1, 1, UserDefined}, Merges: []string{"a b"}})
	if err != nil {
		t.Fatal(err)
	}
	d := v.Describe()
	if d.Pre != "default" || len(d.Patterns) != 4 || !d.ByteLevel || d.Algorithm != "BPE" || len(d.Notes) == 0 || !strings.Contains(d.Notes[0], "tokenizer.ggml.pre is missing") {
		t.Errorf("%+v", d)
	}
	if got := v.Special(); !slices.Equal(got, []SpecialToken{{ID: 2}}) {
		t.Errorf("%+v", got)
	}
	for name, pre := range preNames {
		if table := newClassTable(); len(pre.patterns) != len(pre.stages(table)) || len(pre.patterns) > maxStages {
			t.Errorf("%s: %d patterns, %d stages", name, len(pre.patterns), len(pre.stages(table)))
		}
	}
}

// Merges go through texts that are no tokens; what is left of them is the tokens
// of single letters, or nothing.
func TestVirtualTokens(t *testing.T) {
	c := Config{Model: "gpt2", Pre: "llama3", Tokens: []string{"a", "b", "c", "abcc"}, Merges: []string{"a b", "c c", "ab cc", "b c", "b", "c  c", ""}, IDs: noRoles}
	v, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]uint32{"abcc": {3}, "ab": {0, 1}, "abc": {0, 1, 2}, "cc": {2, 2}, "xaby": {0, 1}, "": nil, "é": nil} {
		got, err := v.AppendIDs(nil, text, Options{})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
		tokens, err := v.AppendTokens(nil, text, Options{})
		if err != nil || len(tokens) != len(want) {
			t.Errorf("%q: %v, %v", text, tokens, err)
		}
		for i, token := range tokens {
			if spelled := text[token.Start:token.End]; spelled != v.Text(want[i]) {
				t.Errorf("%q: token %d is %q", text, want[i], spelled)
			}
		}
	}
}

// plainConfigs are vocabularies that cover some texts, by model.
func plainConfigs() map[string]Config {
	llama := Config{Model: "llama", Tokens: []string{"<unk>", "<s>", "</s>", "▁a", "▁", "b", "<m>"}, Types: []TokenType{Unknown, Control, Control, 1, 1, 1, UserDefined}}
	for b := range 256 {
		llama.Tokens = append(llama.Tokens, byteTokenText(byte(b)))
		llama.Types = append(llama.Types, Byte)
	}
	bert := Config{
		Model: "bert", Tokens: []string{"[UNK]", "[CLS]", "[SEP]", "▁e", "b", "▁!"}, Types: []TokenType{Control, Control, Control, 1, 1, 1},
		IDs: map[Role]uint32{BOS: 1, SEP: 2, UNK: 0},
	}
	t5 := Config{
		Model: "t5", Tokens: []string{"<pad>", "</s>", "<unk>", "▁", "fi", "x"}, Types: []TokenType{Control, Control, Unknown, 1, 1, 1},
		Scores: []float32{0, 0, 0, -1, -1, -1}, Charsmap: buildCharsmap(smallMap), Flags: map[Flag]bool{AddSpacePrefix: true},
	}
	gpt2 := Config{Model: "gpt2", Pre: "gpt-2", Merges: []string{"Ã ©"}, Tokens: []string{"<s>", "Ã©"}, Types: []TokenType{UserDefined, 1}, IDs: noRoles}
	for b := range 256 {
		gpt2.Tokens = append(gpt2.Tokens, bytelevel.Spell(byte(b)))
		gpt2.Types = append(gpt2.Types, 1)
	}
	rwkv := Config{Model: "rwkv", Tokens: []string{`\x00`, "a", "b", "ab", " ", `\n`}}
	plamo := Config{Model: "plamo2", Tokens: []string{"<unk>", "a", "b", "ab", " "}, Types: []TokenType{Unknown, 1, 1, 1, 1}}
	for b := range 256 {
		plamo.Tokens = append(plamo.Tokens, byteTokenText(byte(b)))
		plamo.Types = append(plamo.Types, Byte)
	}
	return map[string]Config{"llama": llama, "bert": bert, "t5": t5, "gpt2": gpt2, "rwkv": rwkv, "plamo2": plamo}
}

// Once warm, nothing is allocated but room for the ids.
func TestNoAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	texts := map[string]string{"llama": "a b a<m>b", "bert": "eb! ebb", "t5": "x fi x", "gpt2": "é it's<s> 12 345", "rwkv": "ab a\nb", "plamo2": "ab a b"}
	for model, c := range plainConfigs() {
		v, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		var ids []uint32
		if ids, err = v.AppendIDs(nil, texts[model], Options{}); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { ids, _ = v.AppendIDs(ids[:0], texts[model], Options{}) }); n > 0 {
			t.Errorf("%s: %v allocations", model, n)
		}
	}
}

// Offsets, by the rules of the package.
func TestOffsets(t *testing.T) {
	configs := plainConfigs()
	llama, bert, t5, gpt2 := configs["llama"], configs["bert"], configs["t5"], configs["gpt2"]
	for _, test := range []struct {
		config Config
		text   string
		o      Options
		want   []Token
	}{
		{llama, "a<m> a▁b\xff", Options{AddSpecial: true}, []Token{
			{1, 0, 0, -1, true}, {3, 0, 1, 0, false}, {6, 1, 4, 1, true}, {4, 4, 4, 2, false}, {3, 4, 6, 2, false}, {4, 6, 9, 2, false}, {5, 9, 10, 2, false},
			{7 + 0xff, 10, 11, 2, false},
		}},
		{llama, "é", Options{}, []Token{{4, 0, 0, 0, false}, {7 + 0xc3, 0, 1, 0, false}, {7 + 0xa9, 1, 2, 0, false}}},
		{bert, "Éb!  z!", Options{AddSpecial: true}, []Token{
			{1, 0, 0, -1, true}, {3, 0, 2, 0, false}, {4, 2, 3, 0, false}, {5, 3, 4, 1, false}, {0, 6, 7, 2, false}, {5, 7, 8, 3, false}, {2, 8, 8, -1, true},
		}},
		{t5, "ﬁ x漢字", Options{}, []Token{{3, 0, 0, 0, false}, {4, 0, 3, 0, false}, {3, 3, 4, 0, false}, {5, 4, 5, 0, false}, {2, 5, 11, 0, false}}},
		{gpt2, "é<s>漢\xff", Options{}, []Token{
			{1, 0, 2, 0, false}, {0, 2, 5, 1, true}, {2 + 0xe6, 5, 6, 2, false}, {2 + 0xbc, 6, 7, 2, false}, {2 + 0xa2, 7, 8, 2, false},
			{2 + 0xef, 8, 9, 3, false}, {2 + 0xbf, 8, 9, 3, false}, {2 + 0xbd, 8, 9, 3, false},
		}},
	} {
		v, err := New(test.config)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.AppendTokens(nil, test.text, test.o)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s %q:\n got %v %v\nwant %v", test.config.Model, test.text, got, err, test.want)
		}
	}
}

func TestCleanSpaces(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": " ", "a , b . c ! ?": "a, b. c!?", "it 's I 'm we 're you 've": "it's I'm we're you've", "a 't b 'd c 'll": "a 't b 'd c 'll",
		"a ' b": "a'b", " ' ' ' ": "'''", "x ' s": "x's", " .": ".", "a  .": "a .", "'s": "'s", " '": " '", " 'r": " 'r",
	} {
		if got := string(cleanSpaces([]byte("|"+text), 1)); got != "|"+want {
			t.Errorf("%q: %q, want %q", text, got[1:], want)
		}
	}
}

func TestUnescaped(t *testing.T) {
	for text, want := range map[string]string{
		`a\n\t\r\\\'\x41b`: "a\n\t\r\\'Ab", `\`: "", `\x`: "", `\x4`: "", `\xe6\xbc`: "\xe6\xbc", `\xzz`: string([]byte{0x53}), `é\q`: "éq",
	} {
		if got := string(appendUnescaped(nil, text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
