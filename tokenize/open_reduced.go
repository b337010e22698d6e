//go:build nibbletext

package tokenize

import "io"

// maxCompanion bounds a configuration beside a vocabulary.
const maxCompanion = 16 << 20

// readOther reports a vocabulary that is no tokenizer.json.
func readOther(format, *io.SectionReader, string, companions, LoadOptions) (*Tokenizer, error) {
	return nil, &pairError{ErrReduced, ErrUnsupported}
}
