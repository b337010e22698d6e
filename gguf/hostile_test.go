package gguf_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/internal/hostilefiles"
	"github.com/nibble-go/nibble/quantize"
)

// What a hostile or broken file may cost.
const (
	allocCeiling = 64 << 20 // bytes allocated in all, freed ones included
	timeCeiling  = time.Second

	// Times say nothing where the code is translated or watched.
	slowMachine = runtime.GOARCH == "wasm" || underRace
)

// A verdict is what must become of a file.
type verdict struct {
	name  string
	file  *raw
	opts  gguf.ReaderOptions
	is    error  // nil: the file is accepted
	words string // in the error, beside the offset of file.here; in the warning of an accepted file
}

const (
	f32 = uint32(quantize.F32)
	i8  = uint32(quantize.I8)
	i64 = uint32(quantize.I64)

	minusOne = math.MaxUint64
)

var headerOnly = gguf.ReaderOptions{HeaderOnly: true}

func file() *raw { return new(raw) }

// twoTensors is a file of two tensors at the given offsets, of 40 and 8 bytes.
func twoTensors(alignment uint32, secondOffset uint64) *raw {
	r := file().head(2, 1).align(alignment).tensor("a", f32, 0, 10)
	// The offset is the last field of an info.
	r.tensor("b", f32, secondOffset, 2)
	r.mark = int64(len(r.b)) - 8
	return r
}

