package checksum_test

import (
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/checksum"
)

// Names come back as they are: with spaces at their ends, and with what looks like the separator of a status in them.
func TestNamesOfEntries(t *testing.T) {
	for _, name := range []string{"m.gguf:t.weight ", "m.gguf:a  -  b.weight", "m.gguf:t\t", "m.gguf"} {
		e := checksum.Entry{Hash: checksum.XXH64, Sum: "00aa", Name: name}
		for _, line := range []string{e.String(), e.String() + "  -  Ok", e.String() + "\r"} {
			m, err := checksum.Parse(strings.NewReader(line + "\n"))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if m.Entries[0] != e {
				t.Errorf("%q became %+v", line, m.Entries[0])
			}
		}
	}
}

func TestTooLongForAManifest(t *testing.T) {
	long := "xxh64  00  a\n" + strings.Repeat("x", 2<<20) + "\n"
	if _, err := checksum.Parse(strings.NewReader(long)); err == nil || !strings.Contains(err.Error(), "line 2 is longer") {
		t.Errorf("a long line: %v", err)
	}
	many := strings.Repeat("xxh64  00  a\n", 1<<18+1)
	if _, err := checksum.Parse(strings.NewReader(many)); err == nil || !strings.Contains(err.Error(), "more than 262144 hashes") {
		t.Errorf("many lines: %v", err)
	}
}
