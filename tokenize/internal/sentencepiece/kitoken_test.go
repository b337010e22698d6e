package sentencepiece_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const kitoken = "../../../../shared/tokenizers/kitoken/"

// TestKitoken: the ids that the project kitoken expects of three texts. The
// text of reserved pieces, such as <s>, is plain text in them.
func TestKitoken(t *testing.T) {
	models, err := filepath.Glob(kitoken + "models/sentencepiece/*.model")
	if err != nil {
		t.Fatal(err)
	}
	if len(models) == 0 {
		t.Skip("no vocabularies: ../shared/tokenizers/kitoken is not there")
	}
	for _, path := range models {
		name := strings.TrimSuffix(filepath.Base(path), ".model")
		t.Run(name, func(t *testing.T) {
			m, _ := load(t, path)
			for _, input := range []string{"small", "mixed", "utf8"} {
				text := read(t, input+"_input.txt")
				output := text
				if path := "sentencepiece/" + input + "_output_" + name + ".txt"; exists(path) {
					output = read(t, path)
				}
				texts, wants, outputs := []string{text}, []string{read(t, "sentencepiece/"+input+"_tokens_"+name+".txt")}, []string{output}
				if input != "utf8" {
					texts, wants, outputs = lines(text), lines(wants[0]), lines(output)
				}
				if len(texts) != len(wants) || len(texts) != len(outputs) {
					t.Fatalf("%s: %d texts, %d lists of ids, %d outputs", input, len(texts), len(wants), len(outputs))
				}
				for i, text := range texts {
					want := numbers(t, wants[i])
					if got, err := m.AppendIDs(nil, text); err != nil || !slices.Equal(got, want) {
						t.Errorf("%s %d: %.200q\ngot  %v, %v\nwant %v", input, i, text, got, err, want)
					}
					if got, err := m.Decode(want); err != nil || got != outputs[i] {
						t.Errorf("%s %d: decoded\ngot  %.300q, %v\nwant %.300q", input, i, got, err, outputs[i])
					}
				}
			}
		})
	}
}

func exists(name string) bool {
	_, err := os.Stat(kitoken + "data/" + name)
	return err == nil
}

func read(t *testing.T, name string) string {
	data, err := os.ReadFile(kitoken + "data/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// lines returns the cases of a file, a line each, with its escapes undone.
func lines(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" {
			out = append(out, strings.NewReplacer(`\n`, "\n", `\s`, " ", `\x`, "").Replace(line))
		}
	}
	return out
}

func numbers(t *testing.T, s string) (ids []uint32) {
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		id, err := strconv.ParseUint(field, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, uint32(id))
	}
	return ids
}
