package chat

import "github.com/nibble-go/nibble/tokenize/chat/internal/jinja"

// A Kind says what sort of thing a stretch of a prompt comes from.
type Kind uint8

// The kinds of origins.
const (
	FromTemplate  Kind = iota // the template itself, or a special token that the model's files name
	FromTools                 // Input.Tools
	FromDocuments             // Input.Documents
	FromExtra                 // Input.Extra
	FromMessage               // one of Input.Messages
)

// String returns the kind in a word.
func (k Kind) String() string {
	return [...]string{"template", "tools", "documents", "extra", "message"}[k]
}

// An Origin says whom a stretch of a prompt comes from.
type Origin struct {
	Kind    Kind
	Message int    // of FromMessage: its index
	Role    string // of FromMessage: its role, if it is a string
}

// A Span is a stretch of a prompt of one origin, in bytes.
type Span struct {
	Start, End int
	Origin     Origin
}

// A Prompt is the text that a model reads, of which every byte has an origin.
type Prompt struct {
	text  string
	spans []Span
}

// String returns the text.
func (p Prompt) String() string { return p.text }

// Spans returns the stretches of the text in order, without gaps. Two that
// follow each other differ in origin. The slice must not be changed.
func (p Prompt) Spans() []Span { return p.spans }

// firstMessage is the origin of the first message within Jinja; those of the
// others follow.
const firstMessage = jinja.Origin(FromMessage)

// newPrompt translates the origins of a rendered text.
func newPrompt(text *jinja.Str, in *Input) Prompt {
	runs := text.Runs()
	p := Prompt{text: text.String(), spans: make([]Span, 0, len(runs))}
	start := 0
	for _, r := range runs {
		o := Origin{Kind: Kind(min(r.Origin, firstMessage))}
		if o.Kind == FromMessage {
			o.Message = int(r.Origin - firstMessage)
			o.Role, _ = in.Messages[o.Message].String("role")
		}
		p.spans = append(p.spans, Span{start, r.End, o})
		start = r.End
	}
	return p
}
