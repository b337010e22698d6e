//go:build !nibbletext

package vocab

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/nibble-go/nibble/internal/fault"
)

// ReadSentencePiece reads a .model file. The result shares no memory with
// data.
//
// As in SentencePiece itself, no piece is empty, none occurs twice, and one is
// of type [Unknown].
func ReadSentencePiece(data []byte) (*SentencePiece, error) {
	m := newSentencePiece()
	seen := make(map[string]struct{})
	unknown := 0
	err := message{data: data}.fields(func(f field) error {
		switch f.number {
		case 1:
			path := "pieces[" + decimal(int64(len(m.Pieces))) + "]"
			p, err := f.piece(path)
			if err != nil {
				return err
			}
			if len(m.Pieces) > maxID {
				return f.fail(path, unsupported("more than "+decimal(maxID+1)+" pieces"))
			}
			if _, ok := seen[p.Text]; ok {
				return f.fail(path, malformed("duplicate piece "+fault.Quote(p.Text)))
			}
			if p.Type == Unknown {
				unknown++
			}
			seen[p.Text] = struct{}{}
			m.Pieces = append(m.Pieces, p)
		case 2:
			return f.trainer(&m.Trainer)
		case 3:
			return f.normalizer("normalizer_spec", &m.Normalizer)
		case 4:
			return f.selfTest(m)
		case 5:
			return f.normalizer("denormalizer_spec", &m.Denormalizer)
		}
		return nil
	})
	if err == nil && unknown != 1 {
		err = &FormatError{Path: "pieces", Err: malformed(decimal(int64(unknown)) + " pieces of type UNKNOWN, not one")}
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (f field) piece(path string) (Piece, error) {
	p := Piece{Type: Normal}
	err := f.message(path, func(f field) (err error) {
		switch f.number {
		case 1:
			p.Text, err = f.text("piece")
		case 2:
			p.Score, err = f.float("score")
		case 3:
			var n uint64
			n, err = f.enum("type", uint64(Byte))
			p.Type = PieceType(n)
		}
		return err
	})
	if err == nil && p.Text == "" {
		err = f.fail(path, malformed("no text"))
	}
	return p, err
}

func (f field) trainer(t *TrainerSpec) error {
	return f.message("trainer_spec", func(f field) (err error) {
		var n uint64
		var s string
		switch f.number {
		case 3:
			n, err = f.enum("model_type", uint64(SentencePieceChar))
			t.ModelType = SentencePieceType(n)
		case 4:
			t.VocabSize, err = f.int32("vocab_size")
		case 24:
			t.TreatWhitespaceAsSuffix, err = f.bool("treat_whitespace_as_suffix")
		case 30:
			s, err = f.text("control_symbols")
			t.ControlSymbols = append(t.ControlSymbols, s)
		case 31:
			s, err = f.text("user_defined_symbols")
			t.UserDefinedSymbols = append(t.UserDefinedSymbols, s)
		case 35:
			t.ByteFallback, err = f.bool("byte_fallback")
		case 40:
			t.UnkID, err = f.int32("unk_id")
		case 41:
			t.BOSID, err = f.int32("bos_id")
		case 42:
			t.EOSID, err = f.int32("eos_id")
		case 43:
			t.PadID, err = f.int32("pad_id")
		case 44:
			t.UnkSurface, err = f.text("unk_surface")
		case 45:
			t.UnkPiece, err = f.text("unk_piece")
		case 46:
			t.BOSPiece, err = f.text("bos_piece")
		case 47:
			t.EOSPiece, err = f.text("eos_piece")
		case 48:
			t.PadPiece, err = f.text("pad_piece")
		}
		return err
	})
}

func (f field) normalizer(path string, n *NormalizerSpec) error {
	return f.message(path, func(f field) (err error) {
		switch f.number {
		case 1:
			n.Name, err = f.text("name")
		case 2:
			n.PrecompiledCharsmap, err = f.bytes("precompiled_charsmap")
		case 3:
			n.AddDummyPrefix, err = f.bool("add_dummy_prefix")
		case 4:
			n.RemoveExtraWhitespaces, err = f.bool("remove_extra_whitespaces")
		case 5:
			n.EscapeWhitespaces, err = f.bool("escape_whitespaces")
		}
		return err
	})
}

func (f field) selfTest(m *SentencePiece) error {
	return f.message("self_test_data", func(f field) error {
		if f.number != 1 {
			return nil
		}
		var s SelfTestSample
		err := f.message("samples["+decimal(int64(len(m.SelfTest)))+"]", func(f field) (err error) {
			switch f.number {
			case 1:
				s.Input, err = f.text("input")
			case 2:
				s.Expected, err = f.text("expected")
			}
			return err
		})
		m.SelfTest = append(m.SelfTest, s)
		return err
	})
}

// A message is the bytes of a protocol buffer's message.
type message struct {
	data  []byte
	start int64  // of data in the file
	path  string // "" is the whole file
}

// A field is a field of a message: the value in its wire encoding.
type field struct {
	number protowire.Number
	wire   protowire.Type
	value  []byte
	start  int64 // of value in the file
	in     string
}

// fields calls do with each field of the message.
func (m message) fields(do func(field) error) error {
	for rest, at := m.data, m.start; len(rest) > 0; {
		number, wire, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return &FormatError{Offset: at, Path: m.path, Err: wireError(n)}
		}
		size := protowire.ConsumeFieldValue(number, wire, rest[n:])
		if size < 0 {
			return &FormatError{Offset: at, Path: m.path, Err: wireError(size)}
		}
		f := field{number: number, wire: wire, value: rest[n : n+size], start: at + int64(n), in: m.path}
		if err := do(f); err != nil {
			return err
		}
		rest, at = rest[n+size:], at+int64(n+size)
	}
	return nil
}

// wireError returns the error for a negative length of package protowire. The
// module varies the white space behind its own prefix from build to build, so
// the prefix goes.
func wireError(n int) error {
	err := protowire.ParseError(n)
	text := strings.TrimSpace(strings.TrimPrefix(err.Error(), "proto:"))
	return &fault.Reason{Text: text, Sentinel: ErrFormat, Cause: err}
}

// fail locates an error at the value of the field, whose full path is given.
func (f field) fail(path string, err error) error {
	return &FormatError{Offset: f.start, Path: path, Err: err}
}

// path returns the path of the field of that name.
func (f field) path(name string) string {
	if f.in == "" {
		return name
	}
	return f.in + "." + name
}

// want checks the wire type.
func (f field) want(name string, wire protowire.Type) error {
	if f.wire != wire {
		return f.fail(f.path(name), malformed("wire type "+decimal(int64(f.wire))+", not "+decimal(int64(wire))))
	}
	return nil
}

// raw returns the bytes of a string, of bytes or of a message, and where they
// start in the file.
func (f field) raw(name string) ([]byte, int64, error) {
	if err := f.want(name, protowire.BytesType); err != nil {
		return nil, 0, err
	}
	b, n := protowire.ConsumeBytes(f.value)
	return b, f.start + int64(n-len(b)), nil
}

// message calls do with the fields of the message that f holds.
func (f field) message(name string, do func(field) error) error {
	b, start, err := f.raw(name)
	if err != nil {
		return err
	}
	return message{data: b, start: start, path: f.path(name)}.fields(do)
}

func (f field) bytes(name string) ([]byte, error) {
	b, _, err := f.raw(name)
	return append([]byte(nil), b...), err
}

func (f field) text(name string) (string, error) {
	b, start, err := f.raw(name)
	if err == nil && !utf8.Valid(b) {
		err = &FormatError{Offset: start, Path: f.path(name), Err: &fault.Reason{Text: "invalid UTF-8", Sentinel: ErrFormat, Cause: errUTF8}}
	}
	return string(b), err
}

var errUTF8 = errors.New("invalid UTF-8")

func (f field) varint(name string) (uint64, error) {
	if err := f.want(name, protowire.VarintType); err != nil {
		return 0, err
	}
	v, _ := protowire.ConsumeVarint(f.value)
	return v, nil
}

func (f field) bool(name string) (bool, error) {
	v, err := f.varint(name)
	return v != 0, err
}

// int32 reads a varint, cut to 32 bits as the encoding prescribes.
func (f field) int32(name string) (int32, error) {
	v, err := f.varint(name)
	return int32(uint32(v)), err
}

// enum reads a number from 1 to most.
func (f field) enum(name string, most uint64) (uint64, error) {
	v, err := f.varint(name)
	if err == nil && (v < 1 || v > most) {
		err = f.fail(f.path(name), unsupported("value "+decimal(int64(v))))
	}
	return v, err
}

func (f field) float(name string) (float32, error) {
	if err := f.want(name, protowire.Fixed32Type); err != nil {
		return 0, err
	}
	v, _ := protowire.ConsumeFixed32(f.value)
	return math.Float32frombits(v), nil
}
