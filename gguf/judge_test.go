package gguf_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// judge runs a script of testdata/judges with the Python that NIBBLE_PYTHON
// names. PyPI's gguf is an independent implementation: what it and this
// package say of the same file must agree.
func judge(t *testing.T, script string, args ...string) []byte {
	t.Helper()
	python := os.Getenv("NIBBLE_PYTHON")
	if python == "" {
		t.Skip("NIBBLE_PYTHON names no python with PyPI's gguf 0.19.0 installed")
	}
	cmd := exec.Command(python, append([]string{filepath.Join("testdata/judges", script)}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	return out
}

// A description is what judge.py says of a file.
type description struct {
	BigEndian  bool                `json:"big_endian"`
	Alignment  int64               `json:"alignment"`
	DataOffset int64               `json:"data_offset"`
	Fields     []fieldDescription  `json:"fields"`
	Tensors    []tensorDescription `json:"tensors"`
}

type fieldDescription struct {
	Key    string   `json:"key"`
	Types  []uint32 `json:"types"`
	Values []string `json:"values"`
}

type tensorDescription struct {
	Name       string  `json:"name"`
	Type       uint32  `json:"type"`
	Dims       []int64 `json:"dims"`
	FileOffset int64   `json:"file_offset"`
	SHA256     string  `json:"sha256"`
}

// describe says of a file what judge.py would.
func describe(t *testing.T, f *gguf.File) description {
	t.Helper()
	d := description{
		BigEndian: f.ByteOrder == binary.BigEndian, Alignment: f.Alignment, DataOffset: f.DataOffset,
		Fields: []fieldDescription{}, Tensors: []tensorDescription{},
	}
	for key, v := range f.Metadata.All() {
		field := fieldDescription{Key: key, Types: []uint32{uint32(v.Type())}, Values: valueTexts(t, v)}
		if v.Type() == gguf.TypeArray && v.Len() > 0 { // of an empty one, judge.py knows no element type
			field.Types = append(field.Types, uint32(v.ElemType()))
		}
		d.Fields = append(d.Fields, field)
	}
	for _, tensor := range f.Tensors {
		h := sha256.New()
		if _, err := io.Copy(h, tensor.Open()); err != nil {
			t.Fatal(err)
		}
		d.Tensors = append(d.Tensors, tensorDescription{
			tensor.Name, uint32(tensor.Type), append([]int64{}, tensor.Dims...), tensor.FileOffset(), hex.EncodeToString(h.Sum(nil)),
		})
	}
	return d
}

// valueTexts writes a value or the elements of an array as judge.py does,
// floats apart, which it writes in its own hexadecimal.
func valueTexts(t *testing.T, v gguf.Value) []string {
	t.Helper()
	texts := []string{}
	add := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if v.Type() != gguf.TypeArray {
		switch s, isText := v.Text(); {
		case isText:
			return append(texts, hex.EncodeToString([]byte(s)))
		case v.Type() == gguf.TypeFloat32, v.Type() == gguf.TypeFloat64:
			x, _ := v.Float()
			return append(texts, strconv.FormatFloat(x, 'g', -1, 64))
		}
		return append(texts, v.String())
	}
	switch v.ElemType() {
	case gguf.TypeString:
		all, err := v.Strings()
		add(err)
		for _, s := range all {
			texts = append(texts, hex.EncodeToString([]byte(s)))
		}
	case gguf.TypeBool:
		all, err := v.Bools()
		add(err)
		for _, b := range all {
			texts = append(texts, strconv.FormatBool(b))
		}
	case gguf.TypeFloat32, gguf.TypeFloat64:
		all, err := v.Floats()
		add(err)
		for _, x := range all {
			texts = append(texts, strconv.FormatFloat(x, 'g', -1, 64))
		}
	case gguf.TypeUint64:
		texts = nil // Ints refuses what int64 cannot hold; compareDescriptions looks at the length alone
	default:
		all, err := v.Ints()
		add(err)
		for _, n := range all {
			texts = append(texts, strconv.FormatInt(n, 10))
		}
	}
	return texts
}

func compareDescriptions(t *testing.T, got, want description) {
	t.Helper()
	for i := range want.Fields {
		f := &want.Fields[i]
		elem := f.Types[len(f.Types)-1]
		for j, text := range f.Values {
			if gguf.ValueType(elem) == gguf.TypeFloat32 || gguf.ValueType(elem) == gguf.TypeFloat64 {
				f.Values[j] = fromHexFloat(t, text)
			}
		}
		if i < len(got.Fields) && got.Fields[i].Values == nil {
			got.Fields[i].Values = f.Values
		}
	}
	if !reflect.DeepEqual(got, want) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		at := firstDifference(g, w)
		t.Errorf("%s\nwant %s", g[max(0, at-100):min(len(g), at+100)], w[max(0, at-100):min(len(w), at+100)])
	}
}

// fromHexFloat rewrites Python's float.hex, which ParseFloat reads as well.
func fromHexFloat(t *testing.T, s string) string {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func readDescription(t *testing.T, b []byte) description {
	t.Helper()
	var d description
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// We read what PyPI's gguf writes, in either byte order, and it reads what we
// write of it.
func TestJudgeFiles(t *testing.T) {
	dir := t.TempDir()
	judge(t, "judge.py", "write", dir)
	paths, err := filepath.Glob(filepath.Join(dir, "*.gguf"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	bigEndian := 0
	for i, path := range paths {
		f, err := gguf.OpenWith(path, gguf.ReaderOptions{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(strings.TrimSuffix(path, ".gguf") + ".json")
		if err != nil {
			t.Fatal(err)
		}
		compareDescriptions(t, describe(t, f), readDescription(t, text))
		if f.ByteOrder == binary.BigEndian {
			bigEndian++
		}
		if i%4 == 0 { // each takes the judge a second
			compareWritten(t, f)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if bigEndian == 0 || bigEndian == len(paths) {
		t.Errorf("%d of %d files are big-endian", bigEndian, len(paths))
	}
}

// compareWritten writes f anew, its tensors' bytes as they are, and compares
// what the judge and we say of the result.
func compareWritten(t *testing.T, f *gguf.File) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "again.gguf")
	writeSplits(t, f, path, gguf.SplitOptions{})
	again, err := gguf.OpenWith(path, gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	compareDescriptions(t, describe(t, again), readDescription(t, judge(t, "judge.py", "read", path)))
}

// A file with a value of every type and a tensor of every type.
func TestJudgeEveryType(t *testing.T) {
	r := file()
	types := slices.DeleteFunc(quantize.Types(), func(typ quantize.Type) bool {
		// gguf 0.19.0 does not know the one yet, and takes a block of the
		// other, which no file holds, for 40 bytes.
		return typ == quantize.Q2_0 || typ == quantize.Q8_1
	})
	r.head(uint64(len(types)), everyTypeKeys-1)
	everyTypeButEmpty(r)
	offset := uint64(0)
	for i, typ := range types {
		r.tensor(typ.String(), uint32(typ), offset, uint64(typ.BlockSize()), uint64(i+1))
		offset += uint64((typ.BlockBytes()*(i+1) + 31) / 32 * 32)
	}
	r.pad(32).data(int(offset))
	f, err := r.read(gguf.ReaderOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	compareWritten(t, f)
}

// The split sets in testdata are what the judge writes.
func TestJudgeSplits(t *testing.T) {
	dir := t.TempDir()
	judge(t, "splits.py", dir)
	written, err := filepath.Glob(filepath.Join(dir, "*.gguf"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob("testdata/splits/*.gguf")
	if err != nil || len(kept) != len(written) {
		t.Fatalf("%d files, %d in testdata, %v", len(written), len(kept), err)
	}
	for _, path := range written {
		compareFiles(t, path, filepath.Join("testdata/splits", filepath.Base(path)))
	}
}

// PyPI's gguf decodes random blocks of every type that it knows to the values
// that quantize.Decode gives.
func TestJudgeDequantize(t *testing.T) {
	var names []string
	if err := json.Unmarshal(judge(t, "judge.py", "types"), &names); err != nil {
		t.Fatal(err)
	}
	const blocks = 200
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range names {
		typ, err := quantize.ParseType(name)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, blocks*typ.BlockBytes())
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		write(t, filepath.Join(dir, name+".blocks"), b)
	}
	judge(t, "judge.py", "dequantize", dir)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			typ, err := quantize.ParseType(name)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := os.ReadFile(filepath.Join(dir, name+".blocks"))
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(dir, name+".floats"))
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float32, blocks*typ.BlockSize())
			if err := quantize.Decode(got, typ, encoded); err != nil {
				t.Fatal(err)
			}
			if len(want) != 4*len(got) {
				t.Fatalf("judge decoded %d values, want %d", len(want)/4, len(got))
			}
			compareDecoded(t, got, want)
		})
	}
}

// compareDecoded compares bits; any NaN equals any other.
func compareDecoded(t *testing.T, got []float32, want []byte) {
	t.Helper()
	differ, first := 0, -1
	for i, g := range got {
		w := math.Float32frombits(binary.LittleEndian.Uint32(want[4*i:]))
		if math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
			if differ++; first < 0 {
				first = i
				t.Errorf("value %d is %v, want %v", i, g, w)
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d of %d values differ", differ, len(got))
	}
}
