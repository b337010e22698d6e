package main

import (
	"context"
	"errors"

	"github.com/nibble-go/nibble/tokenize/chat"
)

// withRenderHint adds to an error of Render what would help, where that is known.
func withRenderHint(ctx context.Context, err error, template *chat.Template, in chat.Input) error {
	if !argumentsHelp(ctx, err, template, in) {
		return err
	}
	return &hintedError{
		err:  err,
		hint: "arguments of tool calls are strings here; most templates want objects: --parse-arguments turns them into objects",
	}
}

// argumentsHelp reports whether the template gets further with the arguments of tool calls as objects.
func argumentsHelp(ctx context.Context, err error, template *chat.Template, in chat.Input) bool {
	if errors.Is(err, chat.ErrLimit) || ctx.Err() != nil || in.ParseArguments() == 0 {
		return false
	}
	_, other := template.Render(ctx, in)
	return other == nil || other.Error() != err.Error()
}
