package quantize

import (
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
)

// One worker; values as weights are distributed. MB/s counts the float32 side.

const (
	benchmarkRows    = 16
	benchmarkColumns = 4096
)

func BenchmarkEncode(b *testing.B) {
	x := golden.Input("bell", 1, benchmarkRows*benchmarkColumns)
	importance := golden.Importance(1, benchmarkColumns)
	for _, typ := range Types() {
		c := codecOf(typ)
		if c.encode == nil {
			continue
		}
		opts := Options{Columns: benchmarkColumns, Workers: 1}
		if c.weighted != importanceRequired {
			b.Run(typ.String(), func(b *testing.B) { benchmarkEncode(b, typ, x, opts) })
		}
		if c.weighted != importanceIgnored {
			opts.Importance = importance
			b.Run(typ.String()+"/importance", func(b *testing.B) { benchmarkEncode(b, typ, x, opts) })
		}
	}
}

func benchmarkEncode(b *testing.B, typ Type, x []float32, opts Options) {
	size, err := EncodedSize(typ, len(x))
	if err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, size)
	b.SetBytes(int64(4 * len(x)))
	for b.Loop() {
		if err := Encode(dst, typ, x, opts); err != nil {
			b.Fatal(err)
		}
	}
	reportValues(b, len(x))
}

func BenchmarkDecode(b *testing.B) {
	x := golden.Input("bell", 1, benchmarkRows*benchmarkColumns)
	for _, typ := range Types() {
		if codecOf(typ).decode == nil {
			continue
		}
		b.Run(typ.String(), func(b *testing.B) {
			encoded, err := AppendEncode(nil, typ, x, Options{Columns: benchmarkColumns, Importance: golden.Importance(1, benchmarkColumns)})
			if err != nil {
				// Of a type that is decoded only: any bytes do.
				encoded = make([]byte, len(x)/typ.BlockSize()*typ.BlockBytes())
				for i := range encoded {
					encoded[i] = byte(i * 37)
				}
			}
			dst := make([]float32, len(x))
			b.SetBytes(int64(4 * len(x)))
			for b.Loop() {
				if err := Decode(dst, typ, encoded); err != nil {
					b.Fatal(err)
				}
			}
			reportValues(b, len(x))
		})
	}
}

// reportValues reports million values a second.
func reportValues(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mvalues/s")
}
