package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) quantizeCommand() *cobra.Command {
	var f conversion
	cmd := &cobra.Command{
		Use:   "quantize IN [OUT] TYPE",
		Short: "Quantize a GGUF file or a model directory, as llama-quantize does",
		Long: `quantize reads a GGUF file (of a split set the first) or a model directory with
safetensors and writes a GGUF file of the given type: the file that
llama-quantize writes of the same input with the same flags, byte for byte. The
weights pass through once, a few MiB at a time.

Of a model directory it makes what llama-quantize makes of the file in the
weights' own precision, without that file in between.

Without OUT the output is called NAME-TYPE.gguf after the input, in the current
directory. It appears complete or not at all.

With --resume a run goes on from where one of the same command stopped, killed or
failed. Nothing may have changed since: neither inputs, nor flags, nor nibble.

Types: copy (every tensor keeps its type),
` + indent(typeNames(), "  ", 76) + `
The numbers of llama.cpp name them too. Types iq1, iq2, iq3_xxs, iq3_xs and
q2_k_s need an importance matrix: --imatrix.

With --target-bpw or --target-size there is no TYPE: the error of each type is
measured on rows of each tensor, weighted by the importance matrix where there
is one, and the tensors get the types that together lose least within the
budget. --save-plan keeps the choice, and --plan carries it out, edited or not.`,
		Example: `  nibble quantize model-BF16.gguf Q4_K_M
  nibble quantize model-BF16.gguf model-IQ2_M.gguf IQ2_M --imatrix imatrix.gguf
  nibble quantize model-BF16.gguf Q4_K_M --tensor-type attn_v=q8_0 --report
  nibble quantize ./Qwen3-0.6B Q4_K_M --dry-run
  nibble quantize model-BF16.gguf --target-size 4.6GiB --imatrix imatrix.gguf`,
		Args: func(_ *cobra.Command, args []string) error { return quantizeArgs(args, f.budget.chooses()) },
		RunE: a.action(func(ctx context.Context, args []string) error { return a.quantize(ctx, args, &f) }),
	}
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0 || len(args) == 1 && f.budget.chooses():
			return nil, cobra.ShellCompDirectiveDefault
		case len(args) > 2 || f.budget.chooses() || isTypeName(args[len(args)-1]):
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		types, files := completeTypes(cmd, args, begun)
		if len(args) == 1 { // or the output
			files = cobra.ShellCompDirectiveDefault
		}
		return types, files
	}
	cmd.Flags().SortFlags = false
	f.addOutputFlags(cmd.Flags())
	f.recipe.add(cmd, &f.Quantize)
	f.budget.add(cmd)
	f.addRunFlags(cmd)
	return cmd
}

// quantizeArgs checks the arguments. There is no type among them where flags choose the types.
func quantizeArgs(args []string, flagsChoose bool) error {
	switch {
	case len(args) == 0:
		return errors.New("there is no input")
	case flagsChoose && len(args) > 2:
		return fmt.Errorf("a flag chooses the types, and after input and output there is %q", args[2])
	case flagsChoose && len(args) == 2 && isTypeName(args[1]):
		return fmt.Errorf("a flag chooses the types, and after the input there is type %s", args[1])
	case flagsChoose:
	case len(args) == 1:
		return errors.New("there is no type behind the input")
	case isThreads(args):
		return fmt.Errorf("behind the type %s there is %s: the number of processors is -j %[2]s", args[len(args)-2], args[len(args)-1])
	case len(args) > 3:
		return fmt.Errorf("after input, output and type there is %q", args[3])
	}
	return nil
}

// isThreads reports whether the arguments end in a type and a number of threads, as llama-quantize takes them. For nibble
// the type would be an output's name, and the number a type.
func isThreads(args []string) bool {
	_, err := strconv.ParseUint(args[len(args)-1], 10, 32)
	return err == nil && len(args) > 2 && isTypeName(args[len(args)-2])
}

func (a *app) quantize(ctx context.Context, args []string, f *conversion) error {
	if !f.budget.chooses() {
		f.Type = args[len(args)-1]
		args = args[:len(args)-1]
	}
	if len(args) == 2 {
		if f.output != "" {
			return &usageError{err: fmt.Errorf("the output is named twice: %s and -o %s", args[1], f.output)}
		}
		f.output = args[1]
	}
	f.Quantize.Always = true
	_, err := a.carryOut(ctx, args[0], f)
	return err
}
