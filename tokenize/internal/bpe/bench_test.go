package bpe

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/scan"
)

// A benchVocabulary is one to measure, with the scanner that goes with it.
type benchVocabulary struct {
	name  string
	scan  scan.Func
	load  func(testing.TB) *Config
	build func(*Config) (*Model, error)
}

var benchVocabularies = []benchVocabulary{
	{"llama3", scan.Llama3, func(tb testing.TB) *Config { return readJSON(tb, llama3(), true) }, New},
	{"cl100k", scan.CL100K, func(tb testing.TB) *Config { return readRanks(tb, kitokenFile("tiktoken/cl100k_base.tiktoken")) }, NewRanked},
	{"mistral", scan.Whole, func(tb testing.TB) *Config { return readJSON(tb, kitokenFile("tokenizers/mistral03.json"), false) }, New},
	{"llama2", scan.Whole, func(tb testing.TB) *Config {
		return readSentencePiece(tb, kitokenFile("sentencepiece/llama2.model"))
	}, NewRanked},
}

func (v *benchVocabulary) model(tb testing.TB) (*Config, *Model) {
	tb.Helper()
	c := v.load(tb)
	m, err := v.build(c)
	if err != nil {
		tb.Fatal(err)
	}
	return c, m
}

// text returns a text as it comes to the model: where there is no scanner, with
// ▁ in place of spaces.
func (v *benchVocabulary) text(text string) string {
	if v.name == "mistral" || v.name == "llama2" {
		return strings.ReplaceAll(" "+text, " ", "▁")
	}
	return text
}

type benchText struct{ kind, text string }

// benchTexts returns half a megabyte to a megabyte of several kinds of text.
var benchTexts = sync.OnceValue(func() []benchText {
	out := []benchText{{"english", english()}, {"code", code()}, {"chinese", chinese()}}
	var mixed strings.Builder
	for i := 0; mixed.Len() < 1<<20; i += 300 {
		for _, t := range out {
			if t.text != "" {
				from := i % (len(t.text) - 400)
				mixed.WriteString(strings.ToValidUTF8(t.text[from:from+300], ""))
			}
		}
		mixed.WriteString(" 3.14 👍🏽 größer Ελληνικά Москва\n")
	}
	return append(out, benchText{"mixed", mixed.String()})
})

// english returns Newton's Opticks, which comes with Go, and more.
func english() (text string) {
	for _, path := range []string{
		filepath.Join(goEnv("GOROOT"), "src/testdata/Isaac.Newton-Opticks.txt"),
		filepath.Join(shared, "models/heldout.txt"),
		filepath.Join(shared, "models/calibration.txt"),
	} {
		data, _ := os.ReadFile(path)
		text += string(data)
	}
	return text
}

// code returns a megabyte of Go.
func code() string {
	var out strings.Builder
	files, _ := filepath.Glob(filepath.Join(goEnv("GOROOT"), "src/net/http/*.go"))
	for _, file := range files {
		data, _ := os.ReadFile(file)
		if out.Write(data); out.Len() > 1<<20 {
			break
		}
	}
	return out.String()
}

// chinese returns a megabyte of sentences of words, some frequent and most rare,
// and the characters that are left over.
func chinese() string {
	rng := rand.New(rand.NewPCG(1, 2))
	common := []rune("的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运")
	words := make([]string, 3000)
	for i := range words {
		for range 1 + rng.IntN(3) {
			words[i] += string(common[rng.IntN(len(common))])
		}
	}
	var out strings.Builder
	for out.Len() < 1<<20 {
		for range 3 + rng.IntN(9) {
			if rng.IntN(12) == 0 {
				out.WriteRune(rune(0x4e00 + rng.IntN(0x5200)))
			}
			out.WriteString(words[int(float64(len(words))*math.Pow(rng.Float64(), 3))])
		}
		end := []string{"，", "，", "。", "、", "；", "。\n", "！", "（", "）", " "}
		out.WriteString(end[rng.IntN(len(end))])
	}
	return out.String()
}

// The first text that a model encodes, and the same again.
func BenchmarkAppendText(b *testing.B) {
	for _, v := range benchVocabularies {
		b.Run(v.name, func(b *testing.B) {
			c, warm := v.model(b)
			for _, t := range benchTexts() {
				text := v.text(t.text)
				if text == "" {
					continue
				}
				b.Run(t.kind+"/cold", func(b *testing.B) {
					b.SetBytes(int64(len(text)))
					for b.Loop() {
						b.StopTimer()
						m, _ := v.build(c)
						ids := make([]uint32, 0, len(text))
						b.StartTimer()
						if _, err := m.AppendText(ids, text, v.scan); err != nil {
							b.Fatal(err)
						}
					}
				})
				b.Run(t.kind+"/warm", func(b *testing.B) {
					ids := make([]uint32, 0, len(text))
					benchEncode(b, text, func() (int, error) {
						out, err := warm.AppendText(ids, text, v.scan)
						return len(out), err
					})
				})
				b.Run(t.kind+"/count", func(b *testing.B) {
					benchEncode(b, text, func() (int, error) { return warm.CountText(text, v.scan) })
				})
			}
		})
	}
}

func benchEncode(b *testing.B, text string, encode func() (int, error)) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	tokens := 0
	for b.Loop() {
		var err error
		if tokens, err = encode(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(tokens), "tokens")
	b.ReportMetric(float64(utf8.RuneCountInString(text)), "chars")
}

func BenchmarkLoad(b *testing.B) {
	for _, v := range benchVocabularies {
		b.Run(v.name, func(b *testing.B) {
			c := v.load(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.build(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Texts that take some encoders quadratic time, not split, at two sizes.
func BenchmarkWorst(b *testing.B) {
	for _, v := range benchVocabularies {
		b.Run(v.name, func(b *testing.B) {
			_, m := v.model(b)
			for _, unit := range []string{"a", v.text(" "), "^", "abcdefabcdehgfabcdea", ".:"} {
				for _, size := range []int{1, 10} {
					if size > 1 && testing.Short() {
						continue
					}
					text := strings.Repeat(unit, size*1e6/len(unit))
					b.Run(unit+"/"+strconv.Itoa(size)+"MB", func(b *testing.B) {
						ids := make([]uint32, 0, len(text))
						benchEncode(b, text, func() (int, error) {
							out, err := m.AppendText(ids, text, scan.Whole)
							return len(out), err
						})
					})
				}
			}
		})
	}
}
