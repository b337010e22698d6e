package pretokenize

import "github.com/nibble-go/nibble/tokenize/internal/scan"

// compile returns the pattern of a regular expression: a hand-written scanner
// where there is one for what is done with the matches.
func compile(expr string, behavior Behavior) (pattern, error) {
	if behavior == Isolated {
		if next, ok := scan.ByPattern(expr); ok {
			return scanner(next), nil
		}
	}
	return compileRegex(expr)
}

// A scanner finds the pieces of a pattern. What does not match is a piece like
// what does, so it serves only where both are kept and nothing is merged.
type scanner scan.Func

func (next scanner) find(s string, do func(start, end int) error) error {
	for pos := 0; pos < len(s); {
		end := next(s, pos)
		if err := do(pos, end); err != nil {
			return err
		}
		pos = end
	}
	return nil
}
