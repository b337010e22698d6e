//go:build !nibbletext

package text

import "github.com/nibble-go/nibble/tokenize"

// openPath opens a vocabulary, or a directory that has one, in the guest's file
// system.
func openPath(path string, o tokenize.LoadOptions) (*tokenize.Tokenizer, error) {
	return tokenize.OpenWith(path, o)
}
