package imatrix_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

// raw builds files of the older format field by field, so that a test can break
// any of them.
type raw struct {
	b    []byte
	mark int64 // where the broken field stands
}

// here marks the next field as the one that an error must name.
func (r *raw) here() *raw { r.mark = int64(len(r.b)); return r }

func (r *raw) i32(v int32) *raw { r.b = binary.LittleEndian.AppendUint32(r.b, uint32(v)); return r }

func (r *raw) str(s string) *raw { r.i32(int32(len(s))); r.b = append(r.b, s...); return r }

func (r *raw) f32(values ...float32) *raw {
	for _, v := range values {
		r.b = binary.LittleEndian.AppendUint32(r.b, math.Float32bits(v))
	}
	return r
}

// entry writes an entry that is in order.
func (r *raw) entry(name string, calls int32, sums ...float32) *raw {
	return r.str(name).i32(calls).i32(int32(len(sums))).f32(sums...)
}

// container builds files of the GGUF format.
type container struct {
	meta    *gguf.Metadata
	tensors []tensor
}

type tensor struct {
	info gguf.TensorInfo
	data []byte
}

// newContainer starts a file with the keys that it must have.
func newContainer() *container {
	c := &container{meta: new(gguf.Metadata)}
	c.meta.Set("general.type", gguf.String("imatrix"))
	c.meta.Set("imatrix.datasets", gguf.Strings([]string{"a.txt", "b.txt"}))
	c.meta.Set("imatrix.chunk_count", gguf.Uint32(7))
	c.meta.Set("imatrix.chunk_size", gguf.Uint32(512))
	return c
}

func (c *container) set(key string, v gguf.Value) *container { c.meta.Set(key, v); return c }

func (c *container) del(key string) *container { c.meta.Delete(key); return c }

// tensor adds a tensor of float32.
func (c *container) tensor(name string, dims []int64, values ...float32) *container {
	info := gguf.TensorInfo{Name: name, Dims: dims, Type: quantize.F32}
	c.tensors = append(c.tensors, tensor{info, (&raw{}).f32(values...).b})
	return c
}

// entry adds an entry that is in order, with one matrix for each count.
func (c *container) entry(name string, counts, sums []float32) *container {
	matrices := int64(len(counts))
	return c.tensor(name+".in_sum2", []int64{int64(len(sums)) / matrices, matrices}, sums...).
		tensor(name+".counts", []int64{1, matrices}, counts...)
}

// bytes returns the file and where each tensor stands in it.
func (c *container) bytes(t failer) (file []byte, offsets []int64) {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(c.tensors))
	for i := range c.tensors {
		infos[i] = c.tensors[i].info
	}
	layout, err := gguf.NewLayout(c.meta, infos)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var b bytes.Buffer
	w, err := gguf.NewWriter(&b, layout)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for i := range c.tensors {
		if err := w.WriteTensor(i, bytes.NewReader(c.tensors[i].data)); err != nil {
			t.Fatalf("%v", err)
		}
		offsets = append(offsets, layout.TensorFileOffset(i))
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes(), offsets
}

// failer is what *testing.T, *testing.F and *rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func read(b []byte) (*imatrix.Matrix, error) {
	return imatrix.Read(bytes.NewReader(b), int64(len(b)), "m")
}

// mustRead reads a file that is in order.
func mustRead(t *testing.T, b []byte) *imatrix.Matrix {
	t.Helper()
	m, err := read(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// weights returns all weights of an entry.
func weights(t failer, m *imatrix.Matrix, name string) []float32 {
	t.Helper()
	e, ok := m.Entry(name)
	if !ok || e.Name != name {
		t.Fatalf("entry %q: %v, %v", name, e, ok)
	}
	w := make([]float32, e.Values)
	if err := e.ReadAt(w, 0); err != nil {
		t.Fatalf("%v", err)
	}
	return w
}
