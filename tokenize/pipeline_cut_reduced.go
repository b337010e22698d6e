//go:build nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
)

// cutPlaces has no values: a text is there as a whole.
type cutPlaces struct{}

func (*pipeline) findCuts(*jsonread.Object, []pretokenize.Step) {}

// cut is for texts that are read bit by bit, which EncodeReader does elsewhere.
func (*pipeline) cut(string, request) (int, error) { return 0, nil }
