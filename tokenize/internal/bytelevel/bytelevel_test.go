package bytelevel_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
)

func TestAlphabet(t *testing.T) {
	seen := make(map[rune]byte)
	for i := range 256 {
		b := byte(i)
		r := bytelevel.Rune(b)
		if before, ok := seen[r]; ok {
			t.Errorf("%q stands for 0x%02X and 0x%02X", r, before, b)
		}
		seen[r] = b
		if s := bytelevel.Spell(b); s != string(r) {
			t.Errorf("Spell(0x%02X): %q, want %q", b, s, r)
		}
		if back, ok := bytelevel.Byte(r); back != b || !ok {
			t.Errorf("Byte(%q): 0x%02X, %v, want 0x%02X", r, back, ok, b)
		}
	}
	for b, want := range map[byte]rune{0: 'Ā', '\n': 'Ċ', ' ': 'Ġ', '!': '!', '~': '~', 0x7F: 'ġ', 0xA0: 'ł', 0xAD: 'Ń', 0xFF: 'ÿ'} {
		if r := bytelevel.Rune(b); r != want {
			t.Errorf("Rune(0x%02X): %q, want %q", b, r, want)
		}
	}
	for r := rune(-1); r <= 0x110000; r++ {
		if _, ok := seen[r]; ok {
			continue
		}
		if b, ok := bytelevel.Byte(r); ok {
			t.Errorf("Byte(%#x): 0x%02X", r, b)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "raw"))
		mapped := bytelevel.AppendEncoded([]byte("before"), raw)
		back, ok := bytelevel.AppendDecoded([]byte("before"), strings.TrimPrefix(string(mapped), "before"))
		if string(back) != "before"+raw || !ok {
			t.Fatalf("%q -> %q -> %q, %v", raw, mapped, back, ok)
		}
	})
}

func TestOutsideTheAlphabet(t *testing.T) {
	for _, s := range []string{" ", "a b", "\n", "aé\u00ad", "日本", "Ġ\uFFFD", "a\xffb", "\xc4", "\u0144"} {
		if out, ok := bytelevel.AppendDecoded([]byte("x"), s); string(out) != "x" || ok {
			t.Errorf("AppendDecoded(%q): %q, %v", s, out, ok)
		}
	}
}

func FuzzDecoded(f *testing.F) {
	for _, s := range []string{"", "Hello", "ĠHello", "ĊĊ", "a b", "\xc4", "日", "\u0144"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, mapped string) {
		raw, ok := bytelevel.AppendDecoded(nil, mapped)
		if ok && string(bytelevel.AppendEncoded(nil, string(raw))) != mapped {
			t.Errorf("%q -> %q -> %q", mapped, raw, bytelevel.AppendEncoded(nil, string(raw)))
		}
	})
}

func Benchmark(b *testing.B) {
	raw := strings.Repeat("It was the best of times, it was the worst of times. Größe 日本\n", 1000)
	mapped := string(bytelevel.AppendEncoded(nil, raw))
	var buf []byte
	b.Run("AppendEncoded", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for b.Loop() {
			buf = bytelevel.AppendEncoded(buf[:0], raw)
		}
	})
	b.Run("AppendDecoded", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		for b.Loop() {
			buf, _ = bytelevel.AppendDecoded(buf[:0], mapped)
		}
	})
}
