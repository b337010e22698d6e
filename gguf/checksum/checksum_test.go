package checksum_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/checksum"
)

var model = filepath.Join("..", "testdata", "splits", "whole.gguf")

func open(t *testing.T) (*gguf.File, []byte) {
	t.Helper()
	data, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	f, err := gguf.NewReader(bytes.NewReader(data), int64(len(data)), gguf.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f, data
}

func lines(t *testing.T, f *gguf.File, src io.ReaderAt, opts checksum.Options) []string {
	t.Helper()
	var out []string
	for e, err := range checksum.Sums(t.Context(), f, src, "whole.gguf", opts) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.String())
	}
	return out
}

// The lines are those of llama-gguf-hash, and the file's is sha256sum's.
func TestGolden(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "llama-gguf-hash.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(golden)), "\n")
	f, data := open(t)
	sum := sha256.Sum256(data)
	want = append(want, "SHA256 (whole.gguf) = "+hex.EncodeToString(sum[:]))
	if got := lines(t, f, bytes.NewReader(data), checksum.Options{Hashes: checksum.Hashes()}); !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Some of the hashes are some of the lines, also when the bytes between tensors are not read.
	for _, hash := range checksum.Hashes() {
		part := slices.DeleteFunc(slices.Clone(want), func(line string) bool { return !strings.HasPrefix(line, string(hash)+" ") })
		got := lines(t, f, bytes.NewReader(data), checksum.Options{Hashes: []checksum.Hash{hash}})
		if !slices.Equal(got, part) {
			t.Errorf("%s alone:\n%s\nwant\n%s", hash, strings.Join(got, "\n"), strings.Join(part, "\n"))
		}
		got = lines(t, f, bytes.NewReader(data), checksum.Options{Hashes: []checksum.Hash{hash}, NoTensors: true})
		if !slices.Equal(got, part[len(part)-1:]) {
			t.Errorf("%s of all tensors: %q", hash, got)
		}
	}
}

func TestManifest(t *testing.T) {
	var text bytes.Buffer
	var last, total int64
	err := checksum.WriteManifest(t.Context(), &text, []string{model}, func(done, all int64) { last, total = done, all })
	if err != nil {
		t.Fatal(err)
	}
	f, data := open(t)
	if last != f.Size || total != f.Size {
		t.Errorf("progress ends at %d of %d, want %d", last, total, f.Size)
	}
	m, err := checksum.Parse(&text)
	if err != nil {
		t.Fatal(err)
	}
	if want := []checksum.Hash{checksum.XXH64, checksum.File}; !slices.Equal(m.Has(), want) {
		t.Errorf("the manifest has %q, want %q", m.Has(), want)
	}
	if want := len(f.Tensors) + 2; len(m.Entries) != want {
		t.Errorf("%d entries, want %d", len(m.Entries), want)
	}
	// Each bit counts: the file's hash finds all, a tensor's those of the tensor.
	for at := range data {
		data[at] ^= 1 << (at % 8)
		var wrong []string
		for e, err := range checksum.Sums(t.Context(), f, bytes.NewReader(data), "whole.gguf", checksum.Options{Hashes: m.Has()}) {
			if err != nil {
				t.Fatal(err)
			}
			if m.Compare(e) == checksum.Mismatch {
				wrong = append(wrong, e.Name)
			}
		}
		want := []string{"whole.gguf"}
		for _, tensor := range f.Tensors {
			if start := int(tensor.FileOffset()); start <= at && at < start+int(tensor.Bytes()) {
				want = []string{"whole.gguf:" + tensor.Name, "whole.gguf", "whole.gguf"}
			}
		}
		if !slices.Equal(wrong, want) {
			t.Fatalf("byte %d: %q differ, want %q", at, wrong, want)
		}
		data[at] ^= 1 << (at % 8)
	}
}

func TestParse(t *testing.T) {
	const text = `manifest  m.txt  sha256
xxh64     00AA  a b.gguf:t.weight
xxh64     00ab  a b.gguf:t.weight
  sha1 11  m.gguf  -  Ok
crc32     22  m.gguf
SHA256 (m (1).gguf) = FF

sha256    33
SHA256 m.gguf
uuid      44-55  m.gguf
Verification results for m.txt - Success
`
	m, err := checksum.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []checksum.Entry{
		{Hash: checksum.XXH64, Sum: "00aa", Name: "a b.gguf:t.weight"},
		{Hash: checksum.XXH64, Sum: "00ab", Name: "a b.gguf:t.weight"},
		{Hash: checksum.SHA1, Sum: "11", Name: "m.gguf"},
		{Hash: checksum.File, Sum: "ff", Name: "m (1).gguf"},
		{Hash: checksum.UUID, Sum: "44-55", Name: "m.gguf"},
	}
	if !slices.Equal(m.Entries, want) {
		t.Errorf("%+v, want %+v", m.Entries, want)
	}
	for _, c := range []struct {
		entry checksum.Entry
		want  checksum.Status
	}{
		{want[0], checksum.OK},
		{want[1], checksum.Mismatch}, // the first counts
		{want[3], checksum.OK},
		{checksum.Entry{Hash: checksum.SHA256, Sum: "ff", Name: "m (1).gguf"}, checksum.NotFound},
		{checksum.Entry{Hash: checksum.XXH64, Sum: "00aa", Name: "t.weight"}, checksum.NotFound},
	} {
		if got := m.Compare(c.entry); got != c.want {
			t.Errorf("%v: %s, want %s", c.entry, got, c.want)
		}
	}
	if _, err := checksum.Parse(strings.NewReader("nothing\n")); !errors.Is(err, checksum.ErrFormat) {
		t.Errorf("error %v, want ErrFormat", err)
	}
	if _, err := checksum.Parse(strings.NewReader(strings.Repeat("x", 2<<20))); err == nil {
		t.Error("a line without end was read")
	}
}

func TestSumsFail(t *testing.T) {
	f, data := open(t)
	all := checksum.Options{Hashes: checksum.Hashes()}
	sums := func(ctx context.Context, src io.ReaderAt) error {
		for _, err := range checksum.Sums(ctx, f, src, "x", all) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	// A file that shrank.
	err := sums(t.Context(), bytes.NewReader(data[:1000]))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), `tensor "blk.3.weight": byte 1000`) {
		t.Errorf("error %v, want the place where the file ends", err)
	}
	cause := errors.New("stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if err := sums(ctx, bytes.NewReader(data)); !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause of the end", err)
	}
	if err := checksum.WriteManifest(t.Context(), io.Discard, []string{filepath.Join("testdata", "README.md")}, nil); !errors.Is(err, gguf.ErrFormat) {
		t.Errorf("error %v, want ErrFormat", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("xxh64  00  a:b\nSHA256 (a) = 11\n"))
	f.Add([]byte("SHA256 () = \nxxh64 a  -  b"))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := checksum.Parse(bytes.NewReader(text))
		if err != nil {
			return
		}
		// What was understood is understood again.
		var again bytes.Buffer
		for _, e := range m.Entries {
			again.WriteString(e.String() + "\n")
		}
		n, err := checksum.Parse(&again)
		if err != nil || !slices.Equal(n.Entries, m.Entries) {
			t.Fatalf("%+v became %+v, %v", m.Entries, n, err)
		}
	})
}
