package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestCommittedModule(t *testing.T) {
	committed, err := os.ReadFile("../../kernel_simd128.wasm")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(newModule().bytes(), committed) {
		t.Error("kernel_simd128.wasm is not what the generator makes: go generate ./quantize")
	}
}

// What package quantize imports is what the module exports, but for the question whether
// there is one, which the host answers.
func TestDeclarations(t *testing.T) {
	sources, err := filepath.Glob("../../kernel_*simd128_wasm.go")
	if err != nil {
		t.Fatal(err)
	}
	directive := regexp.MustCompile(`(?m)^//go:wasmimport nibble_kernels (\w+)$`)
	declared := map[string]int{}
	for _, source := range sources {
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Doc == nil {
				continue
			}
			for _, c := range f.Doc.List {
				if m := directive.FindStringSubmatch(c.Text); m != nil {
					declared[m[1]] = f.Type.Params.NumFields()
				}
			}
		}
	}
	delete(declared, "available")
	exported := map[string]int{}
	for _, f := range newModule().functions {
		exported[f.name] = f.parameters
	}
	if !maps.Equal(declared, exported) {
		t.Errorf("package quantize declares %v, the module exports %v", declared, exported)
	}
}

func TestSigned(t *testing.T) {
	for n, want := range map[int32]string{
		0: "\x00", 63: "\x3F", 64: "\xC0\x00", -1: "\x7F", -64: "\x40", -65: "\xBF\x7F",
		4096: "\x80\x20", -1 << 31: "\x80\x80\x80\x80\x78",
	} {
		if got := signed(n); string(got) != want {
			t.Errorf("%d is % x, want % x", n, got, want)
		}
	}
}
