package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommitted: what is committed is what abigen makes of package wasm.
func TestCommitted(t *testing.T) {
	files, err := generate("../../../wasm")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 {
		t.Errorf("%d files", len(files))
	}
	for path, want := range files {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: run go generate ./wasm", path)
		}
	}
}

// TestRefused: what there is no JSON for is an error that names the field.
func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ source, want string }{
		"map":         {"package wasm\n\ntype R struct {\n\tM map[string]int `json:\"m\"`\n}\n", "R.M"},
		"other width": {"package wasm\n\ntype R struct {\n\tN uint16 `json:\"n\"`\n}\n", "R.N"},
		"one tag":     {"package wasm\n\ntype R struct {\n\tA, B int `json:\"a\"`\n}\n", "R: fields with one tag"},
		"no Go":       {"package wasm\n\ntype R struct\n", "expected"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "wasm")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "r.go"), []byte(test.source), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := generate(dir); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestGenerated: a struct becomes methods and a declaration.
func TestGenerated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "wasm")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	source := "package wasm\n\n// R is a reply.\ntype R struct {\n\tIDs []uint32 `json:\"ids\"` // of all\n\tX float64 `json:\"x,omitempty\"`\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "r.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	methods := string(files[filepath.Join(dir, "wire_gen.go")])
	for _, want := range []string{"func (w *R) AppendJSON(dst []byte) []byte {", "func (w *R) readJSON(", `case "ids":`, "appendFloat(dst, w.X)"} {
		if !strings.Contains(methods, want) {
			t.Errorf("no %q in %s", want, methods)
		}
	}
	declarations := string(files[filepath.Join(filepath.Dir(dir), "playground/web/src/engine/abi.gen.ts")])
	want := "/** R is a reply. */\nexport interface R {\n  /** of all */\n  ids: number[];\n  x?: number | null;\n}\n"
	if !strings.Contains(declarations, want) {
		t.Errorf("no %s in %s", want, declarations)
	}
}
