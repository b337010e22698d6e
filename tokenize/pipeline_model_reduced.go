//go:build nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// setOther reports a model that is not BPE.
func (*pipeline) setOther(*vocab.Model) error { return config.UnsupportedBy(ErrReduced) }
