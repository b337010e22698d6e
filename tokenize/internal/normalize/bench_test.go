package normalize_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

var benchTexts = []struct{ name, text string }{
	{"English", "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.\n"},
	{"French", "Ça ne m'étonnerait pas qu'elle ait oublié sa clé à l'hôtel, répondit-il très fâché; où était-elle passée cet été?\n"},
	{"Russian", "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n"},
	{"Chinese", "道可道，非常道。名可名，非常名。无名天地之始；有名万物之母。故常无欲，以观其妙；常有欲，以观其徼。\n"},
	{"Korean", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n"},
	{"Hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।\n"},
}

const benchSize = 1 << 17

func benchText(s string) string { return strings.Repeat(s, benchSize/len(s)) }

func benchNormalizers(b *testing.B) []struct {
	name string
	n    normalize.Normalizer
} {
	bert := normalize.Bert{CleanText: true, HandleChineseChars: true, StripAccents: true, Lowercase: true}
	all := []struct {
		name string
		n    normalize.Normalizer
	}{
		{"NFC", normalize.NFC()},
		{"NFD", normalize.NFD()},
		{"NFKC", normalize.NFKC()},
		{"NFKD", normalize.NFKD()},
		{"Lowercase", normalize.Lowercase()},
		{"Bert", normalize.NewBert(bert)},
		{"Llama2", normalize.Sequence{normalize.Prepend("▁"), normalize.Replace(" ", "▁")}},
		{"Nmt", normalize.Nmt()},
		{"ByteLevel", normalize.ByteLevel()},
	}
	add := func(name string, n normalize.Normalizer, err error) {
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, struct {
			name string
			n    normalize.Normalizer
		}{name, n})
	}
	charsmap, ok := modelCharsmap(b)
	if !ok {
		b.Log("no reference data: without charsmaps")
		return all
	}
	precompiled, err := normalize.NewPrecompiled(charsmap)
	add("Precompiled", precompiled, err)
	return all
}

func BenchmarkNormalize(b *testing.B) {
	for _, n := range benchNormalizers(b) {
		for _, sample := range benchTexts {
			s := benchText(sample.text)
			b.Run(n.name+"/"+sample.name, func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := n.n.Normalize(text.Untracked(s, 0)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkTracked(b *testing.B) {
	s := benchText(benchTexts[0].text)
	for _, n := range benchNormalizers(b) {
		b.Run(n.name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.n.Normalize(text.New(s, 0)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkIsIdentity(b *testing.B) {
	for _, n := range benchNormalizers(b)[:4] {
		for _, sample := range benchTexts {
			s := benchText(sample.text)
			if !n.n.IsIdentity(s) {
				continue
			}
			b.Run(n.name+"/"+sample.name, func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					n.n.IsIdentity(s)
				}
			})
		}
	}
}
