//go:build !nibbletext

package pretokenize

import (
	"errors"
	"testing"
	"time"

	"github.com/nibble-go/nibble/tokenize/internal/onig"
)

// What is done with the matches does not count for the time of finding them.
func TestLimit(t *testing.T) {
	re, err := onig.Compile("a")
	if err != nil {
		t.Fatal(err)
	}
	p := limitedRegex{regex{re}, &limit{left: 200 * time.Millisecond}}
	for range 3 {
		matches := 0
		err := p.find("a-a", func(int, int) error {
			matches++
			time.Sleep(100 * time.Millisecond)
			return nil
		})
		if err != nil || matches != 2 {
			t.Fatalf("%d matches, %v", matches, err)
		}
	}
	p.limit.left = 0
	if err := p.find("a-a", func(int, int) error { return nil }); !errors.Is(err, onig.ErrTimeout) {
		t.Errorf("%v, want %v", err, onig.ErrTimeout)
	}
}
