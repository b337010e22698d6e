package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// refused is the answer to a command line that was not accepted.
func (a *app) refused(root, cmd *cobra.Command, args []string, err error) error {
	if _, isFiles := errors.AsType[*fs.PathError](err); isFiles {
		return err // of writing what completion and the like print
	}
	err = inWords(err)
	if cmd == root && len(args) > 0 {
		if similar := root.SuggestionsFor(args[0]); len(similar) > 0 {
			return &usageError{err: err, hint: "did you mean nibble " + strings.Join(similar, ", nibble ") + "?"}
		}
	}
	return &usageError{err: err, hint: cmd.CommandPath() + " --help shows what it takes"}
}

// inWords says in words for people what the libraries that read command lines say in theirs.
func inWords(err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		if _, isNumber := errors.AsType[*strconv.NumError](err); isNumber {
			return fmt.Errorf("--%s %s: want %s", invalid.GetFlag().Name, invalid.GetValue(), flagValues(invalid.GetFlag()))
		}
		return err
	}
	const together = "none of the others can be; ["
	if _, rest, ok := strings.Cut(err.Error(), together); ok {
		if names, _, ok := strings.Cut(rest, "]"); ok {
			return errors.New("--" + strings.Join(strings.Fields(names), " and --") + " do not go together")
		}
	}
	return err
}

// flagValues says what the values of a flag are.
func flagValues(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "intSlice":
		return "whole numbers with commas between them"
	case "float64":
		return "a number"
	}
	return "a whole number"
}

// oneArgument wants one argument, which is what it says.
func oneArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("there is no " + what)
		case len(args) > 1:
			return fmt.Errorf("one %s at a time, and there is %q too", what, args[1])
		case args[0] == "":
			return fmt.Errorf("the name of the %s is empty", what)
		}
		return nil
	}
}

// arguments wants at least and at most so many of the arguments that the command's usage names.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		names := strings.Fields(cmd.Use)[1:]
		usage := strings.Join(append([]string{cmd.CommandPath()}, names...), " ")
		switch {
		case len(args) < least:
			return fmt.Errorf("there is no %s: want %s", strings.TrimRight(names[len(args)], "."), usage)
		case most == 0 && len(args) > 0:
			return fmt.Errorf("%s takes no arguments, and there is %q", usage, args[0])
		case len(args) > most:
			return fmt.Errorf("behind the arguments there is %q: want %s", args[most], usage)
		}
		for i, arg := range args {
			if name := names[min(i, len(names)-1)]; arg == "" && !slices.Contains(maybeEmpty, name) {
				return fmt.Errorf("%s is empty: want %s", strings.Trim(name, "[.]"), usage)
			}
		}
		return nil
	}
}

// maybeEmpty are the arguments that are no names of anything: an empty one, as a shell makes of a variable that is not
// set, has a meaning.
var maybeEmpty = []string{"[TEXT]", "[VALUE]"}

// anyNumber is for commands whose last argument may be repeated.
const anyNumber = math.MaxInt

// refuseStdout refuses an output that is meant to be standard output.
func refuseStdout(outputs ...string) error {
	for _, output := range outputs {
		if output == "-" {
			return &usageError{
				err:  errors.New("- is no output: files are written whole or not at all, and standard output cannot be"),
				hint: "give a file's name; ./- is a file that is called so",
			}
		}
	}
	return nil
}

// refuseUnknownTopics makes wrong usage of help and completion for what there is not: of themselves they print what they
// know instead, and report success.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Run = nil
			cmd.RunE = func(_ *cobra.Command, args []string) error {
				topic, rest, err := root.Find(args)
				if err == nil && len(rest) > 0 {
					err = fmt.Errorf("unknown command %q for %q", rest[0], topic.CommandPath())
				}
				if err != nil {
					return err
				}
				topic.InitDefaultHelpFlag()
				topic.InitDefaultVersionFlag()
				return topic.Help()
			}
		case "completion":
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}
