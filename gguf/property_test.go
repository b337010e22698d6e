package gguf_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// failer is what *testing.T, *testing.F and *rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkAnyFile holds any bytes at all to what the package promises: it does
// not panic, its memory is bounded, its errors have a place, and what it reads
// it can write and read again.
func checkAnyFile(t failer, b []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, opts := range []gguf.ReaderOptions{{}, {HeaderOnly: true}, {Strict: true}} {
		f, err := gguf.NewReader(bytes.NewReader(b), int64(len(b)), opts)
		if err != nil {
			checkError(t, err, int64(len(b)))
			continue
		}
		readEverything(t, f)
		checkRewrite(t, f, opts)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > allocCeiling+200*uint64(len(b)) {
		t.Fatalf("%d bytes allocated for a file of %d", n, len(b))
	}
}

func checkError(t failer, err error, size int64) {
	t.Helper()
	var located *gguf.FormatError
	if !errors.As(err, &located) {
		t.Fatalf("error %v has no place", err)
	}
	if errors.Is(err, gguf.ErrFormat) == errors.Is(err, gguf.ErrUnsupported) {
		t.Fatalf("error %v is both or neither of malformed and unsupported", err)
	}
	if located.Offset < 0 || located.Offset > size {
		t.Fatalf("error %v is outside of the file of %d bytes", err, size)
	}
}

// readEverything asks for all values and all tensors.
func readEverything(t failer, f *gguf.File) {
	t.Helper()
	for key, v := range f.Metadata.All() {
		n := -1
		switch v.ElemType() {
		case gguf.TypeString:
			if s, err := v.Strings(); err == nil {
				n = len(s)
			}
		case gguf.TypeFloat32, gguf.TypeFloat64:
			if s, err := v.Floats(); err == nil {
				n = len(s)
			}
		case gguf.TypeBool:
			if s, err := v.Bools(); err == nil {
				n = len(s)
			}
		default:
			s, err := v.Ints()
			if err == nil {
				n = len(s)
			} else if v.Type() == gguf.TypeArray && v.ElemType() != gguf.TypeUint64 {
				t.Fatalf("%q: %v", key, err)
			}
		}
		if v.Type() == gguf.TypeArray && n != v.Len() && v.ElemType() != gguf.TypeUint64 {
			t.Fatalf("%q: %d elements read of %d", key, n, v.Len())
		}
		_ = v.String()
	}
	for _, tensor := range f.Tensors {
		if size, err := tensor.Size(); err != nil || size != tensor.Bytes() {
			t.Fatalf("%q: size %d, %v, view of %d bytes", tensor.Name, size, err, tensor.Bytes())
		}
		if _, err := io.Copy(io.Discard, tensor.Open()); err != nil {
			t.Fatalf("%q: %v", tensor.Name, err)
		}
	}
}

// checkRewrite writes a file's header anew and reads it again. A file that is
// not strict may have what is never written.
func checkRewrite(t failer, f *gguf.File, opts gguf.ReaderOptions) {
	t.Helper()
	infos := make([]gguf.TensorInfo, len(f.Tensors))
	for i, tensor := range f.Tensors {
		infos[i] = tensor.TensorInfo
	}
	layout, err := gguf.NewLayout(f.Metadata, infos)
	if err != nil {
		if !errors.Is(err, gguf.ErrLayout) || opts.Strict {
			t.Fatalf("file is read but not written: %v", err)
		}
		return
	}
	header, err := layout.AppendHeader(nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if int64(len(header)) != layout.DataOffset {
		t.Fatalf("header of %d bytes, data at %d", len(header), layout.DataOffset)
	}
	again, err := gguf.NewReader(bytes.NewReader(header), int64(len(header)), gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		t.Fatalf("what was written is not read: %v", err)
	}
	if again.Version != 3 || again.ByteOrder != binary.LittleEndian || again.Alignment != f.Alignment {
		t.Fatalf("version %d, %v, alignment %d", again.Version, again.ByteOrder, again.Alignment)
	}
	if got, want := contents(again.Metadata), contents(f.Metadata); got != want {
		t.Fatalf("metadata %s, want %s", got, want)
	}
	for i, tensor := range again.Tensors {
		if got, want := tensor.TensorInfo, f.Tensors[i].TensorInfo; got.Name != want.Name || got.Type != want.Type ||
			got.Offset != want.Offset || !equal(got.Dims, want.Dims) {
			t.Fatalf("tensor %v, want %v", got, want)
		}
	}
	third, err := gguf.NewLayout(again.Metadata, infos)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if h, err := third.AppendHeader(nil); err != nil || !bytes.Equal(h, header) {
		t.Fatalf("header differs when it is written once more: %v", err)
	}
}

func equal(a, b []int64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// drawFile draws a valid file with every number's place recorded.
func drawFile(t *rapid.T) *raw {
	keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9_.]{1,12}`), 0, 8, rapid.ID[string]).Draw(t, "keys")
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9_.]{1,20}`), 0, 8, rapid.ID[string]).Draw(t, "names")
	alignment := uint64(32)
	custom := rapid.Bool().Draw(t, "custom alignment")
	if custom {
		alignment = 1 << rapid.IntRange(3, 7).Draw(t, "alignment")
		keys = append(keys, "general.alignment")
	}
	r := &raw{big: rapid.Bool().Draw(t, "big-endian")}
	r.headVersion(uint32(rapid.IntRange(2, 3).Draw(t, "version")), uint64(len(names)), uint64(len(keys)))
	for _, key := range keys {
		if key == "general.alignment" {
			r.align(uint32(alignment))
			continue
		}
		drawValue(t, r, key)
	}
	offset := uint64(0)
	for _, name := range names {
		typ := rapid.SampledFrom(quantize.Types()).Draw(t, "type")
		dims := rapid.SliceOfN(rapid.Uint64Range(0, 5), 0, 4).Draw(t, "dims")
		values := uint64(1)
		if len(dims) == 0 && typ.BlockSize() > 1 {
			dims = []uint64{1}
		}
		if len(dims) > 0 {
			dims[0] *= uint64(typ.BlockSize())
		}
		for _, d := range dims {
			values *= d
		}
		r.tensor(name, uint32(typ), offset, dims...)
		size := values / uint64(typ.BlockSize()) * uint64(typ.BlockBytes())
		offset += (size + alignment - 1) / alignment * alignment
	}
	if len(names) > 0 {
		r.pad(int(alignment)).data(int(offset))
	}
	return r
}

