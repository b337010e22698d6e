package onig

import (
	"strings"
	"testing"
)

const (
	gpt2   = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	cl100k = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	o200k  = `[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

var benchTexts = []struct{ name, text string }{
	{"english", strings.Repeat("It was the best of times, it was the worst of times; we'd 1,859 reasons to stay -- or to go.\n", 2000)},
	{"code", strings.Repeat("\tfor i := range len(xs) { sum += xs[i] * 0x1F } // total\n\n", 3000)},
	{"cjk", strings.Repeat("吾輩は猫である。名前はまだ無い。우리는 2024년에 만났다。人类社会\n", 2000)},
}

func BenchmarkFindAll(b *testing.B) {
	for _, p := range []struct{ name, pattern string }{{"gpt2", gpt2}, {"cl100k", cl100k}, {"o200k", o200k}} {
		re := mustCompile(b, p.pattern)
		for _, text := range benchTexts {
			b.Run(p.name+"/"+text.name, func(b *testing.B) {
				b.SetBytes(int64(len(text.text)))
				b.ReportAllocs()
				for b.Loop() {
					n := 0
					if err := re.FindAll(text.text, func(start, end int) bool { n++; return true }); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, p := range []struct{ name, pattern string }{{"gpt2", gpt2}, {"cl100k", cl100k}, {"o200k", o200k}} {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustCompile(b, p.pattern)
			}
		})
	}
}
