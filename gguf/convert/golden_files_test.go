package convert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/quantize"
)

// goldenTable reads a table of testdata/golden, without its header line.
func goldenTable(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "golden", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]string
	for line := range strings.Lines(string(data)) {
		lines = append(lines, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return lines[1:]
}

// convertedHash returns the sha256 of the one file that a conversion writes.
func convertedHash(t *testing.T, dir string, opts Options) (string, error) {
	t.Helper()
	plan, err := NewPlan(context.Background(), dir, opts)
	if err != nil {
		return "", err
	}
	defer plan.Close()
	layout := plan.Files[0]
	out := make(memory, layout.FileSize)
	if err := layout.WriteHeader(io.NewOffsetWriter(out, 0)); err != nil {
		return "", err
	}
	if _, err := plan.WriteTensors(context.Background(), []io.WriterAt{out}, StreamOptions{}); err != nil {
		return "", err
	}
	sum := sha256.Sum256(out)
	return hex.EncodeToString(sum[:]), nil
}

func extractSample(t *testing.T) string {
	t.Helper()
	dir, err := sample.Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The five types of the reference converter, byte for byte.
func TestConverterFiles(t *testing.T) {
	fable := extractSample(t)
	for _, row := range goldenTable(t, "convert.tsv") {
		model, outtype, pre, want := row[0], row[1], row[2], row[4]
		t.Run(model+"/"+outtype, func(t *testing.T) {
			t.Parallel()
			dir := fable
			if model != filepath.Base(fable) {
				dir = goldenPath(t, "golden", "convert", model)
			}
			if pre == "none" {
				pre = ""
			}
			for _, name := range []string{"", pre} { // derived, and given
				got, err := convertedHash(t, dir, Options{Type: outtype, PreTokenizer: name})
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("pre-tokenizer %q: sha256 %s, want %s", name, got, want)
				}
			}
		})
	}
}

// Every recipe without an importance matrix, as llama-quantize makes it of the
// file in source precision.
func TestRecipeFiles(t *testing.T) {
	fable := extractSample(t)
	checked := 0
	for _, row := range goldenTable(t, "fable.tsv") {
		importance, name, want := row[1], row[2], row[4]
		_, err := quantize.ParseFileType(name)
		if importance != "none" || err != nil {
			continue
		}
		checked++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := convertedHash(t, fable, Options{Type: name, Quantize: QuantizeOptions{Always: true}})
			switch {
			case strings.HasPrefix(want, "ERROR"):
				if !errors.Is(err, quantize.ErrImportance) {
					t.Errorf("got %v, want %v: %s", err, quantize.ErrImportance, want)
				}
			case err != nil:
				t.Fatal(err)
			case got != want:
				t.Errorf("sha256 %s, want %s", got, want)
			}
		})
	}
	if checked < 30 {
		t.Errorf("only %d recipes in the table", checked)
	}
}
