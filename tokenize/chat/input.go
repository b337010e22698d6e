package chat

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/chat/internal/jinja"
)

// JSON values, in the order in which they are written. A Value is nil, bool,
// [Number], string, [Array] or [*Object]; what templates are given may also
// hold Go's int and float64. The zero Object is empty; Set gives a key a value,
// Get looks one up, and All yields keys and values in order.
type (
	Value  = jsonread.Value
	Number = jsonread.Number
	Array  = jsonread.Array
	Object = jsonread.Object
)

// An Input is a conversation, and what else a template is given.
type Input struct {
	// Messages are objects in the form of OpenAI's API: role, content, and
	// whatever else the template knows, such as tool_calls or
	// reasoning_content. The template gets them as they are; see
	// ParseArguments.
	Messages []*Object

	// Tools and Documents are the variables of those names. Where they are nil,
	// the template finds them undefined; transformers gives None then, which
	// Extra can do.
	Tools     Array
	Documents Array

	// AddGenerationPrompt asks for the beginning of the answer.
	AddGenerationPrompt bool

	// Extra are more variables, such as enable_thinking. They go before the
	// special tokens that the model's files name; bos_token and its like count
	// as the template's words here too.
	Extra *Object

	// Now is what strftime_now tells the time by; nil: time.Now.
	Now func() time.Time
}

// NewMessage returns a message of a role and a content.
func NewMessage(role, content string) *Object {
	m := &Object{}
	m.Set("role", role)
	m.Set("content", content)
	return m
}

// The limits of a conversation in JSON; see [ParseInput].
const (
	maxInputString = 8 << 20
	maxInputValues = 1 << 19
	maxInputDepth  = 100
)

var inputOptions = jsonread.Options{MaxString: maxInputString, MaxValues: maxInputValues, MaxDepth: maxInputDepth, NonFinite: true}

// ParseInput reads a conversation from JSON; see [InputFrom].
//
// The error wraps ErrFormat, or ErrLimit for a string of more than 8 MiB, for
// more than 524,288 values, or for more than 100 arrays and objects within each
// other.
func ParseInput(data []byte) (Input, error) {
	v, err := jsonread.Parse(data, inputOptions)
	switch {
	case errors.Is(err, jsonread.ErrDepth):
		return Input{}, fmt.Errorf("conversation: %w: %w: more than %d arrays and objects within each other", ErrLimit, err, maxInputDepth)
	case errors.Is(err, jsonread.ErrSize):
		return Input{}, fmt.Errorf("conversation: %w: %w", ErrLimit, err)
	case err != nil:
		return Input{}, fmt.Errorf("conversation: %w: %w", ErrFormat, err)
	}
	return InputFrom(v)
}

// InputFrom takes a conversation from a JSON value: a list of messages, or an
// object with messages and, where it has them, tools, documents,
// add_generation_prompt and extra variables. In a list, and where the object does not say, the generation
// prompt is asked for unless the last message is the assistant's.
func InputFrom(v Value) (Input, error) {
	var in Input
	var err error
	prompted := false
	switch v := v.(type) {
	case Array:
		in.Messages, err = messagesFrom(v)
	case *Object:
		prompted = v.Has(promptVariable)
		err = in.setAll(v)
	default:
		err = fmt.Errorf("%w: neither a list of messages nor an object", ErrFormat)
	}
	if err != nil {
		return Input{}, fmt.Errorf("conversation: %w", err)
	}
	if !prompted && len(in.Messages) > 0 {
		role, _ := in.Messages[len(in.Messages)-1].String("role")
		in.AddGenerationPrompt = role != "assistant"
	}
	return in, nil
}

// promptVariable is the variable that asks for the generation prompt.
const promptVariable = "add_generation_prompt"

