// Package fault has the errors that readers of files share: texts that stand for
// a sentinel, and places before an error. It does without fmt, which packages
// that go into a WebAssembly module keep out.
package fault

import (
	"strconv"
	"unicode/utf8"
)

// A Reason is a text that stands for a sentinel. The cause, if not nil, is in the
// text already and wrapped beside the sentinel.
type Reason struct {
	Text     string
	Sentinel error
	Cause    error
}

func (r *Reason) Error() string { return r.Text + ": " + r.Sentinel.Error() }

func (r *Reason) Unwrap() []error {
	if r.Cause == nil {
		return []error{r.Sentinel}
	}
	return []error{r.Sentinel, r.Cause}
}

// Of returns a Reason with the text of its cause.
func Of(sentinel, cause error) *Reason {
	return &Reason{Text: cause.Error(), Sentinel: sentinel, Cause: cause}
}

// Also returns an error with the text of err that wraps sentinel too: for one
// whose own sentinel says in its text what the other would say again.
func Also(err, sentinel error) error { return &also{err, sentinel} }

type also struct{ err, sentinel error }

func (a *also) Error() string { return a.err.Error() }

func (a *also) Unwrap() []error { return []error{a.err, a.sentinel} }

// A Placed error has a place before it: the name of a file or of a field.
type Placed struct {
	Place string
	Err   error
}

func (p *Placed) Error() string { return p.Place + ": " + p.Err.Error() }

func (p *Placed) Unwrap() error { return p.Err }

// At puts a place before an error.
func At(place string, err error) error { return &Placed{place, err} }

// maxQuoted is how many bytes of a text a message bears.
const maxQuoted = 80

// Quote quotes a text from a file, cut to a length that a message can bear.
func Quote(s string) string {
	if cut := Cut(s, maxQuoted); len(cut) < len(s) {
		return strconv.Quote(cut) + "..."
	}
	return strconv.Quote(s)
}

// Cut returns at most so many bytes of a text, whole characters.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
