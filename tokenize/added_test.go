//go:build !nibbletext

package tokenize_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nibble-go/nibble/tokenize"
)

// A token that takes white space along, in a text of nothing else, is found in
// linear time: what it took along is not looked through again.
func TestStrippingIsLinear(t *testing.T) {
	for _, side := range []string{"lstrip", "rstrip"} {
		tok := readTokenizer(t, bpeJSON(`"added_tokens": [{"id": 3, "content": " ", "special": true, "normalized": false, "`+side+`": true}]`))
		start := time.Now()
		n, err := tok.Count(strings.Repeat(" ", 1<<20), tokenize.Options{})
		if err != nil || n != 1<<20 && n != 1 {
			t.Errorf("%s: %d tokens, %v", side, n, err)
		}
		if elapsed := time.Since(start); elapsed > 5*time.Second {
			t.Errorf("%s: took %v", side, elapsed)
		}
	}
}
