package tokenize

import (
	"errors"
	"runtime"
	"slices"
	"strconv"
)

// request is what an engine has to know of Options.
type request struct {
	special SpecialText // never SpecialByFormat
	allowed []string
	workers int

	continues bool // the text goes on where another one was cut
	base      int  // bytes of the text before that

	watch *explaining // what appendTokens tells of its way; nil: nobody asks
}

// request checks what engines have to know of o.
func (t *Tokenizer) request(o Options) (request, error) {
	r := request{special: o.Special, allowed: o.AllowedSpecial, workers: o.Workers}
	if r.special == SpecialByFormat {
		r.special = t.special
	}
	if r.workers <= 0 {
		r.workers = runtime.GOMAXPROCS(0)
	}
	if r.special > RefuseSpecial {
		return r, errors.New("no such treatment of special tokens: " + strconv.Itoa(int(o.Special)))
	}
	return r, nil
}

// parses reports whether a special token is one where the text spells it.
func (r request) parses(token *addedToken) bool {
	return r.special == ParseSpecial || slices.Contains(r.allowed, token.content)
}

// settle returns the truncation and padding that o asks for, or else the file.
// The padding is nil where there is none.
func (t *Tokenizer) settle(o Options) (Truncation, *Padding, error) {
	truncation, padding := t.truncation, t.padding
	if o.Truncation != nil {
		truncation = *o.Truncation
	}
	if err := truncation.check(); err != nil {
		return truncation, nil, err
	}
	if o.Padding != nil {
		padding = o.Padding
	}
	if padding == nil || *padding == (Padding{}) {
		return truncation, nil, nil
	}
	p := *padding
	switch {
	case p.Length < 0 || p.MultipleOf < 0 || p.Length > maxPadding || p.MultipleOf > maxPadding:
		return truncation, nil, because(ErrPadding, "to a length of ", strconv.Itoa(p.Length), " and a multiple of ", strconv.Itoa(p.MultipleOf))
	case p.Token != "" || p.ID != 0:
	case !t.hasPad:
		return truncation, nil, because(ErrPadding, "the vocabulary names no padding token")
	default:
		p.Token, p.ID = t.pad.text, t.pad.id
	}
	return truncation, &p, nil
}
