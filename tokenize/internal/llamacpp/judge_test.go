package llamacpp

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// The judges are llama.cpp itself: see internal/tools/llamacpp.
func judge(t *testing.T, name string) string {
	dir := os.Getenv("NIBBLE_LLAMACPP_JUDGE")
	if dir == "" {
		t.Skip("NIBBLE_LLAMACPP_JUDGE names no directory with the judges")
	}
	return filepath.Join(dir, name)
}

func writeStrings(t *testing.T, path string, list []string) {
	var b []byte
	for _, s := range list {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

// run runs a judge without a limit on its stack, which std::regex needs.
func run(t *testing.T, program string, args ...string) {
	cmd := exec.Command("sh", append([]string{"-c", "ulimit -s unlimited; exec \"$0\" \"$@\"", program}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err, stderr.String()[:min(stderr.Len(), 2000)])
	}
}

// reader reads what judges write.
type reader struct {
	t *testing.T
	r *bufio.Reader
}

func openReader(t *testing.T, path string) *reader {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &reader{t, bufio.NewReaderSize(f, 1<<20)}
}

func (r *reader) int() int32 {
	var v int32
	if err := binary.Read(r.r, binary.LittleEndian, &v); err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *reader) string() string {
	b := make([]byte, uint32(r.int()))
	if _, err := io.ReadFull(r.r, b); err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// texts are texts of all kinds, and short ones over the characters that make a
// difference to patterns.
func texts(seed uint64, n int, specials ...string) []string {
	var list []string
	g := textgen.New(seed, 0, specials...)
	for range n {
		if s := g.Text(); s != "" {
			list = append(list, s)
		}
	}
	list = append(list, dense(seed, n/2, specials)...)
	return append(list, strings.Repeat(" ", 1500), strings.Repeat(" ", 1026)+"x", strings.Repeat("\t", 600)+" x", strings.Repeat("1234567", 300), strings.Repeat("1", 1001)+"a")
}

func dense(seed uint64, n int, specials []string) []string {
	alphabet := []string{
		" ", " ", "  ", "\n", "\r", "\t", "\v", "a", "b", "Z", "Q", "é", "É", "ß", "ǅ", "ʰ", "1", "2", "12345", "٣", "Ⅷ", "½", "!", "~", "'", "'s", "'LL", "’",
		"\u0301", "\u093f", "\u20e3", "\u0085", "\u3000", "\u2028", "\u200b", "\x00", "\x1f", "\u00ad", "中", "\U00020000", "か", "한", "、", "。", "…", "(", "$", "`", "_", "/", "-",
		"▁", "\U0001f600", "\u2ff0", "\u0897", "\U000105c9", "\xff", "\xe4\xbd", "\xc0\x80", "\xed\xa0\x80", "ſ", "K", "İ", "</s>", "\u00b5",
	}
	alphabet = append(alphabet, specials...)
	state := seed*2654435761 + 1
	next := func(n int) int {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return int(state>>33) % n
	}
	var list []string
	for range n {
		part := alphabet
		if next(3) > 0 { // a few characters only
			part = nil
			for range 2 + next(5) {
				part = append(part, alphabet[next(len(alphabet))])
			}
		}
		var b strings.Builder
		for range 1 + next(24) {
			s := part[next(len(part))]
			if next(20) == 0 {
				s = strings.Repeat(s, 1+next(40))
			}
			b.WriteString(s)
		}
		list = append(list, b.String())
	}
	return list
}

func TestJudgeSplits(t *testing.T) {
	program := judge(t, "split")
	dir := t.TempDir()
	re, in, out := filepath.Join(dir, "re"), filepath.Join(dir, "in"), filepath.Join(dir, "out")
	list := texts(1, 20000, "<sentinel:12>", "IMGIMGABZ", "IMGIMGABCDEZ", "<|end|>")
	writeStrings(t, in, list)
	seen := map[string]bool{}
	for name, pre := range preNames {
		key := strings.Join(pre.patterns, "\x00")
		if seen[key] {
			continue
		}
		seen[key] = true
		t.Run(name, func(t *testing.T) {
			writeStrings(t, re, pre.patterns)
			run(t, program, re, in, out)
			r := openReader(t, out)
			sp := newSplitter(pre.stages(newClassTable()))
			bad := 0
			for _, s := range list {
				var want, got []string
				count := r.int()
				if count < 0 {
					continue
				}
				for range count {
					if piece := r.string(); piece != "" {
						want = append(want, piece)
					}
				}
				reading := read(s)
				text := reading.text
				sp.reset(text)
				for pos := 0; pos < len(text); {
					end := sp.scan(text, pos)
					if end <= pos || end > len(text) {
						t.Fatalf("%q: piece from %d to %d", text, pos, end)
					}
					got = append(got, text[pos:end])
					pos = end
				}
				if !slices.Equal(got, want) {
					if bad++; bad < 4 {
						t.Errorf("%q\n got %q\nwant %q", s, got, want)
					}
				}
			}
			if bad > 0 {
				t.Errorf("%d differ", bad)
			}
		})
	}
}

const vocabularies = "../../../../shared/tokenizers/llama.cpp/"

// configOf returns the Config of a GGUF file's metadata.
func configOf(t testing.TB, m *gguf.Metadata) Config {
	text := func(key string) string { v, _ := m.Get(key); s, _ := v.Text(); return s }
	c := Config{
		Model: text("tokenizer.ggml.model"), Pre: text("tokenizer.ggml.pre"), Name: text("general.name"), Architecture: text("general.architecture"),
		IDs: map[Role]uint32{}, Flags: map[Flag]bool{},
	}
	get := func(key string) gguf.Value {
		v, _ := m.Get(key)
		return v
	}
	c.Tokens, _ = get("tokenizer.ggml.tokens").Strings()
	if v, ok := m.Get("tokenizer.ggml.merges"); ok {
		c.Merges, _ = v.Strings()
		if c.Merges == nil {
			c.Merges = []string{}
		}
	}
	if v, ok := m.Get("tokenizer.ggml.scores"); ok {
		list, _ := v.Floats()
		for _, f := range list {
			c.Scores = append(c.Scores, float32(f))
		}
	}
	if v, ok := m.Get("tokenizer.ggml.token_type"); ok {
		list, _ := v.Ints()
		for _, n := range list {
			c.Types = append(c.Types, TokenType(n))
		}
	}
	if v, ok := m.Get("tokenizer.ggml.precompiled_charsmap"); ok {
		list, _ := v.Ints()
		for _, n := range list {
			c.Charsmap = append(c.Charsmap, byte(n))
		}
	}
	for role, key := range map[Role]string{
		BOS: "bos", EOS: "eos", EOT: "eot", EOM: "eom", UNK: "unknown", SEP: "seperator", PAD: "padding", MASK: "mask",
		FIMPre: "fim_pre", FIMSuf: "fim_suf", FIMMid: "fim_mid", FIMPad: "fim_pad", FIMRep: "fim_rep", FIMSep: "fim_sep",
	} {
		if v, ok := m.Get("tokenizer.ggml." + key + "_token_id"); ok {
			id, _ := v.Uint()
			c.IDs[role] = uint32(id)
		}
	}
	for flag, key := range map[Flag]string{
		AddBOS: "add_bos_token", AddEOS: "add_eos_token", AddSEP: "add_sep_token", AddSpacePrefix: "add_space_prefix",
		RemoveExtraWhitespaces: "remove_extra_whitespaces", Lowercase: "normalizer.lowercase", StripAccents: "normalizer.strip_accents",
	} {
		if v, ok := m.Get("tokenizer.ggml." + key); ok {
			c.Flags[flag], _ = v.Bool()
		}
	}
	return c
}

// A judgement is what the judge makes of a text.
type judgement struct {
	ids   [4][]uint32 // without and with added special tokens; and the same with special tokens parsed
	fails [4]bool
	texts [4]string // of the last ids: as they are and without special tokens, and the same with their text
}

var modes = [4]Options{{}, {AddSpecial: true}, {ParseSpecial: true}, {AddSpecial: true, ParseSpecial: true}}

var detokenizeModes = [4]DetokenizeOptions{
	{}, {RemoveSpecial: true}, {UnparseSpecial: true}, {RemoveSpecial: true, UnparseSpecial: true},
}

func (r *reader) judgement() (j judgement) {
	for mode := range modes {
		count := r.int()
		j.fails[mode] = count < 0
		for range count {
			j.ids[mode] = append(j.ids[mode], uint32(r.int()))
		}
	}
	for mode := range j.texts {
		j.texts[mode] = r.string()
	}
	return j
}

// check holds a vocabulary against what the judge made of a text.
func (j *judgement) check(v *Vocabulary, s string, report func(format string, args ...any)) {
	for mode, o := range modes {
		want := j.ids[mode]
		ids, err := v.AppendIDs([]uint32{7}, s, o)
		if j.fails[mode] { // for want of byte tokens; the unknown token is in their place, or there is none
			continue
		}
		if ids = ids[1:]; err != nil || !slices.Equal(ids, want) {
			report("%q %v:\n got %d %q %v\nwant %d %q", s, o, ids, textsOf(v, ids), err, want, textsOf(v, want))
			continue
		}
		tokens, err := v.AppendTokens(nil, s, o)
		if err != nil {
			report("%q %v: tokens: %v", s, o, err)
		}
		checkTokens(v, s, o, tokens, ids, report)
	}
	if j.fails[3] {
		return
	}
	for mode, want := range j.texts {
		got := v.AppendText([]byte("x"), j.ids[3], detokenizeModes[mode])
		if string(got) != "x"+want {
			report("%q %v: text %q, want %q", s, detokenizeModes[mode], got[1:], want)
		}
	}
}

// checkTokens holds the tokens of a text against its ids.
func checkTokens(v *Vocabulary, s string, o Options, tokens []Token, ids []uint32, report func(format string, args ...any)) {
	if len(tokens) != len(ids) {
		report("%q %v: %d tokens, %d ids", s, o, len(tokens), len(ids))
		return
	}
	last := Token{}
	for i, token := range tokens {
		switch {
		case token.ID != ids[i]:
			report("%q %v: token %d is %d, id %d", s, o, i, token.ID, ids[i])
		case token.Start < last.Start || token.End < token.Start || token.End > len(s) || token.End < last.End && token.Start < token.End:
			report("%q %v: token %d from %d to %d after one from %d to %d", s, o, i, token.Start, token.End, last.Start, last.End)
		case token.Word >= 0 && token.Word < last.Word:
			report("%q %v: token %d of word %d after %d", s, o, i, token.Word, last.Word)
		}
		last = token
	}
}

// judgeFile holds a vocabulary against the judge on many texts.
func judgeFile(t *testing.T, program string, m *gguf.Metadata, list []string) {
	t.Helper()
	v, r := askJudge(t, program, m, list)
	judgeHeader(t, r, v)
	bad := 0
	for _, s := range list {
		j := r.judgement()
		j.check(v, s, func(format string, args ...any) {
			if bad++; bad < 5 {
				t.Errorf(format, args...)
			}
		})
	}
	if bad > 0 {
		t.Errorf("%d differ", bad)
	}
}

// askJudge asks the judge for all that it knows of a vocabulary and of texts,
// from which it takes what the judge dies of.
func askJudge(t *testing.T, program string, m *gguf.Metadata, list []string) (*Vocabulary, *reader) {
	t.Helper()
	dir := t.TempDir()
	file, in, out := filepath.Join(dir, "v.gguf"), filepath.Join(dir, "in"), filepath.Join(dir, "out")
	layout, err := gguf.NewLayout(m, nil)
	if err != nil {
		t.Fatal(err)
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, header, 0o666); err != nil {
		t.Fatal(err)
	}
	v, err := New(configOf(t, m))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		list[i] = withinUnicode(s)
	}
	writeStrings(t, in, list)
	run(t, program, file, in, out)
	return v, openReader(t, out)
}

// withinUnicode replaces what starts characters above U+10FFFF, of which the
// judge dies.
func withinUnicode(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 0xf5 <= c && c <= 0xf7 || c == 0xf4 && i+1 < len(b) && b[i+1] >= 0x90 {
			b[i] = 0xff
		}
	}
	return string(b)
}

func textsOf(v *Vocabulary, ids []uint32) (list []string) {
	for _, id := range ids {
		if int(id) < len(v.texts) {
			list = append(list, v.texts[id])
		} else {
			list = append(list, "??")
		}
	}
	return list
}

// judgeHeader holds settings, attributes and pieces against the judge.
func judgeHeader(t *testing.T, r *reader, v *Vocabulary) {
	t.Helper()
	if n := int(r.int()); n != len(v.texts) {
		t.Fatalf("%d tokens, judge %d", len(v.texts), n)
	}
	for _, f := range []Flag{AddBOS, AddEOS, AddSEP} {
		if want := r.int() != 0; v.Flag(f) != want {
			t.Errorf("setting %d: %v, judge %v", f, v.Flag(f), want)
		}
	}
	for _, role := range []Role{BOS, EOS, SEP, PAD, MASK} {
		if want := uint32(r.int()); v.ids[role] != want {
			t.Errorf("%s: %d, judge %d", role, int32(v.ids[role]), int32(want))
		}
	}
	bad := 0
	for id := range v.texts {
		want := r.int()
		got := int32(v.attrs[id])
		if v.Ends(uint32(id)) {
			got |= 1 << 20
		}
		pieces := [2]string{r.string(), r.string()}
		if bad > 5 {
			continue
		}
		// That a control token is unused has no effect.
		if (got^want)&^int32(unusedToken) != 0 {
			bad++
			t.Errorf("token %d %q: attributes %x, judge %x", id, v.texts[id], got, want)
		}
		for i, want := range pieces {
			if got := v.Piece(uint32(id), i == 1); got != want {
				bad++
				t.Errorf("token %d %q: piece %q, judge %q", id, v.texts[id], got, want)
			}
		}
	}
}

func open(t testing.TB, path string) *gguf.Metadata {
	f, err := gguf.Open(path)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { f.Close() })
	return f.Metadata.Clone()
}

