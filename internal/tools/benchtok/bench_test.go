package main

import (
	"runtime"
	"testing"
)

// BenchmarkEncode measures warm tokenizers by the testing package's rules, for
// comparing revisions; the program's table has all the rest.
func BenchmarkEncode(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	bench, err := prepare(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range bench.Vocabularies {
		for _, t := range bench.Texts {
			for _, e := range engines {
				if !e.reads(v) {
					continue
				}
				b.Run(v.Name+"/"+t.Name+"/"+e.name, func(b *testing.B) {
					encode, err := e.open(v)
					if err != nil {
						b.Fatal(err)
					}
					b.SetBytes(int64(len(t.data)))
					b.ReportAllocs()
					tokens := 0
					for b.Loop() {
						if tokens, err = encode(t.data); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(tokens), "tokens")
				})
			}
		}
	}
}
