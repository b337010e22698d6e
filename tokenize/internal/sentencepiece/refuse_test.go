package sentencepiece_test

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
)

func TestNewRefuses(t *testing.T) {
	piece := func(text string, kind sentencepiece.Type) sentencepiece.Piece {
		return sentencepiece.Piece{Text: text, Type: kind}
	}
	unk, a := piece("<unk>", sentencepiece.Unknown), piece("a", sentencepiece.Normal)
	var bytes []sentencepiece.Piece
	for b := range 256 {
		const digits = "0123456789ABCDEF"
		bytes = append(bytes, piece("<0x"+digits[b>>4:b>>4+1]+digits[b&15:b&15+1]+">", sentencepiece.Byte))
	}
	for _, test := range []struct {
		name   string
		kinds  []sentencepiece.Kind
		bytes  bool // byte fallback
		pieces []sentencepiece.Piece
		want   error
		words  string
	}{
		{"no pieces", nil, false, nil, config.ErrFormat, "pieces: no piece of type UNKNOWN"},
		{"no unknown piece", nil, false, []sentencepiece.Piece{a}, config.ErrFormat, "pieces: no piece of type UNKNOWN"},
		{"two unknown pieces", nil, false, []sentencepiece.Piece{unk, a, piece("b", sentencepiece.Unknown)}, config.ErrFormat, "pieces[2]: a second piece of type UNKNOWN"},
		{"empty piece", nil, false, []sentencepiece.Piece{unk, piece("", sentencepiece.Normal)}, config.ErrFormat, "pieces[1]: no text"},
		{"long piece", nil, false, []sentencepiece.Piece{unk, piece(strings.Repeat("a", 8000), sentencepiece.Normal)}, config.ErrUnsupported, "pieces[1]: a text of 8000 bytes"},
		{"NUL", nil, false, []sentencepiece.Piece{unk, piece("a\x00", sentencepiece.Normal)}, config.ErrFormat, "pieces[1]: a text with a NUL"},
		{"NUL alone", nil, false, []sentencepiece.Piece{unk, piece("\x00", sentencepiece.Normal)}, config.ErrFormat, "pieces[1]: a text with a NUL"},
		{"not UTF-8", nil, false, []sentencepiece.Piece{unk, piece("\xff", sentencepiece.UserDefined)}, config.ErrFormat, "pieces[1]: a text that is not UTF-8"},
		{"type 0", nil, false, []sentencepiece.Piece{unk, piece("a", 0)}, config.ErrUnsupported, "pieces[1]: type 0"},
		{"type 7", nil, false, []sentencepiece.Piece{unk, piece("a", 7)}, config.ErrUnsupported, "pieces[1]: type 7"},
		{"a piece twice", nil, false, []sentencepiece.Piece{unk, a, a}, config.ErrFormat, `pieces[2]: duplicate piece "a"`},
		{"a control piece twice", nil, false, []sentencepiece.Piece{unk, piece("<s>", sentencepiece.Control), piece("<s>", sentencepiece.Control)}, config.ErrFormat, `pieces[2]: duplicate piece "<s>"`},
		{"byte without fallback", nil, false, []sentencepiece.Piece{unk, a, bytes[0]}, config.ErrFormat, "pieces[2]: a byte, without byte fallback"},
		{"no byte", nil, true, []sentencepiece.Piece{unk, a, piece("<0x0g>", sentencepiece.Byte)}, config.ErrFormat, `pieces[2]: "<0x0g>" stands for no byte`},
		{"a byte missing", nil, true, append([]sentencepiece.Piece{unk, a}, bytes[1:]...), config.ErrFormat, "pieces: byte fallback without a piece <0x00>"},
		{"nothing but unknown", []sentencepiece.Kind{sentencepiece.Unigram}, false, []sentencepiece.Piece{unk}, config.ErrFormat, "pieces: none that text can become"},
		{"score NaN", []sentencepiece.Kind{sentencepiece.Unigram}, false, []sentencepiece.Piece{unk, {Text: "a", Type: sentencepiece.Normal, Score: float32(math.NaN())}}, config.ErrFormat, "pieces[1].score: not a finite number"},
		{"score infinite", []sentencepiece.Kind{sentencepiece.Unigram}, false, []sentencepiece.Piece{{Text: "<unk>", Type: sentencepiece.Unknown, Score: float32(math.Inf(1))}, a}, config.ErrFormat, "pieces[0].score: not a finite number"},
		{"no kind", []sentencepiece.Kind{0, 5}, false, []sentencepiece.Piece{unk, a}, config.ErrUnsupported, "trainer_spec.model_type: value"},
	} {
		kinds := test.kinds
		if kinds == nil {
			kinds = []sentencepiece.Kind{sentencepiece.Unigram, sentencepiece.BPE, sentencepiece.Word, sentencepiece.Char}
		}
		for _, kind := range kinds {
			m, err := sentencepiece.New(sentencepiece.Config{Kind: kind, Pieces: test.pieces, ByteFallback: test.bytes})
			if m != nil || !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), test.words) {
				t.Errorf("%s, kind %d: got %v, want %s", test.name, kind, err, test.words)
			}
		}
	}
}

