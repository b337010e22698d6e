package convert

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/quantize"
)

// memory is an output in memory.
type memory []byte

func (m memory) WriteAt(p []byte, off int64) (int, error) { return copy(m[off:], p), nil }

// noise returns a tensor of reproducible values around zero.
func noise(seed uint32, shape ...int64) rows {
	values := make([]float32, valueCount(shape))
	for i := range values {
		seed = seed*1664525 + 1013904223
		values[i] = float32(int32(seed)) * (1.0 / (1 << 31))
	}
	return constant(shape, values)
}

// planOf lays out tensors of one type, without a directory behind them.
func planOf(t *testing.T, typ, precision quantize.Type, all ...rows) *Plan {
	t.Helper()
	tensors := make([]Tensor, len(all))
	for i, r := range all {
		tensors[i] = Tensor{
			Name: fmt.Sprintf("blk.%d.ffn_up.weight", i), Shape: r.shape(), Source: r.dtype().String(),
			Type: typ, Wanted: typ, rows: r, precision: precision,
		}
		var err error
		if tensors[i].Bytes, err = typ.RowBytes(valueCount(r.shape())); err != nil {
			t.Fatal(err)
		}
	}
	p := &Plan{Tensors: tensors}
	if err := p.layOut(new(gguf.Metadata), Options{}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *Plan) inMemory(t *testing.T, opts StreamOptions) (memory, []quantize.Metrics) {
	t.Helper()
	out := make(memory, p.Files[0].FileSize)
	metrics, err := p.WriteTensors(context.Background(), []io.WriterAt{out}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return out, metrics
}

func TestWorkersDoNotChangeResults(t *testing.T) {
	p := planOf(t, quantize.Q4_K, quantize.F32,
		noise(1, 3, 512), noise(2, 1200, 256), noise(3, 2, chunkValues+512), transposed(noise(4, 512, 700)))
	want, wantMetrics := p.inMemory(t, StreamOptions{Workers: 1, Measure: true})
	for _, workers := range []int{2, 3, 16} {
		got, metrics := p.inMemory(t, StreamOptions{Workers: workers, Measure: true})
		if !bytes.Equal(got, want) {
			t.Errorf("%d workers: other bytes", workers)
		}
		for i := range metrics {
			if metrics[i] != wantMetrics[i] {
				t.Errorf("%d workers, tensor %d: metrics %+v, want %+v", workers, i, metrics[i], wantMetrics[i])
			}
		}
	}
}

// A tensor cut into chunks and portions has the bytes of the tensor encoded in one piece.
func TestChunksJoin(t *testing.T) {
	for _, shape := range [][]int64{{1200, 256}, {5, portionValues + 512}, {2, chunkValues + 512}, {3*chunkValues + 256}} {
		r := noise(7, shape...)
		got, _ := planOf(t, quantize.Q6_K, quantize.F32, r).inMemory(t, StreamOptions{})
		want, err := quantize.AppendEncode(nil, quantize.Q6_K, readAll(t, r), quantize.Options{Columns: int(rowLength(shape))})
		if err != nil {
			t.Fatal(err)
		}
		p := planOf(t, quantize.Q6_K, quantize.F32, r)
		if start := p.Files[0].TensorFileOffset(0); !bytes.Equal(got[start:start+int64(len(want))], want) {
			t.Errorf("%v: chunks differ from the whole", shape)
		}
	}
}

// Errors are summed over whole rows, however a row is cut to be read.
func TestMeasuredByRows(t *testing.T) {
	for _, shape := range [][]int64{{300, 256}, {5, portionValues + 512}} {
		r := noise(11, shape...)
		out, metrics := planOf(t, quantize.Q6_K, quantize.F32, r).inMemory(t, StreamOptions{Measure: true})
		p := planOf(t, quantize.Q6_K, quantize.F32, r)
		values := readAll(t, r)
		decoded := make([]float32, len(values))
		if err := quantize.Decode(decoded, quantize.Q6_K, out[p.Files[0].TensorFileOffset(0):][:p.Tensors[0].Bytes]); err != nil {
			t.Fatal(err)
		}
		var want quantize.Meter
		for columns := int(shape[1]); len(values) > 0; values, decoded = values[columns:], decoded[columns:] {
			want.Add(values[:columns], decoded[:columns])
		}
		if metrics[0] != want.Metrics() {
			t.Errorf("%v: got %+v, want %+v", shape, metrics[0], want.Metrics())
		}
	}
}

// Values are rounded to the precision of the file that the reference puts in
// between, and the error is measured against what the directory has.
func TestRoundedToPrecision(t *testing.T) {
	const fine = 1 + 1.0/4096 // needs more bits than BF16 has
	r := constant([]int64{1, 256}, bytesOf(fine, 256))
	out, metrics := planOf(t, quantize.F32, quantize.BF16, r).inMemory(t, StreamOptions{Measure: true})
	p := planOf(t, quantize.F32, quantize.BF16, r)
	got := make([]float32, 256)
	if err := quantize.Decode(got, quantize.F32, out[p.Files[0].TensorFileOffset(0):][:1024]); err != nil {
		t.Fatal(err)
	}
	if got[0] != 1 {
		t.Errorf("got %v, want 1", got[0])
	}
	if want := fine - 1; math.Abs(metrics[0].RMSE-want) > 1e-12 {
		t.Errorf("RMSE %v, want %v", metrics[0].RMSE, want)
	}
}

func bytesOf(v float32, n int) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = v
	}
	return values
}

