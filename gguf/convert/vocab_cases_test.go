package convert

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
)

// TestVocabularyCases compares the tokenizer's keys of small made directories
// with those that the reference's parts gave (testdata/vocab/README.md).
func TestVocabularyCases(t *testing.T) {
	wants, err := filepath.Glob("testdata/vocab/*/want.txt")
	if err != nil || len(wants) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, want := range wants {
		dir := filepath.Dir(want)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			got, err := vocabularyOf(t, dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			compareLines(t, listKeys(t, got), readLines(t, want))
		})
	}
}

func readLines(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		lines = append(lines, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func compareLines(t *testing.T, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		var g, w string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			t.Errorf("key %d:\n got %s\nwant %s", i, g, w)
		}
	}
}

// listKeys writes metadata in the form of want.txt.
func listKeys(t *testing.T, meta *gguf.Metadata) []string {
	t.Helper()
	var lines []string
	for key, v := range meta.All() {
		kind, value := "", any(nil)
		var err error
		switch v.Type() {
		case gguf.TypeString:
			kind = "str"
			value, _ = v.Text()
		case gguf.TypeBool:
			kind = "bool"
			value, _ = v.Bool()
		case gguf.TypeUint32:
			kind = "u32"
			value, _ = v.Uint()
		case gguf.TypeArray:
			kind = "arr"
			switch v.ElemType() {
			case gguf.TypeString:
				value, err = v.Strings()
			case gguf.TypeFloat32:
				value, err = v.Floats()
			case gguf.TypeInt32:
				value, err = v.Ints()
			}
		}
		if err != nil || value == nil {
			t.Fatalf("%s: %v %v", key, v, err)
		}
		lines = append(lines, key+"\t"+kind+"\t"+toJSON(t, value))
	}
	return lines
}

// toJSON writes a value as Python's json module does.
func toJSON(t *testing.T, v any) string {
	t.Helper()
	if list, ok := v.([]float64); ok {
		texts := make([]string, len(list))
		for i, f := range list {
			texts[i] = fmt.Sprintf("%.1f", f)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if list, ok := v.([]string); ok {
		texts := make([]string, len(list))
		for i, s := range list {
			texts[i] = toJSON(t, s)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	if list, ok := v.([]int64); ok {
		return strings.Join(strings.Fields(fmt.Sprint(list)), ", ")
	}
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
