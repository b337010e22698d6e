package safetensors_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nibble-go/nibble/gguf/safetensors"
)

func newReader(t *testing.T, data []byte) *safetensors.File {
	t.Helper()
	f, err := safetensors.NewReader(bytes.NewReader(data), int64(len(data)), safetensors.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFile(t *testing.T) {
	data := file(`{"__metadata__":{"format":"pt"},`+tensor("z", "U8", "2,3", 4, 10)+","+tensor("a", "F32", "", 0, 4)+"}", 0)
	start := int64(len(data))
	data = append(data, "0123456789"...)
	f := newReader(t, data)
	if f.Metadata["format"] != "pt" || len(f.Metadata) != 1 || f.DataOffset != start || f.Size != start+10 {
		t.Errorf("%+v", f)
	}
	if len(f.Tensors) != 2 || f.Tensors[0].Name != "a" || f.Tensors[1].Name != "z" {
		t.Fatalf("tensors %+v", f.Tensors)
	}
	a, _ := f.Lookup("a")
	if a.DType != safetensors.F32 || len(a.Shape) != 0 || a.Values() != 1 || a.Size() != 4 || a.FileOffset() != start {
		t.Errorf("a: %+v", a)
	}
	z, ok := f.Lookup("z")
	if !ok || !slices.Equal(z.Shape, []int64{2, 3}) || z.Values() != 6 || z.FileOffset() != start+4 {
		t.Errorf("z: %+v", z)
	}
	if _, ok := f.Lookup("b"); ok {
		t.Error("found a tensor that is not there")
	}
	if err := f.Close(); err != nil {
		t.Errorf("closing a file that the package did not open: %v", err)
	}
}

// A tensor's view ends where the tensor does, though the file goes on.
func TestTensorReadAt(t *testing.T) {
	data := append(file(object(tensor("a", "U8", "4", 0, 4), tensor("b", "U8", "2", 4, 6)), 0), "012345"...)
	f := newReader(t, data)
	a, _ := f.Lookup("a")
	for _, test := range []struct {
		off  int64
		n    int
		want string
		err  error
	}{
		{0, 4, "0123", nil}, {1, 2, "12", nil}, {0, 0, "", nil}, {4, 0, "", io.EOF},
		{2, 4, "23", io.EOF}, {4, 1, "", io.EOF}, {math.MaxInt64, 1, "", io.EOF},
	} {
		p := make([]byte, test.n)
		n, err := a.ReadAt(p, test.off)
		if string(p[:n]) != test.want || err != test.err { // exactly, as io.ReaderAt wants it
			t.Errorf("%d bytes at %d: %q, %v", test.n, test.off, p[:n], err)
		}
	}
	if _, err := a.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read at a negative offset")
	}
	b, _ := newTruncated(t, data, 5).Lookup("b")
	if n, err := b.ReadAt(make([]byte, 2), 0); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("truncated file: %d, %v", n, err)
	}
}

