package edit

import (
	"testing"

	"github.com/nibble-go/nibble/quantize"
)

// Every type has its map, within its block, and no byte is moved twice.
func TestByteMaps(t *testing.T) {
	for _, typ := range quantize.Types() {
		numbers, ok := byteMaps[typ]
		if !ok {
			t.Errorf("%s has no map", typ)
		}
		moved := make([]bool, typ.BlockBytes())
		for _, n := range numbers {
			every := max(n.every, n.width)
			for i := range n.count {
				for at := n.at + i*every; at < n.at+i*every+n.width; at++ {
					if at >= len(moved) {
						t.Fatalf("%s: byte %d is behind the block of %d", typ, at, len(moved))
					}
					if moved[at] {
						t.Errorf("%s: byte %d is moved twice", typ, at)
					}
					moved[at] = true
				}
			}
		}
	}
	if len(byteMaps) != len(quantize.Types()) {
		t.Errorf("%d maps for %d types", len(byteMaps), len(quantize.Types()))
	}
}
