package gguf

import (
	"encoding/binary"
	"io"
)

// headerWriterBytes is how much a headerWriter gathers before it writes.
const headerWriterBytes = 32 << 10

// A headerWriter encodes the fields of a header. It keeps the first error of
// its writer; nothing is written after it.
type headerWriter struct {
	w     io.Writer
	order binary.AppendByteOrder
	buf   []byte
	out   int64 // bytes given to w
	err   error
}

// written returns how many bytes were encoded so far.
func (h *headerWriter) written() int64 { return h.out + int64(len(h.buf)) }

func (h *headerWriter) flush() error {
	if h.err == nil && len(h.buf) > 0 {
		_, h.err = h.w.Write(h.buf)
	}
	h.out += int64(len(h.buf))
	h.buf = h.buf[:0]
	return h.err
}

func (h *headerWriter) flushFull() {
	if len(h.buf) >= headerWriterBytes {
		_ = h.flush() // kept in h.err
	}
}

func (h *headerWriter) bytes(b []byte) {
	h.buf = append(h.buf, b...)
	h.flushFull()
}

func (h *headerWriter) text(s string) {
	h.buf = append(h.buf, s...)
	h.flushFull()
}

func (h *headerWriter) uint32(v uint32) {
	h.buf = h.order.AppendUint32(h.buf, v)
	h.flushFull()
}

func (h *headerWriter) uint64(v uint64) {
	h.buf = h.order.AppendUint64(h.buf, v)
	h.flushFull()
}

func (h *headerWriter) scalar(v Value) {
	h.buf = v.appendScalar(h.buf, h.order)
	h.flushFull()
}

func (h *headerWriter) string(s string) {
	h.uint64(uint64(len(s)))
	h.text(s)
}

func (h *headerWriter) zeros(n int64) {
	for ; n > 0; n-- {
		h.buf = append(h.buf, 0)
		h.flushFull()
	}
}

// value writes the type and the value. Its error is one of reading a lazy
// array; those of writing show at the next flush.
func (h *headerWriter) value(v Value) error {
	h.uint32(uint32(v.typ))
	switch v.typ {
	case TypeString:
		h.string(v.text)
	case TypeArray:
		h.uint32(uint32(v.array.elem))
		h.uint64(uint64(v.array.n))
		return v.array.writeTo(h)
	default:
		h.scalar(v)
	}
	return nil
}

func (h *headerWriter) tensorInfo(t *TensorInfo) {
	h.string(t.Name)
	h.uint32(uint32(len(t.Dims)))
	for _, d := range t.Dims {
		h.uint64(uint64(d))
	}
	h.uint32(uint32(t.Type))
	h.uint64(uint64(t.Offset))
}
