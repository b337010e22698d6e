package imatrix_test

import (
	"bytes"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/gguf/imatrix"
)

// drawn is an entry as a file has it.
type drawn struct {
	name    string
	columns int
	counts  []float32 // whole numbers; one, the calls, in the older format
	sums    []float32
}

func drawEntries(t *rapid.T, legacy bool) []drawn {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9_.]{1,20}`), 1, 6, rapid.ID[string]).Draw(t, "names")
	entries := make([]drawn, len(names))
	for i, name := range names {
		matrices := 1
		if !legacy {
			matrices = rapid.SampledFrom([]int{1, 2, 5, 130}).Draw(t, "matrices")
		}
		e := drawn{name: name, columns: rapid.IntRange(1, 9).Draw(t, "columns")}
		for range matrices {
			e.counts = append(e.counts, float32(rapid.IntRange(0, 3).Draw(t, "count")))
		}
		for range matrices * e.columns {
			e.sums = append(e.sums, rapid.Float32Range(0, math.MaxFloat32).Draw(t, "sum"))
		}
		entries[i] = e
	}
	return entries
}

// weight is the definition of a weight.
func (e *drawn) weight(i int, legacy bool) float32 {
	count := e.counts[i/e.columns%len(e.counts)]
	switch {
	case count > 0:
		return e.sums[i] / count
	case legacy:
		return e.sums[i]
	}
	return 1
}

// What is written in either format is read, whole and in pieces.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		legacy := rapid.Bool().Draw(t, "legacy")
		entries := drawEntries(t, legacy)
		chunks := int32(rapid.IntRange(0, math.MaxInt32).Draw(t, "chunks"))
		b := encode(t, entries, chunks, legacy)
		m, err := read(b)
		if err != nil {
			t.Fatal(err)
		}
		if m.Legacy != legacy || m.Len() != len(entries) || legacy && m.Chunks != int64(chunks) {
			t.Fatalf("%+v", m)
		}
		for i := range entries {
			e := &entries[i]
			want := make([]float32, len(e.sums))
			for j := range want {
				want[j] = e.weight(j, legacy)
			}
			if got := weights(t, m, e.name); !slices.Equal(got, want) {
				t.Fatalf("%q is %v, want %v", e.name, got, want)
			}
			from := rapid.IntRange(0, len(want)).Draw(t, "from")
			piece := make([]float32, rapid.IntRange(0, len(want)-from).Draw(t, "length"))
			entry, _ := m.Entry(e.name)
			if err := entry.ReadAt(piece, int64(from)); err != nil || !slices.Equal(piece, want[from:from+len(piece)]) {
				t.Fatalf("%q from %d is %v, %v, want %v", e.name, from, piece, err, want[from:from+len(piece)])
			}
		}
	})
}

func encode(t failer, entries []drawn, chunks int32, legacy bool) []byte {
	t.Helper()
	r, c := (&raw{}).i32(int32(len(entries))), newContainer()
	for _, e := range entries {
		if legacy {
			r.entry(e.name, int32(e.counts[0]), e.sums...)
		} else {
			c.entry(e.name, e.counts, e.sums)
		}
	}
	if legacy {
		return r.i32(chunks).b
	}
	b, _ := c.bytes(t)
	return b
}

// A file that was cut anywhere, but between its entries and its trailer, is
// malformed, and never read as something else.
func TestTruncated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		legacy := rapid.Bool().Draw(t, "legacy")
		b := encode(t, drawEntries(t, legacy), 1, legacy)
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if legacy && cut == len(b)-4 {
			return // without the trailer it is an older file
		}
		m, err := read(b[:cut])
		if !legacy && err == nil && cut > len(b)-32 {
			return // the padding behind the last tensor may be missing
		}
		if !errors.Is(err, imatrix.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: %v, %v", cut, len(b), m, err)
		}
	})
}

// checkAnyFile holds any bytes at all to what the package promises: it does not
// panic, its memory is bounded, its errors have a place, and every weight of
// what it reads is a finite number that is not negative.
func checkAnyFile(t failer, b []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := imatrix.Read(bytes.NewReader(b), int64(len(b)), "m")
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20+200*uint64(len(b)) {
		t.Fatalf("%d bytes allocated for a file of %d", n, len(b))
	}
	if err != nil {
		located, ok := errors.AsType[*imatrix.FormatError](err)
		if !ok || located.Offset < 0 || located.Offset > int64(len(b)) {
			t.Fatalf("error %v has no place", err)
		}
		if errors.Is(err, imatrix.ErrFormat) == errors.Is(err, imatrix.ErrUnsupported) {
			t.Fatalf("error %v is both or neither of malformed and unsupported", err)
		}
		return
	}
	if m.Len() == 0 || m.Chunks < 0 || m.ChunkSize < 0 {
		t.Fatalf("%+v", m)
	}
	for _, name := range m.Names() {
		for i, w := range weights(t, m, name) {
			if !(w >= 0 && w <= math.MaxFloat32) {
				t.Fatalf("%q: weight %d is %v", name, i, w)
			}
		}
	}
}
