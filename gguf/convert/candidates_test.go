package convert

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/fileloss"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/heavytail"
	"github.com/nibble-go/nibble/quantize"
)

// smallTails and smallExperts are heavy-tailed models for tests: two layers, the
// second with stacks of experts.
var (
	smallTails   = heavytail.Spec{Name: "tails", Layers: 2, Width: 256, Hidden: 512, Words: 256, Seed: 1, Tails: []int{3, 4, 6, 12}}
	smallExperts = heavytail.Spec{Name: "experts", Layers: 2, Width: 256, Hidden: 256, Words: 256, Experts: 3, Seed: 2, Tails: []int{4, 8}, Outliers: 3}
)

// writeHeavyTails writes a model and its importance matrix to files.
func writeHeavyTails(t *testing.T, spec *heavytail.Spec) (model string, m *imatrix.Matrix) {
	t.Helper()
	dir := t.TempDir()
	model = filepath.Join(dir, "model.gguf")
	if err := spec.Write(model); err != nil {
		t.Fatal(err)
	}
	matrix := filepath.Join(dir, "imatrix.gguf")
	if err := spec.WriteMatrix(matrix); err != nil {
		t.Fatal(err)
	}
	return model, openTestMatrix(t, matrix)
}

// TestMeasureTypesIsWhatFilesLose: measured on all rows, the costs of the types
// that a plan has are those of the file that it writes, expert by expert weighted
// with the importance that the expert has.
func TestMeasureTypesIsWhatFilesLose(t *testing.T) {
	t.Parallel()
	model, matrix := writeHeavyTails(t, &smallExperts)
	for _, m := range []*imatrix.Matrix{nil, matrix} {
		p := openTestPlan(t, model, Options{Type: "Q3_K_M", Quantize: QuantizeOptions{Imatrix: m}})
		out := filepath.Join(t.TempDir(), "out.gguf")
		if _, err := p.WriteFile(context.Background(), out, WriteOptions{}); err != nil {
			t.Fatal(err)
		}
		want, err := fileloss.Measure(model, out, m)
		if err != nil {
			t.Fatal(err)
		}
		types := []quantize.Type{quantize.Q3_K, quantize.Q4_K, quantize.Q5_K, quantize.Q6_K}
		costs, err := p.MeasureTypes(context.Background(), MeasureOptions{Types: types, SampleValues: -1})
		if err != nil {
			t.Fatal(err)
		}
		var got float64
		for _, c := range costs {
			tensor := &p.Tensors[c.Tensor]
			i := slices.IndexFunc(c.Types, func(tc TypeCost) bool { return tc.Type == tensor.Type })
			if i < 0 || c.Types[i].Bytes != tensor.Bytes || c.Sampled != c.Rows {
				t.Fatalf("%s: %+v, want %s with %d bytes", tensor.Name, c, tensor.Type, tensor.Bytes)
			}
			got += c.Types[i].Loss
		}
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("with importance %v: measured %g, the file loses %g", m != nil, got, want)
		}
	}
}

