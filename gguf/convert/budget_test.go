package convert

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/tools/benchbudget/fileloss"
	"github.com/nibble-go/nibble/quantize"
)

func openTestPlan(t *testing.T, path string, opts Options) *Plan {
	t.Helper()
	p, err := NewPlan(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, p)
	return p
}

func closeAfter(t *testing.T, p *Plan) {
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}

func testBudget(t *testing.T, path string, opts Options, b BudgetOptions) (*Plan, *PlanFile) {
	t.Helper()
	p, f, err := Budget(context.Background(), path, opts, b)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, p)
	return p, f
}

// kTypes are candidates that are measured fast.
var kTypes = MeasureOptions{
	Types:        []quantize.Type{quantize.Q2_K, quantize.Q3_K, quantize.Q4_K, quantize.Q5_K, quantize.Q6_K, quantize.Q8_0},
	SampleValues: 8 << 10,
}

// TestBudgetLosesLess is what budgets are for: in the size of a recipe's file
// there is a file that loses less. Both are written, decoded and compared with
// the source.
func TestBudgetLosesLess(t *testing.T) {
	for _, spec := range []string{"tails", "experts"} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()
			model, m := writeHeavyTails(t, &smallTails)
			if spec == "experts" {
				model, m = writeHeavyTails(t, &smallExperts)
			}
			testLosesLess(t, model, m, kTypes)
		})
	}
}

// TestBudgetFable does the same for a trained model, with all candidates.
func TestBudgetFable(t *testing.T) {
	if testing.Short() {
		t.Skip("measures all types")
	}
	t.Parallel()
	model, matrix := goldenPath(t, "models", "fable-4m-bf16.gguf"), goldenPath(t, "models", "imatrix.gguf")
	testLosesLess(t, model, openTestMatrix(t, matrix), MeasureOptions{SampleValues: 16 << 10})
}

func testLosesLess(t *testing.T, model string, matrix *imatrix.Matrix, measure MeasureOptions) {
	recipes := []string{"Q3_K_M", "Q4_K_S", "Q4_K_M", "Q5_K_M"}
	if testing.Short() {
		recipes = recipes[2:3]
	}
	for _, m := range []*imatrix.Matrix{nil, matrix} {
		for _, recipe := range recipes {
			opts := Options{Type: recipe, Quantize: QuantizeOptions{Imatrix: m}}
			size, loss := writtenLoss(t, openTestPlan(t, model, opts), model, m)
			p, f := testBudget(t, model, opts, BudgetOptions{FileBytes: size, Measure: measure})
			gotSize, gotLoss := writtenLoss(t, p, model, m)
			if gotSize > size || gotSize != f.FileBytes || f.TargetFileBytes != size {
				t.Errorf("%s, with importance %v: %d bytes of %d, and the plan file says %d of %d", recipe, m != nil, gotSize, size, f.FileBytes, f.TargetFileBytes)
			}
			if gotLoss >= loss {
				t.Errorf("%s, with importance %v: the mixture loses %g, the recipe %g", recipe, m != nil, gotLoss, loss)
			}
			if f.Loss < 0.75*gotLoss || f.Loss > 1.3*gotLoss {
				t.Errorf("%s, with importance %v: the mixture loses %g, and that was estimated as %g", recipe, m != nil, gotLoss, f.Loss)
			}
		}
	}
}

// writtenLoss carries a plan out and returns the size and the loss of the file.
func writtenLoss(t *testing.T, p *Plan, model string, m *imatrix.Matrix) (int64, float64) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.gguf")
	if _, err := p.WriteFile(context.Background(), out, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	loss, err := fileloss.Measure(model, out, m)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size(), loss
}

