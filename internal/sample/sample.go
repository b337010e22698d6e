// Package sample holds the model that nibble ships with: fable-4m, a trained Llama of 4.2 million parameters in
// Hugging Face layout. It is what `nibble demo` converts and what tests measure quantization on. The model's own
// README.md says what it was trained on and under which licence it stands.
package sample

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// Name is the model's name. It is also the name of its directory, from which a conversion takes general.name.
const Name = "fable-4m"

//go:embed fable-4m
var files embed.FS

// FS returns the files of the model's directory.
func FS() fs.FS {
	sub, err := fs.Sub(files, Name)
	if err != nil {
		panic("sample: " + err.Error()) // the name is a constant that fs.ValidPath accepts
	}
	return sub
}

// Extract writes the model to a new directory Name within parent, which must exist, and returns its path.
func Extract(parent string) (string, error) {
	dir := filepath.Join(parent, Name)
	if err := os.CopyFS(dir, FS()); err != nil {
		return "", err
	}
	return dir, nil
}