// TestMeasureTypesWorkers: neither the workers nor the other candidates change a
// number, and a sample estimates what all rows say.
func TestMeasureTypesWorkers(t *testing.T) {
	t.Parallel()
	model, m := writeHeavyTails(t, &smallTails)
	p := openTestPlan(t, model, Options{Type: "Q4_K_M", Quantize: QuantizeOptions{Imatrix: m}})
	measure := func(opts MeasureOptions) []TensorCosts {
		opts.Types = []quantize.Type{quantize.Q3_K, quantize.Q6_K}
		costs, err := p.MeasureTypes(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		return costs
	}
	var done, total int64
	progress := func(d, n int64) {
		if d < done {
			t.Errorf("progress went from %d to %d", done, d)
		}
		done, total = d, n
	}
	one, three := measure(MeasureOptions{SampleValues: 16 << 10, Workers: 1, Progress: progress}), measure(MeasureOptions{SampleValues: 16 << 10, Workers: 3})
	if done != total || total == 0 {
		t.Errorf("progress ended at %d of %d", done, total)
	}
	all := measure(MeasureOptions{SampleValues: -1})
	var sampled, exact float64
	for i := range one {
		if !slices.Equal(one[i].Types, three[i].Types) {
			t.Errorf("tensor %d: %v with one worker, %v with three", one[i].Tensor, one[i].Types, three[i].Types)
		}
		if one[i].Sampled != min(one[i].Rows, (16<<10)/rowLength(p.Tensors[one[i].Tensor].Shape)) {
			t.Errorf("tensor %d: %d rows of %d", one[i].Tensor, one[i].Sampled, one[i].Rows)
		}
		for j := range one[i].Types {
			sampled += one[i].Types[j].Loss
			exact += all[i].Types[j].Loss
		}
	}
	if ratio := sampled / exact; ratio == 1 || ratio < 0.8 || ratio > 1.25 {
		t.Errorf("sampled loss is %g of the exact one", ratio)
	}
}

// TestMeasureTypesDirectory: a directory has the costs of the file in its
// precision.
func TestMeasureTypesDirectory(t *testing.T) {
	t.Parallel()
	opts := MeasureOptions{Types: []quantize.Type{quantize.Q4_0, quantize.F16}, SampleValues: 4 << 10}
	var costs [2][]TensorCosts
	for i, path := range []string{extractSample(t), goldenPath(t, "models", "fable-4m-bf16.gguf")} {
		p := openTestPlan(t, path, Options{Type: "Q4_K_M"})
		var err error
		if costs[i], err = p.MeasureTypes(context.Background(), opts); err != nil {
			t.Fatal(err)
		}
	}
	if len(costs[0]) == 0 || len(costs[0]) != len(costs[1]) {
		t.Fatalf("%d and %d tensors", len(costs[0]), len(costs[1]))
	}
	for i := range costs[0] {
		if !slices.Equal(costs[0][i].Types, costs[1][i].Types) {
			t.Errorf("directory %+v, file %+v", costs[0][i], costs[1][i])
		}
	}
}

// TestMeasureTypesCandidates: which types a tensor can have.
func TestMeasureTypesCandidates(t *testing.T) {
	huge := make([]float32, 256)
	huge[7] = 1e6
	hugeBytes, err := quantize.AppendEncode(nil, quantize.F32, huge, quantize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	path := writeGGUF(t, meta,
		specTensor{name: "blk.0.attn_q.weight", typ: quantize.F32, dims: []int64{256, 2}},
		specTensor{name: "blk.0.attn_k.weight", typ: quantize.F32, dims: []int64{96, 2}},
		specTensor{name: "blk.0.attn_v.weight", typ: quantize.F32, dims: []int64{80, 2}},
		specTensor{name: "blk.0.ffn_up.weight", typ: quantize.F32, dims: []int64{128, 2}, data: hugeBytes},
		specTensor{name: "blk.0.attn_norm.weight", typ: quantize.F32, dims: []int64{256}},
		specTensor{name: "token_embd.weight", typ: quantize.F32, dims: []int64{256, 2}},
	)
	p := openTestPlan(t, path, Options{Type: "Q4_K_M"})
	costs, err := p.MeasureTypes(context.Background(), MeasureOptions{
		Types: []quantize.Type{quantize.F16, quantize.Q8_0, quantize.IQ2_XXS, quantize.IQ3_XXS, quantize.Q2_K, quantize.F32},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"blk.0.attn_q.weight": "f16 q8_0 q2_K f32",
		"blk.0.attn_k.weight": "f16 q8_0 f32",
		"blk.0.attn_v.weight": "f16 f32",
		"blk.0.ffn_up.weight": "q8_0 f32", // F16 holds no million
		"token_embd.weight":   "f16 q8_0 iq3_xxs q2_K f32",
	}
	if len(costs) != len(want) {
		t.Errorf("%d tensors, want %d", len(costs), len(want))
	}
	for _, c := range costs {
		name := p.Tensors[c.Tensor].Name
		var types []string
		for _, tc := range c.Types {
			types = append(types, tc.Type.String())
			if tc.Loss < 0 || (tc.Loss == 0) != (tc.Type == quantize.F32) {
				t.Errorf("%s: %s loses %g", name, tc.Type, tc.Loss)
			}
		}
		if got := strings.Join(types, " "); got != want[name] {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
	}
	if _, err := p.MeasureTypes(context.Background(), MeasureOptions{Types: []quantize.Type{quantize.Q8_K}}); !errors.Is(err, quantize.ErrUnsupported) {
		t.Errorf("a type that cannot be encoded: %v", err)
	}
	one, err := p.MeasureTypes(context.Background(), MeasureOptions{Select: func(t *Tensor) bool { return t.Name == "blk.0.attn_norm.weight" }})
	if err != nil || len(one) != 1 || one[0].Rows != 1 || !slices.ContainsFunc(one[0].Types, func(tc TypeCost) bool { return tc.Type == quantize.Q4_K }) {
		t.Errorf("one selected: %+v, %v", one, err)
	}
}

// TestMeasureTypesFails: the first error by position is reported, and a context
// ends the run.
func TestMeasureTypesFails(t *testing.T) {
	nan := make([]float32, 1024)
	nan[700] = float32(math.NaN())
	p := planOf(t, quantize.Q4_K, quantize.F32, noise(1, 4, 256), constant([]int64{4, 256}, nan), constant([]int64{4, 256}, nan))
	for _, workers := range []int{1, 3} {
		_, err := p.MeasureTypes(context.Background(), MeasureOptions{Workers: workers})
		at, ok := errors.AsType[*WeightError](err)
		if !ok || at.Tensor != "blk.1.ffn_up.weight" || at.Row != 2 || at.Column != 700-512 {
			t.Errorf("%d workers: %v", workers, err)
		}
	}
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := p.MeasureTypes(ctx, MeasureOptions{}); !errors.Is(err, cause) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestMeasureLongRows: a row longer than a batch is measured in pieces, with the
// weights of each.
func TestMeasureLongRows(t *testing.T) {
	const columns = 3*batchValues + 512
	p := planOf(t, quantize.Q8_0, quantize.F32, noise(3, 2, columns))
	costs, err := p.MeasureTypes(context.Background(), MeasureOptions{Types: []quantize.Type{quantize.Q8_0}, SampleValues: -1})
	if err != nil {
		t.Fatal(err)
	}
	_, metrics := p.inMemory(t, StreamOptions{Measure: true})
	want := metrics[0].RMSE * metrics[0].RMSE * float64(metrics[0].Count)
	if got := costs[0].Types[0].Loss; math.Abs(got-want) > 1e-9*want {
		t.Errorf("loss %g, want %g", got, want)
	}
}

// TestCandidateRows: each part of a tensor has one row of the sample, and each
// matrix as many as the others.
func TestCandidateRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		matrices := rapid.Int64Range(1, 9).Draw(t, "matrices")
		each := rapid.Int64Range(1, 50).Draw(t, "rows of a matrix")
		row := rapid.Int64Range(1, 5000).Draw(t, "columns")
		rows := matrices * each
		n := sampleSize(rows, row, matrices, rapid.Int64Range(-1, 1<<18).Draw(t, "values"))
		if n < matrices || n > rows || n%matrices != 0 {
			t.Fatalf("%d rows of %d in %d matrices", n, rows, matrices)
		}
		counts := make([]int64, matrices)
		last := int64(-1)
		for at := range sampledRows("a.weight", rows, n) {
			if at <= last || at >= rows {
				t.Fatalf("row %d of %d follows %d", at, rows, last)
			}
			last = at
			counts[at/each]++
		}
		for _, count := range counts {
			if count != n/matrices {
				t.Fatalf("%v rows of the matrices", counts)
			}
		}
	})
}
