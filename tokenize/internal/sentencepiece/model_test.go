package sentencepiece_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/nibble-go/nibble/tokenize/internal/model"
	"github.com/nibble-go/nibble/tokenize/internal/sentencepiece"
	"github.com/nibble-go/nibble/tokenize/internal/textgen"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// Facts that the Python module of 0.2.3 tells of the same files.
func TestRoles(t *testing.T) {
	for _, test := range []struct {
		model              string
		bos, eos, pad, unk int // -1: none
	}{
		{"unigram", 1, 2, -1, 0},
		{"unigram-suffix", -1, 2, 3, 0},
		{"bpe-unused", 1, 2, -1, 0},
	} {
		m, _ := load(t, modelPath(test.model))
		for name, role := range map[string]struct {
			get  func() (uint32, bool)
			want int
		}{"bos": {m.BOS, test.bos}, "eos": {m.EOS, test.eos}, "pad": {m.Pad, test.pad}, "unk": {m.Unknown, test.unk}} {
			id, ok := role.get()
			if ok != (role.want >= 0) || ok && int(id) != role.want {
				t.Errorf("%s: %s is %d, %v, want %d", test.model, name, id, ok, role.want)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	m, file := load(t, modelPath("unigram"))
	if _, err := m.Decode([]uint32{5, uint32(len(file.Pieces))}); !errors.Is(err, sentencepiece.ErrNoPiece) {
		t.Errorf("got %v", err)
	}
	if text := string(m.NewDecoder().Append([]byte("x"), 1<<31)); text != "x" {
		t.Errorf("got %q", text)
	}
}

// Decoded one by one, ids give what they give together, and a part of a
// character never comes out.
func TestDecoder(t *testing.T) {
	for name := range readGolden(t) {
		m, file := load(t, modelPath(name))
		ids := rapid.SliceOfN(rapid.Uint32Range(0, uint32(len(file.Pieces)-1)), 0, 30)
		rapid.Check(t, func(t *rapid.T) {
			ids := ids.Draw(t, "ids")
			want, err := m.Decode(ids)
			if err != nil {
				t.Fatal(err)
			}
			d := m.NewDecoder()
			var text []byte
			for _, id := range ids {
				known := len(text)
				text = d.Append(text, id)
				if file.Pieces[id].Type == vocab.Byte && strings.ToValidUTF8(string(text[known:]), "") != string(text[known:]) {
					t.Fatalf("%q", text[known:])
				}
			}
			if text = d.Flush(text); string(text) != want {
				t.Fatalf("got %q, want %q", text, want)
			}
		})
	}
}

// count returns how many texts a test takes: fewer where time is short, as
// under the race detector.
func count(n int) int {
	if testing.Short() {
		return n / 8
	}
	return n
}

// What the models make of texts is made of their pieces, whatever the text.
func TestAnyText(t *testing.T) {
	for name := range readGolden(t) {
		m, file := load(t, modelPath(name))
		for _, text := range textgen.New(3, textgen.All, "<sep>", "the c", "[UNK]", "<s>", "▁▁▁").Texts(count(400)) {
			checkTokens(t, m, file, text)
		}
	}
}

// checkTokens checks that tokens stand for the text from front to back, and
// that the ways to encode agree.
func checkTokens(t testing.TB, m *sentencepiece.Model, file *vocab.SentencePiece, text string) {
	t.Helper()
	tokens, err := m.AppendTokens(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	var ids []uint32
	at := 0
	for _, token := range tokens {
		if token.Start < at || token.End < token.Start || token.End > len(text) || int(token.ID) >= len(file.Pieces) {
			t.Fatalf("%q: token %v behind %d", text, token, at)
		}
		if file.Pieces[token.ID].Type == vocab.Control || file.Pieces[token.ID].Type == vocab.Unused {
			t.Fatalf("%q: token %v of type %s", text, token, file.Pieces[token.ID].Type)
		}
		at = token.End
		ids = append(ids, token.ID)
	}
	if alone, err := m.AppendIDs(nil, text); err != nil || !slices.Equal(alone, ids) {
		t.Fatalf("%q: got ids %v, %v, want %v", text, alone, err, ids)
	}
	if n, err := m.Count(text); err != nil || n != len(ids) {
		t.Fatalf("%q: counted %d, %v, want %d", text, n, err, len(ids))
	}
	if _, err := m.Decode(ids); err != nil {
		t.Fatal(err)
	}
}

// Vocabularies of BPE whose spans are cut and cached, and those that are merged
// as a whole because of one unused piece that no text has, agree.
func TestSpansAgreeWithWhole(t *testing.T) {
	m, file := load(t, modelPath("bpe"))
	c := settings(file)
	c.Pieces = append(c.Pieces, sentencepiece.Piece{Text: "\U0010FFFF\U0010FFFF", Type: sentencepiece.Unused})
	whole, err := sentencepiece.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range textgen.New(5, textgen.All, "<sep>", "abcab", "▁▁▁").Texts(count(1000)) {
		want, err := whole.AppendTokens(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.AppendTokens(nil, text); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\ngot  %v, %v\nwant %v", text, got, err, want)
		}
	}
}

// What was in dst stays there.
func TestAppends(t *testing.T) {
	m, _ := load(t, modelPath("unigram"))
	ids, err := m.AppendIDs([]uint32{7, 8}, "the")
	if alone, _ := m.AppendIDs(nil, "the"); err != nil || !slices.Equal(ids, append([]uint32{7, 8}, alone...)) {
		t.Errorf("got %v, %v", ids, err)
	}
	tokens, err := m.AppendTokens([]model.Token{{ID: 7}}, "")
	if err != nil || !reflect.DeepEqual(tokens, []model.Token{{ID: 7}}) {
		t.Errorf("got %v, %v", tokens, err)
	}
}

func TestConcurrentUse(t *testing.T) {
	for name, cases := range readGolden(t) {
		m, _ := load(t, modelPath(name))
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for _, c := range cases {
					if c.Text == nil {
						continue
					}
					if ids, err := m.AppendIDs(nil, c.text()); err != nil || !slices.Equal(ids, c.IDs) {
						t.Errorf("%q: got %v, %v", c.text(), ids, err)
					}
				}
			})
		}
		group.Wait()
	}
}

func TestAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector, sync.Pool forgets things at random")
	}
	for name := range readGolden(t) {
		if name == "bpe-unused" { // keeps how pieces were made
			continue
		}
		m, _ := load(t, modelPath(name))
		text := "The quick brown fox, ﬁne the cutter: été."
		dst := make([]uint32, 0, 100)
		if n := testing.AllocsPerRun(50, func() { dst, _ = m.AppendIDs(dst[:0], text) }); n != 0 {
			t.Errorf("%s: AppendIDs allocates %v times", name, n)
		}
		if n := testing.AllocsPerRun(50, func() { _, _ = m.Count(text) }); n != 0 {
			t.Errorf("%s: Count allocates %v times", name, n)
		}
	}
}

// Texts that cannot be cut anywhere take time in proportion to their length.
func TestLongTexts(t *testing.T) {
	for name := range readGolden(t) {
		m, file := load(t, modelPath(name))
		for _, s := range []string{"a", " ", "abc", "猫", "🙂", "\xff", "e\u0301"} {
			checkTokens(t, m, file, strings.Repeat(s, 20_000/len(s)))
		}
	}
}

// Pieces with equally good scores pass the self-test: which of them come out is
// a matter of rounding.
func TestSelfTestOfEqualScores(t *testing.T) {
	c := sentencepiece.Config{Kind: sentencepiece.Unigram}
	for _, text := range []string{"<unk>", "a", "b", "ab", "ba"} {
		c.Pieces = append(c.Pieces, sentencepiece.Piece{Text: text, Type: sentencepiece.Normal, Score: -1})
	}
	c.Pieces[0].Type = sentencepiece.Unknown
	m, err := sentencepiece.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		expected string
		ok       bool
	}{{"ab a", true}, {"a ba", true}, {"a b a", false}, {"ab x", false}, {"ab", false}} {
		if err := m.SelfTest([]sentencepiece.Sample{{Input: "aba", Expected: test.expected}}); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.expected, err)
		}
	}
}
