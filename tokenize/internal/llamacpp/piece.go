package llamacpp

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/tokenize/internal/bytelevel"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// pieces are the texts that tokens stand for, one behind the other.
type pieces struct {
	text   string
	starts []uint32 // by id, and one more
}

func (p *pieces) at(id uint32) string { return p.text[p.starts[id]:p.starts[id+1]] }

// maxPieces bounds the texts of all tokens together. Only a file that is made
// for it comes near: llama.cpp spells out what it cannot decode.
const maxPieces = 96 << 20

// makePieces makes the texts that tokens stand for.
func (l *loader) makePieces() error {
	v := l.v
	if l.c.Model == "hybriddna" {
		l.eraseMarkers()
	}
	p := pieceMaker{model: l.c.Model, escape: v.escape}
	p.starts = make([]uint32, 0, len(v.texts)+1)
	for id, text := range v.texts {
		p.starts = append(p.starts, uint32(len(p.buf)))
		if err := p.add(text, v.attrs[id]); err != nil {
			return config.In(tokenKey(id), err)
		}
	}
	p.starts = append(p.starts, uint32(len(p.buf)))
	v.pieces = pieces{string(p.buf), p.starts}
	return nil
}

// eraseMarkers takes the marker off the k-mers, which follow <oov>.
func (l *loader) eraseMarkers() {
	if oov, ok := l.byText["<oov>"]; ok {
		for id := int(oov) + 1; id < len(l.v.texts); id++ {
			if text := l.v.texts[id]; len(text) > len(kmerMarker) {
				l.v.texts[id] = strings.TrimSuffix(text, kmerMarker)
			}
		}
	}
}

type pieceMaker struct {
	model  string
	escape bool
	buf    []byte
	starts []uint32
}

// add appends the text that a token stands for.
func (p *pieceMaker) add(text string, attr attr) error {
	bytePair := p.model != "llama" && p.model != "bert" && p.model != "t5"
	switch {
	case p.model == "rwkv":
		p.buf = appendUnescaped(p.buf, text)
	case p.model == "plamo2":
		if b, ok := byteOfToken(text); ok && attr&byteToken != 0 {
			p.buf = append(p.buf, b)
		} else {
			p.buf = append(p.buf, text...)
		}
	case attr&(unknownToken|controlToken|userDefined) != 0:
		p.buf = append(p.buf, text...)
	case attr&normalToken != 0:
		if !bytePair || p.escape {
			p.buf = append(p.buf, strings.ReplaceAll(text, escapedSpace, " ")...)
		} else if err := p.addDecoded(text); err != nil {
			return err
		}
	case attr&byteToken != 0:
		switch {
		case p.model == "bert":
			return config.Unsupported("a byte token in a vocabulary of BERT")
		case len(text) < len("<0x"):
			return config.Malformed("the byte token " + fault.Quote(text) + " names no byte")
		}
		digits := text[len("<0x"):min(len(text), len("<0xXX"))]
		b, _ := strconv.ParseUint(digits, 16, 8) // 0 if it is not a number, as in llama.cpp
		p.buf = append(p.buf, byte(b))
	}
	if len(p.buf) > maxPieces {
		return config.Unsupported("the texts of tokens are too long")
	}
	return nil
}

// addDecoded appends the bytes that the characters of text stand for. A
// character that stands for none becomes a remark that has all of text in it.
func (p *pieceMaker) addDecoded(text string) error {
	for i := 0; i < len(text); {
		r, size := decode(text, i)
		i += size
		if b, ok := bytelevel.Byte(r); ok {
			p.buf = append(p.buf, b)
			continue
		}
		if len(p.buf)+len(text) > maxPieces {
			return config.Unsupported("the texts of tokens are too long")
		}
		p.buf = append(p.buf, "[UNK_BYTE_0x"...)
		var b [utf8.UTFMax]byte
		for _, c := range appendRune(b[:0], r) {
			p.buf = append(p.buf, hexDigits[c>>4]|0x20, hexDigits[c&15]|0x20)
		}
		p.buf = append(p.buf, text...)
		p.buf = append(p.buf, ']')
	}
	return nil
}

const hexDigits = "0123456789ABCDEF"

// byteOfToken returns the byte that the text of a token names, <0x00> to <0xFF>.
func byteOfToken(text string) (byte, bool) {
	if len(text) != len("<0xXX>") || text[:3] != "<0x" || text[5] != '>' {
		return 0, false
	}
	b, err := strconv.ParseUint(text[3:5], 16, 8)
	return byte(b), err == nil
}

