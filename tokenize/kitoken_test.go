//go:build !nibbletext

package tokenize_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize"
)

const kitoken = "../../shared/tokenizers/kitoken"

// TestKitoken: real vocabularies, with the ids that the project kitoken expects
// of three texts, and the text that they decode to.
func TestKitoken(t *testing.T) {
	models, err := filepath.Glob(filepath.Join(kitoken, "models/*/*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(models) == 0 {
		t.Skip("no vocabularies: ../shared/tokenizers/kitoken is not there")
	}
	for _, path := range models {
		format, file := filepath.Base(filepath.Dir(path)), filepath.Base(path)
		name := strings.TrimSuffix(file, filepath.Ext(file))
		t.Run(format+"/"+name, func(t *testing.T) {
			tok, err := tokenize.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, input := range []string{"small", "mixed", "utf8"} {
				checkKitoken(t, tok, format, name, input)
			}
		})
	}
}

func checkKitoken(t *testing.T, tok *tokenize.Tokenizer, format, name, input string) {
	t.Helper()
	read := func(file string) (string, bool) {
		data, err := os.ReadFile(filepath.Join(kitoken, "data", file))
		return string(data), err == nil
	}
	text, _ := read(input + "_input.txt")
	ids, ok := read(fmt.Sprintf("%s/%s_tokens_%s.txt", format, input, name))
	if !ok {
		t.Fatalf("no expected ids of %s", input)
	}
	output, hasOutput := read(fmt.Sprintf("%s/%s_output_%s.txt", format, input, name))
	texts, wants, outputs := []string{text}, []string{ids}, []string{output}
	if input != "utf8" {
		texts, wants, outputs = kitokenLines(text), lines(ids), kitokenLines(output)
	}
	if len(texts) != len(wants) || hasOutput && len(texts) != len(outputs) {
		t.Fatalf("%s: %d texts, %d lists of ids, %d outputs", input, len(texts), len(wants), len(outputs))
	}
	var o tokenize.Options
	if format == "tiktoken" {
		o.Special = tokenize.ParseSpecial
	}
	for i, text := range texts {
		want := parseIDs(t, wants[i])
		got, err := tok.AppendIDs(nil, text, o)
		if err != nil || !equal(got, want) {
			t.Errorf("%s %d: %.200q\ngot  %.400s, %v\nwant %.400s", input, i, text, fmt.Sprint(got), err, fmt.Sprint(want))
			continue
		}
		e, err := tok.Encode(text, o)
		if err != nil || !equal(e.IDs, want) {
			t.Errorf("%s %d: %.200q: Encode has other ids than AppendIDs, %v", input, i, text, err)
		}
		decoded := text
		if hasOutput {
			decoded = outputs[i]
		}
		if got := tok.Decode(want, tokenize.DecodeOptions{ReplaceInvalid: true}); got != decoded {
			t.Errorf("%s %d: decoded\ngot  %.300q\nwant %.300q", input, i, got, decoded)
		}
	}
}

func lines(s string) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// kitokenLines returns the cases of a file, a line each.
func kitokenLines(s string) []string {
	out := lines(s)
	for i, line := range out {
		out[i] = strings.NewReplacer(`\n`, "\n", `\s`, " ", `\x`, "").Replace(line)
	}
	return out
}

func parseIDs(t *testing.T, s string) []uint32 {
	t.Helper()
	var ids []uint32
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' }) {
		id, err := strconv.ParseUint(field, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, uint32(id))
	}
	return ids
}
