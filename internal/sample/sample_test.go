package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestExtract(t *testing.T) {
	dir, err := Extract(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(dir) != Name {
		t.Errorf("extracted to %s, want a directory called %s", dir, Name)
	}
	var got []string
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"README.md", "config.json", "generation_config.json", "model.safetensors", "special_tokens_map.json",
		"tokenizer.json", "tokenizer_config.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("extracted %q, want %q", got, want)
	}
	if _, err := Extract(filepath.Dir(dir)); err == nil {
		t.Error("a second Extract to the same place replaced the first")
	}
}

// The weights are what every golden hash of a conversion of this model rests on.
func TestWeights(t *testing.T) {
	data, err := fs.ReadFile(FS(), "model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != weightsSHA256 {
		t.Errorf("sha256 of model.safetensors is %s, want %s", got, weightsSHA256)
	}
}

const weightsSHA256 = "ac23a3f72ead131569712a4a2907be6f82ef0547d39605142720eec32a0043d1"
