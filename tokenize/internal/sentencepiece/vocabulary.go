package sentencepiece

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/trie"
)

// maxPiece is the size in bytes from which on SentencePiece refuses a piece.
const maxPiece = 8000

// A vocabulary is the pieces of a model.
type vocabulary struct {
	pieces  []Piece
	unknown int32      // id, -1: none
	bytes   [256]int32 // ids of byte pieces; all -1 without byte fallback

	texts   []string // of pieces that text can become
	ids     []int32  // parallel to texts
	unused  bool     // some of them are of type Unused
	symbols *symbols
}

// newVocabulary checks pieces as SentencePiece does. Errors are of package
// config.
func newVocabulary(pieces []Piece, byteFallback bool) (*vocabulary, error) {
	if len(pieces) > math.MaxInt32 {
		return nil, config.In("pieces", config.Unsupported("more than 2147483647 pieces"))
	}
	v := &vocabulary{pieces: pieces, unknown: -1}
	for b := range v.bytes {
		v.bytes[b] = -1
	}
	seen := make(map[string]struct{}, len(pieces))
	var symbols []string
	var symbolIDs []int32
	for i, p := range pieces {
		id := int32(i)
		if p.Text == "\x00" && (p.Type == Unused || byteFallback) {
			continue // some converters write one that means nothing
		}
		if err := v.check(p, byteFallback); err != nil {
			return nil, config.In("pieces["+strconv.Itoa(i)+"]", err)
		}
		if _, ok := seen[p.Text]; ok {
			return nil, config.In("pieces["+strconv.Itoa(i)+"]", config.Malformed("duplicate piece "+strconv.Quote(p.Text)))
		}
		seen[p.Text] = struct{}{}
		if !p.Type.reserved() {
			v.texts, v.ids = append(v.texts, p.Text), append(v.ids, id)
		}
		switch p.Type {
		case Unknown:
			if v.unknown >= 0 {
				return nil, config.In("pieces["+strconv.Itoa(i)+"]", config.Malformed("a second piece of type UNKNOWN"))
			}
			v.unknown = id
		case UserDefined:
			symbols, symbolIDs = append(symbols, p.Text), append(symbolIDs, id)
		case Unused:
			v.unused = true
		case Byte:
			b, _ := byteOf(p.Text)
			v.bytes[b] = id
		}
	}
	if v.unknown < 0 && !byteFallback {
		return nil, config.In("pieces", config.Malformed("no piece of type UNKNOWN"))
	}
	if byteFallback {
		for b, id := range v.bytes {
			if id < 0 {
				return nil, config.In("pieces", config.Malformed("byte fallback without a piece "+bytePiece(byte(b))))
			}
		}
	}
	var err error
	v.symbols, err = newSymbols(symbols, symbolIDs)
	return v, err
}

func (v *vocabulary) check(p Piece, byteFallback bool) error {
	switch {
	case p.Text == "":
		return config.Malformed("no text")
	case len(p.Text) >= maxPiece:
		return config.Unsupported("a text of " + strconv.Itoa(len(p.Text)) + " bytes")
	case strings.IndexByte(p.Text, 0) >= 0:
		return config.Malformed("a text with a NUL")
	case !utf8.ValidString(p.Text):
		return config.Malformed("a text that is not UTF-8")
	case p.Type < Normal || p.Type > Byte:
		return config.Unsupported("type " + strconv.Itoa(int(p.Type)))
	case p.Type != Byte:
		return nil
	case !byteFallback:
		return config.Malformed("a byte, without byte fallback")
	}
	if _, ok := byteOf(p.Text); !ok {
		return config.Malformed(strconv.Quote(p.Text) + " stands for no byte")
	}
	return nil
}

// lookup returns the trie of pieces that text can become, with their ids.
func (v *vocabulary) lookup() (*trie.Trie, error) {
	t, err := trie.Build(v.texts, v.ids)
	if err != nil {
		return nil, vocabularyError(err)
	}
	return t, nil
}

func vocabularyError(err error) error {
	if errors.Is(err, trie.ErrSize) {
		err = config.UnsupportedBy(err)
	}
	return config.In("pieces", err)
}

// role returns the id of the piece that plays a role: of that text and type.
func (v *vocabulary) role(text, standard string, kind Type) (id uint32, ok bool) {
	if text == "" {
		text = standard
	}
	for i, p := range v.pieces {
		if p.Text == text {
			return uint32(i), p.Type == kind
		}
	}
	return 0, false
}

const hexDigits = "0123456789ABCDEF"

// bytePiece returns the text of the piece of a byte: <0x0A>.
func bytePiece(b byte) string {
	return "<0x" + string(hexDigits[b>>4]) + string(hexDigits[b&15]) + ">"
}

// byteOf returns the byte that the text of a piece stands for.
func byteOf(text string) (b byte, ok bool) {
	if len(text) != 6 || text[:3] != "<0x" || text[5] != '>' {
		return 0, false
	}
	high, low := strings.IndexByte(hexDigits, text[3]), strings.IndexByte(hexDigits, text[4])
	return byte(high<<4 | low), high >= 0 && low >= 0
}
