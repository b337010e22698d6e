//go:build !nibbletext

package tokenize

import (
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

// newAround reads a post-processor that puts tokens around a text.
func newAround(o *jsonread.Object, kind string, depth int) (postProcessor, error) {
	switch kind {
	case "TemplateProcessing":
		return newTemplate(o)
	case "BertProcessing":
		return newBertProcessing(o)
	case "RobertaProcessing":
		return newRobertaProcessing(o)
	}
	return newProcessorSequence(o, depth)
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
