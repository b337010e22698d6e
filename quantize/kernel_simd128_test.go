//go:build amd64 || arm64

package quantize

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"testing"
	"unsafe"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostedKernels returns WebAssembly's kernels, so that this machine can test them:
// every call takes its operands into a memory of WebAssembly and back.
var hostedKernels = sync.OnceValue(func() []*kernels {
	m, err := newSIMDModule(context.Background())
	if err != nil {
		panic(err)
	}
	return []*kernels{m.kernels()}
})

// Floats go to bytes and back as they are, NaN too.
func TestKernelsCopyFloats(t *testing.T) {
	m, err := newSIMDModule(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 3, 17, 1000} {
		x := make([]float32, n)
		for i := range x {
			x[i] = math.Float32frombits(uint32(i) * 0x9E3779B9)
		}
		want := make([]byte, 4*n)
		encodeF32(want, x)
		got := make([]byte, 4*n)
		m.call("copyFloats", got, memoryOf(&x[0], n), n)
		if !bytes.Equal(got, want) {
			t.Errorf("%d floats become % x, want % x", n, got, want)
		}
	}
}

// A simdModule is kernel_simd128.wasm with a memory.
type simdModule struct {
	sync.Mutex
	kernel api.Module
	memory api.Memory
}

// memoryModule exports a memory of 256 pages, 16 MiB.
const memoryModule = "\x00asm\x01\x00\x00\x00" + "\x05\x04\x01\x00\x80\x02" + "\x07\x0A\x01\x06memory\x02\x00"

func newSIMDModule(ctx context.Context) (*simdModule, error) {
	code, err := os.ReadFile("kernel_simd128.wasm")
	if err != nil {
		return nil, err
	}
	runtime := wazero.NewRuntime(ctx)
	memory, err := runtime.InstantiateWithConfig(ctx, []byte(memoryModule), wazero.NewModuleConfig().WithName("nibble"))
	if err != nil {
		return nil, err
	}
	kernel, err := runtime.Instantiate(ctx, code)
	return &simdModule{kernel: kernel, memory: memory.Memory()}, err
}

// call calls a kernel with numbers and operands in memory, which it changes, and returns
// its answer, if it has one. It panics where the kernel wrote beside them.
func (m *simdModule) call(name string, arguments ...any) (answer uint64) {
	m.Lock()
	defer m.Unlock()
	fence := bytes.Repeat([]byte{0xA5}, 67) // odd, so that nothing is aligned
	before := slices.Clone(fence)
	parameters := make([]uint64, len(arguments))
	for i, argument := range arguments {
		switch a := argument.(type) {
		case int:
			parameters[i] = api.EncodeI32(int32(a))
		case uint32:
			parameters[i] = api.EncodeU32(a)
		case []byte:
			parameters[i] = uint64(len(before))
			before = slices.Concat(before, a, fence)
		}
	}
	if !m.memory.Write(0, before) {
		panic(name + ": the operands do not fit")
	}
	results, err := m.kernel.ExportedFunction(name).Call(context.Background(), parameters...)
	if err != nil {
		panic(err)
	}
	if len(results) > 0 {
		answer = results[0]
	}
	after, _ := m.memory.Read(0, uint32(len(before)))
	at := 0
	for _, argument := range arguments {
		operand, ok := argument.([]byte)
		if !ok {
			continue
		}
		checkFence(name, after[at:], fence)
		at += len(fence)
		// Operands may be parts of each other: only what the kernel wrote goes back.
		for i := range operand {
			if after[at+i] != before[at+i] {
				operand[i] = after[at+i]
			}
		}
		at += len(operand)
	}
	checkFence(name, after[at:], fence)
	return answer
}

func checkFence(name string, memory, fence []byte) {
	if !bytes.HasPrefix(memory, fence) {
		panic(fmt.Sprintf("%s: bytes around its operands were written", name))
	}
}

// memoryOf returns the memory of n values.
func memoryOf[T any](p *T, n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(p)), n*int(unsafe.Sizeof(*p)))
}

