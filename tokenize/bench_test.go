//go:build !nibbletext

package tokenize_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/tokenize"
)

// englishText is a megabyte of books, repeated where there is less.
func englishText(b *testing.B) string {
	b.Helper()
	var text []byte
	for _, path := range []string{
		filepath.Join(goRoot(), "src/compress/testdata/Isaac.Newton-Opticks.txt"),
		"../../shared/models/heldout.txt", "../../shared/models/calibration.txt",
	} {
		if data, err := os.ReadFile(path); err == nil {
			text = append(text, data...)
		}
	}
	if len(text) == 0 {
		b.Skip("no English text: neither the source tree of Go nor ../shared/models is there")
	}
	return string(bytes.Repeat(text, 1<<20/len(text)+1)[:1<<20])
}

// goRoot returns where Go's source tree is, "" if the go command is not there.
func goRoot() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// benchVocabularies are the sample's and real ones, by file name.
func benchVocabularies(b *testing.B) map[string][]byte {
	b.Helper()
	files := make(map[string][]byte)
	data, err := os.ReadFile("../internal/sample/" + sample.Name + "/tokenizer.json")
	if err != nil {
		b.Fatal(err)
	}
	files[sample.Name+".json"] = data
	for _, name := range []string{
		"tiktoken/cl100k_base.tiktoken", "tokenizers/modernbert.json", "tokenizers/mistral03.json",
		"tokenizers/bert_base_cased.json", "sentencepiece/llama2.model", "sentencepiece/xlnet_base_cased.model",
	} {
		if data, err := os.ReadFile(filepath.Join(kitoken, "models", name)); err == nil {
			files[filepath.Base(name)] = data
		}
	}
	return files
}

func readBench(b *testing.B, name string, data []byte) *tokenize.Tokenizer {
	b.Helper()
	tok, err := tokenize.Read(name, data, tokenize.LoadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return tok
}

// BenchmarkAppendIDs encodes on one core: cold, the first text of a fresh
// tokenizer, and warm. make bench-tokenize does so beside other tokenizers.
func BenchmarkAppendIDs(b *testing.B) {
	text := englishText(b)
	o := tokenize.Options{Workers: 1}
	for name, data := range benchVocabularies(b) {
		short := strings.TrimSuffix(name, filepath.Ext(name))
		b.Run(short+"/cold", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var ids []uint32
			for range b.N {
				b.StopTimer()
				tok := readBench(b, name, data)
				b.StartTimer()
				ids, _ = tok.AppendIDs(ids[:0], text, o)
			}
		})
		b.Run(short+"/warm", func(b *testing.B) {
			tok := readBench(b, name, data)
			ids, _ := tok.AppendIDs(nil, text, o)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				ids, _ = tok.AppendIDs(ids[:0], text, o)
			}
		})
	}
}

// BenchmarkEncode has offsets, words and token texts besides ids.
func BenchmarkEncode(b *testing.B) {
	text := englishText(b)
	for name, data := range benchVocabularies(b) {
		b.Run(strings.TrimSuffix(name, filepath.Ext(name)), func(b *testing.B) {
			tok := readBench(b, name, data)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := tok.Encode(text, tokenize.Options{Workers: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	text := englishText(b)
	for name, data := range benchVocabularies(b) {
		b.Run(strings.TrimSuffix(name, filepath.Ext(name)), func(b *testing.B) {
			tok := readBench(b, name, data)
			ids, err := tok.AppendIDs(nil, text, tokenize.Options{})
			if err != nil {
				b.Fatal(err)
			}
			var out []byte
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				out = tok.AppendText(out[:0], ids, tokenize.DecodeOptions{})
			}
		})
	}
}

// BenchmarkLoad reads vocabularies. NIBBLE_TOKENIZER names one more, such as
// Llama 3's tokenizer.json.
func BenchmarkLoad(b *testing.B) {
	files := benchVocabularies(b)
	if path := os.Getenv("NIBBLE_TOKENIZER"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		files[filepath.Base(path)] = data
	}
	for name, data := range files {
		b.Run(strings.TrimSuffix(name, filepath.Ext(name)), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				readBench(b, name, data)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			tok := readBench(b, name, data)
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/1e6, "MB-kept")
			runtime.KeepAlive(tok)
		})
	}
}
