package tokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/ucd"
)

// A postProcessor puts special tokens around one text or two. It gets and
// returns a list of encodings that are then joined.
type postProcessor interface {
	// added returns how many special tokens it adds to one text, or to two.
	added(pair bool) int

	process(parts []*Encoding, addSpecial bool) []*Encoding
}

// newPostProcessor reads the post_processor of a tokenizer.json.
func newPostProcessor(o *jsonread.Object, depth int) (postProcessor, error) {
	if o == nil {
		return nil, nil
	}
	kind, err := config.Or(o, "type", config.String, "")
	if err != nil {
		return nil, err
	}
	if kind == "" {
		kind = guessPostProcessor(o)
	}
	switch kind {
	case "TemplateProcessing":
		return newTemplate(o)
	case "BertProcessing":
		return newBertProcessing(o)
	case "RobertaProcessing":
		return newRobertaProcessing(o)
	case "ByteLevel":
		return newByteLevelProcessing(o)
	case "Sequence":
		return newProcessorSequence(o, depth)
	case "":
		return nil, config.Malformed("no type, and the members of none")
	}
	return nil, config.In("type", config.Unsupported("no post-processor "+quote(kind)))
}

// guessPostProcessor returns the type of an object that does not say it, in the
// order in which Hugging Face tries them.
func guessPostProcessor(o *jsonread.Object) string {
	switch {
	case o.Has("sep") && o.Has("cls") && o.Has("trim_offsets") && o.Has("add_prefix_space"):
		return "RobertaProcessing"
	case o.Has("sep") && o.Has("cls"):
		return "BertProcessing"
	case o.Has("trim_offsets"):
		return "ByteLevel"
	case o.Has("single") && o.Has("pair"):
		return "TemplateProcessing"
	case o.Has("processors"):
		return "Sequence"
	}
	return ""
}

// postProcess joins one encoding or two to the one that is returned.
func postProcess(p postProcessor, parts []*Encoding, addSpecial bool) *Encoding {
	if p != nil || len(parts) > 1 {
		for i, part := range parts {
			part.setSequence(i)
			part.setTypeID(uint32(i))
			for _, o := range part.Overflowing {
				o.setSequence(i)
			}
		}
	}
	if p != nil {
		parts = p.process(parts, addSpecial)
	}
	if len(parts) == 0 {
		return &Encoding{}
	}
	joined := parts[0]
	for _, part := range parts[1:] {
		joined.append(part)
	}
	return joined
}

// A namedToken is a token with its id, as post-processors are given them.
type namedToken struct {
	text string
	id   uint32
}

func (t namedToken) encoding(typeID uint32) *Encoding {
	e := &Encoding{}
	e.addOutside(t.id, t.text, typeID, 1)
	return e
}

// readNamedToken reads a token of the form ["[SEP]", 102].
func readNamedToken(o *jsonread.Object, key string) (namedToken, error) {
	pair, err := config.Array(o, key)
	if err != nil {
		return namedToken{}, err
	}
	if len(pair) == 2 {
		text, isText := pair[0].(string)
		number, isNumber := pair[1].(jsonread.Number)
		if isText && isNumber {
			id, err := number.Uint()
			if err == nil && id <= maxID {
				return namedToken{text, uint32(id)}, nil
			}
		}
	}
	return namedToken{}, config.In(key, config.Malformed("not a token and its id"))
}

// bertProcessing is [CLS] A [SEP], or [CLS] A [SEP] B [SEP].
type bertProcessing struct{ sep, cls namedToken }

func newBertProcessing(o *jsonread.Object) (postProcessor, error) {
	sep, err := readNamedToken(o, "sep")
	if err != nil {
		return nil, err
	}
	cls, err := readNamedToken(o, "cls")
	return &bertProcessing{sep, cls}, err
}

func (p *bertProcessing) added(pair bool) int {
	if pair {
		return 3
	}
	return 2
}

func (p *bertProcessing) process(parts []*Encoding, addSpecial bool) []*Encoding {
	if !addSpecial {
		return parts
	}
	for i, part := range parts {
		parts[i] = wrap(part, func(e *Encoding) *Encoding {
			e.setText(min(i, 1))
			if i > 0 {
				return join(e, p.sep.encoding(1))
			}
			return join(join(p.cls.encoding(0), e), p.sep.encoding(0))
		})
	}
	return parts
}

// wrap returns what around makes of e and, in its Overflowing, of what
// overflows from e.
func wrap(e *Encoding, around func(*Encoding) *Encoding) *Encoding {
	overflowing := e.Overflowing
	e.Overflowing = nil
	out := around(e)
	for _, o := range overflowing {
		out.Overflowing = append(out.Overflowing, wrap(o, around))
	}
	return out
}

