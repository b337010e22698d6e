package normalize

import (
	"encoding/base64"
	"strconv"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// New returns the normalizer that the member "normalizer" of a tokenizer.json
// describes; nil for nil. Errors are *config.Error. Members that a normalizer
// does not have are ignored.
func New(o *jsonread.Object) (Normalizer, error) {
	if o == nil {
		return nil, nil
	}
	return newAt(o, 0)
}

// newAt returns the normalizer that o describes, which stands in depth
// sequences.
func newAt(o *jsonread.Object, depth int) (Normalizer, error) {
	kind, _ := o.String("type")
	switch kind {
	case "Bert":
		return newBert(o)
	case "ByteLevel":
		return ByteLevel(), nil
	case "Lowercase":
		return Lowercase(), nil
	case "NFC":
		return NFC(), nil
	case "NFD":
		return NFD(), nil
	case "NFKC":
		return NFKC(), nil
	case "NFKD":
		return NFKD(), nil
	case "Nmt":
		return Nmt(), nil
	case "Precompiled":
		return newPrecompiled(o)
	case "Prepend":
		return newPrepend(o)
	case "Replace":
		return newReplace(o)
	case "Sequence":
		return newSequence(o, depth)
	case "Strip":
		return newStrip(o)
	case "StripAccents":
		return StripAccents(), nil
	}
	return newUntyped(o, depth)
}

// newUntyped reads an object without a type, or with one that is not known,
// which to the reference is the same: BertNormalizer is not known, Bert is. The
// object is of the first type whose members it has, in the reference's order.
func newUntyped(o *jsonread.Object, depth int) (Normalizer, error) {
	var first error
	for _, legacy := range []struct {
		member string
		read   func(*jsonread.Object) (Normalizer, error)
	}{
		{"clean_text", newBert},
		{"strip_left", newStrip},
		{"normalizers", func(o *jsonread.Object) (Normalizer, error) { return newSequence(o, depth) }},
		{"pattern", newReplace},
		{"prepend", newPrepend},
	} {
		if !o.Has(legacy.member) {
			continue
		}
		n, err := legacy.read(o)
		if err == nil {
			return n, nil
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return nil, first
	}
	kind, err := config.Type(o)
	switch {
	case err == nil:
		return nil, config.In("type", config.Unsupported("unknown: "+strconv.Quote(kind)))
	case o.Has("type"):
		return nil, err
	}
	return nil, config.In("type", config.Malformed("missing, and the other members are those of no normalizer that may stand without"))
}

func newBert(o *jsonread.Object) (Normalizer, error) {
	var setting Bert
	var err error
	if setting.CleanText, err = config.Bool(o, "clean_text"); err != nil {
		return nil, err
	}
	if setting.HandleChineseChars, err = config.Bool(o, "handle_chinese_chars"); err != nil {
		return nil, err
	}
	if setting.Lowercase, err = config.Bool(o, "lowercase"); err != nil {
		return nil, err
	}
	if setting.StripAccents, err = config.Or(o, "strip_accents", config.Bool, setting.Lowercase); err != nil {
		return nil, err
	}
	return NewBert(setting), nil
}

func newStrip(o *jsonread.Object) (Normalizer, error) {
	left, err := config.Bool(o, "strip_left")
	if err != nil {
		return nil, err
	}
	right, err := config.Bool(o, "strip_right")
	if err != nil {
		return nil, err
	}
	return Strip{Left: left, Right: right}, nil
}

func newSequence(o *jsonread.Object, depth int) (Normalizer, error) {
	if depth == config.MaxDepth {
		return nil, config.Unsupported("more than " + strconv.Itoa(config.MaxDepth) + " sequences in each other")
	}
	const key = "normalizers"
	list, err := config.Array(o, key)
	if err != nil {
		return nil, err
	}
	q := make(Sequence, len(list))
	for i, v := range list {
		element, ok := v.(*jsonread.Object)
		if !ok {
			return nil, config.In(key, config.In(config.Index(i), config.Malformed("not an object")))
		}
		if q[i], err = newAt(element, depth+1); err != nil {
			return nil, config.In(key, config.In(config.Index(i), err))
		}
	}
	return q, nil
}

func newPrecompiled(o *jsonread.Object) (Normalizer, error) {
	const key = "precompiled_charsmap"
	text, err := config.String(o, key)
	if err != nil {
		return nil, err
	}
	encoding := base64.StdEncoding
	if len(text)%4 != 0 {
		encoding = base64.RawStdEncoding
	}
	blob, err := encoding.Strict().DecodeString(text)
	if err != nil {
		return nil, config.In(key, config.MalformedBy(err))
	}
	n, err := NewPrecompiled(blob)
	return n, config.In(key, err)
}

func newReplace(o *jsonread.Object) (Normalizer, error) {
	const key = "pattern"
	pattern, regex, err := config.Pattern(o, key)
	if err != nil {
		return nil, err
	}
	content, err := config.String(o, "content")
	if err != nil {
		return nil, err
	}
	if !regex {
		return Replace(pattern, content), nil
	}
	n, err := ReplaceRegex(pattern, content)
	return n, config.In(key, config.In("Regex", err))
}

func newPrepend(o *jsonread.Object) (Normalizer, error) {
	text, err := config.String(o, "prepend")
	if err != nil {
		return nil, err
	}
	return Prepend(text), nil
}
