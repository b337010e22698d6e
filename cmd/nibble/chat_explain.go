package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nibble-go/nibble/tokenize"
	"github.com/nibble-go/nibble/tokenize/chat"
)

// explanation says what kind of model one is.
type explanation struct {
	kind    string
	because []string
	hint    string // what would tell more
}

// explainModel says whether a model continues text or answers, by what its files say.
func (a *app) explainModel(ctx context.Context, model string, f *chatFlags) error {
	l := list{app: a}
	templates, err := chat.Open(model)
	switch {
	case errors.Is(err, chat.ErrNoTemplate):
		l.text("kind", "base: it continues text")
		l.text("because", "it has no chat template")
		return l.err
	case err != nil:
		return err
	}
	vocabulary, noVocabulary := f.vocabulary(model)
	if noVocabulary != nil && f.tokenizer != "" {
		return noVocabulary
	}
	e, err := explain(ctx, templates, vocabulary, noVocabulary)
	if err != nil {
		return err
	}
	l.text("kind", e.kind)
	for _, reason := range e.because {
		l.text("because", reason)
	}
	l.text("templates", strings.Join(displayNames(templates.Names()), ", ")+" ("+templates.Origin()+")")
	if e.hint != "" {
		a.hint("%s", e.hint)
	}
	return l.err
}

// explain looks at what the template writes behind an answer: an instruct model ends it with a token at which
// generation stops. A base model that carries a template along, as some families' do, stops elsewhere.
// Where there is no vocabulary, noVocabulary says why.
func explain(ctx context.Context, templates *chat.Templates, vocabulary *tokenize.Tokenizer, noVocabulary error) (explanation, error) {
	behind, err := behindAnswer(ctx, templates)
	if err != nil {
		return explanation{
			kind:    "instruct, as far as the template tells",
			because: []string{"it has a chat template, which does not take a plain conversation: " + err.Error()},
		}, ctx.Err()
	}
	if noVocabulary != nil {
		return explanation{
			kind:    "instruct, as far as the template tells",
			because: []string{"it has a chat template; there is no vocabulary to see where generation stops: " + noVocabulary.Error()},
			hint:    hintFor(noVocabulary),
		}, ctx.Err()
	}
	added := vocabulary.Info().Added
	stops := stopTokens(added)
	end, ok := firstToken(behind, added)
	switch {
	case !ok:
		return explanation{
			kind: "instruct, as far as the template tells",
			because: []string{
				fmt.Sprintf("its chat template ends an answer with %q, which is no special token of the vocabulary", behind),
				"generation stops at " + strings.Join(stops, ", "),
			},
		}, nil
	case slices.Contains(stops, displayName(end)):
		return explanation{
			kind:    "instruct: it answers",
			because: []string{"its chat template ends an answer with " + displayName(end) + ", and there generation stops"},
		}, nil
	}
	return explanation{
		kind: "base, with a chat template: it continues text",
		because: []string{
			"its chat template ends an answer with " + displayName(end),
			"generation stops at " + strings.Join(stops, ", "),
		},
	}, nil
}

// stopTokens returns the tokens at which generation stops, by the files of the model: the end of a text and of a turn,
// but not those that only their spelling makes likely.
func stopTokens(added []tokenize.AddedToken) []string {
	var stops []string
	for _, token := range added {
		for _, role := range token.Roles {
			if (role == "eos" || role == "eot") && !slices.Contains(token.Guessed, role) {
				stops = append(stops, displayName(token.Text))
				break
			}
		}
	}
	if len(stops) == 0 {
		return []string{"no token that its files name"}
	}
	return stops
}

// behindAnswer returns what the template writes between an answer and the message that follows.
func behindAnswer(ctx context.Context, templates *chat.Templates) (string, error) {
	in := chat.Input{Messages: []*chat.Object{
		chat.NewMessage("user", "question"), chat.NewMessage("assistant", "answer"), chat.NewMessage("user", "question"),
	}}
	template, err := templates.Select("", in)
	if err != nil {
		return "", err
	}
	prompt, err := template.Render(ctx, in)
	if err != nil {
		return "", err
	}
	spans := prompt.Spans()
	answer := slices.IndexFunc(spans, func(s chat.Span) bool {
		return s.Origin.Kind == chat.FromMessage && s.Origin.Message == 1 && prompt.String()[s.Start:s.End] == "answer"
	})
	if answer < 0 || answer+1 >= len(spans) {
		return "", errors.New("it writes the answer in no place of its own")
	}
	next := spans[answer+1]
	return prompt.String()[next.Start:next.End], nil
}

// firstToken returns the first special token that a text spells.
func firstToken(text string, added []tokenize.AddedToken) (string, bool) {
	best, at := "", len(text)
	for _, token := range added {
		i := strings.Index(text, token.Text)
		if token.Special && i >= 0 && (i < at || i == at && len(token.Text) > len(best)) {
			best, at = token.Text, i
		}
	}
	return best, best != ""
}
