package convert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/tools/quantmodels"
	"github.com/nibble-go/nibble/quantize"
)

// shortTypes are those that the golden tests confine themselves to in a hurry:
// one of each kind.
var shortTypes = []string{"F16", "Q8_0", "Q4_0", "Q4_K_M", "Q3_K_M", "Q2_K_S", "IQ4_XS", "IQ2_M", "TQ1_0", "MXFP4_MOE", "COPY"}

// TestQuantizeFiles holds whole files against llama-quantize's, for each recipe
// without and with an importance matrix: of a model with grouped queries and one
// with eight experts.
func TestQuantizeFiles(t *testing.T) {
	dir := goldenPath(t, "golden", "llama-quantize")
	for _, row := range readTable(t, filepath.Join(dir, "sha256.tsv")) {
		model, matrix, name, want := row[0], row[1], row[2], row[4]
		if matrix == "dat" {
			matrix = filepath.Join(dir, model+".imatrix.dat")
		}
		testQuantizedFile(t, filepath.Join(dir, model+".gguf"), matrix, name, want)
	}
}

// TestQuantizeFable does the same for a trained model, with a matrix in the
// newer format.
func TestQuantizeFable(t *testing.T) {
	model, matrixFile := goldenPath(t, "models", "fable-4m-bf16.gguf"), goldenPath(t, "models", "imatrix.gguf")
	for _, row := range goldenTable(t, "fable.tsv") {
		matrix, name, want := row[1], row[2], row[4]
		if matrix == "gguf" {
			matrix = matrixFile
		}
		testQuantizedFile(t, model, matrix, name, want)
	}
}

func testQuantizedFile(t *testing.T, model, matrix, name, want string) {
	if testing.Short() && !slices.Contains(shortTypes, name) {
		return
	}
	t.Run(filepath.Base(model)+"/"+filepath.Base(matrix)+"/"+name, func(t *testing.T) {
		t.Parallel()
		opts := Options{Type: name}
		if matrix != "none" {
			opts.Quantize.Imatrix = openTestMatrix(t, matrix)
		}
		got, err := quantizedHash(model, opts)
		checkGolden(t, got, want, err)
	})
}

// checkGolden compares a hash with that of a table, which may be an error.
func checkGolden(t *testing.T, got, want string, err error) {
	t.Helper()
	switch failed := strings.HasPrefix(want, "ERROR"); {
	case failed && err == nil:
		t.Errorf("no error, want one: %s", want)
	case failed:
		_, again := errors.AsType[*RequantizeError](err)
		if !again && !errors.Is(err, quantize.ErrImportance) && !errors.Is(err, quantize.ErrShape) && !errors.Is(err, ErrNonFinite) {
			t.Errorf("error %v, want one about importance weights, shapes, infinite weights or a second quantization: %s", err, want)
		}
	case err != nil:
		t.Error(err)
	case got != want:
		t.Errorf("sha256 %s, want %s", got, want)
	}
}

// openTestMatrix opens an importance matrix as if it lay in the current
// directory: its name becomes part of the output.
func openTestMatrix(t *testing.T, path string) *imatrix.Matrix {
	t.Helper()
	m, err := imatrix.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	m.Name = filepath.Base(path)
	return m
}

// quantizedHash returns the sha256 of the file that is made of a GGUF file, of
// all files of a set one after the other.
func quantizedHash(path string, opts Options) (string, error) {
	plan, err := NewPlan(context.Background(), path, opts)
	if err != nil {
		return "", err
	}
	defer plan.Close()
	files := make([]memory, len(plan.Files))
	outs := make([]io.WriterAt, len(files))
	for i, layout := range plan.Files {
		files[i] = make(memory, layout.FileSize)
		outs[i] = files[i]
		if err := layout.WriteHeader(io.NewOffsetWriter(files[i], 0)); err != nil {
			return "", err
		}
	}
	if _, err := plan.WriteTensors(context.Background(), outs, StreamOptions{}); err != nil {
		return "", err
	}
	h := sha256.New()
	for _, file := range files {
		h.Write(file)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// readTable reads the rows of a table, without its header line.
func readTable(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
	}
	return rows[1:]
}

// TestQuantizeCases are cases of other architectures and of every option. The
// models are made by quantmodels; the hashes are of what llama-quantize wrote.
func TestQuantizeCases(t *testing.T) {
	for n, row := range readTable(t, filepath.Join("testdata", "quantize-golden.tsv")) {
		model, matrix, args, want := row[0], row[1], strings.Fields(row[2]), row[3]
		if testing.Short() && n%4 != 0 {
			continue
		}
		t.Run(model+"/"+matrix+"/"+row[2], func(t *testing.T) {
			t.Parallel()
			opts, keep, err := parseArguments(args)
			if err != nil {
				t.Fatal(err)
			}
			spec, err := quantmodels.ParseSpec(model)
			if err != nil {
				t.Fatal(err)
			}
			m, err := quantmodels.New(spec)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			path, err := m.Write(dir)
			if err != nil {
				t.Fatal(err)
			}
			if matrix != "none" {
				spec, err := quantmodels.ParseMatrixSpec(matrix)
				if err != nil {
					t.Fatal(err)
				}
				if err := spec.Write(dir, m); err != nil {
					t.Fatal(err)
				}
				opts.Quantize.Imatrix = openTestMatrix(t, filepath.Join(dir, spec.FileName())).Keep(keep)
			}
			got, err := quantizedHash(path, opts)
			checkGolden(t, got, want, err)
		})
	}
}

// parseArguments turns llama-quantize's command line, without files, into
// options and a function that says which importance weights to use.
func parseArguments(args []string) (opts Options, keep func(entry string) bool, err error) {
	last := len(args) - 1
	opts.Type = args[last]
	q := &opts.Quantize
	var included, excluded []string
	for flags := args[:last]; len(flags) > 0; {
		flag := flags[0]
		flags = flags[1:]
		switch flag {
		case "--allow-requantize":
			q.AllowRequantize = true
			continue
		case "--leave-output-tensor":
			q.LeaveOutput = true
			continue
		case "--pure":
			q.Pure = true
			continue
		case "--keep-split":
			q.KeepSplit = true
			continue
		}
		if len(flags) == 0 {
			return opts, nil, fmt.Errorf("%s has no value", flag)
		}
		value := flags[0]
		flags = flags[1:]
		switch flag {
		case "--output-tensor-type":
			q.OutputType = value
		case "--token-embedding-type":
			q.EmbeddingType = value
		case "--override-kv":
			q.Overrides = append(q.Overrides, value)
		case "--include-weights":
			included = append(included, value)
		case "--exclude-weights":
			excluded = append(excluded, value)
		case "--tensor-type":
			t, err := ParseTensorType(value)
			if err != nil {
				return opts, nil, err
			}
			q.TensorTypes = append(q.TensorTypes, t)
		case "--prune-layers":
			for text := range strings.SplitSeq(value, ",") {
				layer, err := strconv.Atoi(text)
				if err != nil {
					return opts, nil, err
				}
				q.PruneLayers = append(q.PruneLayers, layer)
			}
		default:
			return opts, nil, fmt.Errorf("no such flag: %s", flag)
		}
	}
	keep = func(entry string) bool {
		contains := func(part string) bool { return strings.Contains(entry, part) }
		return !slices.ContainsFunc(excluded, contains) && (len(included) == 0 || slices.ContainsFunc(included, contains))
	}
	return opts, keep, nil
}
