package convert

import (
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// TestNames compares with gguf-py (testdata/make_golden.py).
func TestNames(t *testing.T) {
	var golden []struct {
		ID, Title, Label string
		Parameters       int64
		Parts            []string
		Counts           []int64
	}
	readGolden(t, "names-gguf-0.19.0.json", &golden)
	for _, g := range golden {
		switch {
		case g.Parts != nil:
			have := splitName(g.ID, g.Parameters)
			want := nameParts{g.Parts[0], g.Parts[1], g.Parts[2], g.Parts[3], g.Parts[4], g.Parts[5]}
			if have != want {
				t.Errorf("%q with %d parameters: have %+v, want %+v", g.ID, g.Parameters, have, want)
			}
		case g.Counts != nil:
			c := paramCounts{total: g.Counts[0], shared: g.Counts[1], expert: g.Counts[2], experts: g.Counts[3]}
			if have := sizeLabel(c); have != g.Label {
				t.Errorf("%v: have %s, want %s", g.Counts, have, g.Label)
			}
		default:
			if have := title(g.ID); have != g.Title {
				t.Errorf("title of %q: have %q, want %q", g.ID, have, g.Title)
			}
		}
	}
}

// TestModelCards compares the keys that a model card leads to with those of
// gguf-py, for a directory named my-model-4M.
func TestModelCards(t *testing.T) {
	var golden []struct {
		Text string
		Keys [][2]any
	}
	readGolden(t, "modelcards-gguf-0.19.0.json", &golden)
	for _, g := range golden {
		card, err := parseModelCard(g.Text)
		if err != nil {
			t.Errorf("%q: %v", g.Text, err)
			continue
		}
		const parameters = 4_000_000
		id := new(identity)
		id.fromCard(card, parameters)
		id.fromName(splitName("my-model-4M", parameters))
		k := &keys{meta: new(gguf.Metadata), fileType: quantize.FileTypeF16}
		id.write(k)
		if k.err != nil {
			t.Errorf("%q: %v", g.Text, k.err)
		}
		i := 0
		for key, v := range k.meta.All() {
			if i >= len(g.Keys) {
				t.Errorf("%q: %s is too much", g.Text, key)
				continue
			}
			if want := goldenValue(g.Keys[i][1]); key != g.Keys[i][0] || v.String() != want.String() || v.Type() != want.Type() {
				t.Errorf("%q: have %s = %v, want %v", g.Text, key, v, g.Keys[i])
			}
			i++
		}
		if i < len(g.Keys) {
			t.Errorf("%q: missing %v", g.Text, g.Keys[i:])
		}
	}
}

func goldenValue(v any) gguf.Value {
	switch v := v.(type) {
	case float64:
		return gguf.Uint32(uint32(v))
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = v[i].(string)
		}
		return gguf.Strings(list)
	}
	return gguf.String(v.(string))
}

// TestModelCardScalars covers what the reference cannot write, and stops at.
func TestModelCardScalars(t *testing.T) {
	card, err := parseModelCard("---\nversion: 1.0\nlicense: mit\ntags: [a, 1, null]\nname: 2024-01-01\n---\n")
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := card.text("version"); text != "1.0" || !ok {
		t.Errorf("version %q", text)
	}
	if text, _ := card.text("name"); text != "2024-01-01" {
		t.Errorf("name %q", text)
	}
	if tags := card.texts("tags"); len(tags) != 2 || tags[1] != "1" {
		t.Errorf("tags %q", tags)
	}
	if _, err := parseModelCard("---\na: [\n---\n"); err == nil {
		t.Error("no error for broken YAML")
	}
}