// newTruncated opens a file that then loses n bytes at its end.
func newTruncated(t *testing.T, data []byte, n int) *safetensors.File {
	t.Helper()
	f, err := safetensors.NewReader(bytes.NewReader(data[:len(data)-n]), int64(len(data)), safetensors.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMaxTensors(t *testing.T) {
	data := file(object(tensor("a", "U8", "0", 0, 0), tensor("b", "U8", "0", 0, 0)), 0)
	for limit, want := range map[int]error{1: safetensors.ErrUnsupported, 2: nil} {
		_, err := safetensors.NewReader(bytes.NewReader(data), int64(len(data)), safetensors.ReaderOptions{MaxTensors: limit})
		if !errors.Is(err, want) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	if err := os.WriteFile(path, file(object(tensor("a", "U8", "4", 0, 4)), 4), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := f.Tensors[0].ReadAt(make([]byte, 4), 0); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
	if _, err := safetensors.Open(dir); !errors.Is(err, safetensors.ErrFormat) {
		t.Errorf("directory: %v", err)
	}
	if _, err := safetensors.Open(filepath.Join(dir, "absent")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	if err := os.WriteFile(path, []byte("PK\x03\x04"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := safetensors.Open(path); !errors.Is(err, safetensors.ErrFormat) || err.Error()[:len(path)] != path {
		t.Errorf("not a safetensors file: %v", err)
	}
}

func TestDType(t *testing.T) {
	bits := map[string]int{
		"BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
		"F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
		"F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
	}
	count := 0
	for d := safetensors.BOOL; d.Bits() > 0; d++ {
		count++
		if bits[d.String()] != d.Bits() {
			t.Errorf("%v has %d bits", d, d.Bits())
		}
		if back, ok := safetensors.ParseDType(d.String()); back != d || !ok {
			t.Errorf("%v parsed as %v", d, back)
		}
	}
	if count != len(bits) {
		t.Errorf("%d types, want %d", count, len(bits))
	}
	for _, name := range []string{"", "f32", "F32 ", "invalid", "INVALID"} {
		if d, ok := safetensors.ParseDType(name); ok {
			t.Errorf("%q parsed as %v", name, d)
		}
	}
	if s := safetensors.DType(200).String(); s != "invalid" {
		t.Errorf("DType(200) is %q", s)
	}
}

func TestDecodeFloat32(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	tests := []struct {
		dtype safetensors.DType
		src   []byte
		want  []float32
	}{
		{safetensors.F32, []byte{0, 0, 0x80, 0x3f, 1, 0, 0, 0}, []float32{1, math.SmallestNonzeroFloat32}},
		{safetensors.F16, []byte{0, 0x3c, 1, 0, 0, 0xfc}, []float32{1, 0x1p-24, -inf}},
		{safetensors.BF16, []byte{0x80, 0x3f, 0x80, 0x7f, 0xc0, 0x7f}, []float32{1, inf, nan}},
		{safetensors.F8_E4M3, []byte{0x38, 0x7e, 0x7f, 0x81}, []float32{1, 448, nan, -0x1p-9}},
		{safetensors.F8_E5M2, []byte{0x3c, 0x7b, 0x7c, 0x01}, []float32{1, 57344, inf, 0x1p-16}},
		// 1 + 2^-24 lies between two float32 and is rounded to the even one,
		// 1 + 2^-24 + 2^-52 to the upper, 1e300 overflows.
		{safetensors.F64, []byte{
			0, 0, 0, 0x10, 0, 0, 0xf0, 0x3f,
			1, 0, 0, 0x10, 0, 0, 0xf0, 0x3f,
			0x9c, 0x75, 0x00, 0x88, 0x3c, 0xe4, 0x37, 0x7e,
		}, []float32{1, 1 + 0x1p-23, inf}},
	}
	for _, test := range tests {
		got := make([]float32, len(test.want))
		if err := safetensors.DecodeFloat32(got, test.dtype, test.src); err != nil {
			t.Errorf("%v: %v", test.dtype, err)
		}
		for i, want := range test.want {
			if got[i] != want && !(want != want && got[i] != got[i]) {
				t.Errorf("%v: value %d is %v, want %v", test.dtype, i, got[i], want)
			}
		}
		if err := safetensors.DecodeFloat32(got, test.dtype, test.src[1:]); !errors.Is(err, safetensors.ErrFormat) {
			t.Errorf("%v: a byte too few: %v", test.dtype, err)
		}
	}
	for d := safetensors.BOOL; d.Bits() > 0; d++ {
		err := safetensors.DecodeFloat32(make([]float32, 8), d, make([]byte, d.Bits()))
		if d.IsFloat() != (err == nil) || err != nil && !errors.Is(err, safetensors.ErrUnsupported) {
			t.Errorf("%v: %v", d, err)
		}
	}
}
