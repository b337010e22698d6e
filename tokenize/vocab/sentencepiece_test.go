package vocab_test

import (
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/vocab"
)

// proto builds a message, field by field.
type proto []byte

func (p proto) bytes(number protowire.Number, b []byte) proto {
	return protowire.AppendBytes(protowire.AppendTag(p, number, protowire.BytesType), b)
}

func (p proto) text(number protowire.Number, s string) proto { return p.bytes(number, []byte(s)) }

func (p proto) varint(number protowire.Number, v uint64) proto {
	return protowire.AppendVarint(protowire.AppendTag(p, number, protowire.VarintType), v)
}

func (p proto) float(number protowire.Number, f float32) proto {
	return protowire.AppendFixed32(protowire.AppendTag(p, number, protowire.Fixed32Type), math.Float32bits(f))
}

// piece appends a piece.
func (p proto) piece(text string, score float32, kind vocab.PieceType) proto {
	return p.bytes(1, proto{}.text(1, text).float(2, score).varint(3, uint64(kind)))
}

func readSentencePiece(t *testing.T, data []byte) *vocab.SentencePiece {
	t.Helper()
	m, err := vocab.ReadSentencePiece(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadSentencePiece(t *testing.T) {
	negative := int64(-1)
	trainer := proto{}.varint(3, 2).varint(4, 3).varint(24, 1).text(30, "<c>").text(31, "u1").text(31, "u2").varint(35, 1).
		varint(40, 1).varint(41, 2).varint(42, 0).varint(43, uint64(negative)).
		text(44, "?").text(45, "[U]").text(46, "[B]").text(47, "[E]").text(48, "[P]")
	normalizer := proto{}.text(1, "identity").bytes(2, []byte{1, 0, 2}).varint(3, 0).varint(4, 0).varint(5, 0)
	data := proto{}.
		bytes(1, proto{}.text(1, "plain")). // without score and type
		piece("[U]", 0, vocab.Unknown).
		piece("<0x0A>", -2.5, vocab.Byte).
		bytes(2, trainer).bytes(3, normalizer).
		bytes(4, proto{}.bytes(1, proto{}.text(1, "in").text(2, "ex"))).
		bytes(5, proto{}.text(1, "de")).
		varint(200, 7).text(201, "extension").float(202, 1)
	want := &vocab.SentencePiece{
		Pieces: []vocab.Piece{{Text: "plain", Type: vocab.Normal}, {Text: "[U]", Type: vocab.Unknown}, {Text: "<0x0A>", Score: -2.5, Type: vocab.Byte}},
		Trainer: vocab.TrainerSpec{ModelType: vocab.SentencePieceBPE, VocabSize: 3, TreatWhitespaceAsSuffix: true, ByteFallback: true,
			ControlSymbols: []string{"<c>"}, UserDefinedSymbols: []string{"u1", "u2"}, UnkID: 1, BOSID: 2, EOSID: 0, PadID: -1,
			UnkPiece: "[U]", BOSPiece: "[B]", EOSPiece: "[E]", PadPiece: "[P]", UnkSurface: "?"},
		Normalizer:   vocab.NormalizerSpec{Name: "identity", PrecompiledCharsmap: []byte{1, 0, 2}},
		Denormalizer: vocab.NormalizerSpec{Name: "de", AddDummyPrefix: true, RemoveExtraWhitespaces: true, EscapeWhitespaces: true},
		SelfTest:     []vocab.SelfTestSample{{Input: "in", Expected: "ex"}},
	}
	if got := readSentencePiece(t, data); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// What a file leaves out has the schema's defaults; what it says twice counts
// the second time, and messages are merged.
func TestSentencePieceDefaults(t *testing.T) {
	unk := slices.Clip(proto{}.piece("<unk>", 0, vocab.Unknown))
	want := vocab.TrainerSpec{ModelType: vocab.SentencePieceUnigram, VocabSize: 8000, BOSID: 1, EOSID: 2, PadID: -1,
		UnkPiece: "<unk>", BOSPiece: "<s>", EOSPiece: "</s>", PadPiece: "<pad>", UnkSurface: " \u2047 "}
	m := readSentencePiece(t, unk)
	if !reflect.DeepEqual(m.Trainer, want) || !m.Normalizer.AddDummyPrefix || !m.Normalizer.RemoveExtraWhitespaces || !m.Normalizer.EscapeWhitespaces {
		t.Errorf("%+v", m)
	}
	m = readSentencePiece(t, unk.bytes(2, proto{}.varint(41, 5).varint(41, 6)).bytes(2, proto{}.varint(42, 7)))
	if m.Trainer.BOSID != 6 || m.Trainer.EOSID != 7 {
		t.Errorf("%+v", m.Trainer)
	}
}

func TestReadSentencePieceRefuses(t *testing.T) {
	unk := slices.Clip(proto{}.piece("<unk>", 0, vocab.Unknown)) // 16 bytes; rows append to it
	nested := func(number protowire.Number, depth int) proto {
		var p proto
		for range depth {
			p = protowire.AppendTag(p, number, protowire.StartGroupType)
		}
		return p
	}
	for _, test := range []struct {
		name  string
		data  proto
		want  error
		words string
	}{
		{"empty", nil, vocab.ErrFormat, "byte 0: pieces: 0 pieces of type UNKNOWN, not one"},
		{"two unknown pieces", append(unk, proto{}.piece("x", 0, vocab.Unknown)...), vocab.ErrFormat, "pieces: 2 pieces of type UNKNOWN, not one"},
		{"not a protocol buffer", proto("{\"a\": 1}"), vocab.ErrFormat, "byte 0:"},
		{"field number 0", proto{0, 0}, vocab.ErrFormat, "byte 0: invalid field number"},
		{"truncated tag", append(unk, 0x80), vocab.ErrFormat, "byte 16: unexpected EOF"},
		{"truncated piece", unk[:15], vocab.ErrFormat, "byte 0: unexpected EOF"},
		{"length of 2^63", append(unk, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), vocab.ErrFormat, "byte 16: unexpected EOF"},
		{"endless varint", append(unk, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), vocab.ErrFormat, "byte 16: variable length integer overflow"},
		{"piece without text", unk.bytes(1, proto{}.float(2, 1)), vocab.ErrFormat, "byte 17: pieces[1]: no text"},
		{"empty piece", unk.piece("", 0, vocab.Normal), vocab.ErrFormat, "byte 17: pieces[1]: no text"},
		{"duplicate piece", unk.piece("a", 0, vocab.Normal).piece("a", 0, vocab.Normal), vocab.ErrFormat, `pieces[2]: duplicate piece "a"`},
		{"piece not UTF-8", unk.piece("\xff", 0, vocab.Normal), vocab.ErrFormat, "byte 20: pieces[1].piece: invalid UTF-8"},
		{"unknown type", unk.piece("a", 0, 7), vocab.ErrUnsupported, "pieces[1].type: value 7"},
		{"type 0", unk.piece("a", 0, 0), vocab.ErrUnsupported, "pieces[1].type: value 0"},
		{"piece is a number", unk.varint(1, 5), vocab.ErrFormat, "byte 17: pieces[1]: wire type 0, not 2"},
		{"score is a number", unk.bytes(1, proto{}.text(1, "a").varint(2, 1)), vocab.ErrFormat, "pieces[1].score: wire type 0, not 5"},
		{"type is a text", unk.bytes(1, proto{}.text(1, "a").text(3, "x")), vocab.ErrFormat, "pieces[1].type: wire type 2, not 0"},
		{"piece ends early", unk.bytes(1, proto{0x0a, 5, 'a'}), vocab.ErrFormat, "byte 18: pieces[1]: unexpected EOF"},
		{"model type", unk.bytes(2, proto{}.varint(3, 5)), vocab.ErrUnsupported, "trainer_spec.model_type: value 5"},
		{"trainer ends early", unk.bytes(2, proto{0x18}), vocab.ErrFormat, "trainer_spec: unexpected EOF"},
		{"normalizer's name", unk.bytes(3, proto{}.text(1, "\xff")), vocab.ErrFormat, "normalizer_spec.name: invalid UTF-8"},
		{"denormalizer is a number", unk.varint(5, 1), vocab.ErrFormat, "denormalizer_spec: wire type 0, not 2"},
		{"self test", unk.bytes(4, proto{}.bytes(1, proto{}.varint(2, 1))), vocab.ErrFormat, "self_test_data.samples[0].expected: wire type 0, not 2"},
		{"groups in groups", append(unk, nested(99, 100_000)...), vocab.ErrFormat, "byte 16:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := vocab.ReadSentencePiece(test.data)
			var e *vocab.FormatError
			if m != nil || !errors.Is(err, test.want) || !errors.As(err, &e) {
				t.Fatalf("got %v, want a FormatError that wraps %q", err, test.want)
			}
			if !strings.Contains(err.Error(), test.words) {
				t.Errorf("got  %s\nwant %s", err, test.words)
			}
		})
	}
}

// Cut off anywhere, a file is refused or has all pieces that fit in it.
func TestSentencePieceRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfNDistinct(rapid.StringN(1, -1, 20), 1, 20, rapid.ID).Draw(t, "texts")
		data := proto{}
		var want []vocab.Piece
		for i, text := range texts {
			p := vocab.Piece{Text: text, Score: float32(rapid.Float32().Draw(t, "score")), Type: vocab.PieceType(rapid.SampledFrom([]int{1, 3, 4, 5, 6}).Draw(t, "type"))}
			if i == 0 {
				p.Type = vocab.Unknown
			}
			want = append(want, p)
			data = data.piece(p.Text, p.Score, p.Type)
		}
		m, err := vocab.ReadSentencePiece(data)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m.Pieces, want) {
			t.Fatalf("got %+v, want %+v", m.Pieces, want)
		}
		cut := rapid.IntRange(0, len(data)-1).Draw(t, "cut")
		if m, err := vocab.ReadSentencePiece(data[:cut]); err == nil && !reflect.DeepEqual(m.Pieces, want[:len(m.Pieces)]) {
			t.Fatalf("cut at %d: %+v", cut, m.Pieces)
		}
	})
}

