package quantize

import (
	"bytes"
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
	"pgregory.net/rapid"
)

var kernelValues = flag.Float64("kernel.values", 0, "let each kernel encode this many values of each class of input, and compare with the plain code")

// kernelTypes are the types that k encodes.
func kernelTypes(k *kernels) []Type {
	return slices.Sorted(maps.Keys(k.encoders()))
}

// eachKernel runs a test for every implementation that the machine has or can host.
func eachKernel(t *testing.T, test func(t *testing.T, k *kernels)) {
	eachKernelWith(t, func(*kernels) bool { return true }, test)
}

// eachKernelWith leaves out the implementations that lack a part: TestKernelsHave says
// which those are.
func eachKernelWith(t *testing.T, part func(k *kernels) bool, test func(t *testing.T, k *kernels)) {
	t.Helper()
	tested := slices.DeleteFunc(slices.Concat(available, hostedKernels()), func(k *kernels) bool { return !part(k) })
	if len(tested) == 0 {
		t.Skip("no such kernels on this machine: make test has them where there is AVX2")
	}
	for _, k := range tested {
		t.Run(k.name, func(t *testing.T) { test(t, k) })
	}
}

// goldenVectors returns all golden vectors of each type.
func goldenVectors(t *testing.T) map[Type][]golden.Vector {
	t.Helper()
	vectors := map[Type][]golden.Vector{}
	for _, file := range []string{golden.Small, golden.Large, golden.Traps} {
		all, err := golden.Read("..", file)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			typ, err := ParseType(v.Type)
			if err != nil {
				t.Fatal(err)
			}
			vectors[typ] = append(vectors[typ], v)
		}
	}
	return vectors
}

// TestGolden holds the fastest kernels against the reference's bytes; here are the
// others.
func TestKernelsGolden(t *testing.T) {
	vectors := goldenVectors(t)
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, typ := range kernelTypes(k) {
			if len(vectors[typ]) < 10 {
				t.Errorf("%v: only %d vectors", typ, len(vectors[typ]))
			}
			for _, v := range vectors[typ] {
				t.Run(v.Name, func(t *testing.T) { compareBytes(t, typ, encodeRows(t, k, typ, v.Input, v.Importance), v) })
			}
		}
	})
}

// encodeRows encodes rows as long as importance, or one of all values, with k, or
// plainly where k is nil. Guards around the operands show writes beyond them.
func encodeRows(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, k *kernels, typ Type, x, importance []float32) []byte {
	t.Helper()
	encode := codecOf(typ).encode
	if k != nil {
		encode = k.encoders()[typ]
	}
	columns := len(x)
	if importance != nil {
		columns = len(importance)
	}
	size, err := EncodedSize(typ, len(x))
	if err != nil {
		t.Fatalf("%v", err)
	}
	const guard = 67 // odd, so that nothing is aligned
	fence := bytes.Repeat([]byte{0xA5}, guard)
	guarded := slices.Concat(fence, make([]byte, size), fence)
	dst := guarded[guard : guard+size]
	inputs := slices.Clone(x)
	rows := len(x) / columns
	for i := range rows {
		encode(dst[size/rows*i:][:size/rows], x[columns*i:][:columns], importance)
	}
	if !bytes.Equal(guarded[:guard], fence) || !bytes.Equal(guarded[guard+size:], fence) {
		t.Fatalf("%v: bytes around the destination were written", typ)
	}
	if !slices.EqualFunc(x, inputs, sameBits) {
		t.Fatalf("%v: the values were written", typ)
	}
	return dst
}

func sameBits(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }

// kernelClasses are the inputs of a comparison: those of the golden vectors, and what
// else makes searches take another way.
var kernelClasses = append(slices.Clone(golden.Classes), "negative", "negshifted", "mixedscale", "heavy", "subnormal", "tiny", "signedzeros", "mixture")

// kernelInput fills x with values of a class.
func kernelInput(random *rand.Rand, class string, x []float32) {
	bell := func() float32 { return float32(random.NormFloat64()) * 0.02 }
	scale := float32(1)
	for i := range x {
		if i%16 == 0 {
			scale = float32(math.Ldexp(1, random.IntN(40)-30))
		}
		switch class {
		case "negative":
			x[i] = -magnitude(bell())
		case "negshifted":
			x[i] = bell() - 0.5
		case "mixedscale":
			x[i] = bell() * scale
		case "heavy":
			x[i] = bell() / (1e-3 + random.Float32())
		case "signedzeros":
			x[i] = float32(math.Copysign(0, float64(bell())))
			if i/32%3 == 2 {
				x[i] = bell()
			}
		case "tiny": // below and above what counts as zero
			x[i] = bell() * 5e-14
		case "subnormal":
			x[i] = math.Float32frombits(random.Uint32()&0x807FFFFF | random.Uint32()&0x00800000)
		}
	}
	switch class {
	case "negative", "negshifted", "mixedscale", "heavy", "subnormal", "tiny", "signedzeros":
	case "mixture":
		// Each 16 values are of another class, some with a zero, a huge value or one
		// that ends a binade.
		for i := 0; i < len(x); i += 16 {
			kernelInput(random, kernelClasses[random.IntN(len(kernelClasses)-1)], x[i:min(i+16, len(x))])
		}
		odd := []float32{0, float32(math.Copysign(0, -1)), 1e15, -1e15, 1e-15, 0x1p-127, -0x1p-149, 0x1.fffffep-1, -1}
		for range len(x) / 32 {
			x[random.IntN(len(x))] = odd[random.IntN(len(odd))]
		}
	default:
		copy(x, golden.Input(class, random.Uint64()>>1, len(x)))
	}
}

