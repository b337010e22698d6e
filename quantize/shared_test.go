package quantize

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// sharedPath returns the path of a file or directory of the data beside the repository,
// and skips the test where there is none of it.
func sharedPath(t *testing.T, name string) string {
	t.Helper()
	root := filepath.Join("..", "..", "shared")
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no reference data beside the repository: ../shared")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}