// robertaProcessing is <s> A </s>, or <s> A </s> </s> B </s>, all of type 0.
type robertaProcessing struct {
	sep, cls namedToken
	trim     *byteLevelProcessing // nil: offsets stay
}

func newRobertaProcessing(o *jsonread.Object) (postProcessor, error) {
	sep, err := readNamedToken(o, "sep")
	if err != nil {
		return nil, err
	}
	cls, err := readNamedToken(o, "cls")
	if err != nil {
		return nil, err
	}
	trim, err := config.Or(o, "trim_offsets", config.Bool, true)
	if err != nil {
		return nil, err
	}
	prefix, err := config.Or(o, "add_prefix_space", config.Bool, true)
	if err != nil {
		return nil, err
	}
	p := &robertaProcessing{sep: sep, cls: cls}
	if trim {
		p.trim = &byteLevelProcessing{addPrefixSpace: prefix, trimOffsets: true}
	}
	return p, nil
}

func (p *robertaProcessing) added(pair bool) int {
	if pair {
		return 4
	}
	return 2
}

func (p *robertaProcessing) process(parts []*Encoding, addSpecial bool) []*Encoding {
	for _, part := range parts {
		if p.trim != nil {
			part.each(p.trim.trim)
		}
		part.setTypeID(0)
	}
	if !addSpecial {
		return parts
	}
	for i, part := range parts {
		before := p.cls
		if i > 0 {
			before = p.sep
		}
		parts[i] = wrap(part, func(e *Encoding) *Encoding {
			e.setText(min(i, 1))
			e.setTypeID(0)
			return join(join(before.encoding(0), e), p.sep.encoding(0))
		})
	}
	return parts
}

// byteLevelProcessing takes the white space that a token begins or ends with
// out of its offsets.
type byteLevelProcessing struct {
	addPrefixSpace bool
	trimOffsets    bool
}

func newByteLevelProcessing(o *jsonread.Object) (postProcessor, error) {
	var p byteLevelProcessing
	var err error
	if p.trimOffsets, err = config.Or(o, "trim_offsets", config.Bool, true); err != nil {
		return nil, err
	}
	p.addPrefixSpace, err = config.Or(o, "add_prefix_space", config.Bool, true)
	return &p, err
}

func (p *byteLevelProcessing) added(bool) int { return 0 }

func (p *byteLevelProcessing) process(parts []*Encoding, _ bool) []*Encoding {
	if p.trimOffsets {
		for _, part := range parts {
			part.each(p.trim)
		}
	}
	return parts
}

// trim follows Hugging Face's process_offsets: lengths are counted in
// characters of the token and taken off byte offsets, which is the same for the
// spaces that occur in tokens; a space in front that the pre-tokenizer may have
// added, which is a single one, is not taken off.
func (p *byteLevelProcessing) trim(e *Encoding) {
	for i, token := range e.Tokens {
		span := &e.Offsets[i]
		leading := utf8.RuneCountInString(token) - utf8.RuneCountInString(strings.TrimLeftFunc(token, isTokenSpace))
		trailing := utf8.RuneCountInString(token) - utf8.RuneCountInString(strings.TrimRightFunc(token, isTokenSpace))
		if leading > 0 {
			if p.addPrefixSpace && leading == 1 && (i == 0 || span.Start == 0) {
				leading = 0
			}
			span.Start = min(span.Start+leading, span.End)
		}
		if trailing > 0 && span.End >= trailing {
			span.End = max(span.End-trailing, span.Start)
		}
	}
}

// isTokenSpace reports whether r is white space or Ġ, a space in the byte-level
// alphabet.
func isTokenSpace(r rune) bool { return r == 'Ġ' || ucd.IsSpace(r) }

// processorSequence is one post-processor after the other.
type processorSequence []postProcessor

func newProcessorSequence(o *jsonread.Object, depth int) (postProcessor, error) {
	if depth >= config.MaxDepth {
		return nil, config.Unsupported("more than 16 sequences within each other")
	}
	list, err := config.Array(o, "processors")
	if err != nil {
		return nil, err
	}
	var sequence processorSequence
	for i, v := range list {
		member, ok := v.(*jsonread.Object)
		if !ok {
			return nil, config.In("processors"+config.Index(i), config.Malformed("not an object"))
		}
		p, err := newPostProcessor(member, depth+1)
		if err != nil {
			return nil, config.In("processors"+config.Index(i), err)
		}
		sequence = append(sequence, p)
	}
	return sequence, nil
}

func (s processorSequence) added(pair bool) int {
	n := 0
	for _, p := range s {
		n += p.added(pair)
	}
	return n
}

func (s processorSequence) process(parts []*Encoding, addSpecial bool) []*Encoding {
	for _, p := range s {
		parts = p.process(parts, addSpecial)
	}
	return parts
}
