//go:build !nibbletext

package decode

import (
	"strings"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/internal/config"
)

func newReplace(o *jsonread.Object) (decoder, error) {
	pattern, regex, err := config.Pattern(o, "pattern")
	if err != nil {
		return nil, err
	}
	content, err := config.String(o, "content")
	if err != nil {
		return nil, err
	}
	if !regex || !strings.ContainsAny(pattern, special) {
		return eachToken{replaceText{pattern, content}}, nil
	}
	re, err := compile(pattern)
	return eachToken{replaceRegex{re, content}}, config.In("pattern", err)
}

// special are the characters that make a regular expression more than a text.
const special = `\.*+?()[]{}|^$`

// replaceText is the decoder Replace of a text.
type replaceText struct{ old, new string }

func (d replaceText) start() func(string) (string, bool) {
	return func(token string) (string, bool) {
		if token == "" { // the reference finds nothing there, not even the empty text
			return "", true
		}
		return strings.ReplaceAll(token, d.old, d.new), true
	}
}

func (d replaceText) fused(next stage) stage {
	s := newReplaceStage(next, d.old, d.new)
	if d.old == "" {
		return &onlyTextStage{stage: s, next: next}
	}
	return s
}

// onlyTextStage leaves a token without text out of a stage.
type onlyTextStage struct {
	stage
	next  stage
	wrote bool
}

func (s *onlyTextStage) write(part string) {
	s.wrote = s.wrote || part != ""
	s.stage.write(part)
}

func (s *onlyTextStage) close() {
	if s.wrote {
		s.stage.close()
	} else {
		s.next.close()
	}
	s.wrote = false
}

// replaceRegex is the decoder Replace of a regular expression. What it puts in
// refers to no group.
type replaceRegex struct {
	re  regex
	new string
}

func (d replaceRegex) start() func(string) (string, bool) {
	return func(token string) (string, bool) {
		if token == "" {
			return "", true
		}
		return d.re.replace(token, d.new), true
	}
}

func (d replaceRegex) fused(stage) stage { return nil }
