package jsonread

import (
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxNumber bounds the literal of a number. The longest that a writer of
// floats or integers of 64 bits makes is under 32 bytes.
const maxNumber = 1024

// ReadNull reads null, if that is what comes next, and reports whether it did.
func (d *Decoder) ReadNull() (bool, error) {
	kind, err := d.Kind()
	if err != nil || kind != KindNull {
		return false, err
	}
	return true, d.readWord("null")
}

// ReadBool reads a boolean.
func (d *Decoder) ReadBool() (bool, error) {
	if err := d.expect(KindBool); err != nil {
		return false, err
	}
	if d.buf[d.pos] == 't' {
		return true, d.readWord("true")
	}
	return false, d.readWord("false")
}

// readWord reads one of JSON's words.
func (d *Decoder) readWord(word string) error {
	for i := range len(word) {
		if err := d.have(i + 1); err != nil {
			return err
		}
		if d.buf[d.pos+i] != word[i] {
			return d.fail(&detail{ErrSyntax, "want " + word})
		}
	}
	d.pos += len(word)
	return nil
}

// ReadNumber reads a number.
func (d *Decoder) ReadNumber() (Number, error) {
	text, err := d.readNumber()
	return Number(text), err
}

// ReadInt reads a number that is an integer of 64 bits. Its literal has
// neither fraction nor exponent.
func (d *Decoder) ReadInt() (int64, error) {
	if _, err := d.Kind(); err != nil {
		return 0, err
	}
	at := d.here()
	text, err := d.readNumber()
	if err != nil {
		return 0, err
	}
	i, err := Number(text).Int()
	if err != nil {
		return 0, at.error(err)
	}
	return i, nil
}

// ReadFloat reads a number as the nearest float64.
func (d *Decoder) ReadFloat() (float64, error) {
	text, err := d.readNumber()
	return Number(text).Float(), err
}

// readNumber returns the literal of a number, which stays valid until the next
// call.
func (d *Decoder) readNumber() ([]byte, error) {
	if err := d.expect(KindNumber); err != nil {
		return nil, err
	}
	if d.opts.NonFinite {
		if word, err := d.nonFinite(); word != "" || err != nil {
			return []byte(word), err
		}
	}
	n := 0
	for {
		for d.pos+n < len(d.buf) && numberBytes[d.buf[d.pos+n]] {
			n++
		}
		if n > maxNumber {
			return nil, d.fail(&detail{ErrSize, "a number of more than " + strconv.Itoa(maxNumber) + " bytes"})
		}
		if d.pos+n < len(d.buf) {
			break
		}
		if err := d.fill(); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	text := d.buf[d.pos : d.pos+n]
	if !validNumber(text) {
		return nil, d.fail(&detail{ErrSyntax, quote(string(text)) + " is not a number"})
	}
	d.pos += n
	return text, nil
}

// nonFinite reads one of Python's words for a float that is not finite, if it
// comes next.
func (d *Decoder) nonFinite() (string, error) {
	for _, word := range [...]string{"NaN", "Infinity", "-Infinity"} {
		if d.buf[d.pos] != word[0] {
			continue
		}
		if word[0] == '-' { // more likely a number
			if err := d.have(2); err != nil {
				return "", err
			}
			if d.buf[d.pos+1] != word[1] {
				continue
			}
		}
		return word, d.readWord(word)
	}
	return "", nil
}

// numberBytes are the bytes that occur in numbers.
var numberBytes = [256]bool{
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'+': true, '-': true, '.': true, 'e': true, 'E': true,
}

// validNumber reports whether b is a number of RFC 8259, section 6.
func validNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && '0' <= b[n] && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == '0' {
		b = b[1:]
	} else if !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// ReadString reads a string.
func (d *Decoder) ReadString() (string, error) {
	text, err := d.ReadText()
	return string(text), err
}

// ReadText reads a string and returns its text, which stays valid until the
// next call.
func (d *Decoder) ReadText() ([]byte, error) {
	if err := d.expect(KindString); err != nil {
		return nil, err
	}
	return d.readText()
}

// readText reads the string that starts at pos.
func (d *Decoder) readText() ([]byte, error) {
	escaped := false
	n := 1 // bytes seen, with the opening quote
	for {
		rest := d.buf[d.pos+n:]
		i := 0
		for i < len(rest) && !endsRun[rest[i]] {
			i++
		}
		if n += i; n-1 > d.opts.MaxString {
			return nil, d.fail(&detail{ErrSize, "a string of more than " + strconv.Itoa(d.opts.MaxString) + " bytes"})
		}
		if i == len(rest) {
			if err := d.have(n + 1); err != nil {
				return nil, err
			}
			continue
		}
		switch rest[i] {
		case '"':
			return d.finishText(n, escaped)
		case '\\': // its second byte may be a quote; unescape looks at the rest
			escaped = true
			if err := d.have(n + 2); err != nil {
				return nil, err
			}
			n += 2
		default:
			return nil, d.failAt(n, &detail{ErrSyntax, "control character in a string"})
		}
	}
}

// endsRun are the bytes that may not stand for themselves in a string.
var endsRun = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

// finishText returns the text of the string whose closing quote is the n-th
// byte from pos, and moves behind it.
func (d *Decoder) finishText(n int, escaped bool) ([]byte, error) {
	text := d.buf[d.pos+1 : d.pos+n]
	if !utf8.Valid(text) {
		for i := 0; ; {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size <= 1 {
				return nil, d.failAt(1+i, ErrUTF8)
			}
			i += size
		}
	}
	if escaped {
		at, err := d.unescape(text)
		if err != nil {
			return nil, d.failAt(1+at, err)
		}
		text = d.scratch
	}
	d.pos += n + 1
	return text, nil
}

// unescape puts text with its escapes resolved into scratch. With an error it
// returns the place in text.
func (d *Decoder) unescape(text []byte) (int, error) {
	if cap(d.scratch) < len(text) { // no escape is shorter than what it stands for
		d.scratch = make([]byte, 0, len(text))
	}
	out := d.scratch[:0]
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		if c := text[i+1]; c != 'u' {
			plain := escapes[c]
			if plain == 0 {
				return i, &detail{ErrSyntax, "unknown escape \\" + strconv.QuoteRune(rune(c))}
			}
			out = append(out, plain)
			i += 2
			continue
		}
		r, ok := hex4(text[i:])
		if !ok {
			return i, &detail{ErrSyntax, "\\u without four hexadecimal digits"}
		}
		size := 6
		if utf16.IsSurrogate(r) {
			low, _ := hex4(text[i+size:])
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return i, ErrSurrogate
			}
			size = 12
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	d.scratch = out
	return 0, nil
}

// escapes are the bytes that a backslash and one letter stand for.
var escapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// hex4 returns the code unit of the escape \uXXXX at the start of b.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
