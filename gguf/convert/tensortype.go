package convert

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/nibble-go/nibble/quantize"
)

// A TensorType gives a type to the tensors whose names match a pattern, as
// llama-quantize's --tensor-type does.
type TensorType struct {
	// Pattern is a regular expression that need only match a part of the name.
	// Upper case in it means lower case. Of llama-quantize's dialect, the
	// ECMAScript of C++, what Go's regular expressions have a counterpart of is
	// understood, with the same meaning: no lookaheads, no back-references. A
	// [*PatternError] says what is not.
	Pattern string `json:"pattern"`

	// Type is the name of a [quantize.Type], in any case.
	Type string `json:"type"`
}

// ParseTensorType reads "PATTERN=TYPE" and checks both. The pattern ends at the
// first equals sign.
func ParseTensorType(s string) (TensorType, error) {
	pattern, typeName, found := strings.Cut(s, "=")
	if !found {
		return TensorType{}, errors.New("there is no = between pattern and type")
	}
	t := TensorType{pattern, typeName}
	if _, err := t.compile(); err != nil {
		return TensorType{}, err
	}
	return t, nil
}

// maxTensorTypeLine bounds the lines of a file of tensor types, which may hold
// them all.
const maxTensorTypeLine = 1 << 20

// ReadTensorTypes reads a file of tensor types: any number of what
// [ParseTensorType] reads, with white space between them.
func ReadTensorTypes(r io.Reader) ([]TensorType, error) {
	var types []TensorType
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxTensorTypeLine)
	for n := 1; lines.Scan(); n++ {
		for _, field := range strings.FieldsFunc(lines.Text(), isSpace) {
			t, err := ParseTensorType(field)
			if err != nil {
				return nil, fmt.Errorf("line %d: %s: %w", n, field, err)
			}
			types = append(types, t)
		}
	}
	return types, lines.Err()
}

// isSpace reports what separates words in C++, where a no-break space does not.
func isSpace(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

// A compiledTensorType is a TensorType that can be asked.
type compiledTensorType struct {
	pattern *regexp.Regexp
	typ     quantize.Type
}

func (t TensorType) compile() (compiledTensorType, error) {
	pattern, err := compileTensorPattern(t.Pattern)
	if err != nil {
		return compiledTensorType{}, err
	}
	typ, err := quantize.ParseType(t.Type)
	return compiledTensorType{pattern, typ}, err
}

// compileTensorTypes returns a function that gives a tensor the type of the
// first pattern that matches its name. It is safe for concurrent use.
func compileTensorTypes(types []TensorType) (func(name string) (quantize.Type, bool), error) {
	compiled := make([]compiledTensorType, len(types))
	for i, t := range types {
		var err error
		if compiled[i], err = t.compile(); err != nil {
			return nil, fmt.Errorf("tensor type %s=%s: %w", t.Pattern, t.Type, err)
		}
	}
	return func(name string) (quantize.Type, bool) {
		name = bytesAsRunes(name)
		for _, t := range compiled {
			if t.pattern.MatchString(name) {
				return t.typ, true
			}
		}
		return 0, false
	}, nil
}

// bytesAsRunes turns each byte into the rune of its number: C++ matches bytes.
func bytesAsRunes(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
