package piececache_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/piececache"
)

// What a cache says of a piece is what was put there last, or nothing.
func TestRemembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := piececache.New(rapid.IntRange(304, 5000).Draw(t, "bytes"))
		model := map[string][]uint32{}
		piece := rapid.StringOfN(rapid.SampledFrom([]rune("ab\x00é")), 0, -1, piececache.MaxKey)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			p := piece.Draw(t, "piece")
			if e := piececache.Get(c, p); e != nil {
				if !slices.Equal(e.IDs(), model[p]) {
					t.Fatalf("%q: got %v, want %v", p, e.IDs(), model[p])
				}
				if b := piececache.Get(c, []byte(p)); b != e {
					t.Fatalf("%q as bytes: got %v", p, b)
				}
				if ends := e.Ends(); len(ends) != len(e.IDs()) || len(ends) > 0 && int(ends[len(ends)-1]) != len(p) {
					t.Fatalf("%q ends at %v", p, ends)
				}
			}
			ids := rapid.SliceOfN(rapid.Uint32(), 0, piececache.MaxTokens).Draw(t, "ids")
			ends := make([]uint8, len(ids))
			if len(ends) > 0 {
				ends[len(ends)-1] = uint8(len(p))
			}
			if !c.Fits(len(p), len(ids)) {
				t.Fatalf("%q does not fit", p)
			}
			if piececache.Get(c, p) != nil {
				continue // what is remembered is not put again
			}
			piececache.Put(c, p, ids, ends)
			if piececache.Get(c, p) == nil {
				piececache.Put(c, p, ids, ends)
			}
			model[p] = ids
			if e := piececache.Get(c, p); e == nil || !slices.Equal(e.IDs(), ids) {
				t.Fatalf("%q is forgotten at once", p)
			}
		}
	})
}

func TestFits(t *testing.T) {
	c := piececache.New(1000)
	if c.Fits(piececache.MaxKey+1, 1) || c.Fits(1, piececache.MaxTokens+1) || !c.Fits(piececache.MaxKey, piececache.MaxTokens) {
		t.Error("limits")
	}
	if piececache.Get(c, strings.Repeat("a", 100)) != nil {
		t.Error("a long piece is found")
	}
	none := piececache.New(0)
	if none != nil || none.Fits(1, 1) || piececache.Get(none, "a") != nil {
		t.Error("a cache of no bytes remembers")
	}
}

// Pieces that come once do not drive out those that come again.
func TestPiecesThatComeOnce(t *testing.T) {
	c := piececache.New(100 << 10)
	put := func(p string) {
		if piececache.Get(c, p) == nil {
			piececache.Put(c, p, []uint32{1}, []uint8{uint8(len(p))})
		}
	}
	for i := range 100 {
		put("word" + strconv.Itoa(i))
	}
	for i := range 100_000 {
		put("once" + strconv.Itoa(i))
	}
	kept := 0
	for i := range 100 {
		if piececache.Get(c, "word"+strconv.Itoa(i)) != nil {
			kept++
		}
	}
	if kept < 90 {
		t.Errorf("%d of 100 are left", kept)
	}
}

func TestConcurrentUse(t *testing.T) {
	c := piececache.New(2500) // fewer slots than pieces
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range 5000 {
				n := (i * (worker + 3)) % 100
				p := strconv.Itoa(n)
				if e := piececache.Get(c, p); e != nil && (len(e.IDs()) != 1 || e.IDs()[0] != uint32(n)) {
					t.Errorf("%s: got %v", p, e.IDs())
				} else if e == nil {
					piececache.Put(c, p, []uint32{uint32(n)}, []uint8{uint8(len(p))})
				}
			}
		})
	}
	group.Wait()
}

func TestGetAllocatesNothing(t *testing.T) {
	c := piececache.New(1 << 16)
	piececache.Put(c, "▁word", []uint32{1}, []uint8{7})
	piece := []byte("▁word")
	if n := testing.AllocsPerRun(100, func() {
		if piececache.Get(c, piece) == nil || piececache.Get(c, "▁word") == nil {
			t.Fatal("not found")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkGet(b *testing.B) {
	c := piececache.New(1 << 20)
	words := strings.Fields("▁the ▁quick ▁brown ▁fox ▁jumps ▁over ▁the ▁lazy ▁dog ▁extraordinarily")
	size := 0
	for _, w := range words {
		piececache.Put(c, w, []uint32{1, 2}, []uint8{3, uint8(len(w))})
		size += len(w)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, w := range words {
			if piececache.Get(c, w) == nil {
				b.Fatal(w)
			}
		}
	}
}
