package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf/safetensors"
	"github.com/nibble-go/nibble/internal/hostilefiles"
)

// hostile is a file that a reader must cope with, by the list of spec
// reliability 2d: what the reference implementation tests itself with, and
// what it does not.
type hostile struct {
	name string
	data []byte

	want   error  // ErrFormat, ErrUnsupported, or nil: accepted
	offset int64  // of the error
	words  string // of the error, without offset and sentinel

	reference bool // whether safetensors 0.8.0 accepts the file
}

// file is a safetensors file with the given header and data bytes.
func file(header string, data int) []byte {
	return append(prefixed(uint64(len(header)), header), make([]byte, data)...)
}

// prefixed is a header after the given length, which may lie.
func prefixed(n uint64, header string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, n), header...)
}

// tensor is a member of a header.
func tensor(name, dtype, shape string, begin, end int64) string {
	return fmt.Sprintf(`"%s":{"dtype":"%s","shape":[%s],"data_offsets":[%d,%d]}`, name, dtype, shape, begin, end)
}

func object(members ...string) string { return "{" + strings.Join(members, ",") + "}" }

func hostileFiles() []hostile {
	malformed, unsupported := safetensors.ErrFormat, safetensors.ErrUnsupported
	repeat := func(n int, member func(i int) string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = member(i)
		}
		return object(list...)
	}
	return []hostile{
		// The reference implementation's own tests.
		{"json_attack", file(repeat(10, func(i int) string { return tensor(fmt.Sprintf("weight_%d", i), "F32", "2,2", 0, 16) }), 16),
			malformed, 83, `tensor "weight_1": the tensors up to this one take 32 bytes, the data section has 16`, false},
		{"incomplete_buffer: trailing bytes", file(object(tensor("test", "I32", "2,2", 0, 16)), 36),
			malformed, 84, "20 bytes behind the last tensor", false},
		{"incomplete_buffer: two bytes short", file(object(tensor("test", "I32", "2,2", 0, 16)), 14),
			malformed, 63, `tensor "test".data_offsets[1]: offset 16 is beyond the data section of 14 bytes`, false},
		{"header_too_large", prefixed(0x3cffffffffffffff, "{}"), malformed, 0, "header of more than 100,000,000 bytes", false},
		{"header_too_small", nil, malformed, 0, "a file of 0 bytes is too short for the length of a header", false},
		{"seven bytes", make([]byte, 7), malformed, 0, "a file of 7 bytes is too short for the length of a header", false},
		{"invalid_header_length", prefixed(60, ""), malformed, 0, "header of 60 bytes where 0 follow", false},
		{"non_utf8", file("\xff", 0), malformed, 8, "invalid JSON: want a value, found byte 0xff", false},
		{"not_json", file("{", 0), malformed, 9, "JSON ends early", false},
		{"invalid_info", file(object(tensor("test", "I32", "2,2", 0, 4)), 4),
			malformed, 16, `tensor "test": data_offsets span 4 bytes, its dtype and shape take 16`, false},
		{"validation_overflow: dimension", file(object(`"test":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}`), 16),
			malformed, 42, `tensor "test".shape[1]: JSON number out of range or fractional: "18446744073709551614" is not a 64-bit integer`, false},
		{"validation_overflow: bytes", file(object(tensor("test", "I32", "2,9223372036854775807", 0, 16)), 16),
			malformed, 16, `tensor "test": more values than 2^63 bits hold`, false},
		{"fp4_misaligned", file(object(tensor("test", "F4", "1,3", 0, 2)), 2),
			malformed, 16, `tensor "test": 3 values of F4 do not fill whole bytes`, false},
		{"fp4_invalid", file(object(tensor("test", "F4", "1,2", 0, 2)), 2),
			malformed, 16, `tensor "test": data_offsets span 2 bytes, its dtype and shape take 1`, false},
		{"fp6 misaligned", file(object(tensor("test", "F6_E2M3", "2", 0, 2)), 2),
			malformed, 16, `tensor "test": 2 values of F6_E2M3 do not fill whole bytes`, false},
		{"fp6", file(object(tensor("test", "F6_E3M2", "2,2", 0, 3)), 3), nil, 0, "", true},
		{"fp4", file(object(tensor("test", "F4", "1,2", 0, 1)), 1), nil, 0, "", true},
		{"empty", file("{}", 0), nil, 0, "", true},
		{"scalar", file(object(tensor("test", "I32", "", 0, 4)), 4), nil, 0, "", true},
		{"zero-size tensor", file(object(tensor("test", "I32", "2,0", 0, 0)), 0), nil, 0, "", true},
		{"white space before the header", file("\n  {}", 0), nil, 0, "", true},
		{"white space behind the header", file("{} \t\n\r ", 0), nil, 0, "", true},
		{"zero-size tensors share an offset", file(object(tensor("a", "U8", "4", 0, 4), tensor("b", "F32", "0", 4, 4), tensor("c", "F32", "0", 4, 4)), 4), nil, 0, "", true},
		{"not in the order of offsets", file(object(tensor("a", "U8", "2", 2, 4), tensor("b", "U8", "2", 0, 2)), 4), nil, 0, "", true},

		// Keys.
		{"duplicate name, same entry", file(object(tensor("a", "U8", "0", 0, 0), tensor("a", "U8", "0", 0, 0)), 0),
			malformed, 65, `tensor "a": duplicate name`, true},
		{"duplicate name, other entry", file(object(tensor("a", "U8", "2", 0, 2), tensor("a", "U8", "2", 2, 4)), 4),
			malformed, 65, `tensor "a": duplicate name`, false},
		{"duplicate name by an escape", file(object(tensor("a", "U8", "2", 0, 2), tensor(`\u0061`, "U8", "2", 2, 4)), 4),
			malformed, 70, `tensor "a": duplicate name`, false},
		{"broken behind metadata", file(`{"__metadata__":{"k":"1"}:`, 0), malformed, 33, "invalid JSON: want ',' or '}', found ':'", false},
		{"duplicate key in metadata", file(`{"__metadata__":{"k":"1","k":"1"}}`, 0),
			malformed, 37, `__metadata__.k: duplicate key: "k"`, true},
		{"duplicate metadata", file(`{"__metadata__":{},"__metadata__":{}}`, 0),
			malformed, 42, `__metadata__: duplicate key: "__metadata__"`, false},
		{"duplicate field", file(`{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
			malformed, 35, `tensor "a".dtype: duplicate key: "dtype"`, false},
		{"unknown field", file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"stride":[1]}}`, 4),
			malformed, 69, `tensor "a".stride: unknown field`, true},
		{"field in capitals", file(`{"a":{"dtype":"U8","SHAPE":[4],"data_offsets":[0,4]}}`, 4),
			malformed, 35, `tensor "a".SHAPE: unknown field`, false},
		{"no dtype", file(`{"a":{"shape":[4],"data_offsets":[0,4]}}`, 4), malformed, 13, `tensor "a": no dtype`, false},
		{"no shape", file(`{"a":{"dtype":"U8","data_offsets":[0,4]}}`, 4), malformed, 13, `tensor "a": no shape`, false},
		{"no offsets", file(`{"a":{"dtype":"U8","shape":[4]}}`, 4), malformed, 13, `tensor "a": no data_offsets`, false},
		{"NUL in a name", file(object(tensor(`a\u0000x`, "U8", "4", 0, 4)), 4), malformed, 20, `tensor "a\x00x": NUL in the name`, true},
		{"lone surrogate in a name", file(object(tensor(`a\ud800`, "U8", "4", 0, 4)), 4), malformed, 11, "half of a surrogate pair", false},
		{"name is not UTF-8", file(object(tensor("a\xc3", "U8", "4", 0, 4)), 4), malformed, 11, "invalid UTF-8", false},
		{"null tensor", file(`{"a":null}`, 0), malformed, 13, `tensor "a": JSON value of the wrong type: want an object, found null`, false},
		{"tensor is a list", file(`{"a":["U8",[4],[0,4]]}`, 4), malformed, 13, `tensor "a": JSON value of the wrong type: want an object, found an array`, true},

		// Offsets.
		{"overlap", file(object(tensor("a", "U8", "4", 0, 4), tensor("b", "U8", "4", 2, 6), tensor("c", "U8", "0", 8, 8)), 8),
			malformed, 65, `tensor "b": overlaps another tensor: begins at 2, that one ends at 4`, false},
		{"hole", file(object(tensor("a", "U8", "2", 0, 2), tensor("b", "U8", "2", 4, 6)), 6),
			malformed, 65, `tensor "b": hole before its data: begins at 4, the tensors before it end at 2`, false},
		{"first offset is not zero", file(object(tensor("a", "U8", "4", 4, 8)), 8),
			malformed, 13, `tensor "a": hole before its data: begins at 4, the tensors before it end at 0`, false},
		{"ends before it begins", file(object(tensor("a", "U8", "4", 4, 0)), 4),
			malformed, 54, `tensor "a".data_offsets: ends at 0, before it begins at 4`, false},
		{"one offset", file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[4]}}`, 4), malformed, 54, `tensor "a".data_offsets: 1 offsets, not 2`, false},
		{"three offsets", file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}`, 4), malformed, 54, `tensor "a".data_offsets: 3 offsets, not 2`, false},
		{"negative offset", file(object(tensor("a", "U8", "4", -4, 0)), 4), malformed, 55, `tensor "a".data_offsets[0]: negative offset -4`, false},
		{"offset beyond 2^63", file(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551616]}}`, 4),
			malformed, 57, `tensor "a".data_offsets[1]: JSON number out of range or fractional: "18446744073709551616" is not a 64-bit integer`, false},
		{"100,000 tensors of the same bytes", file(repeat(100_000, func(i int) string { return tensor(fmt.Sprint(i), "U8", "160000", 0, 160000) }), 160_000),
			malformed, 75, `tensor "1": the tensors up to this one take 320000 bytes, the data section has 160000`, false},

		// Shapes and types.
		{"negative dimension", file(object(tensor("a", "U8", "-4", 0, 4)), 4), malformed, 36, `tensor "a".shape[0]: negative dimension -4`, false},
		{"two negative dimensions", file(object(tensor("a", "U8", "-2,-2", 0, 4)), 4), malformed, 36, `tensor "a".shape[0]: negative dimension -2`, false},
		{"float dimension", file(object(tensor("a", "U8", "4.0", 0, 4)), 4),
			malformed, 36, `tensor "a".shape[0]: JSON number out of range or fractional: "4.0" is not a 64-bit integer`, false},
		{"exponent dimension", file(object(tensor("a", "U8", "4e0", 0, 4)), 4),
			malformed, 36, `tensor "a".shape[0]: JSON number out of range or fractional: "4e0" is not a 64-bit integer`, false},
		{"string dimension", file(object(tensor("a", "U8", `"4"`, 0, 4)), 4),
			malformed, 36, `tensor "a".shape[0]: JSON value of the wrong type: want a number, found a string`, false},
		{"zero hides an overflow", file(object(tensor("a", "U8", "0,9223372036854775807,9223372036854775807", 0, 0)), 0),
			malformed, 13, `tensor "a": more values than 2^63 bits hold`, true},
		{"a million dimensions", file(object(tensor("a", "U8", strings.Repeat("1,", 1<<20)+"1", 0, 1)), 1),
			unsupported, 164, `tensor "a".shape[64]: more than 64 dimensions`, true},
		{"unknown dtype", file(object(tensor("a", "F128", "4", 0, 64)), 64), unsupported, 22, `tensor "a".dtype: unknown dtype "F128"`, false},
		{"dtype in small letters", file(object(tensor("a", "u8", "4", 0, 4)), 4), unsupported, 22, `tensor "a".dtype: unknown dtype "u8"`, false},
		{"null dtype", file(`{"a":{"dtype":null,"shape":[4],"data_offsets":[0,4]}}`, 4),
			malformed, 22, `tensor "a".dtype: JSON value of the wrong type: want a string, found null`, false},

		// The document.
		{"root is a list", file("[]", 0), malformed, 8, "JSON value of the wrong type: want an object, found an array", false},
		{"root is null", file("null", 0), malformed, 8, "JSON value of the wrong type: want an object, found null", false},
		{"empty header", file("", 0), malformed, 8, "JSON ends early", false},
		{"byte order mark", file("\xEF\xBB\xBF{}", 0), malformed, 8, "invalid JSON: want a value, found a byte order mark", false},
		{"JSON behind JSON", file("{}{}", 0), malformed, 10, "data after the JSON value", false},
		{"NUL behind JSON", file("{}\x00\x00", 0), malformed, 10, "data after the JSON value", false},
		{"200 deep", file(`{"a":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+"}", 0),
			malformed, 13, `tensor "a": JSON value of the wrong type: want an object, found an array`, false},
		{"200 deep in metadata", file(`{"__metadata__":{"k":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+"}}", 0),
			malformed, 29, "__metadata__.k: JSON value of the wrong type: want a string, found an array", false},
		{"metadata is not strings", file(`{"__metadata__":{"k":1}}`, 0),
			malformed, 29, "__metadata__.k: JSON value of the wrong type: want a string, found a number", false},
		{"metadata is a list", file(`{"__metadata__":[]}`, 0),
			malformed, 24, "__metadata__: JSON value of the wrong type: want an object, found an array", false},
		{"null metadata", file(`{"__metadata__":null}`, 0), nil, 0, "", true},
		{"null in metadata", file(`{"__metadata__":{"k":null}}`, 0),
			malformed, 29, "__metadata__.k: JSON value of the wrong type: want a string, found null", false},
		{"metadata as a tensor", file(`{"__metadata__":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
			malformed, 46, "__metadata__.shape: JSON value of the wrong type: want a string, found an array", false},
		{"header of 2^63 bytes", prefixed(1<<63, "{}"), malformed, 0, "header of more than 100,000,000 bytes", false},
		{"header of 100,000,001 bytes", prefixed(100_000_001, "{}"), malformed, 0, "header of more than 100,000,000 bytes", false},
		{"header of 100,000,000 bytes, not there", prefixed(100_000_000, "{}"), malformed, 0, "header of 100000000 bytes where 2 follow", false},
		{"a name of ten million bytes", file(object(tensor(strings.Repeat("n", 10_000_000), "U8", "4", 0, 4)), 4),
			unsupported, 9, "JSON too large: a string of more than 8388608 bytes", true},
		{"a value of ten million bytes in metadata", file(`{"__metadata__":{"k":"`+strings.Repeat("v", 10_000_000)+`"}}`, 0),
			unsupported, 29, "__metadata__.k: JSON too large: a string of more than 8388608 bytes", true},
	}
}

