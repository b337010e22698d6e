package gguf_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/nibble-go/nibble/gguf"
)

const many = 60_000

func manyKeys() []byte {
	r := file().head(0, many)
	for i := range many {
		r.kv("key."+strconv.Itoa(i), gguf.TypeUint32).u32(uint32(i))
	}
	return r.b
}

func manyTensors() []byte {
	r := file().head(many, 0)
	for i := range many {
		r.tensor("blk."+strconv.Itoa(i)+".weight", f32, uint64(i)*32, 8)
	}
	return r.pad(32).data(many * 32).b
}

// Keys and tensors are found to be unique in one pass: other readers take
// seconds for as many.
func TestManyEntries(t *testing.T) {
	// Several times the benchmark's result, which leaves room for a busy
	// machine and for the race detector, none for comparing all pairs.
	const ceiling = 500 * time.Millisecond
	for name, file := range map[string][]byte{"keys": manyKeys(), "tensors": manyTensors()} {
		best := time.Hour
		for range 3 {
			start := time.Now()
			if _, err := gguf.NewReader(bytes.NewReader(file), int64(len(file)), gguf.ReaderOptions{}); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		if best > ceiling && !slowMachine {
			t.Errorf("%d %s took %v", many, name, best)
		}
	}
}

func BenchmarkReader(b *testing.B) {
	vocabulary := file().head(0, 1).arr("tokenizer.ggml.tokens", gguf.TypeString, 1<<18)
	for i := range 1 << 18 {
		vocabulary.str("token" + strconv.Itoa(i))
	}
	for _, c := range []struct {
		name string
		file []byte
	}{{"60kKeys", manyKeys()}, {"60kTensors", manyTensors()}, {"256kTokens", vocabulary.b}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.file)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gguf.NewReader(bytes.NewReader(c.file), int64(len(c.file)), gguf.ReaderOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("256kTokens/Strings", func(b *testing.B) {
		f, err := vocabulary.read(gguf.ReaderOptions{})
		if err != nil {
			b.Fatal(err)
		}
		v, _ := f.Metadata.Get("tokenizer.ggml.tokens")
		b.SetBytes(int64(len(vocabulary.b)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Strings(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWriteHeader(b *testing.B) {
	file := manyTensors()
	f, err := gguf.NewReader(bytes.NewReader(file), int64(len(file)), gguf.ReaderOptions{})
	if err != nil {
		b.Fatal(err)
	}
	infos := make([]gguf.TensorInfo, len(f.Tensors))
	for i, t := range f.Tensors {
		infos[i] = t.TensorInfo
	}
	b.SetBytes(f.DataOffset)
	for b.Loop() {
		layout, err := gguf.NewLayout(f.Metadata, infos)
		if err != nil {
			b.Fatal(err)
		}
		if err := layout.WriteHeader(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