// TestBudgetHolds: whatever the budget, down to the smallest mixture, it is not
// exceeded; more room never loses more; and nothing fits in less than the least.
func TestBudgetHolds(t *testing.T) {
	t.Parallel()
	model, _ := writeHeavyTails(t, &smallTails)
	measure := MeasureOptions{Types: []quantize.Type{quantize.Q2_K, quantize.Q4_K, quantize.Q6_K}, SampleValues: 2 << 10}
	for _, b := range []BudgetOptions{{FileBytes: 1, Measure: measure}, {BitsPerWeight: 0.5, Measure: measure}} {
		_, _, err := Budget(context.Background(), model, Options{}, b)
		short, ok := errors.AsType[*BudgetError](err)
		if !ok || !errors.Is(err, ErrUnsupported) {
			t.Fatalf("a budget of next to nothing: %v", err)
		}
		last := -1.0
		for extra := range int64(7) {
			room := short.Least + extra*extra*16001
			size := b.set(room, short.Weights)
			p, f := testBudget(t, model, Options{}, b)
			if got := size(p); got > room || extra == 0 && got != room {
				t.Errorf("%+v: %d bytes of %d", b, got, room)
			}
			if last >= 0 && f.Loss > last+f.Gap {
				t.Errorf("%+v loses %g, less room lost %g", b, f.Loss, last)
			}
			last = f.Loss
		}
		b.set(short.Least-1, short.Weights)
		if _, _, err := Budget(context.Background(), model, Options{}, b); !errors.As(err, &short) {
			t.Errorf("less than the least: %v", err)
		}
	}
}

// set makes room for that many bytes and returns what counts of a plan.
func (b *BudgetOptions) set(room, weights int64) func(*Plan) int64 {
	if b.FileBytes > 0 {
		b.FileBytes = room
		return (*Plan).Bytes
	}
	b.BitsPerWeight = 8 * float64(room) / float64(weights)
	return func(p *Plan) (n int64) {
		for i := range p.Tensors {
			n += p.Tensors[i].Bytes
		}
		return n
	}
}

// TestBudgetKeeps: the types that are not open to choice.
func TestBudgetKeeps(t *testing.T) {
	t.Parallel()
	model, m := writeHeavyTails(t, &smallExperts)
	measure := MeasureOptions{Types: []quantize.Type{quantize.Q2_K, quantize.Q3_K}, SampleValues: 2 << 10}
	for name, test := range map[string]struct {
		opts QuantizeOptions
		want map[string]quantize.Type
	}{
		"output": {QuantizeOptions{LeaveOutput: true, EmbeddingType: "q5_0"},
			map[string]quantize.Type{"output.weight": quantize.BF16, "token_embd.weight": quantize.Q5_0}},
		"named": {QuantizeOptions{OutputType: "q6_K", TensorTypes: []TensorType{{"attn_v", "iq4_xs"}}},
			map[string]quantize.Type{"output.weight": quantize.Q6_K, "blk.0.attn_v.weight": quantize.IQ4_XS, "blk.1.attn_v.weight": quantize.IQ4_XS}},
	} {
		test.opts.Imatrix = m
		p, f := testBudget(t, model, Options{Quantize: test.opts}, BudgetOptions{BitsPerWeight: 6, Measure: measure})
		for i := range p.Tensors {
			tensor := &p.Tensors[i]
			want, pinned := test.want[tensor.Name]
			switch {
			case pinned:
			case !tensor.quantizable():
				want = quantize.F32
				if len(tensor.Shape) > 1 { // the router
					want = quantize.BF16
				}
			default:
				want = quantize.Q3_K
			}
			if tensor.Type != want || f.Tensors[i].Type != want || f.Tensors[i].Bytes != tensor.Bytes {
				t.Errorf("%s: %s is %s, want %s", name, tensor.Name, tensor.Type, want)
			}
			if lossless := want == quantize.F32 || want == quantize.BF16; lossless != (f.Tensors[i].Loss == 0) {
				t.Errorf("%s: %s loses %g as %s", name, tensor.Name, f.Tensors[i].Loss, want)
			}
		}
		if p.FileType != quantize.FileTypeQ3_K_M {
			t.Errorf("%s: file type %s", name, p.FileType)
		}
	}
}