// drawValue writes a key with a scalar, a string or an array of up to 5.
func drawValue(t *rapid.T, r *raw, key string) {
	typ := gguf.ValueType(rapid.Uint32Range(0, 12).Draw(t, "value type"))
	n := 1
	if typ == gguf.TypeArray {
		typ = gguf.ValueType(rapid.Uint32Range(0, 11).Draw(t, "element type"))
		if typ >= gguf.TypeArray {
			typ++ // no arrays in arrays
		}
		n = rapid.IntRange(0, 5).Draw(t, "length")
		r.arr(key, typ, uint64(n))
	} else {
		r.kv(key, typ)
	}
	for range n {
		bits := rapid.Uint64().Draw(t, "bits")
		switch typ {
		case gguf.TypeString:
			r.str(rapid.String().Draw(t, "text"))
		case gguf.TypeBool:
			r.u8(byte(bits & 1))
		case gguf.TypeUint8, gguf.TypeInt8:
			r.u8(byte(bits))
		case gguf.TypeUint16, gguf.TypeInt16:
			r.u16(uint16(bits))
		case gguf.TypeUint32, gguf.TypeInt32, gguf.TypeFloat32:
			r.u32(uint32(bits))
		default:
			r.u64(bits)
		}
	}
}

// Any valid file is read, strictly, from memory, from a file and from a part
// of a larger source, and written again.
func TestValidFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "drawn.gguf")
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		r := drawFile(t)
		checkAnyFile(t, r.b)
		f, err := r.read(gguf.ReaderOptions{Strict: true})
		if err != nil {
			t.Fatalf("%v", err)
		}
		var want []string
		for _, tensor := range f.Tensors {
			b, err := io.ReadAll(tensor.Open())
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, string(b))
			if end := tensor.FileOffset() + tensor.Bytes(); !bytes.Equal(b, r.b[tensor.FileOffset():end]) {
				t.Fatalf("view of %q is not bytes %d to %d", tensor.Name, tensor.FileOffset(), end)
			}
		}
		larger := io.NewSectionReader(bytes.NewReader(append([]byte("xyz"), r.b...)), 3, int64(len(r.b)))
		part, err := gguf.NewReader(larger, larger.Size(), gguf.ReaderOptions{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		sameData(t, part, want)
		if checks++; checks%10 != 0 {
			return
		}
		if err := os.WriteFile(path, r.b, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := gguf.OpenSingle(path, gguf.ReaderOptions{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		sameData(t, opened, want)
		if err := opened.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func sameData(t failer, f *gguf.File, want []string) {
	t.Helper()
	for i, tensor := range f.Tensors {
		b := make([]byte, tensor.Bytes())
		if n, err := tensor.ReadAt(b, 0); n != len(b) || err != nil && !errors.Is(err, io.EOF) || string(b) != want[i] {
			t.Fatalf("%q: %d bytes, %v, or they differ", tensor.Name, n, err)
		}
		if n, err := tensor.ReadAt(make([]byte, 1), tensor.Bytes()); n != 0 || !errors.Is(err, io.EOF) {
			t.Fatalf("%q: %d bytes read behind the end, %v", tensor.Name, n, err)
		}
	}
}

// One to three edits of the numbers of a valid file: counts, lengths, types
// and offsets that lie.
func TestEditedFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawFile(t)
		for range rapid.IntRange(1, 3).Draw(t, "edits") {
			edit(t, r)
		}
		checkAnyFile(t, r.b)
	})
}

func edit(t *rapid.T, r *raw) {
	f := r.fields[rapid.IntRange(0, len(r.fields)-1).Draw(t, "field")]
	if f.at+f.size > len(r.b) {
		return // cut off by an edit before
	}
	b := r.b[f.at : f.at+f.size]
	switch rapid.SampledFrom([]string{"set", "add", "cut", "remove", "insert"}).Draw(t, "edit") {
	case "set":
		v := rapid.SampledFrom([]uint64{0, 1, 2, 4, 5, 13, 0x7f, 0xff, 0x7fff, 0xffff, 1 << 31, 1<<31 - 1, 1<<32 - 1, 1 << 40, 1<<62 - 1, 1 << 62, 1<<63 - 1, 1 << 63, 1<<64 - 32, 1<<64 - 1}).Draw(t, "value")
		setNumber(r, b, v)
	case "add":
		d := rapid.SampledFrom([]uint64{1, 1<<64 - 1, 8, 32, 1<<64 - 32, 1 << 32, 1 << 63}).Draw(t, "difference")
		setNumber(r, b, number(r, b)+d)
	case "cut":
		r.b = r.b[:f.at]
	case "remove":
		r.b = append(r.b[:f.at:f.at], r.b[f.at+f.size:]...)
	case "insert":
		r.b = append(r.b[:f.at+f.size:f.at+f.size], r.b[f.at:]...)
	}
}

func number(r *raw, b []byte) uint64 {
	var word [8]byte
	if r.big {
		copy(word[8-len(b):], b)
		return binary.BigEndian.Uint64(word[:])
	}
	copy(word[:], b)
	return binary.LittleEndian.Uint64(word[:])
}

func setNumber(r *raw, b []byte, v uint64) {
	if r.big {
		word := binary.BigEndian.AppendUint64(nil, v)
		copy(b, word[max(0, 8-len(b)):])
		return
	}
	copy(b, binary.LittleEndian.AppendUint64(nil, v))
}
