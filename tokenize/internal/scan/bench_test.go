package scan

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// benchTexts returns about a megabyte of text of several kinds each. Where the
// English book is not there, its words are drawn like those of other languages.
func benchTexts() []struct{ kind, text string } {
	const size = 1 << 20
	rng := rand.New(rand.NewPCG(1, 2))
	english := drawWords(rng, size, strings.Fields("the of and a to in he was that it his had with as for at is not her which said Holmes Watson "+
		"remarkable circumstances street window morning gentleman however between without"), " ", []string{". ", ", ", ",\n", "! ", "? ", ".\n\n", "; "})
	if book, err := os.ReadFile("../../../../shared/models/heldout.txt"); err == nil {
		english = strings.Repeat(string(book), size/len(book)+1)
	}
	var code strings.Builder
	files, _ := filepath.Glob("../*/*.go")
	for code.Len() < size && len(files) > 0 {
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err == nil && !strings.HasSuffix(file, "_gen.go") {
				code.Write(source)
			}
		}
	}
	chinese := drawWords(rng, size, strings.Fields("的 一 是 不 了 在 人 有 我 他 这 个 们 中 来 上 大 为 和 国 地 到 以 说 时 要 就 出 会 可 也 你 对 生 能 而 子 那 得 于 着 下 自 之 年 "+
		"天气 公园 我们 今天 模型 文本 语言 数据"), "", []string{"，", "。", "、", "；", "。\n", "！", "（", "）"})
	japanese := drawWords(rng, size, strings.Fields("これ は テキスト です 日本語 の 文章 を 分割 する 方法 に ついて モデル 今日 天気 とても いい ので 公園 行き ました"), "",
		[]string{"、", "。", "・", "。\n", "「", "」"})
	russian := drawWords(rng, size, strings.Fields("и в не на я быть он с что а по это она этот к но они мы весь который время рука большой Москва новый система"), " ",
		[]string{", ", ". ", " — ", ".\n", ": "})
	german := drawWords(rng, size, strings.Fields("der die und in den von zu das mit sich für größe Straße Flüsse über können Österreich müssen während schön gehört natürlich"), " ",
		[]string{", ", ". ", ".\n", "! "})
	var mixed strings.Builder
	for i := 0; mixed.Len() < size; i += 300 {
		for _, s := range []string{english, german, chinese, russian, japanese, code.String()} {
			start := i % (len(s) - 400)
			mixed.WriteString(strings.ToValidUTF8(s[start:start+300], ""))
			mixed.WriteString(" 3.14 👍🏽 ")
		}
	}
	return []struct{ kind, text string }{
		{"english", english}, {"code", code.String()}, {"chinese", chinese}, {"japanese", japanese}, {"russian", russian}, {"german", german}, {"mixed", mixed.String()},
	}
}

// drawWords draws a text from words and what is between sentences.
func drawWords(rng *rand.Rand, size int, words []string, space string, ends []string) string {
	var b strings.Builder
	for b.Len() < size {
		for n := rng.IntN(12); n >= 0; n-- {
			b.WriteString(words[rng.IntN(len(words))])
			if n > 0 {
				b.WriteString(space)
			}
		}
		b.WriteString(ends[rng.IntN(len(ends))])
	}
	return b.String()
}

func BenchmarkScan(b *testing.B) {
	texts := benchTexts()
	for _, f := range scanners {
		for _, t := range texts {
			b.Run(f.name+"/"+t.kind, func(b *testing.B) { benchmark(b, f.scan, t.text) })
		}
	}
}

func benchmark(b *testing.B, scan Func, s string) {
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	pieces := 0
	for b.Loop() {
		pieces = 0
		for pos := 0; pos < len(s); pieces++ {
			pos = scan(s, pos)
		}
	}
	b.ReportMetric(float64(len(s))/float64(pieces), "bytes/piece")
}

// BenchmarkLongRuns has the rates for ten megabytes beside those for one: they
// should not be much apart.
func BenchmarkLongRuns(b *testing.B) {
	if testing.Short() {
		b.Skip("takes minutes")
	}
	for _, f := range scanners {
		for _, size := range []struct {
			name string
			n    int
		}{{"1MB", 1 << 20}, {"10MB", 10 << 20}} {
			for name, s := range longRuns(size.n) {
				b.Run(f.name+"/"+name+"/"+size.name, func(b *testing.B) { benchmark(b, f.scan, s) })
			}
		}
	}
}

func BenchmarkCertain(b *testing.B) {
	s := strings.Repeat("It was the best of times, it was the worst of times. ", 1000)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Certain(s)
	}
}