func TestNonFinite(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	at := func(index int, v float32, rowCount, columns int64) rows {
		values := bytesOf(0.5, int(rowCount*columns))
		values[index] = v
		return constant([]int64{rowCount, columns}, values)
	}
	tests := []struct {
		name        string
		rows        rows
		typ         quantize.Type
		precision   quantize.Type
		row, column int64
	}{
		{"NaN", at(3*256+5, nan, 8, 256), quantize.Q4_K, quantize.F32, 3, 5},
		{"infinity", at(7*256+255, inf, 8, 256), quantize.Q8_0, quantize.F32, 7, 255},
		{"in a late chunk", at(chunkValues+1, -inf, 1, chunkValues+256), quantize.F32, quantize.F32, 0, chunkValues + 1},
		{"too large for f16", at(256, 65536, 8, 256), quantize.F16, quantize.F32, 1, 0},
		{"too large for the precision in between", at(256, 65536, 8, 256), quantize.Q4_K, quantize.F16, 1, 0},
		{"scale too large for its half", at(256, 1e9, 8, 256), quantize.Q8_0, quantize.F32, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planOf(t, tt.typ, tt.precision, noise(1, 600, 256), tt.rows)
			out := make(memory, p.Files[0].FileSize)
			_, err := p.WriteTensors(context.Background(), []io.WriterAt{out}, StreamOptions{Workers: 3})
			var w *WeightError
			if !errors.As(err, &w) || !errors.Is(err, ErrNonFinite) {
				t.Fatalf("got %v, want a WeightError", err)
			}
			if w.Tensor != "blk.1.ffn_up.weight" || w.Row != tt.row || w.Column != tt.column {
				t.Errorf("got tensor %q row %d column %d, want row %d column %d", w.Tensor, w.Row, w.Column, tt.row, tt.column)
			}
			p.allowNonFinite = true
			if _, err := p.WriteTensors(context.Background(), []io.WriterAt{out}, StreamOptions{}); err != nil {
				t.Errorf("allowed: %v", err)
			}
		})
	}
}

// failing rows cannot be read.
type failing struct {
	rows
	err error
}

func (f failing) read([]float32, int64, *scratch) error { return f.err }

func TestFirstErrorWins(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	p := planOf(t, quantize.F16, quantize.F32,
		noise(1, 1024, 1024), failing{noise(2, 4, 4), first}, noise(3, 4, 4), failing{noise(4, 4, 4), second})
	for range 20 {
		out := make(memory, p.Files[0].FileSize)
		_, err := p.WriteTensors(context.Background(), []io.WriterAt{out}, StreamOptions{Workers: 4})
		if !errors.Is(err, first) {
			t.Fatalf("got %v, want %v", err, first)
		}
	}
}

