package tokenize

import (
	"bytes"
	"path"
)

// ReadFiles is [Read] with the files that a model directory has beside the
// vocabulary, by name: the configurations that [Open] reads. Files of other
// names are passed over.
func ReadFiles(name string, data []byte, beside map[string][]byte, o LoadOptions) (*Tokenizer, error) {
	var c companions
	for _, f := range companionFiles {
		if text, ok := beside[f.name]; ok {
			if err := c.set(f.name, text); err != nil {
				return nil, err
			}
		}
	}
	return named(name)(read(bytes.NewReader(data), int64(len(data)), path.Base(name), c, o))
}
