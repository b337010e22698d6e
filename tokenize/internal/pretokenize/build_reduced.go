//go:build nibbletext

package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/config"

// build returns the pre-tokenizer that s describes, if it is one of those that
// byte-level vocabularies have.
func (s Step) build() (PreTokenizer, error) {
	switch s.Kind {
	case ByteLevel:
		return newByteLevel(s)
	case Split:
		return newSplit(s)
	}
	return nil, config.UnsupportedBy(config.ErrReduced)
}

// append appends a step.
func (q sequence) append(p PreTokenizer) sequence { return append(q, p) }