func TestHostile(t *testing.T) {
	for _, test := range hostileFiles() {
		t.Run(test.name, func(t *testing.T) {
			hostilefiles.Keep(t, "model.safetensors", test.data)
			err := readCheaply(t, bytes.NewReader(test.data), int64(len(test.data)))
			if test.want == nil {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			var e *safetensors.FormatError
			if !errors.As(err, &e) || !errors.Is(err, test.want) {
				t.Fatalf("got %v, want a FormatError that wraps %q", err, test.want)
			}
			if want := fmt.Sprintf("byte %d: %s: %v", test.offset, test.words, test.want); err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			if e.Offset != test.offset {
				t.Errorf("offset %d, want %d", e.Offset, test.offset)
			}
		})
	}
}

// Times say nothing where the code is translated or watched.
const slowMachine = runtime.GOARCH == "wasm" || underRace

// readCheaply reads a file and fails the test if that takes 64 MiB, or a
// second: the fastest of eight times, since other work may share the machine.
func readCheaply(t *testing.T, r io.ReaderAt, size int64) (err error) {
	t.Helper()
	took := time.Hour
	for try := 0; try == 0 || try < 8 && took > time.Second && !slowMachine; try++ {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err = safetensors.NewReader(r, size, safetensors.ReaderOptions{})
		took = min(took, time.Since(start))
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Fatalf("%d bytes allocated", n)
		}
	}
	if took > time.Second && !slowMachine {
		t.Errorf("took %v", took)
	}
	return err
}

