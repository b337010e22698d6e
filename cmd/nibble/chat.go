package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/internal/jsonread"
	"github.com/nibble-go/nibble/tokenize/chat"
)

type chatFlags struct {
	model     string
	tokenizer string
	template  string
	tools     string
	variables []string
	now       string

	list, explain, ids, spans, json bool

	noGenerationPrompt, generationPrompt bool
	parseArguments                       bool
	noGuard                              bool
}

func (a *app) chatCommand() *cobra.Command {
	var f chatFlags
	cmd := &cobra.Command{
		Use:   "chat [CONVERSATION.json] --model DIR|GGUF",
		Short: "Turn a conversation into the prompt that a model expects",
		Long: `chat applies a model's chat template to a conversation and prints the prompt:
the text that the model reads, with its special tokens.

The conversation is JSON in the form of OpenAI's API, from a file or standard
input: a list of messages, each with role and content, or an object with
messages, tools, documents and any variable that the template knows. The prompt
ends with the beginning of the answer unless the last message is the
assistant's. A conversation may have 64 MiB, 8 MiB a text, 524,288 values, and
100 lists and objects within each other.

The template gets the messages as they are, as it does from apply_chat_template.
OpenAI's API writes the arguments of tool calls as strings of JSON, but most
templates want objects: --parse-arguments makes them of such strings.

Special tokens that the template spells become tokens. The same words in a
message are text, so that nobody ends a turn by writing them; --no-guard lets
them through, as apply_chat_template does.`,
		Example: `  nibble chat -m ./Qwen3-0.6B conversation.json
  nibble chat -m model.gguf --spans conversation.json
  echo '[{"role": "user", "content": "Hi"}]' | nibble chat -m ./Qwen3-0.6B --ids
  nibble chat -m ./Qwen3-0.6B --explain`,
		Args: arguments(0, 1),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.chat(ctx, args, &f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&f.model, "model", "m", "", `what has the template: a model directory, a .gguf, tokenizer_config.json,
a .jinja file, or org/name in the Hugging Face cache`)
	flags.StringVarP(&f.tokenizer, "tokenizer", "t", "", "vocabulary for --ids, --json and --explain, where --model has none")
	flags.StringVar(&f.template, "template", "", "name of the template, where there are several (default: tool_use with tools, else default)")
	flags.StringVar(&f.tools, "tools", "", "file with a JSON list of tools, instead of those of the conversation")
	flags.StringArrayVar(&f.variables, "var", nil, "NAME=JSON: a variable for the template, such as enable_thinking=false (repeatable)")
	flags.StringVar(&f.now, "now", "", "time that the template is told, such as 2026-01-02T03:04:05Z (default: the time)")
	flags.BoolVar(&f.generationPrompt, "generation-prompt", false, "end with the beginning of the answer")
	flags.BoolVar(&f.noGenerationPrompt, "no-generation-prompt", false, "end with the last message")
	flags.BoolVar(&f.parseArguments, "parse-arguments", false, "make objects of tool calls' arguments that are strings of JSON")
	flags.BoolVar(&f.noGuard, "no-guard", false, "let special tokens in messages be tokens")
	flags.BoolVar(&f.ids, "ids", false, "print the ids of the prompt's tokens")
	flags.BoolVar(&f.spans, "spans", false, "show who each part of the prompt comes from; with --ids, the ids too")
	flags.BoolVar(&f.json, "json", false, "print prompt, origins and ids as JSON")
	flags.BoolVar(&f.list, "list", false, "name the templates inside")
	flags.BoolVar(&f.explain, "explain", false, "say whether the model is a base or an instruct model, and why")
	cmd.MarkFlagsMutuallyExclusive("list", "explain", "json", "spans")
	cmd.MarkFlagsMutuallyExclusive("list", "explain", "ids")
	cmd.MarkFlagsMutuallyExclusive("generation-prompt", "no-generation-prompt")
	return cmd
}

func (a *app) chat(ctx context.Context, args []string, f *chatFlags) error {
	if f.model == "" {
		return &usageError{err: errors.New("there is no model"), hint: "--model names a model directory, a .gguf or a file with a chat template"}
	}
	model, err := findModel(f.model, os.Getenv)
	if err != nil {
		return err
	}
	if f.explain {
		return a.explainModel(ctx, model, f)
	}
	templates, err := chat.Open(model)
	if err != nil {
		return err
	}
	if f.list {
		return a.listTemplates(templates)
	}
	in, err := a.conversation(ctx, args, f)
	if err != nil {
		return err
	}
	template, err := templates.Select(f.template, in)
	if err != nil {
		return err
	}
	prompt, err := template.Render(ctx, in)
	if err != nil {
		return withRenderHint(ctx, err, template, in)
	}
	if !f.ids && !f.json {
		if f.spans {
			return a.printPromptSpans(prompt, nil)
		}
		return a.printPrompt(prompt)
	}
	tokens, err := f.encode(model, prompt)
	switch {
	case err != nil:
		return err
	case f.json:
		return a.printPromptJSON(prompt, tokens)
	case f.spans:
		return a.printPromptSpans(prompt, tokens)
	}
	return a.printIDs(tokens.IDs)
}

// encode returns the tokens of a prompt.
func (f *chatFlags) encode(model string, prompt chat.Prompt) (*chat.Encoded, error) {
	tokenizer, err := f.vocabulary(model)
	if err != nil {
		return nil, err
	}
	return prompt.Encode(tokenizer, !f.noGuard)
}

// maxConversationBytes bounds a conversation.
const maxConversationBytes = 64 << 20

// conversation reads the conversation that the command line asks for.
func (a *app) conversation(ctx context.Context, args []string, f *chatFlags) (chat.Input, error) {
	file := ""
	if len(args) == 1 {
		file = args[0]
	}
	data, err := a.readAll(ctx, file, "a conversation", maxConversationBytes)
	if err != nil {
		return chat.Input{}, err
	}
	in, err := chat.ParseInput(data)
	if err != nil && file != "" && file != "-" {
		err = fmt.Errorf("%s: %w", file, err)
	}
	if err != nil {
		return in, err
	}
	if f.tools != "" {
		if data, err = a.readAll(ctx, f.tools, "tools", maxConversationBytes); err != nil {
			return in, err
		}
		v, err := jsonread.Parse(data, jsonread.Options{})
		if err != nil {
			return in, fmt.Errorf("%s: %w: %w", f.tools, chat.ErrFormat, err)
		}
		var isList bool
		if in.Tools, isList = v.(chat.Array); !isList {
			return in, fmt.Errorf("%s: %w: not a list of tools", f.tools, chat.ErrFormat)
		}
	}
	if f.parseArguments {
		in.ParseArguments()
	}
	switch {
	case f.generationPrompt:
		in.AddGenerationPrompt = true
	case f.noGenerationPrompt:
		in.AddGenerationPrompt = false
	}
	if f.now != "" {
		now, err := time.Parse(time.RFC3339, f.now)
		if err != nil {
			return in, &usageError{err: fmt.Errorf("--now %s: want a time such as 2026-01-02T03:04:05Z", f.now)}
		}
		in.Now = func() time.Time { return now }
	}
	return in, f.setVariables(&in)
}

// setVariables gives the template the variables of the command line.
func (f *chatFlags) setVariables(in *chat.Input) error {
	for _, variable := range f.variables {
		name, text, ok := strings.Cut(variable, "=")
		if !ok || name == "" {
			return &usageError{err: fmt.Errorf("--var %s: want NAME=JSON", variable)}
		}
		v, err := jsonread.Parse([]byte(text), jsonread.Options{})
		if err != nil {
			return &usageError{err: fmt.Errorf("--var %s: %w", variable, err), hint: `a text is written with quotes: name='"text"'`}
		}
		if in.Extra == nil {
			in.Extra = new(chat.Object)
		}
		in.Extra.Set(name, v)
	}
	return nil
}

func (a *app) listTemplates(templates *chat.Templates) error {
	for _, name := range templates.Names() {
		if _, err := fmt.Fprintln(a.stdout, displayName(name)); err != nil {
			return err
		}
	}
	return nil
}

// printPrompt prints the prompt as it is, but on a terminal without what would steer it.
func (a *app) printPrompt(prompt chat.Prompt) error {
	text := prompt.String()
	if isTerminal(a.stdout) {
		text = printable(text) + "\n"
	}
	_, err := io.WriteString(a.stdout, text)
	return err
}

// originColours have a colour for each kind of origin; messages go by their role.
func originColour(o chat.Origin) string {
	switch {
	case o.Kind == chat.FromTemplate:
		return specialColour
	case o.Kind != chat.FromMessage:
		return spanColours[4]
	}
	switch o.Role {
	case "system", "developer":
		return spanColours[2]
	case "user":
		return spanColours[0]
	case "assistant":
		return spanColours[1]
	}
	return spanColours[3]
}

// originName says whom a span comes from, in words for its line.
func originName(o chat.Origin) string {
	if o.Kind == chat.FromMessage {
		return fmt.Sprintf("%d %s", o.Message, displayName(o.Role))
	}
	return o.Kind.String()
}

// printPromptSpans prints a line for each line of each span, with whom it comes from before it. tokens may be nil.
func (a *app) printPromptSpans(prompt chat.Prompt, tokens *chat.Encoded) error {
	colour := isTerminal(a.stdout) && os.Getenv("NO_COLOR") == ""
	width := 0
	for _, s := range prompt.Spans() {
		width = max(width, len(originName(s.Origin)))
	}
	out := bufio.NewWriter(a.stdout)
	next := 0
	for _, s := range prompt.Spans() {
		label := originName(s.Origin)
		for line := range strings.Lines(visible(prompt.String()[s.Start:s.End])) {
			line = strings.TrimSuffix(line, "\n")
			if colour {
				line = originColour(s.Origin) + line + noColour
			}
			fmt.Fprintf(out, "%-*s │ %s\n", width, label, line)
			label = ""
		}
		if tokens == nil {
			continue
		}
		var ids []string
		for ; next < len(tokens.IDs) && tokens.Spans[next].Start < s.End; next++ {
			ids = append(ids, fmt.Sprint(tokens.IDs[next]))
		}
		fmt.Fprintf(out, "%-*s │   %s\n", width, "", strings.Join(ids, " "))
	}
	if tokens != nil {
		fmt.Fprintf(out, "\n%s, %s\n", plural(len(tokens.IDs), "token"), plural(len(prompt.String()), "byte"))
	}
	return out.Flush()
}

// promptJSON is a prompt as --json prints it.
type promptJSON struct {
	Prompt  string       `json:"prompt"`
	Spans   []originJSON `json:"spans"`
	IDs     []uint32     `json:"ids"`
	Offsets [][2]int     `json:"offsets"`
}

type originJSON struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	From    string `json:"from"`
	Message *int   `json:"message,omitempty"`
	Role    string `json:"role,omitempty"`
}

func (a *app) printPromptJSON(prompt chat.Prompt, tokens *chat.Encoded) error {
	out := promptJSON{Prompt: prompt.String(), Spans: []originJSON{}, IDs: orEmpty(tokens.IDs), Offsets: make([][2]int, len(tokens.Spans))}
	for _, s := range prompt.Spans() {
		o := originJSON{Start: s.Start, End: s.End, From: s.Origin.Kind.String()}
		if s.Origin.Kind == chat.FromMessage {
			o.Message, o.Role = &s.Origin.Message, s.Origin.Role
		}
		out.Spans = append(out.Spans, o)
	}
	for i, span := range tokens.Spans {
		out.Offsets[i] = [2]int{span.Start, span.End}
	}
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(out)
}