// What a pass allocates does not grow with the number of its chunks.
func TestChunksAllocateNothing(t *testing.T) {
	if underRace {
		t.Skip("under the race detector a sync.Pool forgets what it has, by chance")
	}
	const columns = 2048
	for _, tt := range []struct {
		dtype safetensors.DType
		typ   quantize.Type
		opts  StreamOptions
	}{
		{safetensors.BF16, quantize.Q8_0, StreamOptions{}},
		{safetensors.BF16, quantize.BF16, StreamOptions{}},
		{safetensors.F8_E4M3, quantize.Q4_K, StreamOptions{}},
		{safetensors.F32, quantize.Q6_K, StreamOptions{Measure: true}},
	} {
		allocated := func(chunks int64) float64 {
			shape := []int64{chunks * chunkValues / columns, columns}
			r := permuteHeads(smallShard(t, tt.dtype, shape), 2)
			p := planOf(t, tt.typ, quantize.BF16, r)
			tt.opts.Workers = 1
			least := math.Inf(1)
			for range 3 { // a garbage collection empties the pool of the kernels
				least = min(least, testing.AllocsPerRun(1, func() {
					if _, err := p.WriteTensors(context.Background(), []io.WriterAt{nowhere{}}, tt.opts); err != nil {
						t.Fatal(err)
					}
				}))
			}
			return least
		}
		// A pass allocates the list of its chunks, which grows now and then.
		if few, many := allocated(2), allocated(10); many > few+8 {
			t.Errorf("%v to %v: %v allocations for 2 chunks, %v for 10", tt.dtype, tt.typ, few, many)
		}
	}
}

// nowhere takes everything.
type nowhere struct{}

func (nowhere) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

// smallShard returns a tensor of a shard that takes no memory.
func smallShard(t *testing.T, d safetensors.DType, shape []int64) rows {
	t.Helper()
	size := valueCount(shape) * int64(d.Bits()) / 8
	header, err := json.Marshal(map[string]any{"w": map[string]any{"dtype": d.String(), "shape": shape, "data_offsets": []int64{0, size}}})
	if err != nil {
		t.Fatal(err)
	}
	header = append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	f, err := safetensors.NewReader(patternTail(header), int64(len(header))+size, safetensors.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return tensorRows(f.Tensors[0])
}

// patternTail is a file that has floats of about one behind what is written out.
type patternTail []byte

func (head patternTail) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		p[i] = 0x38 + byte((off+int64(i))%7)
	}
	if off < int64(len(head)) {
		copy(p, head[off:])
	}
	return len(p), nil
}

func TestCancel(t *testing.T) {
	p := planOf(t, quantize.F16, quantize.F32, noise(1, 1024, 1024))
	ctx, cancel := context.WithCancel(context.Background())
	out := make(memory, p.Files[0].FileSize)
	calls := 0
	_, err := p.WriteTensors(ctx, []io.WriterAt{out}, StreamOptions{Workers: 1, Progress: func(done, total int64) {
		calls++
		if done > total {
			t.Errorf("done %d of %d", done, total)
		}
		cancel()
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if calls != 1 {
		t.Errorf("%d chunks after the cancellation", calls-1)
	}
}

// The precision that a transform reports is one that its values are exact in.
func TestTransformPrecision(t *testing.T) {
	half := halfRows{counting(2, 2)}
	for name, tt := range map[string]struct {
		rows rows
		want safetensors.DType
	}{
		"permuted":     {permuteHeads(half, 1), safetensors.F16},
		"transposed":   {transposed(half), safetensors.F16},
		"plus one":     {plusOne(half), safetensors.F16},
		"stacked":      {stacked([]rows{half, half}), safetensors.F16},
		"block scaled": {blockScaled(half, counting(1), 1, 1), safetensors.F32},
	} {
		if got := tt.rows.dtype(); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
