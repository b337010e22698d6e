package imatrix_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/quantize"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

func TestHostileLegacy(t *testing.T) {
	start := func(entries int32) *raw { return (&raw{}).i32(entries) }
	pad := func(r *raw, n int) *raw { r.b = append(r.b, make([]byte, n)...); return r }
	for _, c := range []struct {
		name string
		file *raw
		want error
		text string
	}{
		{"empty", &raw{}, imatrix.ErrFormat, "start: file of 0 bytes is no importance matrix"},
		{"three bytes", pad(&raw{}, 3), imatrix.ErrFormat, "start: file of 3 bytes is no importance matrix"},
		{"no entries", (&raw{}).here().i32(0), imatrix.ErrFormat, "number of entries: 0 is less than 1"},
		{"negative entries", pad((&raw{}).here().i32(-1), 100), imatrix.ErrFormat, "number of entries: -1 is less than 1"},
		{"text", &raw{b: []byte("this is a text of some length, and no matrix")}, imatrix.ErrFormat, "1936287860 do not fit into the 40 bytes that remain: no importance matrix"},
		{"more entries than bytes", pad((&raw{}).here().i32(6), 6*17-1), imatrix.ErrFormat, "number of entries: 6 do not fit"},
		{"an entry is missing", pad(start(2).entry("a", 1, 2, 3, 4, 5, 6, 7).here(), 0), imatrix.ErrFormat, "name of entry 1: file ends early, 4 bytes needed, 0 remain"},
		{"name of 0 bytes", pad(start(1).here().i32(0), 20), imatrix.ErrFormat, "name of entry 0: 0 is less than 1"},
		{"name of -1 bytes", pad(start(1).here().i32(-1), 20), imatrix.ErrFormat, "name of entry 0: -1 is less than 1"},
		{"name of 256 bytes", start(1).here().entry(strings.Repeat("n", 256), 1, 2), imatrix.ErrFormat, "name of 256 bytes is longer than 255"},
		{"name is cut", pad(start(1).here().i32(100), 40), imatrix.ErrFormat, "name of entry 0: file ends early, 100 bytes needed, 40 remain"},
		{"NUL in a name", start(1).here().entry("a\x00b", 1, 2), imatrix.ErrFormat, `name "a\x00b" holds a NUL`},
		{"name used twice", start(2).entry("a", 1, 2).here().entry("a", 1, 2), imatrix.ErrFormat, `entry "a": name is used twice`},
		{"calls are cut", start(1).str("abcdefghijklm").here(), imatrix.ErrFormat, `entry "abcdefghijklm" calls: file ends early`},
		{"negative calls", start(1).str("a").here().i32(-3).i32(1).f32(2), imatrix.ErrFormat, `entry "a" calls: -3 is less than 0`},
		{"no values", pad(start(1).str("a").i32(1).here().i32(0), 4), imatrix.ErrFormat, `entry "a" number of values: 0 is less than 1`},
		{"negative values", pad(start(1).str("a").i32(1).here().i32(-8), 4), imatrix.ErrFormat, `entry "a" number of values: -8 is less than 1`},
		{"2^31-1 values", pad(start(1).str("a").i32(1).here().i32(math.MaxInt32), 400), imatrix.ErrFormat, `2147483647 do not fit into the 400 bytes that remain`},
		{"values are cut", pad(start(1).str("a").i32(1).here().i32(3).f32(1, 1), 3), imatrix.ErrFormat, `entry "a" number of values: 3 do not fit into the 11 bytes that remain`},
		{"NaN", start(1).str("a").i32(1).i32(3).f32(1, 1).here().f32(nan), imatrix.ErrFormat, `entry "a" column 2: NaN is no sum of squares`},
		{"infinity", start(1).str("a").i32(1).i32(3).f32(1).here().f32(inf, 1), imatrix.ErrFormat, `entry "a" column 1: +Inf is no sum of squares`},
		{"negative sum", start(1).str("a").i32(1).i32(1).here().f32(-1e-45), imatrix.ErrFormat, `entry "a" column 0: -1e-45 is no sum of squares`},
		{"chunks are cut", pad(start(1).entry("a", 1, 2).here(), 3), imatrix.ErrFormat, "chunks: file ends early, 4 bytes needed, 3 remain"},
		{"negative chunks", start(1).entry("a", 1, 2).here().i32(-1), imatrix.ErrFormat, "chunks: -1 is less than 0"},
		{"length of the data set is cut", pad(start(1).entry("a", 1, 2).i32(1).here(), 2), imatrix.ErrFormat, "data set: file ends early, 4 bytes needed, 2 remain"},
		{"negative length of the data set", start(1).entry("a", 1, 2).i32(1).here().i32(-1), imatrix.ErrFormat, "data set: -1 is less than 0"},
		{"data set is cut", start(1).entry("a", 1, 2).i32(1).here().i32(10).f32(1), imatrix.ErrFormat, "data set: file ends early, 10 bytes needed, 4 remain"},
		{"data set of 64 KiB and more", start(1).entry("a", 1, 2).i32(1).here().str(strings.Repeat("d", 64<<10+1)), imatrix.ErrUnsupported, "path of 65537 bytes is longer than 65536"},
		{"bytes behind the end", pad(start(1).entry("a", 1, 2).i32(1).str("d").here(), 5), imatrix.ErrFormat, "end: 5 bytes follow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.file.b)
			checkLocated(t, err, c.want, c.file.mark, c.text)
		})
	}
}

