package quantize

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// BenchmarkKernelsDecode runs every implementation that the machine has, and the plain
// code, on the same blocks. Best is the fastest round.
func BenchmarkKernelsDecode(b *testing.B) {
	const values = 8192
	for _, typ := range slices.Sorted(maps.Keys(fastestDecoders)) {
		src := encodedInput(rand.New(rand.NewPCG(1, 2)), typ, "bell", values/typ.BlockSize())
		dst := make([]float32, values)
		decoders := map[string]decodeFunc{"plain": codecOf(typ).decode}
		for _, k := range available {
			decoders[k.name] = k.decoders()[typ]
		}
		for name, decode := range decoders {
			b.Run(typ.String()+"/"+name, func(b *testing.B) {
				best := time.Hour
				for b.Loop() {
					start := time.Now()
					decode(dst, src)
					best = min(best, time.Since(start))
				}
				reportValues(b, values)
				b.ReportMetric(values/best.Seconds()/1e6, "Mvalues/s-best")
			})
		}
	}
}
