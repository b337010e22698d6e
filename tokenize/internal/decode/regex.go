//go:build !nibbletext

package decode

import (
	"errors"
	"strings"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
)

type regex struct{ re *onig.Regexp }

func compile(expr string) (regex, error) {
	re, err := onig.Compile(expr)
	switch {
	case errors.Is(err, onig.ErrUnsupported):
		err = config.UnsupportedBy(err)
	case err != nil:
		err = config.MalformedBy(err)
	}
	return regex{re}, err
}

// replace returns token with content for each match. A decoder has no way to
// fail: where matching takes too long, what is left stays as it is.
func (r regex) replace(token, content string) string {
	var out strings.Builder
	done := 0
	_ = r.re.FindAll(token, func(start, end int) bool {
		out.WriteString(token[done:start])
		out.WriteString(content)
		done = end
		return true
	})
	out.WriteString(token[done:])
	return out.String()
}
