package gguf_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"

	"github.com/nibble-go/nibble/gguf"
)

// raw builds files field by field, independently of the package's writer, so
// that a test can break any of them. The zero value is little-endian.
type raw struct {
	b    []byte
	big  bool
	mark int64 // where the broken field stands

	fields []field // all numbers written so far
}

// field is where a number stands.
type field struct{ at, size int }

func (r *raw) field(size int) *raw {
	r.fields = append(r.fields, field{len(r.b), size})
	return r
}

func (r *raw) order() binary.AppendByteOrder {
	if r.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// here marks the next field as the one that an error must name.
func (r *raw) here() *raw { r.mark = int64(len(r.b)); return r }

func (r *raw) u8(v ...uint8) *raw        { r.field(len(v)); r.b = append(r.b, v...); return r }
func (r *raw) u16(v uint16) *raw         { r.field(2); r.b = r.order().AppendUint16(r.b, v); return r }
func (r *raw) u32(v uint32) *raw         { r.field(4); r.b = r.order().AppendUint32(r.b, v); return r }
func (r *raw) u64(v uint64) *raw         { r.field(8); r.b = r.order().AppendUint64(r.b, v); return r }
func (r *raw) f32(v float32) *raw        { return r.u32(math.Float32bits(v)) }
func (r *raw) f64(v float64) *raw        { return r.u64(math.Float64bits(v)) }
func (r *raw) str(s string) *raw         { r.u64(uint64(len(s))); r.b = append(r.b, s...); return r }
func (r *raw) typ(t gguf.ValueType) *raw { return r.u32(uint32(t)) }

// head writes magic, version 3 and the counts.
func (r *raw) head(tensors, keys uint64) *raw { return r.headVersion(3, tensors, keys) }

func (r *raw) headVersion(version uint32, tensors, keys uint64) *raw {
	r.b = append(r.b, "GGUF"...)
	return r.u32(version).u64(tensors).u64(keys)
}

// kv writes a key and the type of its value.
func (r *raw) kv(key string, t gguf.ValueType) *raw { return r.str(key).typ(t) }

// arr writes what stands before the elements of an array.
func (r *raw) arr(key string, elem gguf.ValueType, n uint64) *raw {
	return r.kv(key, gguf.TypeArray).typ(elem).u64(n)
}

func (r *raw) align(n uint32) *raw { return r.kv("general.alignment", gguf.TypeUint32).u32(n) }

// tensor writes a tensor info.
func (r *raw) tensor(name string, typ uint32, offset uint64, dims ...uint64) *raw {
	r.str(name).u32(uint32(len(dims)))
	for _, d := range dims {
		r.u64(d)
	}
	return r.u32(typ).u64(offset)
}

// pad writes zeros up to a multiple of n.
func (r *raw) pad(n int) *raw {
	for len(r.b)%n != 0 {
		r.b = append(r.b, 0)
	}
	return r
}

// data writes n bytes that tell their position.
func (r *raw) data(n int) *raw {
	for i := range n {
		r.b = append(r.b, byte(i*7+1))
	}
	return r
}

func (r *raw) read(opts gguf.ReaderOptions) (*gguf.File, error) {
	return gguf.NewReader(bytes.NewReader(r.b), int64(len(r.b)), opts)
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
