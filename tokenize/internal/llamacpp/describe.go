package llamacpp

import "slices"

// A Description says what a vocabulary is.
type Description struct {
	Model     string   // as the file names it
	Algorithm string   // as llama.cpp names it: SPM, BPE, WPM, UGM, RWKV, PLaMo2
	Pre       string   // the name of the pre-tokenizer; empty: there is none
	Patterns  []string // of the stages of the pre-tokenizer, as llama.cpp has them

	IgnoreMerges bool // a piece that is a token is that token
	ByteLevel    bool // BPE starts from bytes, not from characters
	CleanSpaces  bool // decoding takes spaces before punctuation away

	// ByteComplete: every text, whatever its bytes, decodes to itself.
	ByteComplete bool

	Notes []string // what a user should know
}

var algorithms = map[string]string{"llama": "SPM", "bert": "WPM", "t5": "UGM", "rwkv": "RWKV", "plamo2": "PLaMo2"}

// Describe returns what the vocabulary is.
func (v *Vocabulary) Describe() Description {
	d := Description{Model: v.model, Algorithm: algorithms[v.model], CleanSpaces: v.cleanSpaces, Notes: slices.Clone(v.notes)}
	if pre := v.preName; pre.preType != nil {
		d.Algorithm = "BPE"
		d.Pre, d.Patterns = v.pre, slices.Clone(pre.patterns)
		d.IgnoreMerges = pre.traits&ignoreMerges != 0
		d.ByteLevel = !pre.raw
	}
	if e, ok := v.engine.(*greedy); ok {
		d.ByteComplete = e.complete() && !v.flags[AddSpacePrefix]
	}
	return d
}

// Size returns the number of tokens, whose ids are counted from 0.
func (v *Vocabulary) Size() int { return len(v.texts) }

// Text returns the text of a token as the file has it, "" for an id beyond the
// last.
func (v *Vocabulary) Text(id uint32) string {
	if int64(id) >= int64(len(v.texts)) {
		return ""
	}
	return v.texts[id]
}

// ID returns the token of a role, if there is one.
func (v *Vocabulary) ID(r Role) (id uint32, ok bool) {
	if r >= roles || v.ids[r] == none {
		return 0, false
	}
	return v.ids[r], true
}

// Flag returns a setting.
func (v *Vocabulary) Flag(f Flag) bool { return f < flags && v.flags[f] }

// Ends reports whether a token ends what a model generates.
func (v *Vocabulary) Ends(id uint32) bool { return v.ending[id] }

// Frame returns the tokens that AddSpecial puts before a text and behind it.
func (v *Vocabulary) Frame() (before, behind []uint32) {
	return slices.Clone(v.front), slices.Clone(v.behind)
}

// A SpecialToken is a token that is found in the text before all else.
type SpecialToken struct {
	ID      uint32
	Control bool // only if special tokens are parsed
	LStrip  bool // takes the white space before it along
	RStrip  bool // takes the white space behind it along
}

// Special returns the special tokens by id.
func (v *Vocabulary) Special() []SpecialToken {
	var list []SpecialToken
	if v.parsing == nil {
		return nil
	}
	for _, token := range v.parsing.tokens {
		list = append(list, SpecialToken{
			ID: token.id, Control: token.attr&(controlToken|unknownToken) != 0,
			LStrip: token.attr&leftStrip != 0, RStrip: token.attr&rightStrip != 0,
		})
	}
	slices.SortFunc(list, func(a, b SpecialToken) int { return int(a.ID) - int(b.ID) })
	return list
}