// What some converters write is accepted, as SentencePiece does since 0.2.2: a
// NUL beside the pieces of bytes. And scores of BPE pieces may be anything.
func TestNewAccepts(t *testing.T) {
	m, file := load(t, modelPath("bpe"))
	c := settings(file)
	c.Pieces = append(c.Pieces, sentencepiece.Piece{Text: "\x00", Type: sentencepiece.Normal})
	withNUL, err := sentencepiece.New(c)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := m.AppendIDs(nil, "a\x00b")
	if got, err := withNUL.AppendIDs(nil, "a\x00b"); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for i := range c.Pieces {
		c.Pieces[i].Score = float32(math.NaN())
	}
	if _, err := sentencepiece.New(c); err != nil {
		t.Error(err)
	}
}

// blob makes a charsmap of units and texts.
func blob(units []uint32, texts string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(4*len(units)))
	for _, u := range units {
		b = binary.LittleEndian.AppendUint32(b, u)
	}
	return append(b, texts...)
}

func TestCharsmapRefused(t *testing.T) {
	unit := func(at map[int]uint32) []uint32 {
		units := make([]uint32, 512)
		units[0] = 256 << 10
		for i, u := range at {
			units[i] = u
		}
		return units
	}
	const value, ends = 1 << 31, 1 << 8
	for _, test := range []struct {
		name  string
		blob  []byte
		want  error
		words string
	}{
		{"4 bytes", make([]byte, 4), config.ErrFormat, "fewer than 5 bytes"},
		{"array beyond the end", binary.LittleEndian.AppendUint32(nil, 1024), config.ErrFormat, "fewer than 5 bytes"},
		{"array of 4 GiB", blob(nil, "\xff\xff\xff\xff\x00")[4:], config.ErrFormat, "a double array of 4294967295 bytes in 5"},
		{"nothing behind the array", blob(unit(nil), ""), config.ErrFormat, "a double array of 2048 bytes in 2052"},
		{"array of 1020 bytes", blob(make([]uint32, 255), "\x00"), config.ErrFormat, "a double array of 1020 bytes, which is no multiple of 1024"},
		{"no array", blob(nil, "\x00"), config.ErrFormat, "a double array of 0 bytes, which is no multiple of 1024"},
		{"no root", blob(make([]uint32, 256), "\x00"), config.ErrFormat, "unit 0: no root"},
		{"root with a label", blob(unit(map[int]uint32{0: 256<<10 | 'a'}), "\x00"), config.ErrFormat, "unit 0: no root"},
		{"root with a value", blob(unit(map[int]uint32{0: 256<<10 | ends}), "\x00"), config.ErrFormat, "unit 0: no root"},
		{"text without end", blob(unit(nil), "a"), config.ErrFormat, "the last text has no end"},
		{"text not UTF-8", blob(unit(nil), "\xff\x00"), config.ErrFormat, "texts that are not UTF-8"},
		{"children beyond the end", blob(unit(map[int]uint32{0: 512 << 10}), "\x00"), config.ErrFormat, "unit 0: children beyond the end"},
		{"far children", blob(unit(map[int]uint32{7: 0x1fffff<<10 | 1<<9}), "\x00"), config.ErrFormat, "unit 7: children beyond the end"},
		{"key without value", blob(unit(map[int]uint32{256 ^ 'a': 1<<10 | ends | 'a'}), "\x00"), config.ErrFormat, "unit 353: no value of its key"},
		{"text beyond the end", blob(unit(map[int]uint32{9: value | 2}), "a\x00"), config.ErrFormat, "unit 9: a text beyond the end"},
		{"text within a character", blob(unit(map[int]uint32{9: value | 1}), "é\x00"), config.ErrFormat, "unit 9: a text that starts within a character"},
		{"keys of NULs without end", blob(unit(nil), "\x00"), config.ErrUnsupported, "keys of more than 256 bytes"},
		{"long text", blob(unit(map[int]uint32{9: value}), strings.Repeat("a", 1025)+"\x00"), config.ErrUnsupported, "unit 9: a text of more than 1024 bytes"},
	} {
		for _, spec := range []string{"normalizer_spec", "denormalizer_spec"} {
			c := sentencepiece.Config{Kind: sentencepiece.Char, Pieces: []sentencepiece.Piece{{Text: "<unk>", Type: sentencepiece.Unknown}}}
			if spec == "normalizer_spec" {
				c.Normalizer.Charsmap = test.blob
			} else {
				c.Denormalizer.Charsmap = test.blob
			}
			_, err := sentencepiece.New(c)
			if !errors.Is(err, test.want) || err.Error() != spec+".precompiled_charsmap: "+test.words {
				t.Errorf("%s: got %v, want %s", test.name, err, test.words)
			}
		}
	}
}