// The kinds of llama.cpp's tests/test-gguf.cpp, under its names.
func TestReferenceKinds(t *testing.T) {
	negative := uint64(minusOne)
	verdicts := []verdict{
		{"HEADER_BAD_MAGIC", &raw{b: append([]byte("FUGG"), make([]byte, 20)...)}, gguf.ReaderOptions{}, gguf.ErrFormat, `"FUGG", not "GGUF"`},
		{"HEADER_BAD_VERSION_0", at(4, file().headVersion(0, 0, 0)), gguf.ReaderOptions{}, gguf.ErrFormat, "no version 0"},
		{"HEADER_BAD_VERSION_1", at(4, file().headVersion(1, 0, 0)), gguf.ReaderOptions{}, gguf.ErrUnsupported, "version 1"},
		{"HEADER_BAD_VERSION_FUTURE", at(4, file().headVersion(4, 0, 0)), gguf.ReaderOptions{}, gguf.ErrUnsupported, "version 4"},
		{"HEADER_BAD_N_TENSORS", at(8, file().head(negative, 0)), gguf.ReaderOptions{}, gguf.ErrFormat, "tensor count: 18446744073709551615 do not fit"},
		{"HEADER_BAD_N_KV", at(16, file().head(0, negative)), gguf.ReaderOptions{}, gguf.ErrFormat, "key count: 18446744073709551615 do not fit"},
		{"HEADER_EMPTY", file().head(0, 0), gguf.ReaderOptions{}, nil, ""},

		{"KV_BAD_KEY_SIZE", file().head(0, 1).here().u64(negative).u64(0), gguf.ReaderOptions{}, gguf.ErrFormat, "metadata key 0: string of 18446744073709551615 bytes does not fit"},
		{"KV_EMPTY_KEY", file().head(0, 1).here().kv("", gguf.TypeUint32).u32(7), gguf.ReaderOptions{}, gguf.ErrFormat, "metadata key 0: key is empty"},
		{"KV_BAD_TYPE", file().head(0, 1).str("k").here().u32(13).u64(0), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k".type: there is no value type 13`},
		{"KV_BAD_TYPE/array", file().head(0, 1).kv("k", gguf.TypeArray).here().u32(13).u64(0), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k".element type: there is no value type 13`},
		{"KV_BAD_VALUE_SIZE/string", file().head(0, 1).kv("k", gguf.TypeString).here().u64(1 << 40), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k": string of 1099511627776 bytes does not fit`},
		{"KV_BAD_VALUE_SIZE/array", file().head(0, 1).kv("k", gguf.TypeArray).typ(gguf.TypeUint32).here().u64(1 << 40), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k".length: 1099511627776 elements do not fit`},
		{"KV_DUPLICATE_KEY", file().head(0, 2).kv("k", gguf.TypeUint8).u8(1).here().kv("k", gguf.TypeUint8).u8(2), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k": key is used twice`},
		{"KV_BAD_ALIGN", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeUint32).u32(13), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "general.alignment": 13 is not a power of two`},
		{"KV_SUCCESS", everyType(file().head(0, everyTypeKeys)), gguf.ReaderOptions{Strict: true}, nil, ""},

		{"TENSORS_BAD_NAME_SIZE", file().head(1, 0).here().tensor(strings.Repeat("n", 64), f32, 0, 2), headerOnly, gguf.ErrFormat, "tensor 0 name: name of 64 bytes is longer than 63"},
		{"TENSORS_BAD_N_DIMS", file().head(1, 0).str("a").here().u32(5).u64(1).u64(1).u64(1).u64(1).u64(1).u32(f32).u64(0), headerOnly, gguf.ErrFormat, `tensor "a".dims: 5 dims are more than 4`},
		{"TENSORS_BAD_SHAPE", at(24+9+4, file().head(1, 0).tensor("a", f32, 0, negative, negative)), headerOnly, gguf.ErrFormat, `tensor "a".dims[0]: dimension 18446744073709551615 is negative`},
		{"TENSORS_NE_TOO_BIG", at(24+9, file().head(1, 0).tensor("a", f32, 0, 4*math.MaxInt32, 4*math.MaxInt32, 4*math.MaxInt32)), headerOnly, gguf.ErrFormat, `tensor "a".dims: more than 2^63 values`},
		{"TENSORS_NBYTES_TOO_BIG", at(24+9, file().head(1, 0).tensor("a", i64, 0, 1533916891, 1533916891)), headerOnly, gguf.ErrFormat, `tensor "a".dims: more than 2^63 bytes`},
		{"TENSORS_BAD_TYPE", at(24+9+4+8, file().head(1, 0).tensor("a", 43, 0, 2)), headerOnly, gguf.ErrUnsupported, `tensor "a".type: tensor type 43 is not known`},
		{"TENSORS_BAD_OFFSET", at(24+9+4+8+4, file().head(1, 0).tensor("a", f32, negative, 2)), headerOnly, gguf.ErrFormat, `tensor "a".offset: offset is 18446744073709551615, not 0`},
		{"TENSORS_DUPLICATE_NAME", file().head(2, 0).tensor("my_tensor", f32, 0, 2).here().tensor("my_tensor", f32, 32, 2), headerOnly, gguf.ErrFormat, `tensor 1 name: name "my_tensor" is used twice`},
		{"TENSORS_BAD_ALIGN", file().head(1, 1).str("general.alignment").here().typ(gguf.TypeUint32).u32(13).tensor("a", f32, 0, 2), headerOnly, gguf.ErrFormat, "13 is not a power of two"},
		{"TENSORS_INCONSISTENT_ALIGN", twoTensors(32, 40), headerOnly, gguf.ErrFormat, `tensor "b".offset: offset is 40, not 64`},
		{"TENSORS_SUCCESS", twoTensors(32, 64), headerOnly, nil, ""},
		{"TENSORS_CUSTOM_ALIGN", twoTensors(1, 40), headerOnly, nil, "1 is not a multiple of 8"},

		{"DATA_NOT_ENOUGH_DATA/tensor", twoTensors(32, 64).pad(32).data(64 + 7), gguf.ReaderOptions{}, gguf.ErrFormat, `tensor "b".offset: tensor ends at byte`},
		{"DATA_NOT_ENOUGH_DATA/padding", cut(twoTensors(32, 64).pad(32).data(64+8), 23), gguf.ReaderOptions{}, gguf.ErrFormat, "within the padding"},
		{"DATA_BAD_ALIGN", file().head(1, 1).str("general.alignment").here().typ(gguf.TypeUint32).u32(13).tensor("a", f32, 0, 2).pad(13).data(13), gguf.ReaderOptions{}, gguf.ErrFormat, "13 is not a power of two"},
		{"DATA_INCONSISTENT_ALIGN", twoTensors(32, 40).data(256), gguf.ReaderOptions{}, gguf.ErrFormat, "offset is 40, not 64"},
		{"DATA_MEM_SIZE_OVERFLOW", memSizeOverflow(), gguf.ReaderOptions{}, gguf.ErrFormat, `tensor "a".offset: tensor of 9223372036854775744 bytes at offset 0 does not fit`},
		{"DATA_SUCCESS", twoTensors(32, 64).pad(32).data(64 + 32), gguf.ReaderOptions{}, nil, ""},
		{"DATA_CUSTOM_ALIGN", twoTensors(1, 40).data(48), gguf.ReaderOptions{}, nil, "1 is not a multiple of 8"},
	}
	for _, v := range verdicts {
		t.Run(v.name, v.check)
	}
}

// What broke other readers of GGUF, or passed through them.
func TestHostileKinds(t *testing.T) {
	strict := gguf.ReaderOptions{Strict: true}
	good := func() *raw { return file().head(1, 0).tensor("a", f32, 0, 8).pad(32) }
	verdicts := []verdict{
		{"no bytes", file(), gguf.ReaderOptions{}, gguf.ErrFormat, "0 bytes is no GGUF file"},
		{"magic only", at(4, &raw{b: []byte("GGUF")}), gguf.ReaderOptions{}, gguf.ErrFormat, "version: file ends early, 4 bytes needed, 0 remain"},
		{"lower-case magic", &raw{b: append([]byte("gguf"), make([]byte, 20)...)}, gguf.ReaderOptions{}, gguf.ErrFormat, `not "GGUF"`},
		{"dims[1] of 0", file().head(1, 0).tensor("a", f32, 0, 2, 0).pad(32), strict, nil, ""},
		{"dims[0] of 0", file().head(1, 0).tensor("a", f32, 0, 0).pad(32), strict, nil, ""},
		{"0 dims", file().head(1, 0).tensor("a", f32, 0).pad(32).data(32), strict, nil, ""},
		{"dim of 0 beside overflow", at(24+9, file().head(1, 0).tensor("a", f32, 0, 0, 1<<62, 1<<62).pad(32)), gguf.ReaderOptions{}, gguf.ErrFormat, "more than 2^63 values"},
		{"row not whole blocks", at(24+9, file().head(1, 0).tensor("a", uint32(quantize.Q4_K), 0, 255).pad(32).data(160)), gguf.ReaderOptions{}, gguf.ErrFormat, `tensor "a".dims: q4_K: 255 values are not a whole number of blocks`},
		{"alignment i32", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeInt32).u32(32), gguf.ReaderOptions{}, gguf.ErrFormat, "32 is of type i32, not u32"},
		{"alignment array", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeArray).typ(gguf.TypeUint32).u64(1).u32(32), gguf.ReaderOptions{}, gguf.ErrFormat, "is of type arr, not u32"},
		{"alignment string", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeString).str("32"), gguf.ReaderOptions{}, gguf.ErrFormat, `"32" is of type str, not u32`},
		{"alignment 0", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeUint32).u32(0), gguf.ReaderOptions{}, gguf.ErrFormat, "0 is not a power of two"},
		{"alignment 2^31", file().head(0, 1).str("general.alignment").here().typ(gguf.TypeUint32).u32(1 << 31), gguf.ReaderOptions{}, gguf.ErrFormat, "2147483648 is above the limit of 1048576"},
		{"padding wraps", at(24+9, file().head(2, 0).tensor("a", f32, 0, 1<<61-1).tensor("b", f32, 0, 8).pad(32).data(64)), gguf.ReaderOptions{}, gguf.ErrFormat, "tensors take more than 2^63 bytes"},
		{"padding wraps in 64 bits", at(24+9, file().head(2, 0).tensor("a", f32, 0, 1<<62-1).tensor("b", f32, 0, 8).pad(32).data(64)), gguf.ReaderOptions{}, gguf.ErrFormat, "4611686018427387903 values take more bytes than 63 bits count"},
		{"data behind the end", at(24+9+4+8+4, good().data(31)), gguf.ReaderOptions{}, gguf.ErrFormat, "behind the end of the file"},
		{"polyglot, lenient", polyglot(good().data(32)), gguf.ReaderOptions{}, nil, "1200 bytes follow the last tensor"},
		{"polyglot, strict", polyglot(good().data(32)), strict, gguf.ErrFormat, "1200 bytes follow the last tensor"},
		{"bytes behind a file without tensors", file().head(0, 0).here().data(9), strict, gguf.ErrFormat, "9 bytes follow the header"},
		{"missing padding, lenient", file().head(1, 0).tensor("a", f32, 0, 2).pad(32).data(8), gguf.ReaderOptions{}, nil, "padding behind the last tensor is missing"},
		{"missing padding, strict", file().head(1, 0).tensor("a", f32, 0, 2).pad(32).data(8).here(), strict, gguf.ErrFormat, "padding behind the last tensor is missing"},
		{"empty tensor name", file().head(1, 0).here().tensor("", f32, 0, 2).pad(32).data(32), gguf.ReaderOptions{}, gguf.ErrFormat, "tensor 0 name: name is empty"},
		{"tensor name not UTF-8", file().head(1, 0).tensor("\xff", f32, 0, 8).pad(32).data(32), gguf.ReaderOptions{}, nil, `tensor "\xff": name is not UTF-8`},
		{"tensor name not UTF-8, strict", file().head(1, 0).here().tensor("\xff", f32, 0, 8).pad(32).data(32), strict, gguf.ErrFormat, `tensor "\xff": name is not UTF-8`},
		{"NUL in tensor names", file().head(2, 0).here().tensor("a\x00x", f32, 0, 8).tensor("a\x00y", f32, 32, 8).pad(32).data(64), gguf.ReaderOptions{}, gguf.ErrFormat, `name "a\x00x" holds a NUL`},
		{"NUL in key", file().head(0, 1).here().kv("a\x00x", gguf.TypeUint8).u8(0), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "a\x00x": key holds a NUL`},
		{"key not lower case, strict", file().head(0, 1).here().kv("General.Name", gguf.TypeUint8).u8(0), strict, gguf.ErrFormat, "key is not lower-case"},
		{"scores fewer than tokens, strict", scoresFewerThanTokens(), strict, gguf.ErrFormat, "tokenizer.ggml.scores has 1 elements for 2 tokens"},
		{"tensor count 2^40", at(8, file().head(1<<40, 0).data(512)), gguf.ReaderOptions{}, gguf.ErrFormat, "tensor count: 1099511627776 do not fit"},
		{"key count 2^40", at(16, file().head(0, 1<<40).data(512)), gguf.ReaderOptions{}, gguf.ErrFormat, "key count: 1099511627776 do not fit"},
		{"array of 2^62", file().head(0, 1).kv("k", gguf.TypeArray).typ(gguf.TypeUint64).here().u64(1 << 62), gguf.ReaderOptions{}, gguf.ErrFormat, "4611686018427387904 elements do not fit"},
		{"string in an array behind the end", file().head(0, 1).arr("k", gguf.TypeString, 2).str("ok").here().u64(3).u8(1), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k"[1]: string of 3 bytes does not fit`},
		{"string above the limit", file().head(0, 1).kv("k", gguf.TypeString).here().u64(16<<20 + 1).data(16<<20 + 1), gguf.ReaderOptions{}, gguf.ErrUnsupported, "16777217 bytes is above the limit of 16777216"},
		{"tensor type -1", at(24+9+4+8, file().head(1, 0).tensor("a", math.MaxUint32, 0, 2).pad(32).data(32)), gguf.ReaderOptions{}, gguf.ErrFormat, "tensor type -1 is negative"},
		{"tensor type 4", at(24+9+4+8, file().head(1, 0).tensor("a", 4, 0, 32).pad(32).data(32)), gguf.ReaderOptions{}, gguf.ErrUnsupported, "tensor type 4 was removed"},
		{"bool of 2", file().head(0, 1).kv("k", gguf.TypeBool).here().u8(2), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k": bool is 2`},
		{"bool of 2 in an array", file().head(0, 1).arr("k", gguf.TypeBool, 3).u8(0, 1).here().u8(2), gguf.ReaderOptions{}, gguf.ErrFormat, `metadata "k"[2]: bool is 2`},
		{"array in an array", file().head(0, 1).kv("k", gguf.TypeArray).here().typ(gguf.TypeArray).u64(1).typ(gguf.TypeUint8).u64(1).u8(1), gguf.ReaderOptions{}, gguf.ErrUnsupported, `metadata "k".element type: arrays in arrays`},
		{"big-endian", (&raw{big: true}).head(0, 1).kv("k", gguf.TypeUint32).u32(7), strict, nil, ""},
		{"big-endian of a future version", at(4, (&raw{big: true}).headVersion(4, 0, 0)), gguf.ReaderOptions{}, gguf.ErrUnsupported, "version 4 in big-endian order"},
		{"version 1 with an empty string", at(4, &raw{b: []byte("GGUF\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00")}), gguf.ReaderOptions{}, gguf.ErrUnsupported, "version 1"},
		{"five dims", file().head(1, 0).str("a").here().u32(5).data(64), gguf.ReaderOptions{}, gguf.ErrFormat, "5 dims are more than 4"},
		{"offset not the next", at(24+9+4+8+4, file().head(1, 0).tensor("a", f32, 32, 8).pad(32).data(64)), gguf.ReaderOptions{}, gguf.ErrFormat, "offset is 32, not 0"},
	}
	for _, v := range verdicts {
		t.Run(v.name, v.check)
	}
}

// at marks the field at the given byte.
func at(offset int64, r *raw) *raw { r.mark = offset; return r }

// cut pads the file to 32 and takes n bytes of the padding away.
func cut(r *raw, n int) *raw {
	r.here().pad(32)
	r.b = r.b[:len(r.b)-n]
	return r
}

func polyglot(r *raw) *raw {
	r.here()
	r.b = append(append(r.b, "MZPK"...), make([]byte, 1196)...)
	return r
}

func memSizeOverflow() *raw {
	const values = 0x7FFFFFFFFFFFFFC0
	return at(24+9+4+8+4, file().head(2, 0).tensor("a", i8, 0, values).tensor("b", i8, values, values).pad(32).data(32))
}

func scoresFewerThanTokens() *raw {
	return file().head(0, 2).
		arr("tokenizer.ggml.tokens", gguf.TypeString, 2).str("a").str("b").
		arr("tokenizer.ggml.scores", gguf.TypeFloat32, 1).f32(0).here()
}

func (v verdict) check(t *testing.T) {
	hostilefiles.Keep(t, "model.gguf", v.file.b)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f, err := v.file.read(v.opts)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > allocCeiling {
		t.Errorf("%d bytes allocated", n)
	}
	if took > timeCeiling && !slowMachine {
		t.Errorf("took %v", took)
	}
	if v.is == nil {
		if err != nil {
			t.Fatal(err)
		}
		checkViews(t, f, v.file.b)
		checkWarnings(t, f, v.words)
		return
	}
	if !errors.Is(err, v.is) || f != nil {
		t.Fatalf("file %v, error %v; want no file and %v", f, err, v.is)
	}
	if other := otherSentinel(v.is); errors.Is(err, other) {
		t.Errorf("error %v is %v too", err, other)
	}
	var located *gguf.FormatError
	if !errors.As(err, &located) {
		t.Fatalf("error %v has no offset", err)
	}
	if located.Offset != v.file.mark {
		t.Errorf("offset %d, want %d: %v", located.Offset, v.file.mark, err)
	}
	if !strings.Contains(err.Error(), v.words) {
		t.Errorf("error %q does not say %q", err, v.words)
	}
}

// checkWarnings wants one warning that says words, or none.
func checkWarnings(t *testing.T, f *gguf.File, words string) {
	t.Helper()
	switch {
	case words == "" && len(f.Warnings) > 0:
		t.Errorf("warnings %v", f.Warnings)
	case words != "" && (len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0].String(), words)):
		t.Errorf("warnings %v, want one that says %q", f.Warnings, words)
	}
}

func otherSentinel(err error) error {
	if errors.Is(err, gguf.ErrFormat) {
		return gguf.ErrUnsupported
	}
	return gguf.ErrFormat
}

// checkViews reads every tensor and compares it with the file's bytes, as far
// as the file holds them.
func checkViews(t *testing.T, f *gguf.File, file []byte) {
	t.Helper()
	for _, tensor := range f.Tensors {
		got, err := io.ReadAll(tensor.Open())
		if err != nil {
			t.Fatal(err)
		}
		start := min(tensor.FileOffset(), int64(len(file)))
		end := min(tensor.FileOffset()+tensor.Bytes(), int64(len(file)))
		if !bytes.Equal(got, file[start:end]) {
			t.Errorf("tensor %q: % x, want % x", tensor.Name, got, file[start:end])
		}
		if found, ok := f.Tensor(tensor.Name); !ok || found != tensor {
			t.Errorf("tensor %q is not found by its name", tensor.Name)
		}
	}
}

// 50 million empty strings are a valid array: it stays in the file, and is
// refused where somebody asks for all of it.
func TestSparseArray(t *testing.T) {
	n := 50_000_000
	if testing.Short() {
		n = 5_000_000
	}
	head := file().head(0, 1).arr("tokenizer.ggml.tokens", gguf.TypeString, uint64(n)).b
	source := sparse{head, int64(len(head)) + 8*int64(n)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	f, err := gguf.NewReader(source, source.size, gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	v, _ := f.Metadata.Get("tokenizer.ggml.tokens")
	if v.Len() != n {
		t.Errorf("%d strings, want %d", v.Len(), n)
	}
	if _, err := v.Strings(); !errors.Is(err, gguf.ErrUnsupported) {
		t.Errorf("Strings: %v, want %v", err, gguf.ErrUnsupported)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > allocCeiling {
		t.Errorf("%d bytes allocated", n)
	}
	if took > timeCeiling && !slowMachine {
		t.Errorf("took %v", took)
	}
}

// A source that fails is not a malformed file.
func TestSourceFails(t *testing.T) {
	broken := errors.New("disk on fire")
	good := file().head(1, 1).kv("k", gguf.TypeUint8).u8(1).tensor("a", f32, 0, 8).pad(32).data(32).b
	_, err := gguf.NewReader(failing{broken}, int64(len(good)), gguf.ReaderOptions{})
	if !errors.Is(err, broken) || errors.Is(err, gguf.ErrFormat) {
		t.Errorf("error %v, want %v alone", err, broken)
	}
	// Shorter than its stated size: the file was cut while it was read.
	_, err = gguf.NewReader(bytes.NewReader(good[:30]), int64(len(good)), gguf.ReaderOptions{})
	if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gguf.ErrFormat) {
		t.Errorf("error %v, want %v alone", err, io.ErrUnexpectedEOF)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// Arrays and tensors stay in the file: what happens to it later is an error of
// the source, wherever it is noticed.
func TestFileChangesLater(t *testing.T) {
	r := file().head(0, 2).arr("a", gguf.TypeString, 2).str("x").str("y").arr("b", gguf.TypeInt32, 2).u32(1).u32(2)
	source := &changing{r.b}
	f, err := gguf.NewReader(source, int64(len(r.b)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := f.Metadata.Get("a")
	b, _ := f.Metadata.Get("b")
	layout, err := gguf.NewLayout(f.Metadata, nil)
	if err != nil {
		t.Fatal(err)
	}
	source.b = source.b[:len(source.b)-40]
	_, errA := a.Strings()
	_, errB := b.Ints()
	for _, err := range []error{errA, errB, layout.WriteHeader(io.Discard)} {
		if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gguf.ErrFormat) {
			t.Errorf("file cut short: %v", err)
		}
	}
	source.b = bytes.ReplaceAll(r.b, []byte("\x01\x00\x00\x00\x00\x00\x00\x00x"), []byte("\xff\xff\xff\xff\xff\xff\xff\xffx"))
	if _, err := a.Strings(); err == nil {
		t.Error("a length that does not fit any more is no error")
	}
}

// A big-endian array is written length by length; if the lengths are others
// than those that were laid out, the header would not be.
func TestBigEndianFileChangesLater(t *testing.T) {
	r := (&raw{big: true}).head(0, 1).arr("a", gguf.TypeString, 2).str("xxxxxxxx").str("y")
	source := &changing{r.b}
	f, err := gguf.NewReader(source, int64(len(r.b)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	layout, err := gguf.NewLayout(f.Metadata, nil)
	if err != nil {
		t.Fatal(err)
	}
	source.b = bytes.Replace(r.b, []byte("\x08xxxxxxxx"), []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 1)
	if err := layout.WriteHeader(io.Discard); !errors.Is(err, gguf.ErrLayout) {
		t.Errorf("header of another size: %v", err)
	}
}

type changing struct{ b []byte }

func (c *changing) ReadAt(p []byte, off int64) (int, error) {
	return bytes.NewReader(c.b).ReadAt(p, off)
}
