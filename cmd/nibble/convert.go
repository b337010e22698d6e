package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
)

// convertFlags are the flags of convert as they stand on the command line.
type convertFlags struct {
	convert.Options
	output    string
	splitSize string
	workers   int
	dryRun    bool
	report    bool
	json      bool
	force     bool
	quiet     bool
}

func (a *app) convertCommand() *cobra.Command {
	var f convertFlags
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

Types: auto (the weights' own precision, but F16 of F32),
` + indent(typeNames(), "  ", 76) + `
A tensor whose rows do not divide into the blocks of its type gets another
one; --dry-run and --report name each of them.`,
		Example: `  nibble convert ./Qwen3-0.6B -t q4_k_m
  nibble convert Qwen/Qwen3-0.6B -t q8_0 -o qwen.gguf
  nibble convert ./Qwen3-0.6B -t q4_k_m --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.convert(ctx, args[0], f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&f.Type, "type", "t", convert.Auto, "type of the output")
	flags.StringVarP(&f.output, "output", "o", "", "output file, or a directory for it")
	flags.StringVar(&f.Name, "model-name", "", "name of the model in the metadata (general.name)")
	flags.StringVar(&f.PreTokenizer, "pretokenizer", "", "name of the pre-tokenizer (tokenizer.ggml.pre) instead of the one that follows from tokenizer.json")
	flags.StringVar(&f.splitSize, "split-max-size", "", "split the output into files with at most this many bytes of tensors, such as 4G or 500M; a larger tensor has a file of its own")
	flags.IntVar(&f.SplitMaxTensors, "split-max-tensors", 0, "split the output into files of at most this many tensors each")
	flags.BoolVar(&f.AllowNonFinite, "allow-nonfinite", false, "convert NaN and infinite weights instead of refusing them")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written and write nothing")
	flags.BoolVar(&f.report, "report", false, "measure the error of every tensor and print a table")
	flags.BoolVar(&f.json, "report-json", false, "measure the error of every tensor and print it as JSON")
	flags.IntVarP(&f.workers, "jobs", "j", 0, "number of processors to use; 0 means all")
	flags.BoolVar(&f.force, "force", false, "replace an existing output")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, no hints, no summary")
	cmd.MarkFlagsMutuallyExclusive("report", "report-json")
	_ = cmd.RegisterFlagCompletionFunc("type", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return append([]string{convert.Auto}, typeNames()...), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

func (a *app) convert(ctx context.Context, source string, f convertFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	dir, err := findModel(source, os.Getenv)
	if err != nil {
		return err
	}
	plan, err := convert.NewPlan(ctx, dir, f.Options)
	if err != nil {
		return err
	}
	defer plan.Close()
	output := f.outputPath(plan)
	if f.dryRun {
		return a.printPlan(plan, output, f.json)
	}
	report, err := a.write(ctx, plan, output, f)
	if err != nil {
		return err
	}
	switch {
	case f.json:
		err = writeJSON(a.stdout, newRunReport(report))
	case f.report:
		err = a.printReport(newRunReport(report))
	case !f.quiet:
		err = a.printSummary(newRunReport(report))
	}
	if err == nil && strings.EqualFold(f.Type, convert.Auto) && !f.quiet {
		a.hint("without -t the file is %s; -t q8_0, q6_k, q5_k_m, q4_k_m, q3_k_m or q2_k makes a smaller one (q4_k_m: about 4.9 bits per weight)", report.FileType)
	}
	return err
}

// write carries the plan out, with a progress bar.
func (a *app) write(ctx context.Context, plan *convert.Plan, output string, f convertFlags) (*convert.Report, error) {
	opts := convert.WriteOptions{Force: f.force}
	opts.Workers = f.workers
	opts.Measure = f.report || f.json
	bar := newProgress(a.stderr, f.quiet, "converting", plan.Bytes())
	defer bar.stop()
	opts.Progress = bar.update
	return plan.WriteFile(ctx, output, opts)
}

// check settles what can be settled before a file is opened.
func (f *convertFlags) check() error {
	if !strings.EqualFold(f.Type, convert.Auto) {
		if _, err := quantize.ParseFileType(f.Type); err != nil {
			return &usageError{
				err:  fmt.Errorf("-t %s: there is no such type", f.Type),
				hint: "the types are " + convert.Auto + ", " + strings.Join(typeNames(), ", "),
			}
		}
	} else {
		f.Type = convert.Auto
	}
	if f.splitSize != "" {
		size, err := gguf.ParseSplitSize(f.splitSize)
		if err != nil || size == 0 {
			return &usageError{err: fmt.Errorf("--split-max-size %s: want a size such as 500M or 4G", f.splitSize)}
		}
		f.SplitMaxBytes = size
	}
	if f.SplitMaxTensors < 0 || f.workers < 0 {
		return &usageError{err: errors.New("--split-max-tensors and -j take no negative numbers")}
	}
	return nil
}

// outputPath returns where the output goes: -o, or the model's name and the type in the current directory or in the
// directory that -o names.
func (f *convertFlags) outputPath(plan *convert.Plan) string {
	if f.output != "" && !isDirectory(f.output) {
		return f.output
	}
	name := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == filepath.Separator || r == 0 {
			return '-'
		}
		return r
	}, plan.Name)
	return filepath.Join(f.output, name+"-"+plan.FileType.String()+".gguf")
}

// typeNames returns the file types that convert can write, in lower case.
func typeNames() []string {
	var names []string
	for _, ft := range quantize.FileTypes() {
		// Q2_K_S is a recipe that needs an importance matrix.
		if ft.Default().CanEncode() && ft != quantize.FileTypeQ2_K_S {
			names = append(names, strings.ToLower(ft.String()))
		}
	}
	return names
}

// indent sets words in lines of at most width columns.
func indent(words []string, prefix string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if column > 0 && column+1+len(word) > width {
			b.WriteByte('\n')
			column = 0
		}
		if column == 0 {
			b.WriteString(prefix)
			column = len(prefix)
		} else {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	b.WriteByte('\n')
	return b.String()
}