// emptyUnits returns units that are never found below others.
func emptyUnits(n int) []uint32 {
	units := make([]uint32, n)
	for i := range units {
		units[i] = 1 << 31
	}
	return units
}

// A chain of units makes one long key; units in a circle make keys without end.
func TestLongKeys(t *testing.T) {
	check := func(name string, units []uint32, ok bool) {
		c := sentencepiece.Config{Kind: sentencepiece.Char, Pieces: []sentencepiece.Piece{{Text: "<unk>", Type: sentencepiece.Unknown}}}
		c.Normalizer.Charsmap = blob(units, "\x00")
		if _, err := sentencepiece.New(c); (err == nil) != ok || !ok && !errors.Is(err, config.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, size := range []uint32{256, 257} {
		units := emptyUnits(256 * int(size+2))
		units[0] = 0
		at := uint32(0)
		for i := range size { // one unit a block, for "a"
			next := 256*(i+1) | 'a'
			units[at] |= (at ^ next ^ 'a') << 10
			units[next] = 'a'
			at = next
		}
		units[at] |= 256 << 10
		check(strconv.Itoa(int(size))+" bytes", units, size == 256)
	}
	circle := emptyUnits(512)
	circle[0] = 256 << 10
	circle[256^'a'] = 'a'<<10 | 'a' // below itself
	check("circle", circle, false)
}

// A charsmap made by hand: "a" becomes "bc", and "aa" becomes nothing.
func TestCharsmap(t *testing.T) {
	units := emptyUnits(512)
	const value, ends = 1 << 31, 1 << 8
	units[0] = 256 << 10
	a := uint32(256 ^ 'a')
	units[a] = 128<<10 | ends | 'a'
	units[a^128] = value | 0
	aa := a ^ 128 ^ 'a'
	units[aa] = 64<<10 | ends | 'a'
	units[aa^64] = value | 2
	c := sentencepiece.Config{Kind: sentencepiece.Char, Pieces: []sentencepiece.Piece{{Text: "<unk>", Type: sentencepiece.Unknown}}}
	c.Normalizer.Charsmap = blob(units, "bc\x00")
	m, err := sentencepiece.New(c)
	if err != nil {
		t.Fatal(err)
	}
	got, places, err := m.Normalizer().AppendAligned(nil, nil, "xaaay\xffa")
	if string(got) != "xbcy\uFFFDbc" || err != nil || !slices.Equal(places, []uint32{0, 3, 3, 4, 5, 5, 5, 6, 6, 7}) {
		t.Errorf("got %q, %v, %v", got, places, err)
	}
}
