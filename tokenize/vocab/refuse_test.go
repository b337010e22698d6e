package vocab_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// Every fault names its place, in words.
func TestReadJSONRefuses(t *testing.T) {
	model := func(s string) string { return "{\n\"model\": {\"type\": \"BPE\", " + s + "}}" }
	const v = `"vocab": {"a": 0, "b": 1, "ab": 2}`
	format, beyond := vocab.ErrFormat, vocab.ErrUnsupported
	for _, test := range []struct {
		name, doc string
		want      error
		words     string // the error, without sentinel
	}{
		{"empty", "", format, "line 1, column 1: JSON ends early"},
		{"root is a list", "[]", format, "line 1, column 1: JSON value of the wrong type: want an object, found an array"},
		{"no model", "{}", format, "line 1, column 1: no model"},
		{"null model", `{"model": null}`, format, "line 1, column 11: model: JSON value of the wrong type: want an object, found null"},
		{"version", `{"version": "2.0"}`, beyond, `line 1, column 13: version: version "2.0", not 1.0`},
		{"two models", `{"model": {"type": "BPE", "vocab": {}, "merges": []}, "model": {}}`, format, `line 1, column 64: model: duplicate key: "model"`},
		{"trailing data", model(v+`, "merges": []`) + "{}", format, "line 2, column 76: data after the JSON value"},
		{"not UTF-8", "{\"model\": {\"type\": \"\xff\"}}", format, "line 1, column 21: model.type: invalid UTF-8"},
		{"nesting", `{"normalizer": ` + strings.Repeat(`{"a":`, 70), format, "JSON nested too deeply"},
		{"normalizer is a list", `{"normalizer": []}`, format, "line 1, column 16: normalizer: neither an object nor null"},
		{"unknown type", `{"model": {"type": "bpe", "vocab": {}}}`, beyond, `line 1, column 11: model: type "bpe"`},
		{"no type", `{"model": {"vocab": {}}}`, format, "line 1, column 11: model: no type, and the members of none"},
		{"no vocab", `{"model": {"type": "BPE", "merges": []}}`, format, "model: no vocab"},
		{"no merges", model(v), format, "model: no merges"},
		{"list for BPE", `{"model": {"type": "BPE", "vocab": [["a", 1]], "merges": []}}`, format, "model: vocab of a BPE model is not an object"},
		{"object for Unigram", `{"model": {"type": "Unigram", "vocab": {"a": 1}}}`, format, "model: vocab of a Unigram model is not a list"},
		{"vocab is a number", `{"model": {"type": "BPE", "vocab": 1}}`, format, "model.vocab: JSON value of the wrong type"},
		{"duplicate token", model(`"vocab": {"a": 0, "b": 1, "\u0061": 2}`), format, `line 2, column 62: model.vocab.a: duplicate key: "a"`},
		{"duplicate id", model(`"vocab": {"a": 0, "b": 0}`), format, "line 2, column 49: model.vocab.b: id 0 is another token's"},
		{"negative id", model(`"vocab": {"a b": -1}`), format, `line 2, column 43: model.vocab["a b"]: negative id -1`},
		{"id of 2^22", model(`"vocab": {"a": 4194303, "b": 4194304}`), beyond, "model.vocab.b: id 4194304 above 4194303"},
		{"id of 2^31", model(`"vocab": {"a": 2147483648}`), beyond, "model.vocab.a: id 2147483648 above 4194303"},
		{"fractional id", model(`"vocab": {"a": 0.5}`), format, `model.vocab.a: JSON number out of range or fractional: "0.5" is not a 64-bit integer`},
		{"merge of one", model(v + `, "merges": ["a b", "ab"]`), format, `line 2, column 80: model.merges[1]: "ab" is not two tokens and a space`},
		{"merge of three", model(v + `, "merges": ["a b c"]`), format, `model.merges[0]: "a b c" is not two tokens and a space`},
		{"merge of an unknown token", model(v + `, "merges": ["a b", "a c"]`), format, `line 2, column 80: model.merges[1]: "c" is not in the vocabulary`},
		{"merge to an unknown token", model(v + `, "merges": ["b a"]`), format, `model.merges[0]: result "ba" is not in the vocabulary`},
		{"merge longer than any token", model(v + `, "merges": ["ab ab"]`), format, `model.merges[0]: result "abab" is not in the vocabulary`},
		{"merge shorter than the prefix", model(`"continuing_subword_prefix": "##", ` + v + `, "merges": ["a b"]`), format, `model.merges[0]: "b" is shorter than the continuing_subword_prefix`},
		{"early merge of an unknown token", model(`"merges": ["a b", "a c"], ` + v), format, `line 2, column 10: model: merges[1]: "c" is not in the vocabulary`},
		{"merge by a late prefix", model(v + `, "merges": ["a b"], "continuing_subword_prefix": "##"`), format, `line 2, column 10: model: merges[0]: "b" is shorter than`},
		{"pair of one", model(v + `, "merges": [["a"]]`), format, "model.merges[0]: not two tokens"},
		{"pair of three", model(v + `, "merges": [["a", "b", "a"]]`), format, "model.merges[0][2]: more than two tokens"},
		{"pair of an unknown token", model(v + `, "merges": [["a", "c"]]`), format, `model.merges[0][1]: "c" is not in the vocabulary`},
		{"merges of both forms", model(v + `, "merges": [["a", "b"], "a b"]`), format, "model.merges[1]: not in the form of the merges before it"},
		{"merge is a number", model(v + `, "merges": [1]`), format, "model.merges[0]: JSON value of the wrong type: want a string, found a number"},
		{"dropout", model(`"dropout": 1.5`), format, "model.dropout: not between 0 and 1"},
		{"dropout NaN", model(`"dropout": NaN`), format, "model.dropout: not between 0 and 1"},
		{"unk_id", `{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}}`, format, "model: unk_id is 1, there are 1 tokens"},
		{"score missing", `{"model": {"type": "Unigram", "vocab": [["a"]]}}`, format, "model.vocab[0]: not a text and a score"},
		{"score twice", `{"model": {"type": "Unigram", "vocab": [["a", 0, 0]]}}`, format, "model.vocab[0][2]: more than a text and a score"},
		{"added token without id", `{"added_tokens": [{"content": "a"}]}`, format, "line 1, column 19: added_tokens[0]: no id"},
		{"added token without content", `{"added_tokens": [{"id": 1}]}`, format, "added_tokens[0]: no content"},
		{"added token with a string for a flag", `{"added_tokens": [{"id": 1, "content": "a", "special": "no"}]}`, format, "added_tokens[0].special: JSON value of the wrong type: want a boolean, found a string"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.doc), iotest.OneByteReader(strings.NewReader(test.doc))} {
				j, err := vocab.ReadJSON(r)
				var e *vocab.FormatError
				if j != nil || !errors.Is(err, test.want) || !errors.As(err, &e) {
					t.Fatalf("got %v, want a FormatError that wraps %q", err, test.want)
				}
				if !strings.Contains(err.Error(), test.words) || !strings.HasSuffix(err.Error(), ": "+test.want.Error()) {
					t.Errorf("got  %s\nwant %s", err, test.words)
				}
			}
		})
	}
}

// A deep value is no error of the type, but of the depth.
func TestReadJSONKeepsTheCause(t *testing.T) {
	_, err := vocab.ReadJSON(strings.NewReader(`{"normalizer": ` + strings.Repeat(`{"a":`, 70)))
	if !errors.Is(err, jsonread.ErrDepth) {
		t.Errorf("got %v", err)
	}
}

// Failing to read is not the fault of the file.
func TestReadJSONFailure(t *testing.T) {
	failure := errors.New("device is gone")
	if _, err := vocab.ReadJSON(iotest.ErrReader(failure)); err != failure {
		t.Errorf("got %v", err)
	}
}
