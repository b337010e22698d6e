package checksum_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/checksum"
)

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  []string
	}{
		{[]string{"xxh64  00  m.gguf:a.weight", "xxh64  00  m.gguf", "SHA256 (m.gguf) = 00"}, []string{"m.gguf"}},
		{[]string{"xxh64  00  m.gguf:a.weight", "sha1  00  m.gguf:b.weight"}, []string{"m.gguf"}},
		{[]string{"xxh64  00  blob:a:b", "xxh64  00  blob"}, []string{"blob"}},
		{[]string{"xxh64  00  d:m.gguf:a.weight"}, []string{"d:m.gguf"}},
		{[]string{"SHA256 (b.gguf) = 00", "xxh64  00  a.gguf", "xxh64  00  a.gguf:x"}, []string{"b.gguf", "a.gguf"}},
		{[]string{"SHA256 (README.md) = 00", "SHA256 (m.gguf) = 00"}, []string{"m.gguf"}},
		{[]string{"SHA256 (README.md) = 00"}, nil},
		{[]string{"uuid  00  model"}, []string{"model"}},
	} {
		m, err := checksum.Parse(strings.NewReader(strings.Join(c.lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Files(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.lines, got, c.want)
		}
	}
}
