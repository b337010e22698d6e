package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// app is what the commands share: where they write to.
type app struct {
	stdin  io.Reader
	stdout io.Writer // results
	stderr io.Writer // progress, hints, errors

	// started says that the command line was accepted and a command began: errors before that are wrong usage.
	started bool
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	refuseUnknownTopics(root) // behind SetOut: completion keeps the output that it finds
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !a.started {
		err = a.refused(root, cmd, args, err)
	}
	code := exitCode(ctx, err)
	if code == exitInterrupted {
		fmt.Fprintln(stderr, "nibble: interrupted")
	} else {
		fmt.Fprintf(stderr, "nibble: error: %s\n", printable(err.Error()))
	}
	if hint := hintFor(err); hint != "" {
		fmt.Fprintf(stderr, "nibble: hint: %s\n", printable(hint))
	}
	return code
}

// extraCommands are commands of builds with special tags.
var extraCommands []func() *cobra.Command

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "nibble",
		Short: "Turn language models into small files, and text into tokens",
		Long: `nibble turns language models into small files: it reads a model directory as
Hugging Face has them, or a GGUF file, and writes a quantized GGUF file for
llama.cpp, in one pass, with no 16-bit file in between: nibble convert and
quantize. And it turns text into tokens and back, with the vocabularies that
models are published with: nibble tokenize, detokenize and vocab; and
conversations into prompts: nibble chat. nibble playground shows both in a
browser.

Results go to standard output; progress, hints and errors to standard error.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 bad or unsupported input,
4 not enough space, 5 input/output error, 6 verification failed,
130 interrupted.`,
		SilenceErrors:              true,
		SilenceUsage:               true,
		DisableAutoGenTag:          true,
		DisableSuggestions:         true, // in the text of the error; refused makes a hint of them
		SuggestionsMinimumDistance: 2,
		Version:                    version(),
	}
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	root.SetVersionTemplate("nibble {{.Version}}\n")
	root.AddCommand(
		a.convertCommand(),
		a.quantizeCommand(),
		a.inspectCommand(),
		a.compareCommand(),
		a.verifyCommand(),
		a.ggufCommand(),
		a.tokenizeCommand(),
		a.detokenizeCommand(),
		a.vocabCommand(),
		a.chatCommand(),
		a.playgroundCommand(),
		a.demoCommand(),
		a.versionCommand(),
	)
	for _, command := range extraCommands {
		root.AddCommand(command())
	}
	return root
}

// action adapts a command's body to cobra and notes that the command line was accepted.
func (a *app) action(body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.started = true
		return body(cmd.Context(), args)
	}
}

// hint tells the user on stderr what could be done next.
func (a *app) hint(format string, args ...any) {
	fmt.Fprintf(a.stderr, "nibble: hint: %s\n", printable(fmt.Sprintf(format, args...)))
}
