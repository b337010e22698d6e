package quantize

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/nibble-go/nibble/internal/golden"
)

// FuzzDecode decodes any bytes as any type. Whatever the bytes, a whole number of
// blocks decodes, to the same values block by block as at once.
func FuzzDecode(f *testing.F) {
	for _, typ := range Types() {
		block := make([]byte, typ.BlockBytes())
		for i := range block {
			block[i] = byte(i*73 + int(typ))
		}
		f.Add(uint32(typ), append(make([]byte, len(block)), block...))
	}
	f.Fuzz(func(t *testing.T, id uint32, src []byte) {
		typ := Type(id)
		values, err := AppendDecode(nil, typ, src)
		if !typ.Valid() {
			if !errors.Is(err, ErrUnsupported) {
				t.Fatalf("error %v, want ErrUnsupported", err)
			}
			return
		}
		if len(src)%typ.BlockBytes() != 0 {
			if !errors.Is(err, ErrShape) {
				t.Fatalf("error %v, want ErrShape", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		block := make([]float32, typ.BlockSize())
		for i := range len(src) / typ.BlockBytes() {
			if err := Decode(block, typ, src[i*typ.BlockBytes():][:typ.BlockBytes()]); err != nil {
				t.Fatal(err)
			}
			if hashFloats(block) != hashFloats(values[i*len(block):][:len(block)]) {
				t.Fatalf("block %d decodes to other values alone", i)
			}
		}
	})
}

// FuzzEncode encodes any float32 as any type, with any importance weights. Whatever
// they are, a block decodes, and blocks encode alike one by one where rows are
// blocks.
func FuzzEncode(f *testing.F) {
	for i, typ := range Types() {
		class := golden.Classes[i%len(golden.Classes)]
		f.Add(uint32(typ), floatBytes(golden.Input(class, uint64(i), 512)), floatBytes(golden.Importance(uint64(i), 256)))
		f.Add(uint32(typ), floatBytes(golden.Input(class, uint64(i), 256)), []byte{})
	}
	f.Fuzz(func(t *testing.T, id uint32, src, weights []byte) {
		typ := Type(id)
		if !typ.CanEncode() {
			if err := Encode(nil, typ, nil, Options{}); !errors.Is(err, ErrUnsupported) {
				t.Fatalf("error %v, want ErrUnsupported", err)
			}
			return
		}
		size := typ.BlockSize()
		x := floatsOf(src)
		x = x[:min(len(x)/size, 8)*size]
		opts := Options{Columns: size, Workers: 1}
		if len(weights) > 0 {
			opts.Importance = make([]float32, size)
			for i, w := range floatsOf(weights) {
				if w = magnitude(w); i < size && finite(w) {
					opts.Importance[i] = w
				}
			}
		}
		all, err := AppendEncode(nil, typ, x, opts)
		if codecOf(typ).weighted == importanceRequired && opts.Importance == nil {
			if !errors.Is(err, ErrImportance) {
				t.Fatalf("error %v, want ErrImportance", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := AppendDecode(nil, typ, all); err != nil {
			t.Fatal(err)
		}
		var parts []byte
		for ; len(x) > 0; x = x[size:] {
			if parts, err = AppendEncode(parts, typ, x[:size], opts); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(parts, all) {
			t.Fatal("the bytes of single blocks differ from those of all")
		}
	})
}

func floatBytes(x []float32) []byte {
	var b []byte
	for _, f := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

func floatsOf(b []byte) []float32 {
	var x []float32
	for ; len(b) >= 4; b = b[4:] {
		x = append(x, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return x
}
