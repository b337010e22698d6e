package jinja

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
)

// What can be wrong; see errors.Is. Each stands for the exceptions of Python
// that its comment names.
var (
	ErrSyntax      = errors.New("syntax error")       // TemplateSyntaxError, TemplateAssertionError
	ErrUndefined   = errors.New("undefined")          // UndefinedError
	ErrType        = errors.New("type error")         // TypeError, and AttributeError
	ErrValue       = errors.New("value error")        // ValueError, LookupError, ArithmeticError, FilterArgumentError
	ErrRaised      = errors.New("template exception") // what raise_exception raises
	ErrSecurity    = errors.New("security error")     // SecurityError
	ErrLimit       = errors.New("limit exceeded")     // RecursionError, MemoryError, OverflowError
	ErrUnsupported = errors.New("not supported")      // what Jinja has and this package does not
)

// An Error is a fault of a template and its place.
type Error struct {
	Template     string // its name
	Line, Column int    // from 1; Column in characters
	Source       string // the line, cut to a length that a message can bear
	Caret        int    // characters of Source in front of the place
	Message      string
	Err          error // one of the sentinels, or the context's error
}

// sourceIndent stands in front of the line and of the caret. It has no tab, of
// which terminals make what they like.
const sourceIndent = "    "

// Error returns the place and the message, the line, and a caret below the
// place.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Template)
	b.WriteByte(':')
	b.WriteString(strconv.Itoa(e.Line))
	b.WriteByte(':')
	b.WriteString(strconv.Itoa(e.Column))
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	b.WriteString(": ")
	b.WriteString(e.Message)
	b.WriteString("\n" + sourceIndent)
	b.WriteString(e.Source)
	b.WriteString("\n" + sourceIndent)
	b.WriteString(strings.Repeat(" ", e.Caret))
	b.WriteByte('^')
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Of a long line an error shows this many bytes in front of the place, and
// behind it.
const contextBytes = 60

// newError returns the error at a byte of the source.
func newError(name, source string, at int, kind error, message string) *Error {
	at = min(at, len(source))
	start := strings.LastIndexByte(source[:at], '\n') + 1
	end := len(source)
	if i := strings.IndexByte(source[at:], '\n'); i >= 0 {
		end = at + i
	}
	e := &Error{
		Template: name,
		Line:     strings.Count(source[:start], "\n") + 1,
		Column:   utf8.RuneCountInString(source[start:at]) + 1,
		Message:  message,
		Err:      kind,
	}
	from, to := max(start, at-contextBytes), min(end, at+contextBytes)
	for from > start && !utf8.RuneStart(source[from]) {
		from--
	}
	for to < end && !utf8.RuneStart(source[to]) {
		to++
	}
	e.Source = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, source[from:to])
	e.Caret = utf8.RuneCountInString(source[from:at])
	return e
}

// A failure carries an Error up through the evaluator as a panic, the way
// text/template does it: nearly every operation can fail, and none goes on.
type failure struct{ err *Error }

// fail ends the run with an error at the node that is being evaluated.
func (it *interp) fail(kind error, parts ...string) {
	it.failWith(kind, strings.Join(parts, ""))
}

func (it *interp) failWith(kind error, message string) {
	panic(failure{newError(it.t.name, it.t.source, it.at, kind, message)})
}

// recoverFailure turns a failure into *err; any other panic goes on.
func recoverFailure(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		panic(r)
	}
}

// maxQuoted bounds what a message repeats.
const maxQuoted = 60

// quote returns s in quotes, cut to a length that a message can bear.
func quote(s string) string { return "'" + shorten(s) + "'" }

// shorten returns s, cut to a length that a message can bear.
func shorten(s string) string {
	if cut := fault.Cut(s, maxQuoted); len(cut) < len(s) {
		return cut + "..."
	}
	return s
}