// byteTokenText returns the text of the token of a byte.
func byteTokenText(b byte) string {
	return string([]byte{'<', '0', 'x', hexDigits[b>>4], hexDigits[b&15], '>'})
}

// appendUnescaped appends the bytes of a token of an RWKV vocabulary: \t, \n,
// \r, \xHH, and any other character behind a backslash for itself.
func appendUnescaped(dst []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		if i++; i == len(text) {
			break
		}
		switch c = text[i]; c {
		case 't':
			c = '\t'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 'x':
			if i += 2; i >= len(text) {
				return dst
			}
			c = hexDigit(text[i-1])<<4 + hexDigit(text[i])
		}
		dst = append(dst, c)
	}
	return dst
}

// hexDigit returns what llama.cpp takes a character for as a digit, whatever it
// is.
func hexDigit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// Piece returns the text that a token stands for in the midst of others; for
// tokens that are not text themselves only if special. It is llama.cpp's
// token_to_piece.
func (v *Vocabulary) Piece(id uint32, special bool) string {
	if int64(id) >= int64(len(v.texts)) || !special && v.attrs[id]&(unknownToken|controlToken) != 0 {
		return ""
	}
	return v.pieces.at(id)
}

// DetokenizeOptions say how ids become text. The zero DetokenizeOptions leave
// special tokens out.
type DetokenizeOptions struct {
	// RemoveSpecial takes BOS off the front and EOS off the end, if they are
	// added to texts.
	RemoveSpecial bool

	// UnparseSpecial gives special tokens their text.
	UnparseSpecial bool
}

// AppendText appends the text of ids, as llama_detokenize has it. Ids that the
// vocabulary does not have are left out.
func (v *Vocabulary) AppendText(dst []byte, ids []uint32, o DetokenizeOptions) []byte {
	// BOS that is removed leaves the space behind it alone.
	cutSpace := v.flags[AddSpacePrefix]
	if o.RemoveSpecial {
		if v.flags[AddBOS] && len(ids) > 0 && ids[0] == v.ids[BOS] {
			cutSpace = false
			ids = ids[1:]
		}
		if v.flags[AddEOS] && len(ids) > 0 && ids[len(ids)-1] == v.ids[EOS] {
			ids = ids[:len(ids)-1]
		}
	}
	start := len(dst)
	for _, id := range ids {
		piece := v.Piece(id, o.UnparseSpecial)
		if cutSpace {
			piece = strings.TrimPrefix(piece, " ")
			cutSpace = false
		}
		dst = append(dst, piece...)
	}
	if v.cleanSpaces {
		dst = cleanSpaces(dst, start)
	}
	return dst
}

// cleanSpaces takes spaces before punctuation away from dst[start:], in the
// three passes of llama.cpp.
func cleanSpaces(dst []byte, start int) []byte {
	text := dst[start:]
	if len(text) == 0 {
		return dst
	}
	text = beforePunctuation(text)
	text = aroundApostrophes(text)
	text = beforeContractions(text)
	return dst[:start+len(text)]
}

// beforePunctuation takes the space before each of ?!., away.
func beforePunctuation(text []byte) []byte {
	out := text[:1]
	last := text[0]
	for _, c := range text[1:] {
		if last == ' ' && (c == '?' || c == '!' || c == '.' || c == ',') {
			out = out[:len(out)-1]
		}
		out = append(out, c)
		last = c
	}
	return out
}

// aroundApostrophes takes both spaces around an apostrophe away.
func aroundApostrophes(text []byte) []byte {
	out := text[:1]
	last := text[0]
	for i := 1; i < len(text); i++ {
		c := text[i]
		if c == '\'' && i+1 < len(text) && last == ' ' && text[i+1] == ' ' {
			out = append(out[:len(out)-1], c)
			last = 0 // the space that is gone is before nothing
			i++
			continue
		}
		out = append(out, c)
		last = c
	}
	return out
}

// beforeContractions takes the space before 's, 'm, 're and 've away.
func beforeContractions(text []byte) []byte {
	out := text[:1]
	last := text[0]
	for i := 1; i < len(text); i++ {
		c := text[i]
		if last == ' ' && c == '\'' && i+1 < len(text) {
			switch next := text[i+1]; {
			case next == 's' || next == 'm', i+2 < len(text) && (next == 'r' || next == 'v') && text[i+2] == 'e':
				out = out[:len(out)-1]
			}
		}
		out = append(out, c)
		last = c
	}
	return out
}
