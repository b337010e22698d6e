package normalize_test

import (
	"encoding/json"
	"hash/crc32"
	"os"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// The files are made by internal/tools/hfprobe/golden_normalizers.py.

func readGolden(t *testing.T, name string) [][]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile("testdata/hf-tokenizers-0.22.2-" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var entries [][]json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestGolden: texts and where their characters came from.
func TestGolden(t *testing.T) {
	entries := readGolden(t, "normalizers")
	if len(entries) < 30 {
		t.Fatalf("%d normalizers", len(entries))
	}
	for _, entry := range entries {
		settings := string(entry[0])
		n := newNormalizer(t, settings)
		t.Run(name(settings), func(t *testing.T) {
			if len(entry) < 40 {
				t.Errorf("%d texts", len(entry)-1)
			}
			for _, raw := range entry[1:] {
				s, want := readCase(t, raw)
				compare(t, n, s, want)
			}
		})
	}
}

// readCase reads [text, normalized, starts and ends of its characters], or
// [text] alone if nothing happens to it.
func readCase(t *testing.T, raw json.RawMessage) (s string, want answer) {
	t.Helper()
	fields := []any{&s, &want.text, &want.spans}
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	if len(fields) == 1 {
		want.text = s
		for i := range []rune(s) {
			want.spans = append(want.spans, i, i+1)
		}
	}
	return s, want
}

// TestCodePoints: what becomes of each code point, in checksums.
func TestCodePoints(t *testing.T) {
	const block = 0x4000
	for _, entry := range readGolden(t, "codepoints") {
		settings := string(entry[0])
		n := newNormalizer(t, settings)
		t.Run(name(settings), func(t *testing.T) {
			if len(entry) != 1+0x110000/block {
				t.Fatalf("%d checksums", len(entry)-1)
			}
			for i, raw := range entry[1:] {
				if testing.Short() && i*block >= 0x20000 {
					break
				}
				var want uint32
				if err := json.Unmarshal(raw, &want); err != nil {
					t.Fatal(err)
				}
				var lines []string
				for r := rune(i * block); r < rune(i+1)*block; r++ {
					line := string(r)
					if 0xD800 <= r && r < 0xE000 {
						continue
					}
					if i*block < 0x30000 || i*block == 0xE0000 {
						line += "E\u0301" + line + "\u0323\u0334" // between marks
					}
					lines = append(lines, line)
				}
				out, err := n.Normalize(text.Untracked(strings.Join(lines, "\n"), 0))
				if err != nil {
					t.Fatal(err)
				}
				if got := crc32.ChecksumIEEE([]byte(out.String())); got != want {
					t.Errorf("U+%04X to U+%04X: %d, want %d", i*block, (i+1)*block-1, got, want)
				}
			}
		})
	}
}
