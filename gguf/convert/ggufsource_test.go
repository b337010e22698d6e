package convert

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// specTensor is a tensor of a GGUF file in a test: dims innermost first, values
// of a fixed noise unless data is given.
type specTensor struct {
	name string
	typ  quantize.Type
	dims []int64
	data []byte
}

// writeGGUF writes a file of the given tensors and returns its path.
func writeGGUF(t *testing.T, meta *gguf.Metadata, tensors ...specTensor) string {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(tensors))
	for i, s := range tensors {
		infos[i] = gguf.TensorInfo{Name: s.name, Dims: s.dims, Type: s.typ}
	}
	layout, err := gguf.NewLayout(meta, infos)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.gguf")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := gguf.NewWriter(f, layout)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range tensors {
		if s.data == nil {
			s.data = noiseBytes(t, uint32(i+1), s)
		}
		if err := w.WriteTensor(i, bytes.NewReader(s.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func noiseBytes(t *testing.T, seed uint32, s specTensor) []byte {
	t.Helper()
	values := make([]float32, valueCount(s.dims))
	if err := noise(seed, s.dims...).read(values, 0, nil); err != nil {
		t.Fatal(err)
	}
	if !s.typ.CanEncode() { // integers
		size, err := s.typ.RowBytes(valueCount(s.dims))
		if err != nil {
			t.Fatal(err)
		}
		return make([]byte, size)
	}
	data, err := quantize.AppendEncode(nil, s.typ, values, quantize.Options{Columns: int(s.dims[0])})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// llamaMetadata describes a model of so many layers.
func llamaMetadata(layers uint32) *gguf.Metadata {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	meta.Set("llama.block_count", gguf.Uint32(layers))
	meta.Set("llama.attention.head_count", gguf.Uint32(4))
	return meta
}

// output runs a plan into memory and reads it back.
func output(t *testing.T, path string, opts Options, stream StreamOptions) *gguf.File {
	t.Helper()
	plan, err := NewPlan(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	layout := plan.Files[0]
	out := make(memory, layout.FileSize)
	if err := layout.WriteHeader(io.NewOffsetWriter(out, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.WriteTensors(context.Background(), []io.WriterAt{out}, stream); err != nil {
		t.Fatal(err)
	}
	f, err := gguf.NewReader(bytes.NewReader(out), int64(len(out)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func tensorNames(f *gguf.File) []string {
	var names []string
	for _, t := range f.Tensors {
		names = append(names, t.Name)
	}
	return names
}

func tensorBytes(t *testing.T, f *gguf.File, name string) []byte {
	t.Helper()
	tensor, ok := f.Tensor(name)
	if !ok {
		t.Fatalf("no tensor %q", name)
	}
	data, err := io.ReadAll(tensor.Open())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Layers move up over those that are pruned, and the count of layers follows.
func TestPrune(t *testing.T) {
	var tensors []specTensor
	for _, layer := range []string{"0", "1", "2", "3", "10", "11"} {
		tensors = append(tensors, specTensor{name: "blk." + layer + ".ffn_up.weight", typ: quantize.F32, dims: []int64{32, 2}})
	}
	tensors = append(tensors, specTensor{name: "output_norm.weight", typ: quantize.F32, dims: []int64{32}})
	path := writeGGUF(t, llamaMetadata(6), tensors...)
	source := output(t, path, Options{Type: Copy}, StreamOptions{})
	f := output(t, path, Options{Type: Copy, Quantize: QuantizeOptions{PruneLayers: []int{10, 1}}}, StreamOptions{})

	want := map[string]string{ // by new name
		"output_norm.weight": "output_norm.weight", "blk.0.ffn_up.weight": "blk.0.ffn_up.weight",
		"blk.1.ffn_up.weight": "blk.2.ffn_up.weight", "blk.2.ffn_up.weight": "blk.3.ffn_up.weight",
		"blk.3.ffn_up.weight": "blk.11.ffn_up.weight",
	}
	if names := tensorNames(f); len(names) != len(want) {
		t.Fatalf("tensors %q", names)
	}
	for to, from := range want {
		if !bytes.Equal(tensorBytes(t, f, to), tensorBytes(t, source, from)) {
			t.Errorf("%s is not what %s was", to, from)
		}
	}
	if v, _ := f.Metadata.Get("llama.block_count"); v.String() != gguf.Uint32(4).String() {
		t.Errorf("block_count is %v, want 4", v)
	}
}

// Tensors of a source that keep their type are copied, whatever the type.
func TestCopyKeepsBytes(t *testing.T) {
	path := writeGGUF(t, llamaMetadata(1),
		specTensor{name: "token_embd.weight", typ: quantize.Q4_K, dims: []int64{256, 8, 1}},
		specTensor{name: "blk.0.ffn_up.weight", typ: quantize.BF16, dims: []int64{40, 4}},
		specTensor{name: "blk.0.ids.weight", typ: quantize.I32, dims: []int64{4}},
	)
	source, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for _, typ := range []string{"", Auto, Copy, "COPY"} {
		f := output(t, path, Options{Type: typ}, StreamOptions{Measure: true})
		for _, tensor := range source.Tensors {
			if !bytes.Equal(tensorBytes(t, f, tensor.Name), tensorBytes(t, source, tensor.Name)) {
				t.Errorf("type %q: %s differs", typ, tensor.Name)
			}
		}
		if embd, _ := f.Tensor("token_embd.weight"); len(embd.Dims) != 2 {
			t.Errorf("type %q: dims %v", typ, embd.Dims)
		}
		if v, _ := f.Metadata.Get("general.file_type"); v.String() != gguf.Uint32(guessedFileType|uint32(quantize.FileTypeQ4_K_M)).String() {
			t.Errorf("type %q: file type %v; each type stands once, and the first in order counts", typ, v)
		}
	}
}

// An expert's matrix is encoded with that expert's weights, and with no other's.
func TestEachExpertHasItsWeights(t *testing.T) {
	const columns, rows, experts = 256, 600, 3 // two chunks to an expert
	path := writeGGUF(t, llamaMetadata(1),
		specTensor{name: "blk.0.ffn_up_exps.weight", typ: quantize.F32, dims: []int64{columns, rows, experts}})
	weights := make([]float32, columns*experts)
	for i := range weights {
		weights[i] = float32(1 + i*i%977)
	}
	m := matrixOf(t, map[string][]float32{"blk.0.ffn_up_exps.weight": weights})
	opts := Options{Type: "q4_0", Quantize: QuantizeOptions{Pure: true, Imatrix: m}}
	want := output(t, path, opts, StreamOptions{Workers: 1})

	values := make([]float32, columns*rows*experts)
	if err := noise(1, columns, rows, experts).read(values, 0, nil); err != nil {
		t.Fatal(err)
	}
	var expected []byte
	var err error
	for e := range experts {
		expected, err = quantize.AppendEncode(expected, quantize.Q4_0, values[e*columns*rows:][:columns*rows],
			quantize.Options{Columns: columns, Importance: weights[e*columns:][:columns]})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(tensorBytes(t, want, "blk.0.ffn_up_exps.weight"), expected) {
		t.Error("not the bytes of three matrices, each with its weights")
	}
	for _, workers := range []int{2, 5} {
		f := output(t, path, opts, StreamOptions{Workers: workers})
		if !bytes.Equal(tensorBytes(t, f, "blk.0.ffn_up_exps.weight"), expected) {
			t.Errorf("%d workers: other bytes", workers)
		}
	}
}

// matrixFile is an importance matrix with these entries, in the older format.
func matrixFile(entries map[string][]float32) []byte {
	u32 := binary.LittleEndian.AppendUint32
	b := u32(nil, uint32(len(entries)))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		b = append(u32(b, uint32(len(name))), name...)
		b = u32(u32(b, 1), uint32(len(entries[name])))
		for _, v := range entries[name] {
			b = u32(b, math.Float32bits(v))
		}
	}
	return b
}

// matrixOf opens such a matrix.
func matrixOf(t *testing.T, entries map[string][]float32) *imatrix.Matrix {
	t.Helper()
	b := matrixFile(entries)
	m, err := imatrix.Read(bytes.NewReader(b), int64(len(b)), "test.dat")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What cannot be quantized is told before the work starts, by name.
func TestRefusedQuantizations(t *testing.T) {
	matrix := func(name string, typ quantize.Type) specTensor {
		return specTensor{name: name, typ: typ, dims: []int64{256, 4}}
	}
	plain := []specTensor{matrix("blk.0.ffn_up.weight", quantize.F32), matrix("token_embd.weight", quantize.F32)}
	ones := func(n int) []float32 { return slices.Repeat([]float32{1}, n) }
	nan := matrix("blk.0.ffn_up.weight", quantize.F32)
	nan.data = noiseBytes(t, 1, nan)
	binary.LittleEndian.PutUint32(nan.data[4*(256+3):], math.Float32bits(float32(math.NaN())))
	tests := []struct {
		name    string
		meta    *gguf.Metadata
		tensors []specTensor
		opts    Options
		is      error
		words   string
	}{
		{"no architecture", new(gguf.Metadata), plain, Options{Type: "q4_0"}, ErrUnsupported, "general.architecture"},
		{"quantized already", nil, []specTensor{matrix("blk.0.ffn_up.weight", quantize.Q8_0)}, Options{Type: "q4_0"}, ErrUnsupported, `"blk.0.ffn_up.weight": it is q8_0 already`},
		{"integers", nil, []specTensor{matrix("blk.0.ffn_up.weight", quantize.I32)}, Options{Type: "q4_0"}, ErrUnsupported, `"blk.0.ffn_up.weight"`},
		{"no importance matrix", nil, plain, Options{Type: "iq2_xs"}, quantize.ErrImportance, `"blk.0.ffn_up.weight"`},
		{"no importance matrix, and a plan for sizes", nil, plain, Options{Type: "iq2_xs", Quantize: QuantizeOptions{SizesOnly: true}}, quantize.ErrImportance, `"blk.0.ffn_up.weight"`},
		{"exact type that needs a matrix", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{
			Types: map[string]string{"blk.0.ffn_up.weight": "iq3_xxs", "token_embd.weight": "q8_0"}}}, quantize.ErrImportance, `"blk.0.ffn_up.weight"`},
		{"no entry", nil, plain, Options{Type: "iq2_xs", Quantize: QuantizeOptions{
			Imatrix: matrixOf(t, map[string][]float32{"token_embd.weight": ones(256)})}}, quantize.ErrImportance, `"blk.0.ffn_up.weight"`},
		{"entry of another size", nil, plain, Options{Type: "q4_k", Quantize: QuantizeOptions{
			Imatrix: matrixOf(t, map[string][]float32{"blk.0.ffn_up.weight": ones(512)})}}, quantize.ErrImportance, `512 weights`},
		{"another model", nil, plain, Options{Type: "q4_k", Quantize: QuantizeOptions{
			Imatrix: matrixOf(t, map[string][]float32{"blk.0.ffn_down.weight": ones(256)})}}, quantize.ErrImportance, "another model"},
		{"no such layer", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{PruneLayers: []int{7}}}, ErrUnsupported, "layer 7"},
		{"exact type for no tensor", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{
			Types: map[string]string{"blk.0.ffn_up.weight": "q4_0", "token_embd.weight": "q8_0", "blk.9.x": "q4_0"}}}, ErrUnsupported, `"blk.9.x"`},
		{"exact type missing", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{
			Types: map[string]string{"token_embd.weight": "q8_0"}}}, ErrUnsupported, `"blk.0.ffn_up.weight"`},
		{"exact type beside a rule", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{
			Pure: true, Types: map[string]string{"token_embd.weight": "q8_0"}}}, nil, "exact types"},
		{"a type that nothing is quantized to", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{
			Types: map[string]string{"blk.0.ffn_up.weight": "q8_K", "token_embd.weight": "q8_0"}}}, quantize.ErrUnsupported, "q8_K"},
		{"a type whose blocks do not fit", nil, []specTensor{{name: "blk.0.ffn_up.weight", typ: quantize.F32, dims: []int64{40, 4}}},
			Options{Type: "q4_0", Quantize: QuantizeOptions{Types: map[string]string{"blk.0.ffn_up.weight": "q4_0"}}}, quantize.ErrShape, `"blk.0.ffn_up.weight"`},
		{"override", nil, plain, Options{Type: "q4_0", Quantize: QuantizeOptions{Overrides: []string{"a=int:x"}}}, nil, "a=int:x"},
		{"model name", nil, plain, Options{Type: "q4_0", Name: "x"}, ErrUnsupported, "model directories"},
		{"NaN", nil, []specTensor{nan}, Options{Type: "q4_0"}, ErrNonFinite, `"blk.0.ffn_up.weight": row 1, column 3`},
		{"NaN in what is copied", nil, []specTensor{nan}, Options{Type: Copy}, ErrNonFinite, `"blk.0.ffn_up.weight": row 1, column 3`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.meta == nil {
				tt.meta = llamaMetadata(1)
			}
			plan, err := NewPlan(context.Background(), writeGGUF(t, tt.meta, tt.tensors...), tt.opts)
			if err == nil {
				defer plan.Close()
				_, err = plan.WriteTensors(context.Background(), []io.WriterAt{make(memory, plan.Files[0].FileSize)}, StreamOptions{})
			}
			if err == nil {
				t.Fatal("no error")
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
			if !strings.Contains(err.Error(), tt.words) {
				t.Errorf("%q does not say %q", err, tt.words)
			}
		})
	}
}

// A split set that is kept is written along its files.
func TestKeepSplit(t *testing.T) {
	var infos []gguf.TensorInfo
	names := []string{"blk.1.ffn_up.weight", "blk.0.ffn_up.weight", "token_embd.weight"}
	for _, name := range names {
		infos = append(infos, gguf.TensorInfo{Name: name, Dims: []int64{32, 2}, Type: quantize.F32})
	}
	layouts, err := gguf.PlanSplitsAt(llamaMetadata(2), infos, []int{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	prefix := filepath.Join(t.TempDir(), "m")
	for i, layout := range layouts {
		f, err := os.Create(gguf.SplitName(prefix, i, len(layouts)))
		if err != nil {
			t.Fatal(err)
		}
		if err := layout.WriteHeader(f); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Truncate(layout.FileSize), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, keep := range []bool{true, false} {
		plan, err := NewPlan(context.Background(), gguf.SplitName(prefix, 0, 2), Options{Type: "q8_0", Quantize: QuantizeOptions{KeepSplit: keep}})
		if err != nil {
			t.Fatal(err)
		}
		defer plan.Close()
		var got []string
		for _, f := range plan.Files {
			for _, info := range f.Tensors {
				got = append(got, info.Name)
			}
			got = append(got, "|")
		}
		want := []string{names[0], "|", names[1], names[2], "|"}
		if !keep {
			want = []string{names[2], names[1], names[0], "|"}
		}
		if !slices.Equal(got, want) {
			t.Errorf("keep %v: %q, want %q", keep, got, want)
		}
	}
}

// A single value counts as a row of one, as ggml has it; a file without tensors is nothing to quantize.
func TestOddFiles(t *testing.T) {
	path := writeGGUF(t, llamaMetadata(1), specTensor{name: "scalar.weight", typ: quantize.F32, data: []byte{0, 0, 128, 63}})
	f := output(t, path, Options{Type: "q4_0"}, StreamOptions{})
	if scalar, _ := f.Tensor("scalar.weight"); !slices.Equal(scalar.Dims, []int64{1}) {
		t.Errorf("dims %v, want [1]", scalar.Dims)
	}
	if _, err := NewPlan(context.Background(), writeGGUF(t, llamaMetadata(1)), Options{Type: "q4_0"}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "no tensors") {
		t.Errorf("no tensors: %v", err)
	}
}

// What the options say in vain, and what they make of the file, is known from the plan.
func TestPlanSaysWhatOptionsDo(t *testing.T) {
	path := writeGGUF(t, llamaMetadata(1), specTensor{name: "blk.0.ffn_up.weight", typ: quantize.F32, dims: []int64{32, 2}})
	plan := func(q QuantizeOptions) *Plan {
		t.Helper()
		p, err := NewPlan(context.Background(), path, Options{Type: "q4_0", Quantize: q})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return p
	}
	p := plan(QuantizeOptions{TensorTypes: []TensorType{{"ffn_up", "q8_0"}, {"ffn_down", "q8_0"}, {"up", "q5_0"}}})
	if !slices.Equal(p.Unmatched, []string{"ffn_down"}) || p.Mixture {
		t.Errorf("unmatched %q, mixture %v", p.Unmatched, p.Mixture)
	}
	p = plan(QuantizeOptions{Types: map[string]string{"blk.0.ffn_up.weight": "q8_0"}})
	if !p.Mixture || !p.Report().Mixture {
		t.Error("exact types make no mixture")
	}
}

// The error of a sum that overflows names the weights that made it so.
func TestImportanceThatOverflows(t *testing.T) {
	path := writeGGUF(t, llamaMetadata(1), specTensor{name: "blk.0.ffn_up.weight", typ: quantize.F32, dims: []int64{256, 2}})
	m := matrixOf(t, map[string][]float32{"blk.0.ffn_up.weight": slices.Repeat([]float32{3e38}, 256)})
	p, err := NewPlan(context.Background(), path, Options{Type: "q6_k", Quantize: QuantizeOptions{Pure: true, Imatrix: m}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = p.WriteTensors(context.Background(), []io.WriterAt{make(memory, p.Files[0].FileSize)}, StreamOptions{})
	var weight *WeightError
	if !errors.As(err, &weight) || !weight.Weighted || !strings.Contains(err.Error(), "importance weights") {
		t.Errorf("got %v", err)
	}
}
