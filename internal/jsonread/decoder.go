package jsonread

import (
	"io"
	"strconv"
)

// Options are the limits of a document, and what is let pass beyond RFC 8259.
// The zero value is strict, with the limits named below.
type Options struct {
	MaxDepth  int   // arrays and objects within each other; 0: 64
	MaxBytes  int64 // length of the document; 0: no limit
	MaxString int   // length of a string in the document, in bytes; 0: 8 MiB
	MaxValues int   // values that Parse or ReadValue make, members that ReadObject tells apart; 0: 2^19
	NonFinite bool  // take NaN, Infinity and -Infinity for numbers, as Python writes and reads them
}

const (
	defaultMaxDepth  = 64
	defaultMaxString = 8 << 20
	defaultMaxValues = 1 << 19

	windowBytes = 64 << 10 // first size of a Decoder's window
	maxReads    = 100      // empty reads in a row before io.ErrNoProgress, as in package bufio
)

// A Kind is one of the six types of JSON values.
type Kind byte

// The kinds of values.
const (
	KindNull Kind = iota + 1
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// String returns the kind with its article, as errors name it.
func (k Kind) String() string {
	switch k {
	case KindNull:
		return "null"
	case KindBool:
		return "a boolean"
	case KindNumber:
		return "a number"
	case KindString:
		return "a string"
	case KindArray:
		return "an array"
	case KindObject:
		return "an object"
	}
	return "no value"
}

// A Decoder walks through one document from front to back. The Read methods
// consume the value that comes next, and fail if it is of another kind; Kind
// looks ahead. After an error a Decoder must not be used further.
//
// Memory is a window on the document, as large as its longest string, and
// whatever the caller keeps.
type Decoder struct {
	r    io.Reader // nil: buf is the whole document
	opts Options

	buf  []byte // window on the document
	pos  int    // of the next byte, in buf
	base int64  // offset of buf[0] in the document

	line      int   // of pos, from 1: newlines occur only between tokens
	lineStart int64 // offset of the first byte of that line

	depth   int
	values  int        // made by the current ReadValue
	scratch []byte     // an unescaped string
	keys    [64]string // short keys seen, see key
	readErr error      // what the last read said; io.EOF included
	broken  bool       // readErr was met, and is not io.EOF
}

// NewDecoder returns a Decoder of the document that r holds.
func NewDecoder(r io.Reader, opts Options) *Decoder {
	d := newDecoder(opts)
	d.r = r
	d.buf = make([]byte, 0, windowBytes)
	return d
}

func newDecoder(opts Options) *Decoder {
	if opts.MaxDepth == 0 {
		opts.MaxDepth = defaultMaxDepth
	}
	if opts.MaxString == 0 {
		opts.MaxString = defaultMaxString
	}
	if opts.MaxValues == 0 {
		opts.MaxValues = defaultMaxValues
	}
	return &Decoder{opts: opts, line: 1}
}

// fill makes the window longer by at least one byte, and keeps what stands at
// buf[pos:]. The error is io.EOF at the end of the document.
func (d *Decoder) fill() error {
	if d.r == nil {
		return io.EOF
	}
	if d.readErr != nil {
		return d.stop()
	}
	if d.pos > 0 {
		n := copy(d.buf, d.buf[d.pos:])
		d.base += int64(d.pos)
		d.buf, d.pos = d.buf[:n], 0
	}
	if len(d.buf) == cap(d.buf) {
		size := min(2*cap(d.buf), max(d.opts.MaxString, maxNumber)+windowBytes)
		d.buf = append(make([]byte, 0, size), d.buf...)
	}
	for range maxReads {
		n, err := d.r.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		d.readErr = err
		if size := d.base + int64(len(d.buf)); d.opts.MaxBytes > 0 && size > d.opts.MaxBytes {
			return d.fail(&detail{ErrSize, "more than " + strconv.FormatInt(d.opts.MaxBytes, 10) + " bytes"})
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return d.stop()
		}
	}
	d.readErr = io.ErrNoProgress
	return d.stop()
}

// stop returns the error that no more bytes can be had for.
func (d *Decoder) stop() error {
	d.broken = d.readErr != io.EOF
	return d.readErr
}

// place is a position in the document.
type place struct {
	offset int64
	line   int
	start  int64 // offset of the line
}

func (d *Decoder) here() place { return place{d.base + int64(d.pos), d.line, d.lineStart} }

func (p place) error(err error) *Error {
	return &Error{Offset: p.offset, Line: p.line, Column: int(p.offset-p.start) + 1, Err: err}
}

// fail returns err, located at the next byte.
func (d *Decoder) fail(err error) error { return d.failAt(0, err) }

// failAt returns err, located at the i-th byte from the next; on the same line.
func (d *Decoder) failAt(i int, err error) error {
	p := d.here()
	p.offset += int64(i)
	return p.error(err)
}

// within adds a step of the path to an error on its way out of a value, and
// locates at the value an error that a caller's function returned.
func (d *Decoder) within(at place, step string, err error) error {
	if d.broken {
		return err
	}
	e, ok := err.(*Error) //nolint:errorlint // an Error that the caller wrapped has its place already
	if !ok {
		e = at.error(err)
	}
	e.Path = join(step, e.Path)
	return e
}

// peek moves to the next token and returns its first byte. At the end of the
// document the error is io.EOF.
func (d *Decoder) peek() (byte, error) {
	for {
		for d.pos < len(d.buf) {
			switch c := d.buf[d.pos]; c {
			case ' ', '\t', '\r':
				d.pos++
			case '\n':
				d.pos++
				d.line++
				d.lineStart = d.base + int64(d.pos)
			default:
				return c, nil
			}
		}
		if err := d.fill(); err != nil {
			return 0, err
		}
	}
}

// next is peek where the document must not end.
func (d *Decoder) next() (byte, error) {
	c, err := d.peek()
	if err == io.EOF {
		err = d.fail(ErrTruncated)
	}
	return c, err
}

// have makes sure that n bytes stand at buf[pos:].
func (d *Decoder) have(n int) error {
	for len(d.buf)-d.pos < n {
		if err := d.fill(); err == io.EOF {
			return d.failAt(len(d.buf)-d.pos, ErrTruncated)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Kind returns the kind of the next value.
func (d *Decoder) Kind() (Kind, error) {
	c, err := d.next()
	if err != nil {
		return 0, err
	}
	switch {
	case c == '"':
		return KindString, nil
	case c == '-' || '0' <= c && c <= '9' || d.opts.NonFinite && (c == 'N' || c == 'I'):
		return KindNumber, nil
	case c == '{':
		return KindObject, nil
	case c == '[':
		return KindArray, nil
	case c == 't' || c == 'f':
		return KindBool, nil
	case c == 'n':
		return KindNull, nil
	}
	return 0, d.unexpected("a value")
}

// expect moves to the next value, which must be of the given kind.
func (d *Decoder) expect(want Kind) error {
	k, err := d.Kind()
	if err != nil {
		return err
	}
	if k != want {
		return d.fail(&detail{ErrType, "want " + want.String() + ", found " + k.String()})
	}
	return nil
}

// unexpected returns the error for a next byte that is not what belongs there.
func (d *Decoder) unexpected(want string) error {
	c := d.buf[d.pos]
	found := strconv.QuoteRune(rune(c))
	switch {
	case c == 0xEF && d.here().offset == 0:
		found = "a byte order mark"
	case c >= 0x80:
		found = "byte 0x" + strconv.FormatUint(uint64(c), 16)
	}
	return d.fail(&detail{ErrSyntax, "want " + want + ", found " + found})
}

// Offset returns the offset of the next byte to be read.
func (d *Decoder) Offset() int64 { return d.base + int64(d.pos) }

// End makes sure that nothing but white space is left.
func (d *Decoder) End() error {
	switch _, err := d.peek(); err {
	case nil:
		return d.fail(ErrTrailing)
	case io.EOF:
		return nil
	default:
		return err
	}
}