// importanceFor returns weights as kernelImportance does, some where typ needs them.
func importanceFor(random *rand.Rand, typ Type, columns int) []float32 {
	w := kernelImportance(random, columns)
	for w == nil && codecOf(typ).weighted == importanceRequired {
		w = kernelImportance(random, columns)
	}
	return w
}

// kernelImportance returns no weights, or weights of a kind.
func kernelImportance(random *rand.Rand, columns int) []float32 {
	w := make([]float32, columns)
	kind := random.IntN(6)
	for i := range w {
		switch kind {
		case 0, 1:
			return nil
		case 2:
			w[i] = random.Float32()
		case 3: // many zeros
			w[i] = float32(random.IntN(2)) * random.Float32()
		case 4: // ten decades
			w[i] = float32(math.Pow(10, 10*random.Float64()-5))
		case 5: // huge, and with signed zeros
			w[i] = []float32{0, float32(math.Copysign(0, -1)), 1e30, 1}[random.IntN(4)]
		}
	}
	return w
}

// TestKernelsEncodeAsPlain compares whole encodings: of all classes, any number of
// blocks, any alignment.
func TestKernelsEncodeAsPlain(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		for _, typ := range kernelTypes(k) {
			t.Run(typ.String(), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					class := rapid.SampledFrom(kernelClasses).Draw(t, "class")
					seed := rapid.Uint64().Draw(t, "seed")
					blocks := rapid.IntRange(1, 10*256/typ.BlockSize()).Draw(t, "blocks")
					compareKernels(t, []*kernels{k}, typ, class, seed, blocks)
				})
			})
		}
	})
}

// TestKernelsLongRun is the same with -kernel.values, for as long as that takes. All
// implementations are held against one run of the plain code.
func TestKernelsLongRun(t *testing.T) {
	if *kernelValues == 0 {
		t.Skip("-kernel.values says for how many: make kernel-judge does")
	}
	serving := map[Type][]*kernels{}
	for _, k := range slices.Concat(available, hostedKernels()) {
		for _, typ := range kernelTypes(k) {
			serving[typ] = append(serving[typ], k)
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(serving)) {
		t.Run(typ.String(), func(t *testing.T) {
			t.Parallel()
			seed, all := uint64(0), 0
			for _, class := range kernelClasses {
				for values := 0; float64(values) < *kernelValues/float64(len(kernelClasses)); {
					blocks := int(33-seed%9)*256/typ.BlockSize() - int(seed%2)
					compareKernels(t, serving[typ], typ, class, seed, blocks)
					values += blocks * typ.BlockSize()
					all += blocks * typ.BlockSize()
					seed++
				}
			}
			t.Logf("%d values", all)
		})
	}
}

// compareKernels holds the bytes of kernels against those of the plain code.
func compareKernels(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, all []*kernels, typ Type, class string, seed uint64, blocks int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	offset := random.IntN(16)
	n := blocks * typ.BlockSize()
	x := make([]float32, offset+n)[offset:]
	kernelInput(random, class, x)
	importance := importanceFor(random, typ, n)
	want := encodeRows(t, nil, typ, x, importance)
	for _, k := range all {
		got := encodeRows(t, k, typ, x, importance)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%s, %v, %s, seed %d, %d blocks, importance %v: byte %d of block %d is %#02x, plainly %#02x",
					k.name, typ, class, seed, blocks, importance != nil, i%typ.BlockBytes(), i/typ.BlockBytes(), got[i], want[i])
			}
		}
	}
}

// Values whose squares and sums overflow get the bytes of the plain code. Those of NaN and
// infinities are unspecified (see Encode) and differ in some types: they must not end the
// process, and the next block must have its own bytes.
func TestKernelsNonFinite(t *testing.T) {
	huge := []float32{math.MaxFloat32, -math.MaxFloat32, 1e30, -1e25, 3e21, 1e20, -1e19}
	nonFinite := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(1, 2))
		for _, typ := range kernelTypes(k) {
			for i := range 100 {
				odd, spoiled := huge, 3
				if i%2 == 1 {
					odd, spoiled = slices.Concat(huge, nonFinite), 2
				}
				n := typ.BlockSize()
				x := make([]float32, 3*n)
				kernelInput(random, "mixture", x)
				for range random.IntN(spoiled * n) {
					x[random.IntN(spoiled*n)] = odd[random.IntN(len(odd))]
				}
				importance := importanceFor(random, typ, len(x))
				got, want := encodeRows(t, k, typ, x, importance), encodeRows(t, nil, typ, x, importance)
				if i%2 == 1 {
					got, want = got[2*typ.BlockBytes():], want[2*typ.BlockBytes():]
				}
				if !bytes.Equal(got, want) {
					t.Fatalf("%v, %d, importance %v: % x, plainly % x", typ, i, importance != nil, got, want)
				}
			}
		}
	})
}

