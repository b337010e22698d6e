package decode

import (
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// A Decoder makes tokens of tokens. It is immutable and safe for concurrent
// use.
type Decoder interface {
	// Decode returns new tokens, whose texts behind each other are the decoded
	// text. It leaves the given ones as they are.
	Decode(tokens []string) []string
}

// decoder is what the decoders of this package have in common.
type decoder interface {
	Decoder

	// stage returns a stage that does what Decode does and gives the result to
	// next. If fused is set, all that it is given is one token. It is nil if
	// nothing would be final before the end.
	stage(next stage, fused bool) stage

	// fuses reports whether Decode makes one token of all.
	fuses() bool
}

// New returns the decoder that the member "decoder" of a tokenizer.json
// describes; nil for nil, which stands for tokens joined by spaces. Errors are
// *config.Error.
func New(o *jsonread.Object) (Decoder, error) {
	if o == nil {
		return nil, nil
	}
	var q sequence
	if err := q.read(o, 0); err != nil {
		return nil, err
	}
	if len(q) == 1 {
		return q[0], nil
	}
	return q, nil
}

// read appends the decoder that o describes, or those in it.
func (q *sequence) read(o *jsonread.Object, depth int) error {
	kind, err := kindOf(o)
	if err != nil {
		return err
	}
	if kind == "Sequence" {
		return q.readAll(o, depth)
	}
	d, err := newDecoder(o, kind)
	*q = append(*q, d)
	return err
}

func (q *sequence) readAll(o *jsonread.Object, depth int) error {
	if depth == config.MaxDepth {
		return config.Unsupported("more than " + strconv.Itoa(config.MaxDepth) + " sequences in each other")
	}
	const key = "decoders"
	list, err := config.Array(o, key)
	if err != nil {
		return err
	}
	for i, v := range list {
		element, ok := v.(*jsonread.Object)
		if !ok {
			return config.In(key, config.In(config.Index(i), config.Malformed("not an object")))
		}
		if err := q.read(element, depth+1); err != nil {
			return config.In(key, config.In(config.Index(i), err))
		}
	}
	return nil
}

// legacy are the members by which decoders without a type are told, as the
// reference does it; in its order.
var legacy = []struct {
	kind    string
	members []string
}{
	{"BPEDecoder", []string{"suffix"}},
	{"WordPiece", []string{"prefix", "cleanup"}},
	{"CTC", []string{"pad_token", "word_delimiter_token", "cleanup"}},
	{"Replace", []string{"pattern", "content"}},
	{"Strip", []string{"content", "start", "stop"}},
}

func kindOf(o *jsonread.Object) (string, error) {
	if o.Has("type") {
		return config.Type(o)
	}
	for _, d := range legacy {
		all := true
		for _, m := range d.members {
			all = all && o.Has(m)
		}
		if all {
			return d.kind, nil
		}
	}
	return "", config.In("type", config.Malformed("missing, and the other members are those of no decoder that may stand without"))
}
