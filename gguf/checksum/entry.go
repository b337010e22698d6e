package checksum

import (
	"errors"
	"fmt"
	"slices"
)

// A Hash is a kind of line in a manifest.
type Hash string

const (
	XXH64  Hash = "xxh64"  // 64-bit xxHash with seed 0, of tensor data
	SHA1   Hash = "sha1"   // of tensor data
	SHA256 Hash = "sha256" // of tensor data
	UUID   Hash = "uuid"   // version 5, in llama.cpp's name space, of the data of all tensors
	File   Hash = "SHA256" // SHA-256 of the whole file
)

// Hashes returns all hashes in the order in which a manifest has them.
func Hashes() []Hash { return []Hash{XXH64, SHA1, SHA256, UUID, File} }

// ErrFormat reports a manifest without any line that this package knows.
var ErrFormat = errors.New("no manifest of GGUF hashes")

// ErrName reports a file or tensor whose name cannot stand in a manifest.
var ErrName = errors.New("not to be named in a manifest")

// An Entry is a line of a manifest.
type Entry struct {
	Hash Hash
	Sum  string // lower-case hexadecimal digits; of a UUID with its dashes
	Name string // the file's, with a colon and the tensor's behind it for a tensor
}

// String returns the line, without the end of the line.
func (e Entry) String() string {
	if e.Hash == File {
		return fmt.Sprintf("%s (%s) = %s", e.Hash, e.Name, e.Sum)
	}
	return fmt.Sprintf("%-8s  %s  %s", e.Hash, e.Sum, e.Name)
}

// TensorName returns the name of a tensor's entry.
func TensorName(file, tensor string) string { return file + ":" + tensor }

// has reports whether hashes holds h.
func has(hashes []Hash, h Hash) bool { return slices.Contains(hashes, h) }