// kernels returns the module's functions as Go's.
func (m *simdModule) kernels() *kernels {
	weigh := func(name string) func(s *laneSet, n int) {
		return func(s *laneSet, n int) { m.call(name, memoryOf(s, 1), n) }
	}
	search := func(name string) func(s *laneSet, n, candidates int) {
		return func(s *laneSet, n, candidates int) { m.call(name, memoryOf(s, 1), n, candidates) }
	}
	blocks := func(name string, size, numbers int) func(dst *byte, x, header *float32, n int) {
		return func(dst *byte, x, header *float32, n int) {
			m.call(name, memoryOf(dst, size*n), memoryOf(x, 32*n), memoryOf(header, numbers*n), n)
		}
	}
	rounder := func(name string) func(quants *byte, x *float32, s *laneSet, n int) {
		return func(quants *byte, x *float32, s *laneSet, n int) {
			m.call(name, memoryOf(quants, 16*n), memoryOf(x, 16*n), memoryOf(s, 1), n)
		}
	}
	widen := func(name string) func(dst *float32, src *byte, n int) {
		return func(dst *float32, src *byte, n int) { m.call(name, memoryOf(dst, 16*n), memoryOf(src, 32*n), n) }
	}
	widen8 := func(name string) func(dst *float32, src *byte, n int) {
		return func(dst *float32, src *byte, n int) { m.call(name, memoryOf(dst, 16*n), memoryOf(src, 16*n), n) }
	}
	narrow := func(name string) func(dst *byte, src *float32, n int) {
		return func(dst *byte, src *float32, n int) { m.call(name, memoryOf(dst, 32*n), memoryOf(src, 16*n), n) }
	}
	decoder := func(name string, t Type) decodeKernel {
		g := t.geometry()
		return func(dst *float32, src *byte, n int) {
			m.call(name, memoryOf(dst, g.blockSize*n), memoryOf(src, g.blockBytes*n), n)
		}
	}
	return &kernels{
		name: "SIMD128",
		searchKernels: searchKernels{
			transpose:         func(dst *plane, src *float32, n int) { m.call("transpose", memoryOf(dst, 1), memoryOf(src, 16*n), n) },
			magnitudeWeights:  weigh("magnitudeWeights"),
			squareWeights:     weigh("squareWeights"),
			importanceWeights: weigh("importanceWeights"),
			rmsWeights:        weigh("rmsWeights"),
			minSearch:         search("minSearch"),
			minSearchAbsolute: search("minSearchAbsolute"),
			roundScalesMins: func(dst *byte, s *laneSet, size, n int) {
				m.call("roundScalesMins", memoryOf(dst, size*n), memoryOf(s, 1), size, n)
			},
			symmetricSearch: search("symmetricSearch"),
			descentSearch:   func(s *laneSet) { m.call("descentSearch", memoryOf(s, 1)) },
			codebookSearch:  func(s *laneSet, candidates int) { m.call("codebookSearch", memoryOf(s, 1), candidates) },
			picks: func(quants *byte, x *float32, s *laneSet) {
				m.call("picks", memoryOf(quants, 16*32), memoryOf(x, 16*32), memoryOf(s, 1))
			},
			requantize: rounder("requantize"),
			keptQuants: rounder("keptQuants"),
		},
		blockKernels: blockKernels{
			blocksQ40: blocks("blocksQ40", 18, 1),
			blocksQ41: blocks("blocksQ41", 20, 2),
			blocksQ50: blocks("blocksQ50", 22, 1),
			blocksQ51: blocks("blocksQ51", 24, 2),
			blocksQ80: blocks("blocksQ80", 34, 1),
		},
		halfKernels: halfKernels{
			widenF16:   widen("widenF16"),
			widenBF16:  widen("widenBF16"),
			narrowF16:  narrow("narrowF16"),
			narrowBF16: narrow("narrowBF16"),

			widenF8E4M3: widen8("widenF8E4M3"),
			widenF8E5M2: widen8("widenF8E5M2"),
		},
		decodeKernels: decodeKernels{
			decodeQ40:   decoder("decodeQ40", Q4_0),
			decodeQ41:   decoder("decodeQ41", Q4_1),
			decodeQ50:   decoder("decodeQ50", Q5_0),
			decodeQ51:   decoder("decodeQ51", Q5_1),
			decodeQ80:   decoder("decodeQ80", Q8_0),
			decodeQ81:   decoder("decodeQ81", Q8_1),
			decodeQ2K:   decoder("decodeQ2K", Q2_K),
			decodeQ3K:   decoder("decodeQ3K", Q3_K),
			decodeQ4K:   decoder("decodeQ4K", Q4_K),
			decodeQ5K:   decoder("decodeQ5K", Q5_K),
			decodeQ6K:   decoder("decodeQ6K", Q6_K),
			decodeQ8K:   decoder("decodeQ8K", Q8_K),
			decodeIQ4NL: decoder("decodeIQ4NL", IQ4_NL),
			decodeIQ4XS: decoder("decodeIQ4XS", IQ4_XS),
			decodeMXFP4: decoder("decodeMXFP4", MXFP4),
			decodeNVFP4: decoder("decodeNVFP4", NVFP4),
		},
		errorKernels: errorKernels{
			addErrors: func(s *laneSums, original, decoded *float32, n int) {
				m.call("addErrors", memoryOf(s, 1), memoryOf(original, lanes*n), memoryOf(decoded, lanes*n), n)
			},
		},
		finiteKernels: finiteKernels{
			nonFinite: func(x *float32, n int) bool { return m.call("nonFinite", memoryOf(x, 16*n), n) != 0 },
			nonFiniteBytes: func(data *byte, n int, exponents, signs uint32) bool {
				return m.call("nonFiniteBytes", memoryOf(data, 64*n), n, exponents, signs) != 0
			},
		},
	}
}