func TestPieceTypeString(t *testing.T) {
	for p, want := range map[vocab.PieceType]string{vocab.Normal: "NORMAL", vocab.Unknown: "UNKNOWN", vocab.Control: "CONTROL",
		vocab.UserDefined: "USER_DEFINED", vocab.Unused: "UNUSED", vocab.Byte: "BYTE", 9: "PieceType(9)"} {
		if p.String() != want {
			t.Errorf("%d is %s", p, p)
		}
	}
}

// Real models: the facts are those of their trainers' logs.
func TestRealSentencePieces(t *testing.T) {
	for _, path := range sharedFiles(t, "tokenizers/kitoken/models/sentencepiece/*.model", "golden/convert/*/tokenizer.model") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := readSentencePiece(t, data)
		if int(m.Trainer.VocabSize) != len(m.Pieces) {
			t.Errorf("%s: %d pieces, vocab_size %d", path, len(m.Pieces), m.Trainer.VocabSize)
		}
		if m.Pieces[m.Trainer.UnkID].Text != m.Trainer.UnkPiece || m.Pieces[m.Trainer.UnkID].Type != vocab.Unknown ||
			m.Pieces[m.Trainer.BOSID].Text != m.Trainer.BOSPiece || m.Pieces[m.Trainer.EOSID].Type != vocab.Control {
			t.Errorf("%s: special pieces %+v", path, m.Pieces[:3])
		}
		bytes := 0
		for _, p := range m.Pieces {
			if p.Type == vocab.Byte {
				bytes++
			}
		}
		if want := map[bool]int{true: 256}[m.Trainer.ByteFallback]; bytes != want {
			t.Errorf("%s: %d byte pieces, byte_fallback %v", path, bytes, m.Trainer.ByteFallback)
		}
		if strings.Contains(path, "xlnet") && (len(m.Normalizer.PrecompiledCharsmap) != 237539 || m.Normalizer.Name != "nmt_nfkc") {
			t.Errorf("%s: normalizer %s, %d bytes", path, m.Normalizer.Name, len(m.Normalizer.PrecompiledCharsmap))
		}
	}
}