// TestBudgetSourceType: where there is room, nothing is lost.
func TestBudgetSourceType(t *testing.T) {
	t.Parallel()
	model, _ := writeHeavyTails(t, &smallTails)
	p, f := testBudget(t, model, Options{}, BudgetOptions{BitsPerWeight: 17, Measure: MeasureOptions{SampleValues: 1}})
	if f.Loss != 0 || p.FileType != quantize.FileTypeBF16 || f.Gap != 0 {
		t.Errorf("loss %g, file type %s, gap %g", f.Loss, p.FileType, f.Gap)
	}

	// A quantized source keeps what it has where it may, and is not quantized again unasked.
	out := filepath.Join(t.TempDir(), "q4.gguf")
	if _, err := openTestPlan(t, model, Options{Type: "Q4_0"}).WriteFile(context.Background(), out, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	b := BudgetOptions{BitsPerWeight: 5, Measure: MeasureOptions{SampleValues: 1}}
	if _, _, err := Budget(context.Background(), out, Options{}, b); !isRequantizeError(err) {
		t.Errorf("quantized twice: %v", err)
	}
	_, f = testBudget(t, out, Options{Quantize: QuantizeOptions{AllowRequantize: true}}, b)
	if f.Loss != 0 || f.FileType() != quantize.FileTypeQ4_0 {
		t.Errorf("loss %g, file type %s", f.Loss, f.FileType())
	}
}

func isRequantizeError(err error) bool {
	_, ok := errors.AsType[*RequantizeError](err)
	return ok
}

// TestBudgetOddRows: a tensor that can have none of the types that are asked for
// keeps its own.
func TestBudgetOddRows(t *testing.T) {
	meta := new(gguf.Metadata)
	meta.Set("general.architecture", gguf.String("llama"))
	path := writeGGUF(t, meta,
		specTensor{name: "blk.0.attn_q.weight", typ: quantize.BF16, dims: []int64{256, 4}},
		specTensor{name: "blk.0.attn_k.weight", typ: quantize.BF16, dims: []int64{80, 4}},
	)
	p, _ := testBudget(t, path, Options{}, BudgetOptions{BitsPerWeight: 16, Measure: kTypes})
	for i, want := range []quantize.Type{quantize.BF16, quantize.Q8_0} { // attn_k comes first
		if p.Tensors[i].Type != want {
			t.Errorf("%s is %s, want %s", p.Tensors[i].Name, p.Tensors[i].Type, want)
		}
	}
}

func TestBudgetRefuses(t *testing.T) {
	t.Parallel()
	model, m := writeHeavyTails(t, &smallTails)
	for name, test := range map[string]struct {
		opts   Options
		budget BudgetOptions
	}{
		"none":     {Options{}, BudgetOptions{}},
		"both":     {Options{}, BudgetOptions{BitsPerWeight: 4, FileBytes: 1 << 20}},
		"negative": {Options{}, BudgetOptions{FileBytes: -1}},
		"pure":     {Options{Quantize: QuantizeOptions{Pure: true}}, BudgetOptions{BitsPerWeight: 4}},
		"exact":    {Options{Quantize: QuantizeOptions{Types: map[string]string{"a": "q8_0"}}}, BudgetOptions{BitsPerWeight: 4}},
		"pinned without importance": {Options{Quantize: QuantizeOptions{TensorTypes: []TensorType{{"attn_v", "iq2_xs"}}}},
			BudgetOptions{BitsPerWeight: 4}},
		"candidates that need importance": {Options{}, BudgetOptions{BitsPerWeight: 4, Measure: MeasureOptions{Types: []quantize.Type{quantize.IQ2_XS}}}},
		"not encodable":                   {Options{}, BudgetOptions{BitsPerWeight: 4, Measure: MeasureOptions{Types: []quantize.Type{quantize.Q8_K}}}},
	} {
		if _, _, err := Budget(context.Background(), model, test.opts, test.budget); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, _, err := Budget(context.Background(), model+"x", Options{}, BudgetOptions{BitsPerWeight: 4}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no model: %v", err)
	}
	other := m.Keep(func(string) bool { return false })
	if _, f := testBudget(t, model, Options{Quantize: QuantizeOptions{Imatrix: other}}, BudgetOptions{BitsPerWeight: 4, Measure: kTypes}); f.Loss == 0 {
		t.Error("a matrix of which nothing is left is none")
	}
}

// TestBudgetSplits: the size of all files of a kept split set together.
func TestBudgetSplits(t *testing.T) {
	t.Parallel()
	model, _ := writeHeavyTails(t, &smallTails)
	out := filepath.Join(t.TempDir(), "split.gguf")
	split := openTestPlan(t, model, Options{Type: Copy, SplitMaxTensors: 7})
	if _, err := split.WriteFile(context.Background(), out, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	opts := Options{Quantize: QuantizeOptions{KeepSplit: true}}
	_, _, err := Budget(context.Background(), split.Paths(out)[0], opts, BudgetOptions{FileBytes: 1, Measure: kTypes})
	short, ok := errors.AsType[*BudgetError](err)
	if !ok {
		t.Fatal(err)
	}
	p, _ := testBudget(t, split.Paths(out)[0], opts, BudgetOptions{FileBytes: short.Least, Measure: kTypes})
	if len(p.Files) != len(split.Files) || p.Bytes() != short.Least {
		t.Errorf("%d files of %d bytes, want %d of %d", len(p.Files), p.Bytes(), len(split.Files), short.Least)
	}
	if !slices.ContainsFunc(p.Tensors, func(t Tensor) bool { return t.Type == quantize.Q2_K }) {
		t.Error("no q2_K in the smallest mixture")
	}
}

// TestBudgetCuts: the size of all files together, where the types decide how
// many there are. It holds for any budget, down to the smallest mixture, and what
// the files' headers take is no more than they need.
func TestBudgetCuts(t *testing.T) {
	t.Parallel()
	model, _ := writeHeavyTails(t, &smallTails)
	measure := MeasureOptions{Types: []quantize.Type{quantize.Q2_K, quantize.Q4_K, quantize.Q6_K}, SampleValues: 2 << 10}
	for _, opts := range []Options{
		{SplitMaxBytes: 1},
		{SplitMaxBytes: 40_000},
		{SplitMaxBytes: 150_000, SplitMaxTensors: 5},
		{SplitMaxBytes: 1 << 30},
	} {
		b := BudgetOptions{FileBytes: 1, Measure: measure}
		_, _, err := Budget(context.Background(), model, opts, b)
		short, ok := errors.AsType[*BudgetError](err)
		if !ok {
			t.Fatal(err)
		}
		counts := map[int]bool{}
		last := -1.0
		for extra := range int64(7) {
			b.FileBytes = short.Least + extra*extra*16001
			p, f := testBudget(t, model, opts, b)
			if got := p.Bytes(); got > b.FileBytes || extra == 0 && got != b.FileBytes || got != f.FileBytes {
				t.Errorf("%+v: %d bytes of %d, and the plan file says %d", opts, got, b.FileBytes, f.FileBytes)
			}
			for i, file := range p.Files {
				if n := fileTensorBytes(file); n > opts.SplitMaxBytes && len(file.Tensors) > 1 {
					t.Errorf("%+v: file %d has %d bytes of tensors", opts, i, n)
				}
			}
			if last >= 0 && f.Loss > last+f.Gap {
				t.Errorf("%+v: %d bytes lose %g, less room lost %g", opts, b.FileBytes, f.Loss, last)
			}
			last = f.Loss
			counts[len(p.Files)] = true
		}
		if some := opts.SplitMaxBytes == 40_000; some && len(counts) < 2 {
			t.Errorf("%+v: the types do not decide the number of files: %v", opts, counts)
		}
		b.FileBytes = short.Least - 1
		if _, _, err := Budget(context.Background(), model, opts, b); !errors.As(err, &short) {
			t.Errorf("%+v: less than the least: %v", opts, err)
		}
	}
}

func fileTensorBytes(l *gguf.Layout) (n int64) {
	for i := range l.Tensors {
		n += l.TensorSize(i)
	}
	return n
}
