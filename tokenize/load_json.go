package tokenize

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/internal/fault"
	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
	"github.com/nibble-go/nibble/tokenize/internal/decode"
	"github.com/nibble-go/nibble/tokenize/internal/pretokenize"
	"github.com/nibble-go/nibble/tokenize/internal/text"
	"github.com/nibble-go/nibble/tokenize/vocab"
)

// readJSON reads a tokenizer.json.
func readJSON(r io.Reader, beside companions, o LoadOptions) (*Tokenizer, error) {
	file, err := vocab.ReadJSON(r)
	if err != nil {
		return nil, err
	}
	t := &Tokenizer{special: ParseSpecial}
	t.info = Info{
		Source:        "tokenizer.json",
		Model:         string(file.Model.Type),
		Normalizer:    describeStage(file.Normalizer),
		PreTokenizer:  describeStage(file.PreTokenizer),
		PostProcessor: describeStage(file.PostProcessor),
		Decoder:       describeStage(file.Decoder),
		ContextLength: beside.contextLength(),
	}
	added := assignIDs(file, &t.info)
	if t.vocab, err = jsonVocabulary(file, added); err != nil {
		return nil, err
	}
	p := &pipeline{vocab: t.vocab, special: specialIDs(added)}
	if p.normalizer, err = newNormalizer(file.Normalizer); err != nil {
		return nil, inStage("normalizer", err)
	}
	if p.decoder, err = decode.New(file.Decoder); err != nil {
		return nil, inStage("decoder", err)
	}
	if t.post, err = newPostProcessor(file.PostProcessor, 0); err != nil {
		return nil, inStage("post_processor", err)
	}
	if err := p.setMatchers(added); err != nil {
		return nil, err
	}
	if err := p.setModel(file, o); err != nil {
		return nil, err
	}
	p.rawDecoder = isByteLevelDecoder(file.Decoder)
	steps, _ := pretokenize.Describe(file.PreTokenizer)
	p.findCuts(file.Normalizer, steps)
	t.info.Scanner = p.family
	t.engine = p
	t.info.ByteComplete = p.byteComplete()
	t.setAdded(added, beside)
	if t.truncation, err = readTruncation(file.Truncation); err != nil {
		return nil, inStage("truncation", err)
	}
	if t.padding, err = readPadding(file.Padding); err != nil {
		return nil, inStage("padding", err)
	}
	t.finish()
	return t, nil
}

// assignIDs gives added tokens their ids as Hugging Face does: that of the
// model's vocabulary, or else the next free one, whatever the file says. Tokens
// without content and repeated ones are left out; special ones come first.
func assignIDs(file *vocab.JSON, info *Info) []addedToken {
	wanted := make(map[string]int, len(file.AddedTokens)) // content -> id in the model, -1: none
	for _, token := range file.AddedTokens {
		wanted[token.Content] = -1
	}
	for _, token := range file.Model.Tokens {
		if _, ok := wanted[token.Text]; ok {
			wanted[token.Text] = token.ID
		}
	}
	size, highest := len(file.Model.Tokens), -1
	var special, others []addedToken
	seen := make(map[string]bool, len(file.AddedTokens))
	for _, token := range file.AddedTokens {
		if token.Content == "" || seen[token.Content] {
			continue
		}
		seen[token.Content] = true
		id := wanted[token.Content]
		if id < 0 {
			id = max(size, highest+1)
		}
		highest = max(highest, id)
		if id != token.ID {
			info.note("added token ", fault.Quote(token.Content), " has id ", strconv.Itoa(id), ", not ", strconv.Itoa(token.ID),
				" as the file says: Hugging Face's rule")
		}
		a := addedToken{uint32(id), token.Content, token.SingleWord, token.LStrip, token.RStrip, token.Normalized, token.Special}
		if token.Special {
			special = append(special, a)
		} else {
			others = append(others, a)
		}
	}
	return append(special, others...)
}

