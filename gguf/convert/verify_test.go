package convert

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

// damage writes bytes into the named tensor of a file.
func damage(t *testing.T, path, tensor string, at int64, data ...byte) {
	t.Helper()
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, ok := f.Tensor(tensor)
	if !ok {
		t.Fatalf("there is no tensor %q", tensor)
	}
	out, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := out.WriteAt(data, found.FileOffset()+at); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyValues(t *testing.T) {
	nan := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.NaN())))
	const rows = 3000 // of 1024 values: several pieces
	path := writeGGUF(t, llamaMetadata(1),
		specTensor{name: "sound", typ: quantize.Q4_0, dims: []int64{1024, 4}},
		specTensor{name: "blocks", typ: quantize.Q8_0, dims: []int64{1024, rows}, data: make([]byte, rows*1024/32*34)},
		specTensor{name: "values", typ: quantize.F32, dims: []int64{10, 3}},
		specTensor{name: "single", typ: quantize.F16, dims: nil, data: []byte{0, 0x3c}},
		specTensor{name: "none", typ: quantize.Q4_0, dims: []int64{32, 0}, data: []byte{}},
	)
	v, err := Verify(t.Context(), path, VerifyOptions{})
	if err != nil || len(v.Damages) > 0 || v.Tensors != 5 || v.Files != 1 || len(v.Unchecked) > 0 {
		t.Fatalf("the sound file: %+v, %v", v, err)
	}
	// Three blocks, in the first piece, the first of another, and the last of all.
	for _, block := range []int64{33, pieceBytes / 34, rows*32 - 1} {
		damage(t, path, "blocks", block*34, 0x00, 0x7c)
	}
	damage(t, path, "values", 4*(2*10+7), nan...)
	damage(t, path, "single", 0, 0x01, 0xfc)
	f, err := gguf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := func(name string, byte int64) int64 {
		tensor, _ := f.Tensor(name)
		return tensor.FileOffset() + byte
	}
	want := []Damage{
		{Kind: DamagedValues, File: path, Tensor: "blocks", Block: &BlockAt{1, 1}, Offset: at("blocks", 33*34), Count: 3},
		{Kind: DamagedValues, File: path, Tensor: "values", Block: &BlockAt{2, 7}, Offset: at("values", 4*27), Count: 1},
		{Kind: DamagedValues, File: path, Tensor: "single", Block: &BlockAt{0, 0}, Offset: at("single", 0), Count: 1},
	}
	for _, workers := range []int{1, 3} {
		var last, total int64
		v, err := Verify(t.Context(), path, VerifyOptions{Workers: workers, Progress: func(done, all int64) { last, total = done, all }})
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Damages {
			if v.Damages[i].Text == "" {
				t.Errorf("damage without a text: %+v", v.Damages[i])
			}
			v.Damages[i].Text = ""
		}
		if !reflect.DeepEqual(v.Damages, want) {
			t.Errorf("%d workers: %+v, want %+v", workers, v.Damages, want)
		}
		if last != total || total == 0 {
			t.Errorf("%d workers: progress ends at %d of %d", workers, last, total)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(cancelled, path, VerifyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestVerifyHeaders(t *testing.T) {
	whole := filepath.Join("..", "testdata", "splits", "whole.gguf")
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	put := func(at int, b byte) []byte {
		changed := bytes.Clone(data)
		changed[at] = b
		return changed
	}
	upper := bytes.Index(data, []byte("made.flag"))
	for _, c := range []struct {
		name    string
		data    []byte
		want    []DamageKind
		lenient []DamageKind
		words   string
	}{
		{"sound", data, nil, nil, ""},
		{"no GGUF file", []byte("text"), []DamageKind{DamagedHeader}, []DamageKind{DamagedHeader}, "magic"},
		{"cut in the header", data[:300], []DamageKind{DamagedHeader}, []DamageKind{DamagedHeader}, "byte "},
		{"cut in a tensor", data[:1000], []DamageKind{DamagedHeader}, []DamageKind{DamagedHeader}, "blk.3.weight"},
		{"more bytes", append(bytes.Clone(data), 0), []DamageKind{DamagedHeader}, nil, "1 bytes follow the last tensor"},
		{"a key in capitals", put(upper, 'M'), []DamageKind{DamagedHeader}, nil, "lower-case"},
		{"padding of the header", put(639, 1), []DamageKind{DamagedPadding}, nil, "byte 639: 0x01 in the header"},
		{"padding of a tensor", put(640+30, 9), []DamageKind{DamagedPadding}, nil, `byte 670: 0x09 in the padding behind tensor "blk.0.weight"`},
		{"padding at the end", put(1535, 9), []DamageKind{DamagedPadding}, nil, `"blk.5.weight"`},
	} {
		path := filepath.Join(t.TempDir(), "m.gguf")
		if err := os.WriteFile(path, c.data, 0o666); err != nil {
			t.Fatal(err)
		}
		for _, lenient := range []bool{false, true} {
			v, err := Verify(t.Context(), path, VerifyOptions{Lenient: lenient})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			var got []DamageKind
			for _, d := range v.Damages {
				got = append(got, d.Kind)
				if !strings.Contains(d.Text, c.words) {
					t.Errorf("%s: %q does not say %q", c.name, d.Text, c.words)
				}
			}
			want := c.want
			if lenient {
				want = c.lenient
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, lenient %t: %q, want %q", c.name, lenient, got, want)
			}
		}
	}
	future := put(4, 9)
	path := filepath.Join(t.TempDir(), "m.gguf")
	if err := os.WriteFile(path, future, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), path, VerifyOptions{}); !errors.Is(err, gguf.ErrUnsupported) {
		t.Errorf("a version to come: error %v, want ErrUnsupported", err)
	}
}

// A file of a split set that does not stand for the set is no damage, unless its name and its header do not agree.
func TestVerifyOneOfSplitSet(t *testing.T) {
	splits, err := filepath.Abs(filepath.Join("..", "testdata", "splits"))
	if err != nil {
		t.Fatal(err)
	}
	part := func(no string) []byte {
		data, err := os.ReadFile(filepath.Join(splits, "tensors-2-0000"+no+"-of-00003.gguf"))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name  string
		data  []byte
		want  *SplitError // without its directory; nil: a damage
		words string
	}{
		{"m-00002-of-00003.gguf", part("2"), &SplitError{"m-00002-of-00003.gguf", 1, 3, "m-00001-of-00003.gguf"}, "it is file 2 of the 3 of a split set"},
		{"renamed.gguf", part("2"), &SplitError{"renamed.gguf", 1, 3, ""}, "not named as one: NAME-00002-of-00003.gguf"},
		{"first.gguf", part("1"), &SplitError{"first.gguf", 0, 3, ""}, "not named as one: NAME-00001-of-00003.gguf"},
		{"m-00003-of-00003.gguf", part("2"), nil, "its name must say"},
		{"m-00001-of-00003.gguf", part("2"), nil, "its name must say"},
		{"m-00002-of-00004.gguf", part("2"), nil, "its name must say"},
		{"m-00002-of-00003.gguf", part("2")[:200], nil, "byte "},
	} {
		t.Chdir(t.TempDir())
		if err := os.WriteFile(c.name, c.data, 0o666); err != nil {
			t.Fatal(err)
		}
		v, err := Verify(t.Context(), c.name, VerifyOptions{})
		var split *SplitError
		switch {
		case c.want == nil:
			if err != nil || len(v.Damages) != 1 || !strings.Contains(v.Damages[0].Text, c.words) {
				t.Errorf("%s: %+v, %v, want a damage that says %q", c.name, v, err, c.words)
			}
		case !errors.As(err, &split) || *split != *c.want || !strings.Contains(err.Error(), c.words):
			t.Errorf("%s: %+v, error %v, want %+v", c.name, v, err, c.want)
		}
	}
}

// A file agrees with what it was made of, in every kind of type, and a byte that is another one is told by its place.
func TestVerifySource(t *testing.T) {
	const up, experts, norm = "blk.0.ffn_up.weight", "blk.0.ffn_up_exps.weight", "blk.0.attn_norm.weight"
	source := writeGGUF(t, llamaMetadata(1),
		specTensor{name: up, typ: quantize.F32, dims: []int64{512, 8}},
		specTensor{name: experts, typ: quantize.BF16, dims: []int64{256, 4, 3}},
		specTensor{name: norm, typ: quantize.F32, dims: []int64{512}},
	)
	weights := make([]float32, 3*256)
	for i := range weights {
		weights[i] = float32(i%7) + 1
	}
	matrix := matrixOf(t, map[string][]float32{up: weights[:512], experts: weights})
	for _, c := range []struct {
		typ      string
		weighted bool
	}{{"f16", false}, {"q8_0", false}, {"q4_0", true}, {"q4_k", false}, {"q4_k", true}, {"iq2_xs", true}, {"tq2_0", false}} {
		opts := Options{Type: c.typ, Quantize: QuantizeOptions{Always: true}}
		check := SourceOptions{}
		if c.weighted {
			opts.Quantize.Imatrix, check.Imatrix = matrix, matrix
		}
		plan, err := NewPlan(t.Context(), source, opts)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "out.gguf")
		_, err = plan.WriteFile(t.Context(), path, WriteOptions{})
		if err := errors.Join(err, plan.Close()); err != nil {
			t.Fatal(err)
		}
		got, err := VerifySource(t.Context(), path, source, check)
		if err != nil {
			t.Fatalf("%s: %v", c.typ, err)
		}
		if len(got.Damages) > 0 || got.Tensors != 3 || got.Rows != 8+12+1 {
			t.Errorf("%s, weighted %t: %+v", c.typ, c.weighted, got)
		}
		if c.weighted {
			without, err := VerifySource(t.Context(), path, source, SourceOptions{})
			if err == nil && len(without.Damages) == 0 {
				t.Errorf("%s: made with weights, it agrees without", c.typ)
			}
			if c.typ == "iq2_xs" && !errors.Is(err, quantize.ErrImportance) {
				t.Errorf("%s: error %v, want ErrImportance", c.typ, err)
			}
		}
		f, err := gguf.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		tensor, _ := f.Tensor(experts)
		at := tensor.Bytes() - 1
		last := make([]byte, 1)
		if _, err := tensor.ReadAt(last, at); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		damage(t, path, experts, at, last[0]^1)
		for _, workers := range []int{1, 3} {
			check.Workers = workers
			got, err = VerifySource(t.Context(), path, source, check)
			if err != nil {
				t.Fatal(err)
			}
			want := []Damage{{
				Kind: NotOfSource, File: path, Tensor: experts, Offset: tensor.FileOffset() + at, Count: 1,
				Block: &BlockAt{11, 256/int64(tensor.Type.BlockSize()) - 1},
			}}
			for i := range got.Damages {
				got.Damages[i].Text = ""
			}
			if !reflect.DeepEqual(got.Damages, want) {
				t.Errorf("%s, %d workers: %+v, want %+v", c.typ, workers, got.Damages, want)
			}
		}
	}
}

// A row that is longer than a chunk is compared in parts.
func TestVerifySourceLongRow(t *testing.T) {
	const columns = chunkValues + 64
	source := writeGGUF(t, llamaMetadata(1), specTensor{name: "blk.0.ffn_up.weight", typ: quantize.F32, dims: []int64{columns, 2}})
	plan, err := NewPlan(t.Context(), source, Options{Type: "q8_0"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "out.gguf")
	_, err = plan.WriteFile(t.Context(), path, WriteOptions{})
	if err := errors.Join(err, plan.Close()); err != nil {
		t.Fatal(err)
	}
	const blocks = columns / 32
	damage(t, path, "blk.0.ffn_up.weight", (2*blocks-1)*34+1, 0x55)
	got, err := VerifySource(t.Context(), path, source, SourceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Damages) != 1 || *got.Damages[0].Block != (BlockAt{1, blocks - 1}) || got.Damages[0].Count != 1 {
		t.Errorf("%+v, want the last block of row 1", got.Damages)
	}
}

func TestVerifySourceOfAnotherModel(t *testing.T) {
	matrix := func(name string, rows int64) specTensor {
		return specTensor{name: name, typ: quantize.F32, dims: []int64{256, rows}}
	}
	path := writeGGUF(t, llamaMetadata(1), matrix("a.weight", 4), matrix("b.weight", 4))
	other := writeGGUF(t, llamaMetadata(1), matrix("a.weight", 4), matrix("c.weight", 4))
	longer := writeGGUF(t, llamaMetadata(1), matrix("a.weight", 4), matrix("b.weight", 5))
	for source, want := range map[string][]string{
		other:  {"b.weight: the source has no such tensor", "c.weight: the source has this tensor"},
		longer: {"b.weight: it is f32 [4 256], and the source makes f32 [5 256] of it"},
		path:   nil,
	} {
		got, err := VerifySource(t.Context(), path, source, SourceOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Damages) != len(want) {
			t.Fatalf("%+v, want %q", got.Damages, want)
		}
		for i, d := range got.Damages {
			if !strings.HasPrefix(d.Tensor+": "+d.Text, want[i]) {
				t.Errorf("%s: %s, want %q", d.Tensor, d.Text, want[i])
			}
		}
	}
}

func TestSampledRows(t *testing.T) {
	for _, c := range []struct{ rows, sample, want int64 }{{10, 3, 3}, {10, 0, 10}, {10, 99, 10}, {1, 1, 1}, {0, 5, 0}, {1 << 40, 16, 16}, {1 << 62, 16, 16}, {math.MaxInt64, 1000, 1000}} {
		rows := slices.Collect(sampledRows("blk.0.x", c.rows, c.sample))
		if int64(len(rows)) != c.want || !slices.IsSorted(rows) || len(slices.Compact(slices.Clone(rows))) != len(rows) {
			t.Errorf("%d of %d rows: %d", c.sample, c.rows, rows)
		}
		for _, row := range rows {
			if row < 0 || row >= c.rows {
				t.Errorf("%d of %d rows: %d", c.sample, c.rows, row)
			}
		}
		if n := int64(len(rows)); n > 0 && rows[n-1] < c.rows-c.rows/n-1 {
			t.Errorf("%d of %d rows: none in the last part: %d", c.sample, c.rows, rows)
		}
		if again := slices.Collect(sampledRows("blk.0.x", c.rows, c.sample)); !slices.Equal(rows, again) {
			t.Errorf("%d rows, and then %d", rows, again)
		}
	}
}
