// Package hostilefiles hands the files that tests make up to harm readers of files on
// to tests that read them by other ways, such as the WebAssembly module. Only
// tests import it.
package hostilefiles

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// Variable names the environment variable with the directory to keep the files
// in. Without it nothing is kept.
const Variable = "NIBBLE_HOSTILE"

// largest is the size of a file that is still kept: of some tests' files there
// are thousands.
const largest = 32 << 20

// Keep keeps a file, as NAME below a directory that is named for what it holds.
// Equal files are kept once.
func Keep(t testing.TB, name string, data []byte) {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" || len(data) > largest {
		return
	}
	sum := sha256.Sum256(data)
	dir := filepath.Join(root, hex.EncodeToString(sum[:12]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// KeepModel keeps a model directory.
func KeepModel(t testing.TB, dir string) {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		return
	}
	sum := sha256.Sum256([]byte(t.Name()))
	to := filepath.Join(root, "model-"+hex.EncodeToString(sum[:12]))
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
}
