package binio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// A walk with any mix of calls sees the bytes that a plain slice holds,
// wherever the window's edges fall.
func TestReaderAgainstSlice(t *testing.T) {
	data := make([]byte, 2*windowBytes+123)
	for i := range data {
		data[i] = byte(i * 131 >> 3)
	}
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.IntRange(0, len(data)).Draw(t, "start")
		end := rapid.IntRange(start, len(data)).Draw(t, "end")
		order := rapid.SampledFrom([]binary.ByteOrder{binary.LittleEndian, binary.BigEndian}).Draw(t, "order")
		r := NewReader(bytes.NewReader(data), order, int64(start), int64(end))
		left := data[start:end]
		for range rapid.IntRange(1, 20).Draw(t, "calls") {
			n := rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(0, 2*windowBytes)).Draw(t, "n")
			left = step(t, r, order, left, n)
			if r.Remaining() != int64(len(left)) || r.Pos() != int64(end-len(left)) {
				t.Fatalf("at %d with %d left, want %d", r.Pos(), r.Remaining(), len(left))
			}
		}
	})
}

// step makes one call and returns what must remain after it.
func step(t *rapid.T, r *Reader, order binary.ByteOrder, left []byte, n int) []byte {
	var got, want []byte
	var err error
	var number uint64
	call := rapid.SampledFrom([]string{"Uint8", "Uint16", "Uint32", "Uint64", "Text", "ReadFull", "Skip", "Window"}).Draw(t, "call")
	switch call {
	case "Uint8":
		n = 1
		var v uint8
		v, err = r.Uint8()
		got = []byte{v}
	case "Uint16":
		n = 2
		var v uint16
		v, err = r.Uint16()
		got = order.(binary.AppendByteOrder).AppendUint16(nil, v)
	case "Uint32":
		n = 4
		var v uint32
		v, err = r.Uint32()
		got = order.(binary.AppendByteOrder).AppendUint32(nil, v)
	case "Uint64":
		n = 8
		number, err = r.Uint64()
		got = order.(binary.AppendByteOrder).AppendUint64(nil, number)
	case "Text":
		var s string
		s, err = r.Text(int64(n))
		got = []byte(s)
	case "ReadFull":
		got = make([]byte, n)
		err = r.ReadFull(got)
	case "Skip":
		err = r.Skip(int64(n))
	case "Window":
		if len(left) == 0 {
			n = 1 // there is no window to give
		}
		n = max(n, 1)
		if got, err = r.Window(int64(n)); err == nil {
			n = len(got)
		}
	}
	if n > len(left) {
		if !errors.Is(err, ErrShort) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("%s of %d of %d bytes: %v", call, n, len(left), err)
		}
		return left
	}
	if err != nil {
		t.Fatalf("%s of %d of %d bytes: %v", call, n, len(left), err)
	}
	if want = left[:n]; call != "Skip" && !bytes.Equal(got, want) {
		t.Fatalf("%s of %d bytes differs", call, n)
	}
	return left[n:]
}

func TestSkipStrings(t *testing.T) {
	const limit = 2 * windowBytes
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}).Draw(t, "order")
		size := rapid.OneOf(rapid.IntRange(0, 12), rapid.IntRange(0, windowBytes+20), rapid.IntRange(limit-1, limit+1))
		sizes := rapid.SliceOfN(size, 0, 8).Draw(t, "sizes")
		cut := rapid.IntRange(0, 10).Draw(t, "cut")
		var data []byte
		ends := []int64{0}
		for _, n := range sizes {
			data = append(order.AppendUint64(data, uint64(n)), make([]byte, n)...)
			ends = append(ends, int64(len(data)))
		}
		data = data[:max(0, len(data)-cut)]
		want := 0
		for want < len(sizes) && sizes[want] <= limit && ends[want+1] <= int64(len(data)) {
			want++
		}
		r := NewReader(bytes.NewReader(data), order.(binary.ByteOrder), 0, int64(len(data)))
		passed, err := r.SkipStrings(len(sizes), limit)
		if passed != want || r.Pos() != ends[want] {
			t.Fatalf("%d strings passed to %d, want %d to %d (%v)", passed, r.Pos(), want, ends[want], err)
		}
		if err != nil && (!errors.Is(err, ErrShort) || r.Remaining() >= 8) {
			t.Fatalf("error %v with %d bytes left", err, r.Remaining())
		}
	})
}

func TestLengthsBeyondEnd(t *testing.T) {
	for _, n := range []int64{4, -1, 1 << 62} {
		r := NewReader(bytes.NewReader([]byte("abc")), binary.LittleEndian, 0, 3)
		if _, err := r.Text(n); !errors.Is(err, ErrShort) {
			t.Errorf("Text(%d): %v", n, err)
		}
		if err := r.Skip(n); !errors.Is(err, ErrShort) {
			t.Errorf("Skip(%d): %v", n, err)
		}
	}
	r := NewReader(bytes.NewReader(nil), binary.LittleEndian, 0, 0)
	if _, err := r.Text(-1); err == nil || err.Error() != "18446744073709551615 bytes needed, 0 remain" {
		t.Errorf("%v", err)
	}
}

// A source that fails, or ends before its size, is told from data that is too
// short.
func TestSourceErrors(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		src  io.ReaderAt
		want error
	}{
		"fails":      {readerAt{iotest.ErrReader(broken)}, broken},
		"ends early": {bytes.NewReader(make([]byte, 5)), io.ErrUnexpectedEOF},
	} {
		r := NewReader(c.src, binary.LittleEndian, 0, 100)
		if _, err := r.Uint64(); !errors.Is(err, c.want) || errors.Is(err, ErrShort) {
			t.Errorf("source %s: %v, want %v", name, err, c.want)
		}
		if err := r.ReadFull(make([]byte, 50)); !errors.Is(err, c.want) || errors.Is(err, ErrShort) {
			t.Errorf("source %s: %v, want %v", name, err, c.want)
		}
	}
}

type readerAt struct{ io.Reader }

func (r readerAt) ReadAt(p []byte, _ int64) (int, error) { return r.Read(p) }

func TestLongText(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), windowBytes/4)
	r := NewReader(bytes.NewReader(data), binary.LittleEndian, 0, int64(len(data)))
	if b, err := r.Uint8(); b != '0' || err != nil {
		t.Fatalf("%q, %v", b, err)
	}
	n := int64(2 * windowBytes)
	if s, err := r.Text(n); s != string(data[1:1+n]) || err != nil {
		t.Errorf("text of %d bytes differs, %v", len(s), err)
	}
	r.SetOrder(binary.BigEndian)
	if v, err := r.Uint16(); v != binary.BigEndian.Uint16(data[1+n:]) || err != nil {
		t.Errorf("%x, %v", v, err)
	}
}