// Ids are indices of tables, so that a few tokens must not have huge ones. Cut
// down vocabularies keep the ids of the whole one: LaBSE's go up to 501,152.
const (
	holesAllowed  = 1 << 19
	holesPerToken = 16
)

// maxAddedBytes bounds the text of an added token, and with it what looking for
// it costs at each byte of a text.
const maxAddedBytes = 1024

// jsonVocabulary returns the tokens of the model and the added ones.
func jsonVocabulary(file *vocab.JSON, added []addedToken) (*vocabulary, error) {
	n := 0
	for _, token := range file.Model.Tokens {
		n = max(n, token.ID+1)
	}
	for _, token := range added {
		n = max(n, int(token.id)+1)
		if len(token.content) > maxAddedBytes {
			return nil, inStage("added_tokens", config.Unsupported(fault.Quote(token.content)+" has more than "+strconv.Itoa(maxAddedBytes)+" bytes"))
		}
	}
	if count := len(file.Model.Tokens) + len(added); n > holesAllowed+holesPerToken*count {
		return nil, inStage("model", config.In("vocab", config.Unsupported("an id of "+strconv.Itoa(n-1)+" with "+strconv.Itoa(count)+" tokens")))
	}
	v := newVocabulary(n, func(yield func(uint32, string) bool) {
		for _, token := range file.Model.Tokens {
			if !yield(uint32(token.ID), token.Text) {
				return
			}
		}
		for _, token := range added {
			if !yield(token.id, token.content) {
				return
			}
		}
	})
	return v, nil
}

func specialIDs(added []addedToken) map[uint32]bool {
	ids := make(map[uint32]bool)
	for _, token := range added {
		if token.special {
			ids[token.id] = true
		}
	}
	return ids
}

// setMatchers sets the matchers of added tokens. Those that are looked for in
// the normalized text are normalized themselves.
func (p *pipeline) setMatchers(added []addedToken) error {
	var inOriginal, inNormalized []addedToken
	var originals, normalized []string
	for _, token := range added {
		if !token.normalized {
			inOriginal = append(inOriginal, token)
			originals = append(originals, token.content)
			continue
		}
		pattern := token.content
		if p.normalizer != nil && !p.normalizer.IsIdentity(pattern) {
			n, err := p.normalizer.Normalize(text.Untracked(pattern, 0))
			if err != nil {
				return inStage("added_tokens", config.In(fault.Quote(pattern), config.MalformedBy(err)))
			}
			pattern = n.String()
		}
		inNormalized = append(inNormalized, token)
		normalized = append(normalized, pattern)
	}
	var err error
	if p.original, err = newMatcher(inOriginal, originals); err != nil {
		return err
	}
	p.normalized, err = newMatcher(inNormalized, normalized)
	return err
}

// setAdded lists the added tokens with their roles.
func (t *Tokenizer) setAdded(added []addedToken, beside companions) {
	for _, a := range added {
		t.info.Added = append(t.info.Added, AddedToken{
			ID: a.id, Text: a.content, Special: a.special,
			SingleWord: a.singleWord, LStrip: a.lstrip, RStrip: a.rstrip, Normalized: a.normalized,
		})
	}
	beside.giveRoles(t.info.Added)
	guessRoles(t.info.Added)
	sortAdded(t.info.Added)
}

// finish derives what follows from the other fields.
func (t *Tokenizer) finish() {
	t.info.VocabSize = t.vocab.count
	if token, ok := t.info.Role("pad"); ok && !t.hasPad {
		t.pad, t.hasPad = namedToken{token.Text, token.ID}, true
	}
	if t.post != nil {
		const place = ^uint32(0)
		alone := &Encoding{}
		alone.add(place, "", Span{}, 0)
		ids := postProcess(t.post, []*Encoding{alone}, true).IDs
		if i := slices.Index(ids, place); i >= 0 {
			t.before, t.after = ids[:i], ids[i+1:]
		}
	}
}

