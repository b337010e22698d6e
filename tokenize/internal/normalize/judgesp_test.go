package normalize_test

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
)

// TestJudgeSentencePiece compares random texts with what sentencepiece 0.2.3
// makes of them.
func TestJudgeSentencePiece(t *testing.T) {
	j := startJudge(t, "sentencepiece", "0.2.3", "judge_sentencepiece.py")
	settings := sentencePieces()
	if charsmap, ok := modelCharsmap(t); ok {
		settings = append(settings, normalize.SentencePiece{
			Charsmap: charsmap, AddDummyPrefix: true, RemoveExtraWhitespaces: true, EscapeWhitespaces: true,
		})
	}
	for _, setting := range settings {
		n, err := normalize.NewSentencePiece(setting)
		if err != nil {
			t.Fatal(err)
		}
		request, err := json.Marshal(setting)
		if err != nil {
			t.Fatal(err)
		}
		for batch := range judgeBatches(2) {
			for i, want := range j.ask(t, string(request), batch) {
				compareSentencePiece(t, n, batch[i], *want)
			}
			if t.Failed() {
				t.Fatalf("with %+v", setting)
			}
		}
	}
}

// sentencePieces are settings with all options, charsmaps and pieces.
func sentencePieces() []normalize.SentencePiece {
	var all []normalize.SentencePiece
	for options := range 64 {
		setting := normalize.SentencePiece{
			AddDummyPrefix:          options&1 != 0,
			RemoveExtraWhitespaces:  options&2 != 0,
			EscapeWhitespaces:       options&4 != 0,
			TreatWhitespaceAsSuffix: options&8 != 0,
		}
		if options&16 != 0 {
			setting.Charsmap = testCharsmap()
		}
		if options&32 != 0 {
			setting.UserDefined = []string{"\n", "\n\n", "the", "  ", "▁▁", "é", "e\u0301", "日本", "ﬁ", "\n"}
		}
		all = append(all, setting)
	}
	return all
}

// compareSentencePiece fails the test if n does not make the same of s. Spans of
// the judge are where characters start, and where the last one ends.
func compareSentencePiece(t *testing.T, n normalize.Normalizer, s string, want answer) {
	t.Helper()
	tracked, err := n.Normalize(text.New(s, 0))
	if err != nil {
		t.Errorf("%+q: %v", s, err)
		return
	}
	out := tracked.String()
	if out != want.text {
		t.Errorf("%+q:\n got %+q\nwant %+q", s, out, want.text)
		return
	}
	if out != "" {
		var got []int
		for i, r := range out {
			span := tracked.Original(i, i+utf8.RuneLen(r))
			if i > 0 && tracked.Original(0, i).End != span.Start {
				t.Errorf("%+q -> %+q: a gap before byte %d", s, out, i)
			}
			got = append(got, utf8.RuneCountInString(s[:span.Start]))
		}
		got = append(got, utf8.RuneCountInString(s[:tracked.Original(0, len(out)).End]))
		if !slices.Equal(got, want.spans) {
			t.Errorf("%+q -> %+q:\n got %v\nwant %v", s, out, got, want.spans)
		}
	}
	untracked, err := n.Normalize(text.Untracked(s, 0))
	if err != nil || untracked.String() != out {
		t.Errorf("%+q untracked: %+q, %v\nwant %+q", s, untracked.String(), err, out)
	}
	if n.IsIdentity(s) && out != s {
		t.Errorf("IsIdentity(%+q), but %+q", s, out)
	}
}
