package decode_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

func Benchmark(b *testing.B) {
	for _, bench := range []struct {
		name, settings string
		tokens         []string
	}{
		{"Llama2", llama2, []string{"▁It", "▁was", "▁the", "▁be", "st", "▁of", "▁times", ",", "<0xF0>", "<0x9F>", "<0x99>", "<0x82>"}},
		{"ByteLevel", byteLevel, []string{"It", "Ġwas", "Ġthe", "Ġbest", "Ġof", "Ġtimes", ",", "ðŁ", "Ļ", "Ĥ"}},
		{"WordPiece", wordPiece, []string{"it", "was", "the", "best", "of", "tim", "##es", ","}},
		{"Metaspace", metaspace, []string{"▁It", "▁was", "▁the", "▁best", "▁of", "▁time", "s", ","}},
	} {
		d := newDecoder(b, bench.settings)
		var tokens []string
		for range 2000 {
			tokens = append(tokens, bench.tokens...)
		}
		size := int64(len(text(d, tokens)))
		b.Run("Decode/"+bench.name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				if n := len(strings.Join(d.Decode(tokens), "")); n != int(size) {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(len(tokens))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtokens/s")
		})
		b.Run("Stream/"+bench.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				s := decode.NewStream(d)
				n := 0
				for _, token := range tokens {
					n += len(s.Next(token))
				}
				if n += len(s.Flush()); n != int(size) {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(len(tokens))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtokens/s")
		})
	}
}
