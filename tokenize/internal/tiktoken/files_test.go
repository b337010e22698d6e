package tiktoken

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sharedFile returns a file of ../shared/tokenizers.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "tokenizers", filepath.FromSlash(name)))
	if os.IsNotExist(err) {
		t.Skip("reference data is not there: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// moduleFile returns a file of github.com/daulet/tokenizers, which has the
// vocabularies of a few models among its tests.
func moduleFile(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/daulet/tokenizers").Output()
	if err != nil || len(bytes.TrimSpace(dir)) == 0 {
		t.Skip("github.com/daulet/tokenizers is not in the module cache: ", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "test", "data", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
