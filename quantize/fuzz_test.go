package quantize

import (
	"errors"
	"testing"
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
