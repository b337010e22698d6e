package pretokenize

import (
	"errors"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
	"github.com/nibble-go/nibble/tokenize/internal/scan"
)

// compile returns the pattern of a regular expression: a hand-written scanner
// where there is one for what is done with the matches.
func compile(expr string, behavior Behavior) (pattern, error) {
	if behavior == Isolated {
		if next, ok := scan.ByPattern(expr); ok {
			return scanner(next), nil
		}
	}
	re, err := onig.Compile(expr)
	switch {
	case errors.Is(err, onig.ErrUnsupported):
		return nil, config.In("pattern", config.UnsupportedBy(err))
	case err != nil:
		return nil, config.In("pattern", config.MalformedBy(err))
	}
	return regex{re}, nil
}

type regex struct{ re *onig.Regexp }

func (p regex) find(s string, match func(start, end int) error) error {
	var failed error
	err := p.re.FindAll(s, func(start, end int) bool {
		failed = match(start, end)
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	return err
}

// A scanner finds the pieces of a pattern. What does not match is a piece like
// what does, so it serves only where both are kept and nothing is merged.
type scanner scan.Func

func (next scanner) find(s string, match func(start, end int) error) error {
	for pos, end := 0, 0; pos < len(s); pos = end {
		end = next(s, pos)
		if err := match(pos, end); err != nil {
			return err
		}
	}
	return nil
}
