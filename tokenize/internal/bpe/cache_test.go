package bpe

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A cache may forget, but never confuses pieces, whose hashes are equal here.
func TestCacheKeepsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCache(1)
		for range rapid.IntRange(1, 60).Draw(t, "operations") {
			piece := rapid.StringMatching(`[a\x00]{1,3}|[ab]{24}`).Draw(t, "piece")
			k := keyOf(piece)
			want := make([]uint32, int(k[0]%3))
			for i := range want {
				want[i] = uint32(len(piece))<<8 | uint32(k[0]&1)
			}
			if rapid.Bool().Draw(t, "put") {
				if len(want) == 1 && len(piece) <= smallBytes {
					c.putSmall(k[0], 1, len(piece), want[0])
				}
				c.put(&k, 1, len(piece), want)
				continue
			}
			if id, ok := c.findSmall(k[0], 1, len(piece)); ok && (len(want) != 1 || id != want[0]) {
				t.Fatalf("%q: %d in a small slot, want %v", piece, id, want)
			}
			if s, head := c.find(&k, 1, len(piece)); s != nil && !slices.Equal(s.append(nil, head), want) {
				t.Fatalf("%q: %v, want %v", piece, s.append(nil, head), want)
			}
		}
	})
}

// Pieces in slots that no other wants stay, whatever the seeds of the process.
func TestCache(t *testing.T) {
	c := newCache(1 << 12)
	pieces := []string{"a", "a\x00", "abcdefgh", "abcdefghi", "abcdefghijklmnopqrstuvwx", "\x00", "\x00\x00"}
	hashes := make([]uint64, len(pieces))
	wanted := map[*largeSlot]bool{}
	for i := range pieces {
		hashes[i] = uint64(2*i)<<c.largeShift | uint64(2*(i+len(pieces)))<<(c.largeShift-20)
		for _, way := range c.ways(hashes[i]) {
			if wanted[way] {
				t.Fatalf("hash %d shares a slot", i)
			}
			wanted[way] = true
		}
	}
	for i, piece := range pieces {
		k := keyOf(piece)
		c.put(&k, hashes[i], len(piece), []uint32{uint32(i), uint32(i + 1), uint32(i + 2)})
	}
	for i, piece := range pieces {
		k := keyOf(piece)
		s, head := c.find(&k, hashes[i], len(piece))
		if s == nil {
			t.Errorf("%q is gone", piece)
			continue
		}
		if got, want := s.append(nil, head), []uint32{uint32(i), uint32(i + 1), uint32(i + 2)}; !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", piece, got, want)
		}
		if s, _ := c.find(&k, hashes[i], len(piece)|1<<7); s != nil {
			t.Errorf("%q is there as a part", piece)
		}
	}
	k := keyOf("long")
	c.put(&k, 1, 4, make([]uint32, cachedIDs+1))
	if s, _ := c.find(&k, 1, 4); s != nil {
		t.Error("more ids than a slot has room for")
	}
}

// A reader of a slot that is being written gets nothing, and another writer
// leaves it alone.
func TestCacheSlotAtWork(t *testing.T) {
	c := newCache(1)
	k := keyOf("the")
	for i := range c.large {
		c.large[i].head.Store(3 * largeStep)
		for j := range c.large[i].key {
			c.large[i].key[j].Store(k[j])
		}
	}
	if s, _ := c.find(&k, 5, 3); s != nil {
		t.Error("read a large slot at work")
	}
	c.put(&k, 5, 3, []uint32{1})
	for i := range c.small {
		for j := range c.small[i] {
			c.small[i][j].head.Store(3 * smallStep)
			c.small[i][j].word.Store(k[0])
		}
	}
	if _, ok := c.findSmall(k[0], 5, 3); ok {
		t.Error("read a small slot at work")
	}
	c.putSmall(k[0], 5, 3, 1)
	for i := range c.large {
		if head := c.large[i].head.Load(); head != 3*largeStep {
			t.Errorf("large slot %d: head %x", i, head)
		}
	}
	for i := range c.small {
		for j := range c.small[i] {
			if head := c.small[i][j].head.Load(); head != 3*smallStep {
				t.Errorf("small slot %d, %d: head %x", i, j, head)
			}
		}
	}
}

// Keys of the two kinds of loads are equal, and of different pieces differ.
func TestKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.Byte(), keyBytes, 2*keyBytes).Draw(t, "text"))
		start := rapid.IntRange(0, len(text)-keyBytes).Draw(t, "start")
		end := start + rapid.IntRange(1, keyBytes).Draw(t, "length")
		k := keyAt(text, start, end)
		if want := keyOf(text[start:end]); k != want {
			t.Fatalf("key of %q: %x in the text, %x alone", text[start:end], k, want)
		}
		var b []byte
		for i := range end - start {
			b = append(b, byte(k[i/8]>>(i%8*8)))
		}
		if string(b) != text[start:end] {
			t.Fatalf("key of %q has %q", text[start:end], b)
		}
	})
}
