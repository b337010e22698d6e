package sentencepiece

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrNoPiece reports an id that no piece has.
var ErrNoPiece = errors.New("id without a piece")

// Decode returns the text of ids. Control pieces are dropped, and the space of
// the dummy prefix. The error is ErrNoPiece.
func (m *Model) Decode(ids []uint32) (string, error) {
	d := m.NewDecoder()
	var text []byte
	for _, id := range ids {
		if int64(id) >= int64(len(m.pieces)) {
			return "", ErrNoPiece
		}
		text = d.Append(text, id)
	}
	return string(d.Flush(text)), nil
}

// A Decoder decodes one id after the other.
type Decoder struct {
	model   *Model
	bytes   []byte // of byte pieces, the start of a character
	started bool   // no space is taken off any more
	text    []byte // what is to be denormalized as a whole
}

// NewDecoder returns a Decoder at the start of a text.
func (m *Model) NewDecoder() *Decoder { return &Decoder{model: m} }

// Append appends the text that is certain once id has come. An id without a
// piece has no text. With a denormalizer nothing is certain before the end.
func (d *Decoder) Append(dst []byte, id uint32) []byte {
	if d.model.denormalizer != nil {
		d.text = d.append(d.text, id)
		return dst
	}
	return d.append(dst, id)
}

// Flush appends what is left.
func (d *Decoder) Flush(dst []byte) []byte {
	n := d.model.denormalizer
	if n == nil {
		return d.flushBytes(dst)
	}
	text := string(d.flushBytes(d.text))
	d.text = nil
	out, _ := n.Append(dst, text) // a text that is too long stays as far as it is short enough
	return out
}

func (d *Decoder) append(dst []byte, id uint32) []byte {
	if int64(id) >= int64(len(d.model.pieces)) {
		return dst
	}
	p := &d.model.pieces[id]
	if p.Type == Byte {
		b, _ := byteOf(p.Text)
		return d.appendByte(dst, b)
	}
	dst = d.flushBytes(dst)
	if p.Type == Control {
		return dst
	}
	text := p.Text
	if !d.started && d.model.stripsSpace {
		var had bool
		text, had = strings.CutPrefix(text, space)
		d.started = had && !d.model.stripsAll
	}
	known := len(dst)
	if p.Type == Unknown {
		dst = append(dst, d.model.unknownSurface...)
	} else {
		dst = appendSpaced(dst, text)
	}
	d.started = d.started || len(dst) > known
	return dst
}

// appendByte appends the characters that are complete with b.
func (d *Decoder) appendByte(dst []byte, b byte) []byte {
	d.bytes = append(d.bytes, b)
	for len(d.bytes) > 0 && utf8.FullRune(d.bytes) {
		dst = d.appendChar(dst)
	}
	return dst
}

func (d *Decoder) flushBytes(dst []byte) []byte {
	for len(d.bytes) > 0 {
		dst = d.appendChar(dst)
	}
	return dst
}

// appendChar appends the first character of the bytes, U+FFFD if it is none.
func (d *Decoder) appendChar(dst []byte) []byte {
	r, size := utf8.DecodeRune(d.bytes)
	d.bytes = append(d.bytes[:0], d.bytes[size:]...)
	d.started = true
	return utf8.AppendRune(dst, r)
}

// appendSpaced appends text with spaces for ▁.
func appendSpaced(dst []byte, text string) []byte {
	for {
		before, after, found := strings.Cut(text, space)
		dst = append(dst, before...)
		if !found {
			return dst
		}
		dst = append(dst, ' ')
		text = after
	}
}
