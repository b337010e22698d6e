package decode_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/decode"
)

func TestNoDecoder(t *testing.T) {
	if d, err := decode.New(nil); d != nil || err != nil {
		t.Errorf("%v, %v", d, err)
	}
}

func TestRefuse(t *testing.T) {
	nested := func(n int) string {
		return strings.Repeat(`{"type":"Sequence","decoders":[`, n) + strings.Repeat(`]}`, n)
	}
	newDecoder(t, nested(config.MaxDepth))
	for _, test := range []struct {
		settings, message string
		sentinel          error
	}{
		{`{}`, "type: missing, and the other members are those of no decoder that may stand without", config.ErrFormat},
		{`{"type":null}`, "type: missing", config.ErrFormat},
		{`{"decoders":[]}`, "type: missing, and the other members are those of no decoder that may stand without", config.ErrFormat},
		{`{"type":"BPE","suffix":"x"}`, `type: no decoder "BPE"`, config.ErrUnsupported},
		{`{"type":"BPEDecoder"}`, "suffix: missing", config.ErrFormat},
		{`{"type":"ByteLevel"}`, "add_prefix_space: missing", config.ErrFormat},
		{`{"type":"CTC","pad_token":"p"}`, "word_delimiter_token: missing", config.ErrFormat},
		{`{"type":"CTC","word_delimiter_token":"p"}`, "pad_token: missing", config.ErrFormat},
		{`{"pad_token":"p","word_delimiter_token":"|","cleanup":1}`, "cleanup: not true or false", config.ErrFormat},
		{`{"type":"Metaspace"}`, "replacement: missing", config.ErrFormat},
		{`{"type":"Replace","content":"b"}`, "pattern: missing", config.ErrFormat},
		{`{"type":"Replace","pattern":{"Regex":"a"}}`, "content: missing", config.ErrFormat},
		{`{"type":"Strip","content":"ab","start":1,"stop":0}`, `content: "ab" is not one character`, config.ErrFormat},
		{`{"type":"Strip","content":"a","start":-1,"stop":0}`, "start: -1 is not an integer from 0 to 2147483647", config.ErrFormat},
		{`{"type":"Strip","content":"a","start":1}`, "stop: missing", config.ErrFormat},
		{`{"type":"WordPiece","cleanup":true}`, "prefix: missing", config.ErrFormat},
		{`{"type":"WordPiece","prefix":"##"}`, "cleanup: missing", config.ErrFormat},
		{`{"type":"Sequence"}`, "decoders: missing", config.ErrFormat},
		{`{"type":"Sequence","decoders":[1]}`, "decoders[0]: not an object", config.ErrFormat},
		{`{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Sequence","decoders":[{"type":"Fuze"}]}]}`,
			`decoders[1].decoders[0].type: no decoder "Fuze"`, config.ErrUnsupported},
		{nested(config.MaxDepth + 1),
			strings.TrimSuffix(strings.Repeat("decoders[0].", config.MaxDepth), ".") + ": more than 16 sequences in each other", config.ErrUnsupported},
	} {
		d, err := decode.New(object(t, test.settings))
		var located *config.Error
		if d != nil || !errors.Is(err, test.sentinel) || !errors.As(err, &located) || err.Error() != test.message {
			t.Errorf("%s: %v, want %s", test.settings, err, test.message)
		}
	}
}

func TestRefusePattern(t *testing.T) {
	_, err := decode.New(object(t, `{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"Regex":"("},"content":""}]}`))
	var located *config.Error
	if !errors.As(err, &located) || located.Path != "decoders[0].pattern" || !errors.Is(err, config.ErrFormat) {
		t.Error(err)
	}
}

func FuzzNew(f *testing.F) {
	for _, c := range readGolden(f) {
		f.Add(string(c.Decoder))
	}
	f.Add(llama2)
	f.Fuzz(func(t *testing.T, settings string) {
		o, err := jsonread.ParseObject([]byte(settings), jsonread.Options{})
		if err != nil {
			return
		}
		d, err := decode.New(o)
		if err != nil {
			return
		}
		in := []string{"▁a", "<0x41>", "", "Ġ\xff", "##b", " .", "aa"}
		d.Decode(in)
		d.Decode(nil)
		s := decode.NewStream(d)
		for _, token := range in {
			s.Next(token)
		}
		s.Flush()
	})
}
