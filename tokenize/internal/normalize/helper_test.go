package normalize_test

import (
	"encoding/base64"
	"os"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/normalize"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

func object(t testing.TB, text string) *jsonread.Object {
	t.Helper()
	o, err := jsonread.ParseObject([]byte(text), jsonread.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func newNormalizer(t testing.TB, settings string) normalize.Normalizer {
	t.Helper()
	n, err := normalize.New(object(t, settings))
	if err != nil {
		t.Fatalf("%.200s: %v", settings, err)
	}
	return n
}

// judged are the settings that are compared with the judge.
func judged(t testing.TB) []string {
	t.Helper()
	list := []string{
		`{"type":"NFC"}`, `{"type":"NFD"}`, `{"type":"NFKC"}`, `{"type":"NFKD"}`,
		`{"type":"Lowercase"}`, `{"type":"StripAccents"}`, `{"type":"Nmt"}`, `{"type":"ByteLevel"}`,
		`{"type":"Strip","strip_left":true,"strip_right":true}`,
		`{"type":"Strip","strip_left":true,"strip_right":false}`,
		`{"type":"Strip","strip_left":false,"strip_right":true}`,
		`{"type":"Prepend","prepend":"▁"}`, `{"type":"Prepend","prepend":"ab"}`,
		`{"type":"Replace","pattern":{"String":" "},"content":"▁"}`,
		`{"type":"Replace","pattern":{"String":"a"},"content":""}`,
		`{"type":"Replace","pattern":{"String":""},"content":"-é"}`,
		`{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "}`,
		`{"type":"Replace","pattern":{"Regex":"(?=[aeiou])|\\p{M}+"},"content":"é_"}`,
		`{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"},{"type":"Strip","strip_left":true,"strip_right":true}]}`,
		`{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}`,
		`{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"NFC"},{"type":"NFKD"},{"type":"NFKC"},{"type":"ByteLevel"}]}`,
		`{"type":"Sequence","normalizers":[{"type":"Lowercase"},{"type":"NFD"},{"type":"Replace","pattern":{"Regex":"\\p{Mn}"},"content":""},{"type":"NFKC"}]}`,
		`{"type":"Sequence","normalizers":[{"type":"ByteLevel"},{"type":"NFD"},{"type":"Lowercase"},{"type":"NFC"}]}`,
	}
	for options := range 16 {
		on := func(bit int) string {
			if options>>bit&1 != 0 {
				return "true"
			}
			return "false"
		}
		list = append(list, `{"type":"BertNormalizer","clean_text":`+on(0)+`,"handle_chinese_chars":`+on(1)+
			`,"strip_accents":`+on(2)+`,"lowercase":`+on(3)+`}`)
	}
	charsmap := base64.StdEncoding.EncodeToString(testCharsmap())
	list = append(list, `{"type":"Precompiled","precompiled_charsmap":"`+charsmap+`"}`,
		`{"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"`+charsmap+`"},{"type":"NFD"}]}`)
	return list
}

// modelCharsmap returns the charsmap of a model of SentencePiece: NFKC and what
// translation models need besides. It is false where the reference data is not
// there.
func modelCharsmap(t testing.TB) ([]byte, bool) {
	t.Helper()
	file, err := os.ReadFile("../../../../shared/tokenizers/kitoken/models/sentencepiece/xlnet_base_cased.model")
	if err != nil {
		return nil, false
	}
	model, err := vocab.ReadSentencePiece(file)
	if err != nil {
		t.Fatal(err)
	}
	return model.Normalizer.PrecompiledCharsmap, true
}
