package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const tables = "../../../testdata/golden/iq_tables.json"

func TestGeneratedFileIsCurrent(t *testing.T) {
	out := filepath.Join(t.TempDir(), "iq_tables.go")
	if err := run(tables, out); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../iq_tables.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("iq_tables.go is not what gen writes; run go generate ./quantize")
	}
}

func TestGenerateErrors(t *testing.T) {
	for _, data := range []string{"", "{", "{}", `{"grids":{"iq2xxs":{}}}`} {
		if _, err := generate([]byte(data)); err == nil {
			t.Errorf("generate(%q) succeeded", data)
		}
	}
	if err := run(filepath.Join(t.TempDir(), "absent.json"), "unused"); err == nil {
		t.Error("a missing file gave no error")
	}
}