// describeStage returns the types of a stage.
func describeStage(o *jsonread.Object) string {
	if o == nil {
		return ""
	}
	return strings.Join(stageTypes(o), ", ")
}

// stageTypes returns the types of a stage, those of a Sequence one by one.
func stageTypes(o *jsonread.Object) []string {
	var kinds []string
	for _, stage := range stages(o) {
		kind, _ := stage.String("type")
		kinds = append(kinds, kind)
	}
	return kinds
}

// stages returns a stage, or those of a Sequence one by one.
func stages(o *jsonread.Object) []*jsonread.Object {
	if o == nil {
		return nil
	}
	if kind, _ := o.String("type"); kind != "Sequence" {
		return []*jsonread.Object{o}
	}
	var list []*jsonread.Object
	for _, v := range o.All() {
		elements, _ := v.(jsonread.Array)
		for _, element := range elements {
			member, _ := element.(*jsonread.Object)
			list = append(list, stages(member)...)
		}
	}
	return list
}

// isByteLevelDecoder reports whether all a decoder does is to put the bytes of
// tokens behind each other.
func isByteLevelDecoder(o *jsonread.Object) bool {
	kinds := stageTypes(o)
	return len(kinds) == 1 && kinds[0] == "ByteLevel"
}

// readTruncation reads the member truncation. Stride and length that do not fit
// are found when they are used.
func readTruncation(o *jsonread.Object) (Truncation, error) {
	var t Truncation
	if o == nil {
		return t, nil
	}
	var err error
	if t.MaxLength, err = config.Int(o, "max_length"); err != nil {
		return t, err
	}
	if t.Stride, err = config.Or(o, "stride", config.Int, 0); err != nil {
		return t, err
	}
	strategy, err := config.Or(o, "strategy", config.String, string(LongestFirst))
	if err != nil {
		return t, err
	}
	t.Strategy = TruncationStrategy(strategy)
	if t.Left, err = readLeft(o); err != nil {
		return t, err
	}
	if err := t.check(); err != nil {
		return t, config.In("strategy", config.MalformedBy(err))
	}
	return t, nil
}

// readPadding reads the member padding.
func readPadding(o *jsonread.Object) (*Padding, error) {
	if o == nil {
		return nil, nil
	}
	p := &Padding{Longest: true}
	if strategy, ok := o.Object("strategy"); ok {
		var err error
		if p.Length, err = config.Int(strategy, "Fixed"); err != nil {
			return nil, config.In("strategy", err)
		}
		p.Longest = false
	} else if name, ok := o.String("strategy"); !ok || name != "BatchLongest" {
		return nil, config.In("strategy", config.Malformed("neither BatchLongest nor a Fixed length"))
	}
	var err error
	if p.MultipleOf, err = config.Or(o, "pad_to_multiple_of", config.Int, 0); err != nil {
		return nil, err
	}
	id, err := config.Int(o, "pad_id")
	if err != nil {
		return nil, err
	}
	typeID, err := config.Int(o, "pad_type_id")
	if err != nil {
		return nil, err
	}
	p.ID, p.TypeID = uint32(id), uint32(typeID)
	if p.Token, err = config.String(o, "pad_token"); err != nil {
		return nil, err
	}
	if p.Left, err = readLeft(o); err != nil {
		return nil, err
	}
	if p.Length > maxPadding || p.MultipleOf > maxPadding {
		return nil, config.Unsupported("to more than " + strconv.Itoa(maxPadding) + " tokens")
	}
	return p, nil
}

// readLeft reads the member direction.
func readLeft(o *jsonread.Object) (bool, error) {
	direction, err := config.Or(o, "direction", config.String, "Right")
	if err == nil && direction != "Right" && direction != "Left" {
		err = config.In("direction", config.Malformed("neither Left nor Right"))
	}
	return direction == "Left", err
}
