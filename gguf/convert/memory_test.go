package convert

import (
	"io"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// held returns how many bytes of buffers a worker has.
func (w *worker) held() int {
	return cap(w.buf.encoded) + cap(w.encoded) +
		4*(cap(w.buf.widened)+cap(w.buf.band)+cap(w.values)+cap(w.second)+cap(w.weights))
}

// held returns how many bytes of buffers a measurer has.
func (w *measurer) held() int { return w.worker.held() + 4*(cap(w.source)+cap(w.exact)) }

// floatRows is a tensor of float32 that takes as much memory to read as one in a shard.
type floatRows struct{ rows }

func (r floatRows) read(dst []float32, from int64, buf *scratch) error {
	buf.bytes(4 * int64(len(dst)))
	return r.rows.read(dst, from, buf)
}

// weighAll gives every tensor of a plan importance weights.
func weighAll(t *testing.T, p *Plan) {
	t.Helper()
	weights := make(map[string][]float32)
	for i := range p.Tensors {
		weights[p.Tensors[i].Name] = slices.Repeat([]float32{2}, int(rowLength(p.Tensors[i].Shape)))
	}
	m := matrixOf(t, weights)
	for i := range p.Tensors {
		p.Tensors[i].importance, _ = m.Entry(p.Tensors[i].Name)
	}
}

// A worker needs as much as StreamOptions says.
func TestWorkerMemory(t *testing.T) {
	for _, tt := range []struct {
		name string
		typ  quantize.Type
		rows rows
		most int
	}{
		{"rows", quantize.F32, floatRows{noise(1, 300, 1024)}, 3 << 19},
		{"long rows", quantize.F16, floatRows{noise(1, 1, chunkValues)}, 5 << 20},
		{"gathered rows", quantize.F32, transposed(floatRows{noise(1, 1024, 300)}), 4 << 20},
		{"row longer than a chunk", quantize.Q8_0, floatRows{noise(1, 1, 3*chunkValues)}, 20 * 3 * chunkValues},
	} {
		for _, weighted := range []bool{false, true} {
			p := planOf(t, tt.typ, quantize.BF16, tt.rows)
			if weighted {
				weighAll(t, p)
			}
			var s stream
			s.init(p, []io.WriterAt{nowhere{}}, p.chunks(), StreamOptions{Measure: true})
			var w worker
			for i := range s.chunks {
				if _, err := w.convert(&s, int64(i)); err != nil {
					t.Fatal(err)
				}
			}
			if w.held() > tt.most {
				t.Errorf("%s, weighted %t: %d bytes, want at most %d", tt.name, weighted, w.held(), tt.most)
			}
		}
	}
}

// A worker that measures types needs as much as MeasureOptions says, however long the rows are.
func TestMeasurerMemory(t *testing.T) {
	p := planOf(t, quantize.Q8_0, quantize.BF16, floatRows{noise(1, 40, 1024)}, floatRows{noise(2, 2, chunkValues)}, transposed(floatRows{noise(3, 1024, 256)}))
	weighAll(t, p)
	m := measurement{plan: p}
	for i := range p.Tensors {
		m.add(i, CandidateTypes())
	}
	var w measurer
	for i := range m.batches {
		if _, err := w.measure(&m, &m.batches[i]); err != nil {
			t.Fatal(err)
		}
	}
	if w.held() > 512<<10 {
		t.Errorf("%d bytes, want at most 512 KiB", w.held())
	}
}
