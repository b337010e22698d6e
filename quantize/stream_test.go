package quantize

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/internal/golden"
)

func TestStreams(t *testing.T) {
	const rows, columns = 150, 256
	x := golden.Input("bell", 5, rows*columns)
	for _, typ := range []Type{F16, Q4_0, Q6_K, IQ4_XS} {
		for _, importance := range [][]float32{nil, golden.Importance(5, columns)} {
			opts := Options{Columns: columns, Importance: importance, Workers: 2}
			want, err := AppendEncode(nil, typ, x, opts)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			w, err := NewRowWriter(&got, typ, opts)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range [][]float32{x[:columns], x[columns:columns], x[columns:]} {
				if err := w.WriteRows(context.Background(), part); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%v: the stream differs from Encode", typ)
			}

			decoded, err := AppendDecode(nil, typ, want)
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewRowReader(iotest.OneByteReader(&got), typ, columns)
			if err != nil {
				t.Fatal(err)
			}
			values := make([]float32, (rows+1)*columns)
			first, err := r.ReadRows(values[:columns])
			if err != nil || first != 1 {
				t.Fatalf("%v: %d rows, error %v, want the first", typ, first, err)
			}
			rest, err := r.ReadRows(values[columns:])
			if err != nil || rest != rows-1 {
				t.Fatalf("%v: %d rows, error %v, want the rest", typ, rest, err)
			}
			if hashFloats(values[:rows*columns]) != hashFloats(decoded) {
				t.Errorf("%v: the stream differs from Decode", typ)
			}
			if n, err := r.ReadRows(values); n != 0 || err != io.EOF {
				t.Errorf("%v: at the end: %d rows, error %v", typ, n, err)
			}
		}
	}
}

func TestRowReaderTornRow(t *testing.T) {
	r, err := NewRowReader(bytes.NewReader(make([]byte, 2*68+5)), Q8_0, 64)
	if err != nil {
		t.Fatal(err)
	}
	n, err := r.ReadRows(make([]float32, 4*64))
	if n != 2 || !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "row 2: the stream ends after 5 of 68 bytes" {
		t.Errorf("%d rows, error %v", n, err)
	}
	if n, err := r.ReadRows(make([]float32, 64)); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("then %d rows, error %v", n, err)
	}
}

func TestRowReaderFault(t *testing.T) {
	fault := errors.New("unplugged")
	r, err := NewRowReader(io.MultiReader(bytes.NewReader(make([]byte, 100)), iotest.ErrReader(fault)), Q8_0, 64)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.ReadRows(make([]float32, 2*64)); n != 1 || !errors.Is(err, fault) {
		t.Errorf("%d rows, error %v, want one and the fault", n, err)
	}
}

type faultyWriter struct{ err error }

func (w faultyWriter) Write([]byte) (int, error) { return 0, w.err }

func TestRowWriterFault(t *testing.T) {
	fault := errors.New("full")
	w, err := NewRowWriter(faultyWriter{fault}, Q8_0, Options{Columns: 32})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.WriteRows(context.Background(), make([]float32, 32)); !errors.Is(err, fault) {
			t.Errorf("error %v, want the fault", err)
		}
	}
}

func TestRowWriterCancelled(t *testing.T) {
	w, err := NewRowWriter(io.Discard, Q8_0, Options{Columns: 32})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.WriteRows(ctx, make([]float32, 32)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestStreamShapes(t *testing.T) {
	if _, err := NewRowWriter(io.Discard, Q8_0, Options{}); !errors.Is(err, ErrShape) || !strings.Contains(err.Error(), "columns") {
		t.Errorf("a writer without columns: error %v", err)
	}
	if _, err := NewRowWriter(io.Discard, IQ1_S, Options{Columns: 256}); !errors.Is(err, ErrImportance) {
		t.Errorf("a writer of IQ1_S: error %v", err)
	}
	if _, err := NewRowReader(bytes.NewReader(nil), Q4_K, 255); !errors.Is(err, ErrShape) {
		t.Errorf("a reader of part of a block: error %v", err)
	}
	w, err := NewRowWriter(io.Discard, Q8_0, Options{Columns: 64})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteRows(context.Background(), make([]float32, 32)); !errors.Is(err, ErrShape) {
		t.Errorf("half a row: error %v", err)
	}
	r, err := NewRowReader(bytes.NewReader(nil), Q8_0, 64)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadRows(make([]float32, 32)); !errors.Is(err, ErrShape) {
		t.Errorf("room for half a row: error %v", err)
	}
}