// Where importance lets only the tiniest values count, scales are so small that their
// inverses are nearly infinite.
func TestKernelsTinyScales(t *testing.T) {
	eachKernel(t, func(t *testing.T, k *kernels) {
		random := rand.New(rand.NewPCG(3, 4))
		for _, typ := range kernelTypes(k) {
			for range 50 {
				x, importance := make([]float32, 3*typ.BlockSize()), make([]float32, 3*typ.BlockSize())
				scale := float32(math.Ldexp(1, -120-random.IntN(20)))
				for i := range x {
					x[i], importance[i] = float32(random.NormFloat64())*scale, 1
					if i%16 == 0 {
						x[i], importance[i] = 1e-3, 0
					}
				}
				want := encodeRows(t, nil, typ, x, importance)
				if got := encodeRows(t, k, typ, x, importance); !bytes.Equal(got, want) {
					t.Fatalf("%v, values of about %v: the bytes differ from the plain code's", typ, scale)
				}
			}
		}
	})
}

// The partial sums of the metrics, each of them.
func TestKernelsAddErrors(t *testing.T) {
	odd := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), math.MaxFloat32, -math.MaxFloat32, 0x1p-149}
	eachKernel(t, func(t *testing.T, k *kernels) {
		rapid.Check(t, func(t *rapid.T) {
			random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
			n := rapid.IntRange(1, 40).Draw(t, "groups")
			offset := rapid.IntRange(0, 7).Draw(t, "offset")
			x, y := make([]float32, offset+lanes*n)[offset:], make([]float32, lanes*n)
			kernelInput(random, rapid.SampledFrom(kernelClasses).Draw(t, "class"), x)
			for i, f := range x {
				y[i] = f + float32(random.NormFloat64()*1e-3)
			}
			for range rapid.IntRange(0, 3).Draw(t, "odd values") {
				x[random.IntN(len(x))], y[random.IntN(len(y))] = odd[random.IntN(len(odd))], odd[random.IntN(len(odd))]
			}
			var want laneSums
			var got [3]laneSums
			for range 2 { // the second time to sums that are not zero
				for i := range x {
					want.add(i%lanes, x[i], y[i])
				}
				k.addErrors(&got[1], &x[0], &y[0], n)
			}
			if got[0] != (laneSums{}) || got[2] != (laneSums{}) {
				t.Fatal("wrote beside the sums")
			}
			sums := func(s *laneSums) [][lanes]float64 {
				return [][lanes]float64{s.signal, s.decoded, s.product, s.noise, s.bias}
			}
			for i, lane := range sums(&got[1]) {
				for j, f := range lane {
					if w := sums(&want)[i][j]; f != w && !(math.IsNaN(f) && math.IsNaN(w)) {
						t.Fatalf("sum %d, lane %d: %v, plainly %v", i, j, f, w)
					}
				}
			}
			for j, most := range got[1].most {
				if w := want.most[j]; most != w && !(most>>1 > infinityBits && w>>1 > infinityBits) {
					t.Fatalf("largest error of lane %d: %#x, plainly %#x", j, most, w)
				}
			}
		})
	})
}

// Another processor's kernels can be tried by GODEBUG.
func TestKernelsFollowGODEBUG(t *testing.T) {
	for _, k := range available {
		off := map[string]string{"AVX-512": "cpu.avx512f=off", "AVX2": "cpu.avx2=off"}[k.name]
		cmd := exec.Command(os.Args[0], "-test.run=^TestKernelsNonFinite$", "-test.v")
		cmd.Env = append(os.Environ(), "GODEBUG="+off)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if strings.Contains(string(out), "/"+k.name) {
			t.Errorf("the kernels for %s run with %s", k.name, off)
		}
	}
}

// What must not stand in an assembly file, whoever writes it.
func TestKernelFiles(t *testing.T) {
	files, err := filepath.Glob("kernel_*_avx*_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		forbidden := `VFN?M(ADD|SUB)\w*|\b[XY](1[6-9]|[23]\d)\b` // parts of the upper registers need AVX-512VL
		if strings.Contains(file, "avx2") {
			forbidden += `|\bZ\d+\b|\bK[0-7]\b`
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code := regexp.MustCompile(`(?m)^//.*$`).ReplaceAll(text, nil)
		if found := regexp.MustCompile(forbidden).Find(code); found != nil {
			t.Errorf("%s: %s", file, found)
		}
		if requires := regexp.MustCompile(`(?m)^// Requires: .*(BMI|FMA|AVX512[^F]).*$`).Find(text); requires != nil {
			t.Errorf("%s: %s", file, requires)
		}
		if texts, ends := bytes.Count(code, []byte("TEXT ")), bytes.Count(code, []byte("VZEROUPPER\n\tRET")); texts == 0 || texts != ends {
			t.Errorf("%s: %d functions, %d ends with VZEROUPPER", file, texts, ends)
		}
	}
}
