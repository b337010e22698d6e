package quantize

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"pgregory.net/rapid"
)

// decodedTypes are the types that k decodes.
func decodedTypes(k *kernels) []Type { return slices.Sorted(maps.Keys(k.decoders())) }

// The values that the reference decodes the golden vectors to. TestGolden holds the
// fastest kernels against them; here are the others.
func TestKernelsDecodeGolden(t *testing.T) {
	vectors := goldenVectors(t)
	for typ := range vectors {
		vectors[typ] = slices.DeleteFunc(vectors[typ], func(v golden.Vector) bool { return v.Bytes == nil || v.DecodedSHA256 == "" })
	}
	eachKernel(t, func(t *testing.T, k *kernels) {
		for typ, decode := range k.decoders() {
			if typ.CanEncode() && len(vectors[typ]) < 10 {
				t.Errorf("%v: only %d vectors", typ, len(vectors[typ]))
			}
			for _, v := range vectors[typ] {
				dst := make([]float32, len(v.Input))
				decode(dst, v.Bytes)
				if hashFloats(dst) != v.DecodedSHA256 {
					t.Errorf("%s: the values differ", v.Name)
				}
			}
		}
	})
}

// Whatever the bytes, of any number of blocks at any alignment.
func TestKernelsDecodeAsPlain(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, typ := range decodedTypes(k) {
			t.Run(typ.String(), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 9))
					blocks := rapid.IntRange(1, 10*256/typ.BlockSize()).Draw(t, "blocks")
					kind := rapid.SampledFrom(slices.Concat([]string{"uniform", "scales", "zeros", "ones"}, kernelClasses)).Draw(t, "kind")
					compareDecoders(t, []*kernels{k}, typ, encodedInput(random, typ, kind, blocks))
				})
			})
		}
	})
}

// More values than a kernel gets at a time.
func TestKernelsDecodeManyBlocks(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, typ := range decodedTypes(k) {
			src := encodedInput(rand.New(rand.NewPCG(1, 2)), typ, "uniform", 2*batchValues/typ.BlockSize()+1)
			compareDecoders(t, []*kernels{k}, typ, src)
		}
	})
}

// Scales from all over F16, every one of them for a type with one scale and for one with
// two, which widen them as the other types do. NaN are compared bit by bit.
func TestKernelsDecodeAllScales(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(3, 4))
		for _, typ := range decodedTypes(k) {
			step := 61
			if (typ == Q8_0 || typ == Q4_1) && !testing.Short() {
				step = 1
			}
			for _, f := range scaleFields(typ) {
				src := encodedInput(random, typ, "scales", 1<<16/step)
				for i := range 1 << 16 / step {
					setScale(src[i*typ.BlockBytes():], &f, uint64(i*step)*0x10001)
				}
				compareDecoders(t, []*kernels{k}, typ, src)
			}
		}
	})
}

// TestKernelsDecodeLongRun is TestKernelsDecodeAsPlain with -kernel.values, for as long
// as that takes.
func TestKernelsDecodeLongRun(t *testing.T) {
	if *kernelValues == 0 {
		t.Skip("-kernel.values says for how many: make kernel-judge does")
	}
	serving := map[Type][]*kernels{}
	for _, k := range slices.Concat(available, hostedKernels()) {
		for _, typ := range decodedTypes(k) {
			serving[typ] = append(serving[typ], k)
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(serving)) {
		t.Run(typ.String(), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(5, uint64(typ)))
			all := 0
			for float64(all) < *kernelValues {
				blocks := (1<<16 + random.IntN(1<<10)) / typ.BlockSize()
				kind := []string{"uniform", "scales"}[random.IntN(2)]
				compareDecoders(t, serving[typ], typ, encodedInput(random, typ, kind, blocks))
				all += blocks * typ.BlockSize()
			}
			t.Logf("%d values", all)
		})
	}
}

