package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/internal/units"
)

// ggufWriteFlags are the flags of the commands that write new files.
type ggufWriteFlags struct {
	dryRun bool
	force  bool
	quiet  bool
}

func (f *ggufWriteFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written and write nothing")
	flags.BoolVar(&f.force, "force", false, "replace existing files")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
}

// writePlan writes the files of a plan and prints their paths.
func (a *app) writePlan(ctx context.Context, plan *edit.Plan, out string, f ggufWriteFlags, release func() error) error {
	if err := refuseStdout(out); err != nil {
		return err
	}
	paths := plan.Paths(out)
	if !f.dryRun {
		bar := newProgress(a.stderr, f.quiet, "writing", plan.Bytes())
		defer bar.stop()
		opts := edit.WriteOptions{Force: f.force, Release: release, Progress: bar.update}
		if err := plan.WriteFiles(ctx, paths, opts); err != nil {
			return err
		}
		bar.stop()
	}
	for i, path := range paths {
		line := printable(path)
		if f.dryRun {
			line += fmt.Sprintf("  %d tensors, %s", len(plan.Files[i].Tensors), units.Bytes(plan.Files[i].FileSize))
		}
		if _, err := fmt.Fprintln(a.stdout, line); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) ggufSplitCommand() *cobra.Command {
	var f ggufWriteFlags
	var size string
	var opts edit.SplitOptions
	cmd := &cobra.Command{
		Use:   "split FILE PREFIX",
		Short: "Split a GGUF file into several, as llama-gguf-split does",
		Long: `split writes the tensors of FILE to PREFIX-00001-of-0000N.gguf and so on, the
metadata to the first: the files of llama-gguf-split, byte for byte. FILE stays.
Without a bound, a file takes 128 tensors. The bounds may have llama-gguf-split's
names too, --split-max-size and --split-max-tensors.`,
		Example: `  nibble gguf split model.gguf model --max-size 2G
  nibble gguf split model.gguf parts/model --max-tensors 100 --no-tensor-first-split`,
		Args: arguments(2, 2),
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.ggufSplit(ctx, args[0], strings.TrimSuffix(args[1], ".gguf"), size, opts, f)
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&size, "max-size", "", "most bytes of tensors in a file, such as 500M or 2G; a larger tensor has a file of its own")
	flags.IntVar(&opts.MaxTensors, "max-tensors", 0, "most tensors in a file")
	flags.BoolVar(&opts.TensorlessFirst, "no-tensor-first-split", false, "put no tensor into the first file")
	f.add(cmd)
	cmd.MarkFlagsMutuallyExclusive("max-size", "max-tensors")
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		switch name {
		case "split-max-size", "split-max-tensors":
			name = strings.TrimPrefix(name, "split-")
		}
		return pflag.NormalizedName(name)
	})
	return cmd
}

func (a *app) ggufSplit(ctx context.Context, path, prefix, size string, opts edit.SplitOptions, f ggufWriteFlags) error {
	const usual = 128 // llama-gguf-split's own bound
	switch {
	case size != "":
		var err error
		if opts.MaxBytes, err = gguf.ParseSplitSize(strings.TrimRight(size, "Bb")); err != nil || opts.MaxBytes == 0 {
			return &usageError{err: fmt.Errorf("--max-size %s: want a size such as 500M or 2G", size)}
		}
	case opts.MaxTensors < 0:
		return &usageError{err: errors.New("--max-tensors takes no negative numbers")}
	case opts.MaxTensors == 0:
		opts.MaxTensors = usual
	}
	file, err := gguf.OpenSingle(path, gguf.ReaderOptions{})
	if err != nil {
		return err
	}
	defer file.Close()
	plan, err := edit.Split(file, opts)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := refuseInPlace("output", modelFiles(path), plan.Paths(prefix)); err != nil {
		return err
	}
	return a.writePlan(ctx, plan, prefix, f, nil)
}

func (a *app) ggufMergeCommand() *cobra.Command {
	var f ggufWriteFlags
	cmd := &cobra.Command{
		Use:   "merge FIRST OUT",
		Short: "Merge the files of a split set, as llama-gguf-split does",
		Long: `merge writes one file of a split set, of which FIRST is the first file: the file
that llama-gguf-split --merge writes, byte for byte. The others must be beside
it. They stay.`,
		Example: `  nibble gguf merge model-00001-of-00003.gguf model.gguf`,
		Args:    arguments(2, 2),
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.ggufMake(ctx, args[0], args[1], gguf.OpenWith, edit.Merge, f)
		}),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	return cmd
}

func (a *app) ggufVocabCommand() *cobra.Command {
	var f ggufWriteFlags
	cmd := &cobra.Command{
		Use:   "extract-vocab FILE OUT",
		Short: "Write the metadata of a GGUF file without its tensors",
		Long: `extract-vocab writes the metadata, with the vocabulary, to a file without
tensors, a few MiB that nibble tokenize and llama.cpp's vocab_only can open.`,
		Example: `  nibble gguf extract-vocab model.gguf vocab.gguf
  nibble tokenize -t vocab.gguf "Hello, world"`,
		Args: arguments(2, 2),
		RunE: a.action(func(ctx context.Context, args []string) error {
			return a.ggufMake(ctx, args[0], args[1], gguf.OpenSingle, edit.ExtractVocabulary, f)
		}),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	return cmd
}

// ggufMake writes what plan makes of the file at path to another one.
func (a *app) ggufMake(ctx context.Context, path, out string, open func(string, gguf.ReaderOptions) (*gguf.File, error),
	plan func(*gguf.File) (*edit.Plan, error), f ggufWriteFlags,
) error {
	file, err := open(path, gguf.ReaderOptions{})
	if err != nil {
		return err
	}
	defer file.Close()
	p, err := plan(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := refuseInPlace("output", modelFiles(path), []string{out}); err != nil {
		return err
	}
	return a.writePlan(ctx, p, out, f, nil)
}

func (a *app) ggufEndianCommand() *cobra.Command {
	var f ggufWriteFlags
	cmd := &cobra.Command{
		Use:   "convert-endian FILE big|little [OUT]",
		Short: "Convert a GGUF file to the other byte order",
		Long: `convert-endian writes all numbers of a file in the given byte order, those of the
tensors included, for machines that read no other: big for s390x and the like.
Without OUT it replaces FILE when the new file is complete. Of a split set,
convert each file. nibble itself decodes little-endian tensors only.`,
		Example: `  nibble gguf convert-endian model.gguf big model-be.gguf
  nibble gguf convert-endian model-be.gguf little`,
		Args: arguments(2, 3),
		RunE: a.action(func(ctx context.Context, args []string) error {
			out := args[0]
			if len(args) == 3 {
				out = args[2]
			}
			return a.ggufEndian(ctx, args[0], args[1], out, f)
		}),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return []string{"big", "little"}, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	return cmd
}

func (a *app) ggufEndian(ctx context.Context, path, order, out string, f ggufWriteFlags) error {
	if order != "big" && order != "little" {
		return &usageError{err: fmt.Errorf("there is no byte order %s; it is big or little", order)}
	}
	file, err := gguf.OpenSingle(path, gguf.ReaderOptions{})
	if err != nil {
		return err
	}
	defer file.Close()
	if nameOfOrder(file) == order {
		_, err := fmt.Fprintf(a.stdout, "%s is %s-endian already; nothing to write\n", printable(path), order)
		return err
	}
	plan, err := edit.SwapOrder(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if refuseInPlace("output", modelFiles(path), []string{out}) != nil {
		f.force = true // the input itself, which is what was asked for
	}
	return a.writePlan(ctx, plan, out, f, file.Close)
}
