package normalize_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// units are a charsmap of these units and texts.
func units(texts string, units ...uint32) []byte {
	blob := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, unit := range units {
		blob = binary.LittleEndian.AppendUint32(blob, unit)
	}
	return append(blob, texts...)
}

// TestHostileCharsmap: what leads nowhere counts as not there.
func TestHostileCharsmap(t *testing.T) {
	a := make([]uint32, 512)
	child := func(place, base, label uint32) uint32 { return (place^base)<<10 | label }
	a[0] = child(0, 256, 0)
	at := func(label byte) uint32 { return 256 ^ uint32(label) }
	a[at('a')] = child(at('a'), 1, 'a') | 1<<8 // ends, with the text at 2
	a[1] = 1<<31 | 2
	a[at('b')] = child(at('b'), 2, 'b') | 1<<8 // its text is behind the end
	a[2] = 1<<31 | 1000
	a[at('c')] = child(at('c'), 1<<20, 'c') | 1<<8 // its value is behind the end
	a[at('d')] = child(at('d'), 3, 'd') | 1<<8     // its text starts within a character
	a[3] = 1<<31 | 1
	a[at('e')] = child(at('e'), 256, 'e')         // goes around
	a[at('f')] = 1<<9 | 'f' | 1<<8 | 0x3FFFFF<<10 // the largest offset
	a[at('g')] = child(at('g'), 4, 'g') | 1<<8    // the empty text at the very end
	a[4] = 1<<31 | 6
	blob := units("é-x\x00y", a...)
	precompiled, err := normalize.NewPrecompiled(blob)
	if err != nil {
		t.Fatal(err)
	}
	around := strings.Repeat("e", 1<<17)
	for _, test := range []struct {
		n    normalize.Normalizer
		s    string
		want string
	}{
		{precompiled, "abcdefg", "-xbcdef"},
		{precompiled, "eeeea", "eeee-x"},
		{precompiled, around, around},
	} {
		out, err := test.n.Normalize(text.New(test.s, 0))
		if err != nil || out.String() != test.want {
			t.Errorf("%.20q: %.20q, %v, want %.20q", test.s, out.String(), err, test.want)
		}
	}
}

// TestBrokenCharsmap cuts a charsmap, and flips bits in it.
func TestBrokenCharsmap(t *testing.T) {
	blob := testCharsmap()
	s := "Hello\u0301 ﬁﬀ①\r\n㍿ 日本 e\u0301 क\u094d \u0600a x q qu \u1100\u1161 가 👍"
	try := func(blob []byte) {
		t.Helper()
		if n, err := normalize.NewPrecompiled(blob); err == nil {
			check(t, n, s)
		}
	}
	for i := 0; i < len(blob); i += 997 {
		try(blob[:i])
	}
	for i := 0; i < 8*2048; i += 13 {
		broken := bytes.Clone(blob)
		broken[i/8] ^= 1 << (i % 8)
		try(broken)
	}
	tail := 8 * (len(blob) - 300)
	for i := tail; i < 8*len(blob); i += 7 {
		broken := bytes.Clone(blob)
		broken[i/8] ^= 1 << (i % 8)
		try(broken)
	}
}
