package main

import (
	"bytes"
	"math"
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
	if len(files) != 3 {
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
	source := "package wasm\n\n// RReply is a reply.\ntype RReply struct {\n\tIDs []uint32 `json:\"ids\"` // of all\n\tX float64 `json:\"x,omitempty\"`\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "r.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	ofGuest, ofHost := string(files[filepath.Join(dir, "wire_gen.go")]), string(files[filepath.Join(dir, "wire_host_gen.go")])
	for _, want := range []string{"func (w *RReply) AppendJSON(dst []byte) []byte {", "if w.X != 0 {\n\t\tdst = appendKey(dst, `\"x\":`)\n\t\tdst = appendFloat(dst, w.X)\n\t}\n"} {
		if !strings.Contains(ofGuest, want) || strings.Contains(ofHost, want) {
			t.Errorf("%q is not for the guest alone: %s\n%s", want, ofGuest, ofHost)
		}
	}
	for _, want := range []string{"func (w *RReply) readJSON(", `case "ids":`} {
		if !strings.Contains(ofHost, want) || strings.Contains(ofGuest, want) {
			t.Errorf("%q is not for the host alone: %s\n%s", want, ofGuest, ofHost)
		}
	}
	declarations := string(files[filepath.Join(filepath.Dir(dir), "playground/web/src/engine/abi.gen.ts")])
	if c := "const Version = 0x"; !strings.Contains(ofGuest, c) || !strings.Contains(declarations, "export "+c) {
		t.Errorf("no version in %s\n%s", ofGuest, declarations)
	}
	want := "/** RReply is a reply. */\nexport interface RReply {\n  /** of all */\n  ids: number[];\n  x?: number | null;\n}\n"
	if !strings.Contains(declarations, want) {
		t.Errorf("no %s in %s", want, declarations)
	}
}

// TestVersion: another type has another version, another comment has not.
func TestVersion(t *testing.T) {
	const declarations = "/**\n * R is a reply.\n */\nexport interface R {\n  /** of all */\n  ids: number[];\n}\n"
	version := versionOf([]byte(declarations))
	if version > math.MaxInt32 {
		t.Errorf("version %d is no positive int32", version)
	}
	for before, differs := range map[string]bool{"reply": false, "of all": false, "ids": true, "number": true, "R {": true} {
		other := versionOf([]byte(strings.Replace(declarations, before, "another", 1)))
		if (other != version) != differs {
			t.Errorf("with another %q the version is %d, and %d before", before, other, version)
		}
	}
}