// setAll takes the members of an object for the parts of an input. null is a
// variable like any other, so that tools can be None.
func (in *Input) setAll(o *Object) (err error) {
	if !o.Has("messages") {
		return fmt.Errorf("%w: an object without messages", ErrFormat)
	}
	in.Extra = &Object{}
	for name, v := range o.All() {
		ok := true
		switch {
		case name == "messages":
			var list Array
			if list, ok = v.(Array); ok {
				in.Messages, err = messagesFrom(list)
			}
		case name == "tools" && v != nil:
			in.Tools, ok = v.(Array)
		case name == "documents" && v != nil:
			in.Documents, ok = v.(Array)
		case name == promptVariable:
			in.AddGenerationPrompt, ok = v.(bool)
		default:
			in.Extra.Set(name, v)
		}
		if !ok {
			return fmt.Errorf("%w: %s has the wrong type", ErrFormat, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func messagesFrom(list Array) ([]*Object, error) {
	messages := make([]*Object, len(list))
	for i, v := range list {
		m, ok := v.(*Object)
		if !ok {
			return nil, fmt.Errorf("%w: message %d is not an object", ErrFormat, i)
		}
		messages[i] = m
	}
	return messages, nil
}

// specialTokenNames are the variables of special tokens, which count as the
// template's own words whoever gives them.
var specialTokenNames = []string{"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}

// An importer makes Jinja's values of JSON.
type importer struct {
	size  int // bytes of strings, and some for each value
	depth int
}

// valueBytes is what a value counts for in the size of an input.
const valueBytes = 16

func (im *importer) value(v Value, origin jinja.Origin) (jinja.Value, error) {
	im.size += valueBytes
	switch v := v.(type) {
	case nil:
		return jinja.None{}, nil
	case bool:
		return v, nil
	case string:
		im.size += len(v)
		return jinja.NewStr(v, origin), nil
	case Number:
		return importNumber(v), nil
	case int:
		return int64(v), nil
	case int64, float64:
		return v, nil
	case Array:
		return im.array(v, origin)
	case *Object:
		return im.object(v, origin)
	}
	return nil, fmt.Errorf("%w: a value of type %T", ErrFormat, v)
}

// deeper goes one level down.
func (im *importer) deeper() error {
	if im.depth++; im.depth > maxInputDepth {
		return fmt.Errorf("%w: more than %d arrays and objects within each other", ErrLimit, maxInputDepth)
	}
	return nil
}

func (im *importer) array(a Array, origin jinja.Origin) (jinja.Value, error) {
	if err := im.deeper(); err != nil {
		return nil, err
	}
	items := make([]jinja.Value, len(a))
	for i, e := range a {
		var err error
		if items[i], err = im.value(e, origin); err != nil {
			return nil, err
		}
	}
	im.depth--
	return jinja.NewList(items, origin), nil
}

// message imports a message. Its role is the application's word, not the
// author's, and templates make special tokens of it, such as <|user|>; so it
// counts as the template's where it is a plain word.
func (im *importer) message(m *Object, origin jinja.Origin) (jinja.Value, error) {
	v, err := im.object(m, origin)
	if role, ok := m.String("role"); ok && err == nil && isWord(role) {
		v.SetString(jinja.NewStr("role", origin), jinja.NewStr(role, jinja.FromTemplate))
	}
	return v, err
}

func isWord(s string) bool {
	for _, r := range s {
		if r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}

func (im *importer) object(o *Object, origin jinja.Origin) (*jinja.Dict, error) {
	if err := im.deeper(); err != nil {
		return nil, err
	}
	d := jinja.NewDict(origin)
	for key, e := range o.All() {
		v, err := im.value(e, origin)
		if err != nil {
			return nil, err
		}
		im.size += len(key)
		d.SetString(jinja.NewStr(key, origin), v)
	}
	im.depth--
	return d, nil
}

// importNumber returns a literal as Python's json module reads it: an integer
// of any size, or a float.
func importNumber(n Number) jinja.Value {
	if i, err := n.Int(); err == nil {
		return i
	}
	if n.IsInt() {
		if b, ok := new(big.Int).SetString(string(n), 10); ok {
			return b
		}
	}
	return n.Float()
}