// A header of a million and a half tensors without bytes is the largest that
// claims nothing which the file would not have.
func TestTensorBomb(t *testing.T) {
	const count = 1_500_000
	var header bytes.Buffer
	header.WriteByte('{')
	for i := range count {
		if i > 0 {
			header.WriteByte(',')
		}
		header.WriteString(`"` + strconv.Itoa(i) + `":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)
	}
	header.WriteByte('}')
	data := file(header.String(), 0)
	err := readCheaply(t, bytes.NewReader(data), int64(len(data)))
	if !errors.Is(err, safetensors.ErrUnsupported) || !strings.Contains(err.Error(), `tensor "524288": more than 524288 tensors`) {
		t.Errorf("got %v", err)
	}
}

// A header may take its whole 100,000,000 bytes.
func TestLargestHeader(t *testing.T) {
	var header bytes.Buffer
	header.Grow(100_000_000)
	header.WriteByte('{')
	for i := range 1000 {
		fmt.Fprintf(&header, `"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	header.WriteString(tensor("last", "U8", "1", 0, 1) + "}")
	header.Write(bytes.Repeat([]byte(" "), 100_000_000-header.Len()))
	data := file(header.String(), 1)
	if err := readCheaply(t, bytes.NewReader(data), int64(len(data))); err != nil {
		t.Error(err)
	}
}

// Failing to read is not the fault of the file.
func TestReadFailure(t *testing.T) {
	failure := errors.New("device is gone")
	data := file(object(tensor("a", "U8", "4", 0, 4)), 4)
	for _, from := range []int64{0, 8, 20} {
		_, err := safetensors.NewReader(failingReader{data, from, failure}, int64(len(data)), safetensors.ReaderOptions{})
		if !errors.Is(err, failure) || errors.Is(err, safetensors.ErrFormat) {
			t.Errorf("failure at %d: %v", from, err)
		}
	}
}

// failingReader fails from a certain offset.
type failingReader struct {
	data []byte
	from int64
	err  error
}

func (r failingReader) ReadAt(p []byte, off int64) (int, error) {
	n := copy(p, r.data[min(off, r.from):r.from])
	if n < len(p) {
		return n, r.err
	}
	return n, nil
}
