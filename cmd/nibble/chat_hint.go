package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nibble-go/nibble/tokenize/chat"
)

// withRenderHint adds to an error of Render what would help, where that is known.
func withRenderHint(ctx context.Context, err error, template *chat.Template, in chat.Input) error {
	if argumentsHelp(ctx, err, template, in) {
		return &hintedError{
			err:  err,
			hint: "arguments of tool calls are strings here; most templates want objects: --parse-arguments turns them into objects",
		}
	}
	if name, ok := undefinedVariable(err); ok {
		value := "JSON"
		if strings.HasSuffix(name, "_token") {
			value = `'"<s>"'`
		}
		return &hintedError{err: err, hint: fmt.Sprintf("--var %s=%s gives it, where the model's files do not", name, value)}
	}
	return err
}

// argumentsHelp reports whether the template gets further with the arguments of tool calls as objects.
func argumentsHelp(ctx context.Context, err error, template *chat.Template, in chat.Input) bool {
	if errors.Is(err, chat.ErrLimit) || ctx.Err() != nil || in.ParseArguments() == 0 {
		return false
	}
	_, other := template.Render(ctx, in)
	return other == nil || other.Error() != err.Error()
}

// undefinedVariable returns the name of the variable that a template misses.
func undefinedVariable(err error) (string, bool) {
	var at *chat.Error
	if !errors.Is(err, chat.ErrUndefined) || !errors.As(err, &at) {
		return "", false
	}
	name, ok := strings.CutSuffix(at.Message, "' is undefined")
	if !ok {
		return "", false
	}
	return strings.CutPrefix(name, "'")
}