func specialsOf(v *Vocabulary) (list []string) {
	for id, a := range v.attrs {
		if a&(controlToken|userDefined|unknownToken) != 0 && len(list) < 60 {
			list = append(list, v.texts[id])
		}
	}
	return list
}

func TestJudgeVocabularies(t *testing.T) {
	program := judge(t, "tokenize")
	for _, name := range []string{"bert-bge", "deepseek-llm", "falcon", "gpt-2", "llama-spm"} {
		t.Run(name, func(t *testing.T) {
			m := open(t, vocabularies+"ggml-vocab-"+name+".gguf")
			v, err := New(configOf(t, m))
			if err != nil {
				t.Fatal(err)
			}
			judgeFile(t, program, m, texts(7, 20000, specialsOf(v)...))
		})
	}
}

func TestJudgePreTokenizers(t *testing.T) {
	program := judge(t, "tokenize")
	seen := map[*preType]bool{}
	for i, name := range slices.Sorted(maps.Keys(preNames)) {
		n := 20000
		if seen[preNames[name].preType] {
			n = 500
		}
		seen[preNames[name].preType] = true
		t.Run(name, func(t *testing.T) {
			m := open(t, vocabularies+"ggml-vocab-"+[]string{"gpt-2", "deepseek-llm", "falcon"}[i%3]+".gguf")
			m.Set("tokenizer.ggml.pre", gguf.String(name))
			v, err := New(configOf(t, m))
			if err != nil {
				t.Fatal(err)
			}
			list := texts(uint64(i), n, specialsOf(v)...)
			if name == "whitespace" { // of spaces side by side the judge dies, unless the model is of that name too
				for i, s := range list {
					list[i] = strings.ReplaceAll(s, " ", "\t")
				}
			}
			judgeFile(t, program, m, list)
		})
	}
}

// xlnetCharsmap returns the charsmap of XLNet's vocabulary.
func xlnetCharsmap(t *testing.T) []byte {
	data, err := os.ReadFile("../../../../shared/tokenizers/kitoken/models/sentencepiece/xlnet_base_cased.model")
	if err != nil {
		t.Skip(err)
	}
	model, err := vocab.ReadSentencePiece(data)
	if err != nil {
		t.Fatal(err)
	}
	return model.Normalizer.PrecompiledCharsmap
}
