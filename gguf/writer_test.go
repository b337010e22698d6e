package gguf_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/quantize"
)

func layoutOf(t *testing.T, tensors ...gguf.TensorInfo) *gguf.Layout {
	t.Helper()
	l, err := gguf.NewLayout(nil, tensors)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLayoutOffsets(t *testing.T) {
	for alignment, want := range map[uint32][]int64{ // offsets of a, b, c, and the bytes of data
		8:  {0, 40, 64, 64 + 24},
		32: {0, 64, 96, 96 + 32},
		64: {0, 64, 128, 128 + 64},
	} {
		meta := new(gguf.Metadata)
		meta.Set("general.alignment", gguf.Uint32(alignment))
		l, err := gguf.NewLayout(meta, []gguf.TensorInfo{
			{Name: "a", Dims: []int64{5, 2}, Type: quantize.F32},
			{Name: "b", Dims: []int64{32}, Type: quantize.Q4_0},
			{Name: "c", Dims: []int64{17}, Type: quantize.I8},
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range want[:3] {
			if got := l.Tensors[i].Offset; got != want {
				t.Errorf("alignment %d: offset %d is %d, want %d", alignment, i, got, want)
			}
			if got := l.TensorFileOffset(i) % int64(alignment); got != 0 {
				t.Errorf("alignment %d: tensor %d is %d bytes off", alignment, i, got)
			}
		}
		if got := l.FileSize - l.DataOffset; got != want[3] {
			t.Errorf("alignment %d: %d bytes of data, want %d", alignment, got, want[3])
		}
		if l.TensorSize(2) != 17 || l.PaddingAfter(2) != want[3]-want[2]-17 {
			t.Errorf("alignment %d: last tensor of %d bytes, padded by %d", alignment, l.TensorSize(2), l.PaddingAfter(2))
		}
	}
}

func TestLayoutRefuses(t *testing.T) {
	meta := func(key string, v gguf.Value) *gguf.Metadata {
		m := new(gguf.Metadata)
		m.Set(key, v)
		return m
	}
	tensor := func(name string, typ quantize.Type, dims ...int64) []gguf.TensorInfo {
		return []gguf.TensorInfo{{Name: name, Type: typ, Dims: dims}}
	}
	short := meta("tokenizer.ggml.tokens", gguf.Strings([]string{"a", "b"}))
	short.Set("tokenizer.ggml.token_type", gguf.Int32s([]int32{1}))
	for name, c := range map[string]struct {
		meta    *gguf.Metadata
		tensors []gguf.TensorInfo
		words   string
	}{
		"empty key":             {meta("", gguf.Uint8(1)), nil, "key is empty"},
		"long key":              {meta(strings.Repeat("k", 65536), gguf.Uint8(1)), nil, "65536 bytes is longer"},
		"key not ASCII":         {meta("clé", gguf.Uint8(1)), nil, `metadata "clé": key is not printable ASCII`},
		"alignment type":        {meta("general.alignment", gguf.Uint64(32)), nil, "is of type u64"},
		"alignment 0":           {meta("general.alignment", gguf.Uint32(0)), nil, "0 is not a power of two"},
		"alignment 4":           {meta("general.alignment", gguf.Uint32(4)), nil, "4 is not a multiple of 8"},
		"alignment 2 MiB":       {meta("general.alignment", gguf.Uint32(2<<20)), nil, "above the limit"},
		"vocabulary":            {short, nil, "tokenizer.ggml.token_type has 1 elements for 2 tokens"},
		"empty name":            {nil, tensor("", quantize.F32), "name is empty"},
		"name of 64 bytes":      {nil, tensor(strings.Repeat("n", 64), quantize.F32), "64 bytes is longer than 63"},
		"NUL in name":           {nil, tensor("a\x00", quantize.F32), "holds a NUL"},
		"name not UTF-8":        {nil, tensor("\xff", quantize.F32), "not UTF-8"},
		"name twice":            {nil, append(tensor("a", quantize.F32), tensor("a", quantize.F16)...), `tensor "a": name is used twice`},
		"5 dims":                {nil, tensor("a", quantize.F32, 1, 1, 1, 1, 1), "5 dims"},
		"negative dim":          {nil, tensor("a", quantize.F32, 2, -1), "dimension 1 is negative"},
		"row not whole blocks":  {nil, tensor("a", quantize.Q6_K, 128), "not a whole number of blocks"},
		"removed type":          {nil, tensor("a", 4, 32), "type(4)"},
		"more values than 2^63": {nil, tensor("a", quantize.I8, 1<<40, 1<<40), "more than 2^63 values"},
		"larger than 2^62":      {nil, append(tensor("a", quantize.I8, 1<<61), tensor("b", quantize.I8, 1<<61+1)...), "larger than 2^62"},
	} {
		l, err := gguf.NewLayout(c.meta, c.tensors)
		if l != nil || !errors.Is(err, gguf.ErrLayout) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: layout %v, error %v; want one that says %q", name, l, err, c.words)
		}
	}
}

// A layout does not change when what it was made of does.
func TestLayoutKeepsItsOwn(t *testing.T) {
	meta := new(gguf.Metadata)
	infos := []gguf.TensorInfo{{Name: "a", Dims: []int64{4}}}
	l, err := gguf.NewLayout(meta, infos)
	if err != nil {
		t.Fatal(err)
	}
	before, err := l.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	meta.Set("late", gguf.Bool(true))
	infos[0].Dims[0], infos[0].Name = 8, "b"
	after, err := l.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("header changed at byte %d", firstDifference(before, after))
	}
}

func TestWriterHoldsToLayout(t *testing.T) {
	tensors := []gguf.TensorInfo{{Name: "a", Dims: []int64{3}, Type: quantize.I8}, {Name: "b", Dims: []int64{2}, Type: quantize.I8}}
	broken := errors.New("weights are gone")
	for name, c := range map[string]struct {
		write func(w *gguf.Writer) error
		is    error
		words string
	}{
		"out of order": {func(w *gguf.Writer) error { return w.WriteTensor(1, strings.NewReader("xy")) }, gguf.ErrLayout, "0 of 2 comes next"},
		"too short":    {func(w *gguf.Writer) error { return w.WriteTensor(0, strings.NewReader("xy")) }, gguf.ErrLayout, `tensor "a": data ends after 2 of 3 bytes`},
		"too long":     {func(w *gguf.Writer) error { return w.WriteTensor(0, strings.NewReader("xyzw")) }, gguf.ErrLayout, `tensor "a": data is longer than 3 bytes`},
		"reader fails": {func(w *gguf.Writer) error { return w.WriteTensor(0, iotest.ErrReader(broken)) }, broken, `tensor "a"`},
		"reader fails at the end": {func(w *gguf.Writer) error {
			return w.WriteTensor(0, io.MultiReader(strings.NewReader("xyz"), iotest.ErrReader(broken)))
		}, broken, `tensor "a"`},
		"incomplete": {func(w *gguf.Writer) error {
			if err := w.WriteTensor(0, strings.NewReader("xyz")); err != nil {
				return err
			}
			return w.Close()
		}, gguf.ErrLayout, `before tensor "b", 1 of 2 tensors written`},
	} {
		w, err := gguf.NewWriter(io.Discard, layoutOf(t, tensors...))
		if err != nil {
			t.Fatal(err)
		}
		err = c.write(w)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want one that says %q", name, err, c.words)
		}
		if err := w.Close(); err == nil {
			t.Errorf("%s: the error is forgotten", name)
		}
	}
}

// Wherever the writer below fails, its error comes out.
func TestWriterBelowFails(t *testing.T) {
	l := layoutOf(t, gguf.TensorInfo{Name: "a", Dims: []int64{100}, Type: quantize.I8})
	full := errors.New("disk full")
	for room := range l.FileSize + 1 {
		w, err := gguf.NewWriter(&limited{room, full}, l)
		if err == nil {
			err = w.WriteTensor(0, bytes.NewReader(make([]byte, 100)))
		}
		if want := room < l.FileSize; errors.Is(err, full) != want {
			t.Fatalf("room for %d of %d bytes: %v", room, l.FileSize, err)
		}
	}
}

type limited struct {
	room int64
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if int64(len(p)) > l.room {
		return int(l.room), l.err
	}
	l.room -= int64(len(p))
	return len(p), nil
}
