package jinja

// A tokenKind is a kind of token. Operators are tokens of kind tokenOperator
// whose text is the operator.
type tokenKind uint8

const (
	tokenEOF tokenKind = iota
	tokenData
	tokenVariableBegin
	tokenVariableEnd
	tokenBlockBegin
	tokenBlockEnd
	tokenName
	tokenString
	tokenInteger
	tokenFloat
	tokenOperator
)

// String returns the kind as errors name it.
func (k tokenKind) String() string {
	return [...]string{
		"end of template", "template data", "begin of print statement", "end of print statement",
		"begin of statement block", "end of statement block", "name", "string", "integer", "float", "operator",
	}[k]
}

// A token is a piece of a template, at a byte of its source.
type token struct {
	kind tokenKind
	at   int
	text string // as it stands there, but for data and strings, whose text is what they mean
}

func (t token) isOperator(op string) bool { return t.kind == tokenOperator && t.text == op }
func (t token) isName(name string) bool   { return t.kind == tokenName && t.text == name }

// describe returns the token as errors name it.
func (t token) describe() string {
	switch t.kind {
	case tokenName, tokenOperator, tokenInteger, tokenFloat:
		return quote(t.text)
	}
	return t.kind.String()
}
