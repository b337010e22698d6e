package scan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// scanners are the scanners by the names of their families; two that share one
// are told apart.
var scanners = []struct {
	name string
	scan Func
}{
	{"gpt2", GPT2},
	{"llama3", Llama3},
	{"cl100k-tiktoken", CL100K},
	{"cl100k", cl100kOnig},
	{"qwen2", Qwen2},
	{"qwen3.5", Qwen35},
	{"seed-coder", SeedCoder},
	{"minicpm5", MiniCPM5},
	{"o200k", O200K},
	{"tekken", Tekken},
	{"kimi-k2", KimiK2},
	{"deepseek-v3", DeepSeekV3},
	{"deepseek-llm", DeepSeekLLM},
	{"deepseek-coder", DeepSeekCoder},
	{"starcoder", StarCoder},
	{"falcon", Falcon},
	{"bloom", Bloom},
	{"viking", Viking},
	{"spaces", Spaces},
	{"lines", Lines},
}

const judged = "testdata/hf-tokenizers-0.22.2-pieces.json"

// A verdict is a file that internal/tools/scangolden has made.
type verdict struct {
	Texts    []string `json:"texts"`
	Families map[string]struct {
		PreTokenizer preTokenizer `json:"pre_tokenizer"`
		Pieces       [][]int      `json:"pieces"` // of each text, their lengths
	} `json:"families"`
}

func readVerdict(t testing.TB, file string) (v verdict) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(file, err)
	}
	return v
}

// TestAgainstJudge holds the scanners against what Hugging Face's pre-tokenizers
// made of texts. NIBBLE_SCAN_PIECES may list more files of such.
func TestAgainstJudge(t *testing.T) {
	for _, file := range append(filepath.SplitList(os.Getenv("NIBBLE_SCAN_PIECES")), judged) {
		v := readVerdict(t, file)
		for _, f := range scanners {
			wanted := v.Families[f.name].Pieces
			if len(wanted) != len(v.Texts) {
				t.Fatalf("%s: %s has pieces of %d texts of %d", file, f.name, len(wanted), len(v.Texts))
			}
			failures := 0
			for i, lengths := range wanted {
				if got, want := pieces(f.scan, v.Texts[i]), cut(v.Texts[i], lengths); !slices.Equal(got, want) {
					t.Errorf("%s: pieces of %+q\n got %+q\nwant %+q", f.name, v.Texts[i], got, want)
					if failures++; failures == 5 {
						break
					}
				}
			}
		}
	}
}

// pieces returns the pieces of s.
func pieces(scan Func, s string) []string {
	var out []string
	for pos := 0; pos < len(s); {
		end := scan(s, pos)
		if end <= pos || end > len(s) {
			return append(out, "no piece starts here")
		}
		out = append(out, s[pos:end])
		pos = end
	}
	return out
}

// cut returns stretches of s of the given lengths.
func cut(s string, lengths []int) []string {
	var out []string
	for _, n := range lengths {
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}
