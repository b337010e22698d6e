package weights

import (
	"encoding/binary"
	"math"
	"os"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// A madeTensor is a tensor of a made GGUF file.
type madeTensor struct {
	name string
	typ  quantize.Type
	dims []int64 // innermost first
	data []byte
}

func f32s(values ...float32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// ramp returns n values of both signs, and their bytes as t.
func ramp(t *testing.T, n int, typ quantize.Type) ([]float32, []byte) {
	t.Helper()
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(math.Sin(float64(i*i))) * float32(i%7+1)
	}
	data, err := quantize.AppendEncode(nil, typ, values, quantize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return values, data
}

// writeGGUF writes a GGUF file. Without metadata it has none.
func writeGGUF(t testing.TB, path string, meta *gguf.Metadata, tensors ...madeTensor) {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(tensors))
	for i, m := range tensors {
		infos[i] = gguf.TensorInfo{Name: m.name, Dims: m.dims, Type: m.typ}
	}
	layout, err := gguf.NewLayout(meta, infos)
	if err != nil {
		t.Fatal(err)
	}
	data, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range tensors {
		data = append(data, m.data...)
		data = append(data, make([]byte, layout.PaddingAfter(i))...)
	}
	if int64(len(data)) != layout.FileSize {
		t.Fatalf("%d bytes, want %d", len(data), layout.FileSize)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
