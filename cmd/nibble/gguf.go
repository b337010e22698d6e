package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) ggufCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gguf",
		Short: "Look into GGUF files, change, split, merge and hash them",
		Long: `gguf works on GGUF files as they are: metadata, tensors, bytes. Whatever it
writes appears complete or not at all, and memory does not grow with the file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		a.ggufDumpCommand(),
		a.ggufSetCommand(),
		a.ggufRemoveCommand(),
		a.ggufHashCommand(),
		a.ggufSplitCommand(),
		a.ggufMergeCommand(),
		a.ggufVocabCommand(),
		a.ggufEndianCommand(),
	)
	return cmd
}

// action1 is action for a command that takes one argument and ends soon.
func (a *app) action1(body func(arg string) error) func(*cobra.Command, []string) error {
	return a.action(func(_ context.Context, args []string) error { return body(args[0]) })
}
