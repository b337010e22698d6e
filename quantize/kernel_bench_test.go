package quantize

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/golden"
)

// BenchmarkKernels runs every implementation that the machine has, and the plain
// code, on the same values. Best is the fastest round, which other work on the
// machine disturbs least.
func BenchmarkKernels(b *testing.B) {
	const columns = 4096
	x, weights := golden.Input("bell", 1, 2*columns), golden.Importance(1, 2*columns)
	for _, typ := range slices.Sorted(maps.Keys(fastest)) {
		encoders := map[string]encodeFunc{"plain": codecOf(typ).encode}
		for _, k := range available {
			encoders[k.name] = k.encoders()[typ]
		}
		for name, encode := range encoders {
			if codecOf(typ).weighted != importanceRequired {
				b.Run(typ.String()+"/"+name, func(b *testing.B) { benchmarkEncoder(b, typ, encode, x, nil) })
			}
			if codecOf(typ).weighted != importanceIgnored {
				b.Run(typ.String()+"/importance/"+name, func(b *testing.B) { benchmarkEncoder(b, typ, encode, x, weights) })
			}
		}
	}
}

func benchmarkEncoder(b *testing.B, typ Type, encode encodeFunc, x, importance []float32) {
	size, err := EncodedSize(typ, len(x))
	if err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, size)
	best := time.Hour
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		encode(dst, x, importance)
		best = min(best, time.Since(start))
	}
	reportValues(b, len(x))
	b.ReportMetric(float64(len(x))/best.Seconds()/1e6, "Mvalues/s-best")
}
