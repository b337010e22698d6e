package quantize

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Each implementation has all kernels but these, which no test of it then misses.
func TestKernelsHave(t *testing.T) {
	lacks := map[string][]string{
		"AVX-512": strings.Fields("roundScalesMins widenF32 narrowF32"),
		"AVX2":    strings.Fields("roundScalesMins widenF32 narrowF32 minSearchPair minSearchAbsolutePair descentSearchPair"),
		"SIMD128": strings.Fields(`minSearchPair minSearchAbsolutePair descentSearchPair positiveErrors
			widenF32 narrowF32
			decodeIQ1S decodeIQ1M decodeIQ2XXS decodeIQ2XS decodeIQ2S decodeIQ3XXS decodeIQ3S
			decodeTQ10 decodeTQ20 decodeQ10 decodeQ20
			setValues sweep8 sweep4 refit8 refit4
			sortTernary splitsIQ1S splitsIQ1M ternaryPoints nearestTernary refitTernary`),
	}
	eachKernel(t, func(t *testing.T, k *kernels) {
		want, ok := lacks[k.name]
		if !ok {
			t.Fatal("nothing says what it has")
		}
		var got []string
		for _, part := range reflect.VisibleFields(reflect.TypeFor[kernels]()) {
			if value := reflect.ValueOf(*k).FieldByIndex(part.Index); part.Type.Kind() == reflect.Func && value.IsNil() {
				got = append(got, part.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("it lacks %q, want %q", got, want)
		}
	})
}

// A machine may have some parts of the kernels and not others: each part by itself serves
// what it can, with the bytes of the plain code, and leaves the rest alone.
func TestKernelsInParts(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for name, part := range map[string]struct {
			kernels
			encodes, decodes bool
		}{
			"none":      {},
			"searches":  {kernels: kernels{searchKernels: k.searchKernels}, encodes: true},
			"blocks":    {kernels: kernels{blockKernels: k.blockKernels}},
			"halves":    {kernels: kernels{halfKernels: k.halfKernels}},
			"both":      {kernels: kernels{blockKernels: k.blockKernels, halfKernels: k.halfKernels}, encodes: true},
			"lattices":  {kernels: kernels{latticeKernels: k.latticeKernels}, encodes: k.sweep8 != nil},
			"ternaries": {kernels: kernels{ternaryKernels: k.ternaryKernels}},
			"decoders":  {kernels: kernels{decodeKernels: k.decodeKernels}, decodes: true},
			"errors":    {kernels: kernels{errorKernels: k.errorKernels}},
			"finite":    {kernels: kernels{finiteKernels: k.finiteKernels}},
		} {
			t.Run(name, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, 2))
				encoders := part.encoders()
				if (len(encoders) > 0) != part.encodes || (len(part.decoders()) > 0) != part.decodes {
					t.Errorf("%d encoders, %d decoders", len(encoders), len(part.decoders()))
				}
				for typ := range encoders {
					x := make([]float32, 2*typ.BlockSize())
					kernelInput(random, "bell", x)
					weights := make([]float32, len(x))
					for i := range weights {
						weights[i] = random.Float32()
					}
					for _, importance := range [][]float32{nil, weights} {
						if importance == nil && codecOf(typ).weighted == importanceRequired {
							continue
						}
						want := encodeRows(t, nil, typ, x, importance)
						if got := encodeRows(t, &part.kernels, typ, x, importance); !bytes.Equal(got, want) {
							t.Errorf("%v, importance %v: the bytes differ from the plain code's", typ, importance != nil)
						}
					}
				}
			})
		}
	})
}
