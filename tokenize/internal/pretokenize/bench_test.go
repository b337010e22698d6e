package pretokenize_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

const prose = "It was the best of times, it was the worst of times; it was the age of wisdom, " +
	"it was the age of foolishness. In 1775, \"there were a king with a large jaw and a queen with a plain face\".\n"

func Benchmark(b *testing.B) {
	for _, bench := range []struct{ name, settings string }{
		{"Bert", `{"type":"BertPreTokenizer"}`},
		{"Punctuation", `{"type":"Punctuation"}`},
		{"Digits", `{"type":"Digits","individual_digits":false}`},
		{"Whitespace", `{"type":"Whitespace"}`},
		{"WhitespaceSplit", `{"type":"WhitespaceSplit"}`},
		{"WhitespaceSplitMetaspace", `{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁"}]}`},
		{"Metaspace", `{"type":"Metaspace","replacement":"▁","prepend_scheme":"first"}`},
		{"MetaspaceWhole", `{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}`},
		{"SplitString", `{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}`},
		{"UnicodeScripts", `{"type":"UnicodeScripts"}`},
		{"FixedLength", `{"type":"FixedLength","length":5}`},
		{"ByteLevelPlain", `{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}`},
	} {
		for _, kind := range []struct {
			name, text string
			new        func(string, int) text.Text
		}{
			{"ASCII", strings.Repeat(prose, 500), text.Untracked},
			{"ASCIITracked", strings.Repeat(prose, 500), text.New},
			{"CJK", strings.Repeat("日本語の文章は、空白で区切られていません。カタカナも「漢字」もある。", 1000), text.Untracked},
		} {
			b.Run(bench.name+"/"+kind.name, func(b *testing.B) {
				p := newPreTokenizer(b, bench.settings)
				b.SetBytes(int64(len(kind.text)))
				b.ReportAllocs()
				pieces := 0
				for b.Loop() {
					pieces = 0
					err := p.Split(kind.new(kind.text, 0), func(text.Text) error {
						pieces++
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(pieces)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mpieces/s")
			})
		}
	}
}
