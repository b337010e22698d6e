//go:build !nibbletext

package pretokenize

import (
	"errors"
	"sync"
	"time"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/onig"
)

// ErrTimeout reports a pattern that took too long on a text.
var ErrTimeout = onig.ErrTimeout

// compileRegex returns the pattern of a regular expression without a scanner.
func compileRegex(expr string) (pattern, error) {
	re, err := onig.Compile(expr)
	switch {
	case errors.Is(err, onig.ErrUnsupported):
		return nil, config.In("pattern", config.UnsupportedBy(err))
	case err != nil:
		return nil, config.In("pattern", config.MalformedBy(err))
	}
	return regex{re}, nil
}

// regex finds the matches of a regular expression before it passes on the
// first: what is done with them must not count for the time that finding may
// take.
type regex struct{ re *onig.Regexp }

type match struct{ start, end int }

var matchPool = sync.Pool{New: func() any { return new([]match) }}

func (p regex) find(s string, do func(start, end int) error) error {
	return p.findWithin(nil, s, do)
}

func (p regex) findWithin(limit *limit, s string, do func(start, end int) error) error {
	buf := matchPool.Get().(*[]match)
	defer matchPool.Put(buf)
	matches := (*buf)[:0]
	began := limit.now()
	err := p.re.FindAll(s, func(start, end int) bool {
		matches = append(matches, match{start, end})
		return true
	})
	*buf = matches
	if err == nil {
		err = limit.spend(began)
	}
	if err != nil {
		return err
	}
	for _, m := range matches {
		if err := do(m.start, m.end); err != nil {
			return err
		}
	}
	return nil
}

// A limit is the time that all searches of a text may take together. One search
// has a limit of its own, but a step in a sequence makes one for each piece.
type limit struct{ left time.Duration }

// Time that a step may take: about ten times as long as the slowest of the
// patterns that are in use.
const (
	limitBase   = time.Second
	limitPerMiB = 4 * time.Second
)

func newLimit(bytes int) *limit {
	return &limit{limitBase + time.Duration(bytes>>10)*(limitPerMiB>>10)}
}

func (l *limit) now() (t time.Time) {
	if l != nil {
		t = time.Now()
	}
	return t
}

func (l *limit) spend(began time.Time) error {
	if l == nil {
		return nil
	}
	if l.left -= time.Since(began); l.left < 0 {
		return ErrTimeout
	}
	return nil
}

// limitedRegex is a regex for the pieces of one text.
type limitedRegex struct {
	regex
	limit *limit
}

func (p limitedRegex) find(s string, do func(start, end int) error) error {
	return p.findWithin(p.limit, s, do)
}

// limited returns a step for the pieces of a text of so many bytes.
func limited(p PreTokenizer, bytes int) PreTokenizer {
	if s, ok := p.(split); ok {
		if re, ok := s.pattern.(regex); ok {
			s.pattern = limitedRegex{re, newLimit(bytes)}
			return s
		}
	}
	return p
}
