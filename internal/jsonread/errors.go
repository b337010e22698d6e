package jsonread

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

// What can be wrong with a document; see errors.Is.
var (
	ErrSyntax    = errors.New("invalid JSON")                           // not the grammar of RFC 8259
	ErrTruncated = errors.New("JSON ends early")                        // the document ends within a value
	ErrTrailing  = errors.New("data after the JSON value")              // a second value, or rubbish
	ErrDuplicate = errors.New("duplicate key")                          // two members of one object with the same key
	ErrDepth     = errors.New("JSON nested too deeply")                 // beyond Options.MaxDepth
	ErrUTF8      = errors.New("invalid UTF-8")                          // in a string
	ErrSurrogate = errors.New("half of a surrogate pair")               // \ud800 without the other half
	ErrSize      = errors.New("JSON too large")                         // beyond a limit of Options
	ErrType      = errors.New("JSON value of the wrong type")           // such as a string where a number belongs
	ErrRange     = errors.New("JSON number out of range or fractional") // does not fit the integer asked for
)

// An Error is a fault of the document and its place.
type Error struct {
	Offset       int64  // in bytes from the start of the document
	Line, Column int    // from 1; Column in bytes
	Path         string // of the value at fault, such as model.merges[1203]; "" is the whole document
	Err          error
}

func (e *Error) Error() string {
	s := "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) +
		" (offset " + strconv.FormatInt(e.Offset, 10) + "): "
	if e.Path != "" {
		s += e.Path + ": "
	}
	return s + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// detail is a sentinel with the words for one occasion.
type detail struct {
	kind error
	text string
}

func (d *detail) Error() string { return d.kind.Error() + ": " + d.text }
func (d *detail) Unwrap() error { return d.kind }

// maxQuoted bounds what an error repeats of the document.
const maxQuoted = 80

// quote returns s in quotes, cut to a length that a message can carry.
func quote(s string) string {
	if len(s) <= maxQuoted {
		return strconv.Quote(s)
	}
	cut := maxQuoted
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "..."
}

// memberPath returns the step that key adds to a path: key for a plain word,
// ["key"] for anything else.
func memberPath(key string) string {
	if key == "" || len(key) > maxQuoted {
		return "[" + quote(key) + "]"
	}
	for i := range len(key) {
		c := key[i]
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return "[" + quote(key) + "]"
		}
	}
	return key
}

func elementPath(i int) string { return "[" + strconv.Itoa(i) + "]" }

// join puts a step in front of a path.
func join(step, path string) string {
	if path != "" && path[0] != '[' {
		return step + "." + path
	}
	return step + path
}