func checkLocated(t *testing.T, err, want error, offset int64, text string) {
	t.Helper()
	located, ok := errors.AsType[*imatrix.FormatError](err)
	if !ok || !errors.Is(err, want) || located.Offset != offset || !strings.HasPrefix(err.Error(), "m: byte ") || !strings.Contains(err.Error(), text) {
		t.Errorf("%v\nwant %q at byte %d, %v", err, text, offset, want)
	}
}

func TestHostileGGUF(t *testing.T) {
	good := func() *container { return newContainer().entry("x", []float32{1, 1}, []float32{1, 2, 3, 4}) }
	halfFloats := good()
	halfFloats.tensors[0].info.Type, halfFloats.tensors[0].data = quantize.F16, make([]byte, 8)
	for _, c := range []struct {
		name   string
		file   *container
		want   error
		tensor int   // in which the error is; -1: in none
		value  int64 // of the tensor
		text   string
	}{
		{"no type", good().del("general.type"), imatrix.ErrFormat, -1, 0, `metadata "general.type": key is missing: no importance matrix`},
		{"a model", good().set("general.type", gguf.String("model")), imatrix.ErrFormat, -1, 0, `metadata "general.type": "model", not "imatrix"`},
		{"type is a number", good().set("general.type", gguf.Uint32(1)), imatrix.ErrFormat, -1, 0, `metadata "general.type": 1, not "imatrix"`},
		{"no data sets", good().del("imatrix.datasets"), imatrix.ErrFormat, -1, 0, `metadata "imatrix.datasets": key is missing`},
		{"data set is a string", good().set("imatrix.datasets", gguf.String("a")), imatrix.ErrFormat, -1, 0, `metadata "imatrix.datasets": value is str, not an array of strings`},
		{"too many data sets", good().set("imatrix.datasets", gguf.Strings(make([]string, 1<<16+1))), imatrix.ErrUnsupported, -1, 0, `metadata "imatrix.datasets": array of 65537 elements`},
		{"no chunk count", good().del("imatrix.chunk_count"), imatrix.ErrFormat, -1, 0, `metadata "imatrix.chunk_count": key is missing`},
		{"chunk count of another type", good().set("imatrix.chunk_count", gguf.Int32(1)), imatrix.ErrFormat, -1, 0, `metadata "imatrix.chunk_count": value is of type i32, not u32`},
		{"chunk count of 2^31", good().set("imatrix.chunk_count", gguf.Uint32(1<<31)), imatrix.ErrFormat, -1, 0, `metadata "imatrix.chunk_count": 2147483648 is more than 2^31`},
		{"no chunk size", good().del("imatrix.chunk_size"), imatrix.ErrFormat, -1, 0, `metadata "imatrix.chunk_size": key is missing`},
		{"split", good().set("split.count", gguf.Uint16(2)).set("split.no", gguf.Uint16(0)), imatrix.ErrUnsupported, -1, 0, "file is one of a split set of 2"},
		{"split of nonsense", good().set("split.count", gguf.Uint16(2)).set("split.no", gguf.Uint16(2)), imatrix.ErrFormat, -1, 0, "split.no"},
		{"no counts", good().tensor("y.in_sum2", []int64{1}, 1), imatrix.ErrFormat, 2, 0, `entry "y": there are sums but no tensor "y.counts"`},
		{"no sums", good().tensor("y.counts", []int64{1}, 1), imatrix.ErrFormat, 2, 0, `entry "y": there are counts but no tensor "y.in_sum2"`},
		{"no entry", newContainer().tensor("y.weight", []int64{1}, 1), imatrix.ErrFormat, 0, 0, "there is no entry among them"},
		{"no name", good().entry("", []float32{1}, []float32{1}), imatrix.ErrFormat, 2, 0, "entry has no name"},
		{"half floats", halfFloats, imatrix.ErrFormat, 0, 0, `entry "x": tensor "x.in_sum2" is of type f16, not f32`},
		{"empty sums", newContainer().tensor("y.in_sum2", []int64{0}).tensor("y.counts", []int64{1}, 1), imatrix.ErrFormat, 0, 0, `tensor "y.in_sum2" has no values`},
		{"empty counts", newContainer().tensor("y.in_sum2", []int64{1}, 1).tensor("y.counts", []int64{1, 0}), imatrix.ErrFormat, 1, 0, `tensor "y.counts" has no values`},
		{"counts do not divide", newContainer().tensor("y.in_sum2", []int64{5}, 1, 1, 1, 1, 1).tensor("y.counts", []int64{2}, 1, 1), imatrix.ErrFormat, 1, 0, "2 counts do not divide 5 values"},
		{"more counts than values", newContainer().tensor("y.in_sum2", []int64{1}, 1).tensor("y.counts", []int64{2}, 1, 1), imatrix.ErrFormat, 1, 0, "2 counts do not divide 1 values"},
		{"NaN", good().entry("y", []float32{1, 1}, []float32{1, 2, 3, nan}), imatrix.ErrFormat, 2, 3, `entry "y" matrix 1, column 1: NaN is no sum of squares`},
		{"infinity", good().entry("y", []float32{1}, []float32{1, inf, 3}), imatrix.ErrFormat, 2, 1, `entry "y" column 1: +Inf is no sum of squares`},
		{"negative sum", good().entry("y", []float32{1, 1, 1}, []float32{1, -2, 3}), imatrix.ErrFormat, 2, 1, `entry "y" matrix 1, column 0: -2 is no sum of squares`},
		{"NaN counts", good().entry("y", []float32{1, nan}, []float32{1, 2}), imatrix.ErrFormat, 3, 1, `entry "y" count of matrix 1: NaN counts nothing`},
		{"negative count", good().entry("y", []float32{-0.25, 1}, []float32{1, 2}), imatrix.ErrFormat, 3, 0, `entry "y" count of matrix 0: -0.25 counts nothing`},
		{"count of 2^63", good().entry("y", []float32{1 << 63}, []float32{1, 2}), imatrix.ErrFormat, 3, 0, `entry "y" count of matrix 0: 9.223372e+18 counts nothing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, offsets := c.file.bytes(t)
			offset := int64(0)
			if c.tensor >= 0 {
				offset = offsets[c.tensor] + 4*c.value
			}
			_, err := read(b)
			checkLocated(t, err, c.want, offset, c.text)
		})
	}

	// The container itself.
	whole, offsets := good().bytes(t)
	_, err := read(whole[:offsets[1]])
	checkLocated(t, err, imatrix.ErrFormat, bytesIndex(t, whole, "x.counts")+8+4+2*8+4, `tensor "x.counts".offset: tensor ends at byte`)
	if !errors.Is(err, gguf.ErrFormat) {
		t.Errorf("the container's error is lost: %v", err)
	}
	future := bytes.Clone(whole)
	future[4] = 9
	_, err = read(future)
	checkLocated(t, err, imatrix.ErrUnsupported, 4, "version 9")
	if !errors.Is(err, gguf.ErrUnsupported) || errors.Is(err, imatrix.ErrFormat) {
		t.Errorf("the container's error is lost: %v", err)
	}
	_, err = read(append([]byte("GGUF\x00\x00\x00\x03"), make([]byte, 16)...))
	checkLocated(t, err, imatrix.ErrUnsupported, 0, "numbers are big-endian")
}

func bytesIndex(t *testing.T, b []byte, part string) int64 {
	t.Helper()
	i := bytes.Index(b, []byte(part))
	if i < 0 {
		t.Fatalf("%q is not there", part)
	}
	return int64(i)
}

// A name is cut in a message.
func TestLongNameInError(t *testing.T) {
	_, err := read((&raw{}).i32(1).entry(strings.Repeat("n", 255), 1, nan).b)
	if err == nil || len(err.Error()) > 200 || !strings.Contains(err.Error(), `n"... column 0`) {
		t.Error(err)
	}
}

// Files that claim and have a lot: memory goes to the index alone.
func TestMemoryIsBounded(t *testing.T) {
	const gib = 1 << 30
	huge, _ := newContainer().entry("x", []float32{1}, []float32{1}).bytes(t)
	stretch(t, huge, "x.in_sum2", gib/4, 1)
	for _, c := range []struct {
		name string
		file sparse
		want error // nil: the file is in order
	}{
		{"an entry of 256 MiB", sparse{(&raw{}).i32(1).str("a").i32(1).i32(gib / 16).b, 4 + 4 + 1 + 4 + 4 + gib/4}, nil},
		{"values that are not there", sparse{(&raw{}).i32(1).str("a").i32(1).i32(math.MaxInt32).b, gib}, imatrix.ErrFormat},
		{"2^31-1 entries", sparse{(&raw{}).i32(math.MaxInt32).b, 64 * gib}, imatrix.ErrUnsupported},
		{"entries of zeros", sparse{(&raw{}).i32(1 << 20).b, gib}, imatrix.ErrFormat},
		{"sums that are not there", sparse{huge, int64(len(huge))}, imatrix.ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := imatrix.Read(c.file, c.file.size, "m")
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
				t.Errorf("%d bytes allocated", n)
			}
		})
	}
}

// stretch makes a tensor info of two dims say others.
func stretch(t *testing.T, file []byte, name string, dims ...uint64) {
	t.Helper()
	at := bytesIndex(t, file, name) + int64(len(name)) + 4
	for i, d := range dims {
		binary.LittleEndian.PutUint64(file[at+8*int64(i):], d)
	}
}

// sparse is a source whose bytes are zero behind its head.
type sparse struct {
	head []byte
	size int64
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	if off >= s.size {
		return 0, io.EOF
	}
	err := error(nil)
	if left := s.size - off; int64(len(p)) > left {
		p, err = p[:left], io.EOF
	}
	clear(p)
	if off < int64(len(s.head)) {
		copy(p, s.head[off:])
	}
	return len(p), err
}
