package llamacpp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
)

// english returns about a megabyte of English.
func english() string {
	var b strings.Builder
	for _, name := range []string{"heldout.txt", "calibration.txt"} {
		data, _ := os.ReadFile(filepath.Join("../../../../shared/models", name))
		b.Write(data)
	}
	if b.Len() == 0 {
		b.WriteString(textgen.New(1, textgen.Words).Long(1 << 18))
	}
	return strings.Repeat(b.String(), 1+(1<<20)/b.Len())
}

func benchVocabulary(b *testing.B, name, pre string) *Vocabulary {
	b.Helper()
	m := open(b, vocabularies+"ggml-vocab-"+name+".gguf")
	if pre != "" {
		m.Set("tokenizer.ggml.pre", gguf.String(pre))
	}
	v, err := New(configOf(b, m))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

func BenchmarkAppendIDs(b *testing.B) {
	text := english()
	for _, bench := range []struct{ name, pre string }{
		{"gpt-2", ""}, {"gpt-2", "llama-bpe"}, {"gpt-2", "qwen2"}, {"gpt-2", "gpt-4o"}, {"gpt-2", "starcoder"}, {"deepseek-llm", "deepseek-v3"},
		{"deepseek-llm", ""}, {"falcon", ""}, {"llama-spm", ""}, {"bert-bge", ""},
	} {
		b.Run(strings.TrimSuffix(bench.name+"/"+bench.pre, "/"), func(b *testing.B) {
			v := benchVocabulary(b, bench.name, bench.pre)
			var ids []uint32
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if ids, err = v.AppendIDs(ids[:0], text, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSplit measures the scanners alone.
func BenchmarkSplit(b *testing.B) {
	text := english()
	for _, name := range []string{"gpt-2", "llama-bpe", "qwen2", "gpt-4o", "starcoder", "deepseek-v3", "deepseek-llm", "kimi-k2", "default"} {
		b.Run(name, func(b *testing.B) {
			sp := newSplitter(preNames[name].stages(newClassTable()))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				sp.reset(text)
				for pos := 0; pos < len(text); {
					pos = sp.scan(text, pos)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for _, name := range []string{"deepseek-llm", "llama-spm", "bert-bge"} {
		b.Run(name, func(b *testing.B) {
			c := configOf(b, open(b, vocabularies+"ggml-vocab-"+name+".gguf"))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendText(b *testing.B) {
	text := english()
	for _, name := range []string{"gpt-2", "deepseek-llm"} {
		b.Run(name, func(b *testing.B) {
			v := benchVocabulary(b, name, "")
			ids, err := v.AppendIDs(nil, text, Options{})
			if err != nil {
				b.Fatal(err)
			}
			var out []byte
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				out = v.AppendText(out[:0], ids, DetokenizeOptions{})
			}
		})
	}
}

// BenchmarkRepeated measures what takes quadratic time in other programs.
func BenchmarkRepeated(b *testing.B) {
	for _, bench := range []struct{ name, pre string }{{"gpt-2", "llama-bpe"}, {"gpt-2", "jais-2"}, {"gpt-2", "superbpe"}, {"gpt-2", "deepseek-llm"}, {"gpt-2", "gpt-4o"}, {"llama-spm", ""}, {"bert-bge", ""}} {
		v := benchVocabulary(b, bench.name, bench.pre)
		for _, c := range []string{"a", " ", "^", "1", "\n", "É"} {
			for _, size := range []int{1 << 20, 10 << 20} {
				b.Run(fmt.Sprintf("%s/%s/%q/%d", bench.name, bench.pre, c, size>>20), func(b *testing.B) {
					text := strings.Repeat(c, size/len(c))
					var ids []uint32
					b.SetBytes(int64(len(text)))
					for b.Loop() {
						var err error
						if ids, err = v.AppendIDs(ids[:0], text, Options{}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