// encodedInput returns blocks of one kind: of any bytes; of any bytes but with scales
// that are special; of zeros or ones alone; or with the values of a class.
func encodedInput(random *rand.Rand, typ Type, kind string, blocks int) []byte {
	src := make([]byte, blocks*typ.BlockBytes())
	anyBytes := func() {
		for i := range src {
			src[i] = byte(random.Uint32())
		}
	}
	switch kind {
	case "zeros":
	case "ones":
		for i := range src {
			src[i] = 0xFF
		}
	case "uniform":
		anyBytes()
	case "scales":
		anyBytes()
		fields := scaleFields(typ)
		for block := range slices.Chunk(src, typ.BlockBytes()) {
			for _, f := range fields {
				scale := uint64(specialHalves[random.IntN(len(specialHalves))])
				if f.kind.name == kindF32.name {
					scale = uint64(specialFloats[random.IntN(len(specialFloats))])
				}
				setScale(block, &f, scale)
			}
		}
	default:
		if !typ.CanEncode() {
			anyBytes()
			break
		}
		x := make([]float32, blocks*typ.BlockSize())
		kernelInput(random, kind, x)
		importance := kernelImportance(random, len(x))
		if codecOf(typ).weighted == importanceRequired && importance == nil {
			importance = golden.Importance(1, len(x))
		}
		encode := fastest[typ]
		if encode == nil {
			encode = codecOf(typ).encode
		}
		encode(src, x, importance)
	}
	return src
}

// NaN of several payloads, infinities, zeros, subnormals and the largest values.
var (
	specialHalves = []uint16{
		0, 1, 0x3FF, 0x400, 0x7BFF, 0x7C00, 0x7C01, 0x7DFF, 0x7E00, 0x7FFF, 0x3C00, 0x1234,
		0x8000, 0x8001, 0x83FF, 0x8400, 0xFBFF, 0xFC00, 0xFC01, 0xFDFF, 0xFE00, 0xFFFF, 0xBC00, 0x9234,
	}
	specialFloats = []uint32{
		0, 1, 0x7FFFFF, 0x800000, 0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FBFFFFF, 0x7FC00000, 0x7FFFFFFF, 0x3F800000,
		1 << 31, 0x80000001, 0xFF7FFFFF, 0xFF800000, 0xFF800001, 0xFFC12345,
	}
)

// scaleFields returns the fields of a block that are floats of 16 or 32 bits.
func scaleFields(typ Type) []fieldLayout {
	return slices.DeleteFunc(slices.Clone(layoutOf(typ).fields), func(f fieldLayout) bool {
		return f.kind.name != kindF16.name && f.kind.name != kindF32.name
	})
}

// setScale sets a field of a block to bits.
func setScale(block []byte, f *fieldLayout, bits uint64) {
	for _, s := range f.place(nil, 0) {
		for b := s.Bit; b < s.Bit+s.Width; b++ {
			block[b/8] = block[b/8]&^(1<<(b%8)) | byte(bits&1)<<(b%8)
			bits >>= 1
		}
	}
}

// compareDecoders holds the values of kernels against those of the plain code. Guards
// around the operands show writes beyond them.
func compareDecoders(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, all []*kernels, typ Type, src []byte) {
	t.Helper()
	n := len(src) / typ.BlockBytes() * typ.BlockSize()
	want := make([]float32, n)
	codecOf(typ).decode(want, src)
	const guard = 7 // odd, so that nothing is aligned
	unaligned := slices.Concat(make([]byte, guard), src)[guard:]
	for _, k := range all {
		guarded := slices.Repeat([]float32{-7.5}, n+2*guard)
		got := guarded[guard:][:n:n]
		k.decoders()[typ](got, unaligned)
		for i, f := range want {
			if !sameBits(got[i], f) && !bothChosen(typ, got[i], f) {
				block := i / typ.BlockSize()
				t.Fatalf("%s, %v: value %d of block %d (% x) is %v (%#08x), plainly %v (%#08x)", k.name, typ, i%typ.BlockSize(), block,
					src[block*typ.BlockBytes():][:typ.BlockBytes()], got[i], math.Float32bits(got[i]), f, math.Float32bits(f))
			}
		}
		for _, f := range slices.Concat(guarded[:guard], guarded[guard+n:]) {
			if f != -7.5 {
				t.Fatalf("%s, %v: wrote beside the destination", k.name, typ)
			}
		}
		if !slices.Equal(unaligned, src) {
			t.Fatalf("%s, %v: wrote to the source", k.name, typ)
		}
	}
}

// bothChosen reports whether both values are NaN that stand for the same: which of two
// NaN an addition returns is the compiler's choice, in types that add their min.
func bothChosen(typ Type, a, b float32) bool {
	return (typ == Q4_1 || typ == Q5_1) && math.IsNaN(float64(a)) && math.IsNaN(float64(b))
}
