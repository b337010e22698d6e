package convert

import (
	"slices"

	"github.com/nibble-go/nibble/internal/jsonread"
)

// A templatePiece is one piece of a TemplateProcessing post-processor: a
// special token or a sequence ("A", "B"). The other field is empty.
type templatePiece struct{ special, sequence string }

// namedSpecials are the tokens of tokenizer_config.json that a post-processor
// is compared with: a string, an object or nil. A token given as an object
// equals no name in a template; the reference compares so, and that shows in
// the file: the eos of such a configuration is written as eot too.
type namedSpecials struct{ bos, eos, cls, sep jsonread.Value }

// readPostProcessor derives from the post-processor of tokenizer.json which
// special tokens are added to a text. What it finds out about names is written
// into s.config.
func (s *specialTokens) readPostProcessor(processor *jsonread.Object) {
	var named namedSpecials
	named.bos, _ = s.config.Get("bos_token")
	named.eos, _ = s.config.Get("eos_token")
	named.cls, _ = s.config.Get("cls_token")
	named.sep, _ = s.config.Get("sep_token")
	if s.config != nil {
		if isEmpty(named.bos) && !isEmpty(named.cls) {
			named.bos = named.cls
			s.config.Set("bos_token", named.bos)
		}
		if isEmpty(named.eos) && !isEmpty(named.sep) {
			named.eos = named.sep
			s.config.Set("eos_token", named.eos)
		}
	}
	processors, ok := processor.Array("processors")
	if !ok {
		processors = jsonread.Array{processor}
	}
	for _, p := range processors {
		p, _ := p.(*jsonread.Object)
		switch kind, _ := p.String("type"); kind {
		case "RobertaProcessing":
			s.readRoberta(p, &named)
		case "TemplateProcessing":
			last := s.readSingle(templatePieces(p, "single"), &named)
			s.readPair(templatePieces(p, "pair"), last, &named)
		}
	}
}

// readRoberta reads <s> A </s></s> B </s>.
func (s *specialTokens) readRoberta(p *jsonread.Object, named *namedSpecials) {
	for _, kind := range []string{"bos", "eos", "sep"} {
		s.setAdd(kind, true)
	}
	if s.config == nil {
		return
	}
	// Each entry is a pair of token and id.
	name := func(key string, otherwise jsonread.Value) jsonread.Value {
		if pair, _ := p.Array(key); len(pair) > 0 {
			return pair[0]
		}
		return otherwise
	}
	if isEmpty(named.cls) {
		named.cls = name("cls", named.bos)
		s.config.Set("cls_token", named.cls)
	}
	if isEmpty(named.sep) {
		named.sep = name("sep", named.eos)
		s.config.Set("sep_token", named.sep)
	}
}

// ends are the special tokens that a template for one text starts and ends
// with, or "".
type ends struct{ first, last string }

// readSingle reads the template for one text.
func (s *specialTokens) readSingle(pieces []templatePiece, named *namedSpecials) ends {
	if len(pieces) < 2 {
		return ends{}
	}
	e := ends{pieces[0].special, pieces[len(pieces)-1].special}
	if e.first != "" {
		switch {
		case s.config == nil:
			named.bos = e.first
		case e.first != named.bos && e.first != named.cls:
			// What the configuration leaves out, the template names.
			if isEmpty(named.bos) {
				named.bos = e.first
				s.config.Set("bos_token", named.bos)
			}
			if isEmpty(named.cls) {
				named.cls = e.first
				s.config.Set("cls_token", named.cls)
			}
		}
		s.setAdd("bos", e.first == named.bos || e.first == named.cls)
	}
	if e.last != "" {
		if s.config != nil && e.last != named.eos {
			// The template knows better what ends a text: the token that the
			// configuration names ends a turn, or a message.
			for _, kind := range []string{"eot", "eom"} {
				if !slices.Contains(s.kinds, kind) {
					s.kinds = append(s.kinds, kind)
					s.config.Set(kind+"_token", named.eos)
					break
				}
			}
			s.config.Set("eos_token", e.last)
		}
		named.eos = e.last
		s.setAdd("eos", true)
	}
	return e
}

// readPair reads the template for two texts: what stands between them is one
// separator or two, of which the end of the first text may be one.
func (s *specialTokens) readPair(pieces []templatePiece, e ends, named *namedSpecials) {
	if len(pieces) > 0 && e.last != "" && pieces[len(pieces)-1].special == e.last {
		pieces = pieces[:len(pieces)-1]
	}
	if len(pieces) > 0 && e.first != "" && pieces[0].special == e.first {
		pieces = pieces[1:]
	}
	if len(pieces) < 3 || pieces[0].sequence != "A" || pieces[len(pieces)-1].sequence != "B" {
		return
	}
	between := pieces[1 : len(pieces)-1]
	separates := func(p templatePiece) bool {
		return p.special != "" && (p.special == named.sep || p.special == named.eos)
	}
	add := separates(between[0]) && e.last == "" ||
		len(between) == 2 && separates(between[1])
	s.setAdd("sep", add)
	if add && isEmpty(named.sep) && s.config != nil {
		s.config.Set("sep_token", named.eos)
	}
}

func templatePieces(p *jsonread.Object, key string) []templatePiece {
	list, _ := p.Array(key)
	pieces := make([]templatePiece, len(list))
	for i, v := range list {
		v, _ := v.(*jsonread.Object)
		special, _ := v.Object("SpecialToken")
		pieces[i].special, _ = special.String("id")
		sequence, _ := v.Object("Sequence")
		pieces[i].sequence, _ = sequence.String("id")
	}
	return pieces
}

// isEmpty reports whether a configuration's value counts as not given.
func isEmpty(v jsonread.Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case *jsonread.Object:
		return v.Len() == 0
	case bool:
		return !v
	}
	return false
}
