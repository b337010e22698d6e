package host

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nibble-go/nibble/internal/golden"
	"github.com/nibble-go/nibble/quantize"
	"github.com/nibble-go/nibble/wasm"
)

// withAndWithout are the whole module with kernels and without.
func withAndWithout(t testing.TB) map[string]*Module {
	t.Helper()
	return map[string]*Module{"kernels": newModule(t, whole, Options{}), "plain": newModule(t, whole, Options{plain: true})}
}

// kernelTypes are types whose encoders call each of the kernels, if there is importance
// too.
var kernelTypes = []string{"q4_K", "q2_K", "q6_K", "q3_K", "q8_0", "q4_0", "q5_1", "iq4_xs", "f16", "bf16"}

func TestKernels(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, m := range withAndWithout(t) {
		g, err := m.NewGuest(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range kernelTypes {
			x := golden.Input("bell", random.Uint64()>>1, 3*256)
			for _, importance := range [][]float32{nil, golden.Importance(1, len(x))} {
				want, err := quantize.AppendEncode(nil, mustParse(t, typ), x, quantize.Options{Columns: len(x), Importance: importance})
				if err != nil {
					t.Fatal(err)
				}
				blobs := [][]byte{floatBytes(x)}
				if importance != nil {
					blobs = append(blobs, floatBytes(importance))
				}
				got, err := g.Call(t.Context(), wasm.OpQuantizeEncode, &wasm.QuantizeRequest{Type: typ, Columns: len(x)}, nil, blobs...)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got[0], want) {
					t.Errorf("%s, %s: the bytes differ from native code's", name, typ)
				}
			}
		}
		if err := g.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// The kernels see the memory that the guest has grown to.
func TestKernelsAfterGrowth(t *testing.T) {
	g, err := newModule(t, whole, Options{}).NewGuest(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	before := g.MemoryBytes()
	x := golden.Input("bell", 7, 4<<20)
	want, err := quantize.AppendEncode(nil, quantize.Q8_0, x, quantize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Call(t.Context(), wasm.OpQuantizeEncode, &wasm.QuantizeRequest{Type: "q8_0", Columns: len(x)}, nil, floatBytes(x))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got[0], want) {
		t.Error("the bytes differ from native code's")
	}
	if after := g.MemoryBytes(); after < before+int64(4*len(x)) {
		t.Errorf("memory grew from %d to %d bytes, too little to show anything", before, after)
	}
}

func mustParse(t *testing.T, name string) quantize.Type {
	t.Helper()
	typ, err := quantize.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// BenchmarkEncode measures whole calls. Best is the fastest one, which other work on the
// machine disturbs least.
func BenchmarkEncode(b *testing.B) {
	x := golden.Input("bell", 1, 1<<16)
	values := floatBytes(x)
	for name, m := range withAndWithout(b) {
		g, err := m.NewGuest(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, typ := range kernelTypes {
			request := &wasm.QuantizeRequest{Type: typ, Columns: len(x)}
			b.Run(typ+"/"+name, func(b *testing.B) {
				best := time.Hour
				for b.Loop() {
					start := time.Now()
					if _, err := g.Call(b.Context(), wasm.OpQuantizeEncode, request, nil, values); err != nil {
						b.Fatal(err)
					}
					best = min(best, time.Since(start))
				}
				b.ReportMetric(float64(len(x))/best.Seconds()/1e6, "Mvalues/s-best")
			})
		}
	}
}
