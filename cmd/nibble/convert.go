package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/convert"
)

func (a *app) convertCommand() *cobra.Command {
	var f conversion
	cmd := &cobra.Command{
		Use:   "convert DIR|org/name",
		Short: "Convert a model directory to a GGUF file, quantized on the way",
		Long: `convert reads a model directory as Hugging Face has them (config.json, the
tokenizer's files, .safetensors) and writes a GGUF file of the type that -t
names. The weights pass through once, a few MiB at a time; there is no 16-bit
file in between.

org/name is looked up in the local Hugging Face cache (HF_HUB_CACHE, HF_HOME).

The output is called NAME-TYPE.gguf after the model, in the current directory,
unless -o says otherwise. It appears complete or not at all.

With --resume a run goes on from where one of the same command stopped, killed or
failed. Nothing may have changed since: neither inputs, nor flags, nor nibble.

Types: auto (the weights' own precision, but F16 of F32), copy (the weights'
own precision),
` + indent(typeNames(), "  ", 76) + `
Types iq1, iq2, iq3_xxs, iq3_xs and q2_k_s need an importance matrix: --imatrix.
A tensor whose rows do not divide into the blocks of its type gets another one;
--dry-run and --report name each of them.

f32, f16, bf16 and q8_0 are the files that llama.cpp's convert_hf_to_gguf.py
writes. The other types, and those four too where a flag about the recipe is
given, are what llama-quantize makes of such a file in the weights' precision.`,
		Example: `  nibble convert ./Qwen3-0.6B -t q4_k_m
  nibble convert Qwen/Qwen3-0.6B -t q8_0 -o qwen.gguf
  nibble convert ./Qwen3-0.6B -t iq2_m --imatrix imatrix.gguf
  nibble convert ./Qwen3-0.6B -t q4_k_m --dry-run
  nibble convert ./Qwen3-0.6B --target-bpw 4.25`,
		Args: oneArgument("model directory"),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.convert(ctx, args[0], &f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&f.Type, "type", "t", convert.Auto, "type of the output")
	flags.StringVar(&f.Name, "model-name", "", "name of the model in the metadata (general.name)")
	flags.StringVar(&f.PreTokenizer, "pretokenizer", "", "name of the pre-tokenizer (tokenizer.ggml.pre) instead of the one that follows from tokenizer.json")
	f.addOutputFlags(flags)
	f.recipe.add(cmd, &f.Quantize)
	f.budget.add(cmd)
	f.addRunFlags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("type", completeTypes)
	return cmd
}

func (a *app) convert(ctx context.Context, source string, f *conversion) error {
	report, err := a.carryOut(ctx, source, f)
	if err == nil && report != nil && strings.EqualFold(f.Type, convert.Auto) && !f.budget.chooses() && !f.quiet {
		a.hint("without -t the file is %s; -t q8_0, q6_k, q5_k_m, q4_k_m, q3_k_m or q2_k makes a smaller one (q4_k_m: about 4.9 bits per weight)", report.FileType)
	}
	return err
}
