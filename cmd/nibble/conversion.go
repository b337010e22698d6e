package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/quantize"
)

// conversion is one run of convert or quantize as the command line asks for it.
type conversion struct {
	convert.Options
	recipe recipeFlags
	budget budgetFlags
	html   htmlReport

	output    string
	splitSize string
	workers   int
	manifest  string
	dryRun    bool
	report    bool
	json      bool
	force     bool
	resume    bool
	quiet     bool
}

// addOutputFlags adds the flags about where and in which pieces the output goes.
func (f *conversion) addOutputFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&f.output, "output", "o", "", "output file, or a directory for it")
	flags.StringVar(&f.splitSize, "split-max-size", "", "split the output into files with at most this many bytes of tensors, such as 4G or 500M; a larger tensor has a file of its own")
	flags.IntVar(&f.SplitMaxTensors, "split-max-tensors", 0, "split the output into files of at most this many tensors each")
}

// addRunFlags adds the flags about how the run goes and what it says.
func (f *conversion) addRunFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.AllowNonFinite, "allow-nonfinite", false, "convert NaN and infinite weights instead of refusing them")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written and write nothing")
	flags.BoolVar(&f.report, "report", false, "measure the error of every tensor and print a table")
	flags.BoolVar(&f.json, "report-json", false, "measure the error of every tensor and print it as JSON")
	f.html.add(cmd)
	flags.StringVar(&f.manifest, "manifest", "", "write checksums of the output to this file, for nibble verify, llama-gguf-hash --check and sha256sum -c")
	flags.IntVarP(&f.workers, "jobs", "j", 0, "number of processors to use; 0 means all")
	flags.BoolVar(&f.force, "force", false, "replace an existing output")
	flags.BoolVar(&f.resume, "resume", false, "go on from where a killed or failed run of the same command stopped, and keep what is done if this one fails")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, no hints, no summary")
	cmd.MarkFlagsMutuallyExclusive("report", "report-json")
}

// check settles what can be settled before a file is opened.
func (f *conversion) check() error {
	if !f.budget.chooses() && !isTypeName(f.Type) {
		return &usageError{
			err:  fmt.Errorf("there is no file type %q", f.Type),
			hint: "the types are " + strings.Join(append(specialTypes(), typeNames()...), ", "),
		}
	}
	if f.splitSize != "" {
		size, err := gguf.ParseSplitSize(f.splitSize)
		if err != nil || size == 0 {
			return &usageError{err: fmt.Errorf("--split-max-size %s: want a size such as 500M or 4G", f.splitSize)}
		}
		f.SplitMaxBytes = size
	}
	if f.SplitMaxTensors < 0 {
		return &usageError{err: fmt.Errorf("--split-max-tensors %d: want a number of tensors", f.SplitMaxTensors)}
	}
	if f.workers < 0 {
		return &usageError{err: fmt.Errorf("-j %d: want a number of processors", f.workers)}
	}
	if err := f.recipe.check(&f.Options); err != nil {
		return err
	}
	if err := refuseStdout(append(f.beside(), f.output)...); err != nil {
		return err
	}
	if err := f.budget.check(f); err != nil {
		return err
	}
	return refuseTwice(f.beside())
}

// carryOut makes the conversion of the model that source names and says what came of it. The report is nil where
// nothing was to be written.
func (a *app) carryOut(ctx context.Context, source string, f *conversion) (*convert.Report, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	path, err := findModel(source, os.Getenv)
	if err != nil {
		return nil, err
	}
	matrix, err := f.recipe.openMatrix()
	if err != nil {
		return nil, err
	}
	if matrix != nil {
		defer matrix.Close()
		f.Quantize.Imatrix = matrix
		if matrix.Len() == 0 && !f.quiet {
			a.hint("no entry of %s is left, so it is as if there were no importance matrix", matrix.Name)
		}
	}
	f.Quantize.SizesOnly = f.dryRun
	plan, err := a.newPlan(ctx, path, f)
	if err != nil {
		return nil, err
	}
	defer plan.Close()
	if !f.quiet {
		a.hintUnweighted(plan)
		for _, pattern := range plan.Unmatched {
			a.hint("--tensor-type: no tensor's name matches %s", pattern)
		}
	}
	output := f.outputPath(plan)
	outputs := plan.Paths(output)
	if err := refuseInPlace("output", f.inputs(path), outputs); err != nil {
		return nil, err
	}
	if f.dryRun {
		if n := len(plan.NeedImportance); n > 0 && !f.quiet {
			a.hint("to write it takes an importance matrix: %s and %d others need one", displayName(plan.NeedImportance[0]), n-1)
		}
		return nil, a.printPlan(plan, output, f.json)
	}
	for _, beside := range []struct{ what, path string }{{"report", f.html.path}, {"manifest", f.manifest}} {
		if err := f.checkBeside(beside.what, beside.path, path, outputs); err != nil {
			return nil, err
		}
	}
	report, err := a.write(ctx, plan, output, f)
	if err != nil {
		return nil, err
	}
	if err := a.writeHTML(ctx, plan, report, f); err != nil {
		return nil, err
	}
	if f.manifest != "" {
		if err := a.writeManifest(ctx, f.manifest, report.Paths, f); err != nil {
			return nil, err
		}
	} else if !f.quiet {
		a.hintStaleManifests(report.Paths)
	}
	switch run := newRunReport(report); {
	case f.json:
		err = writeJSON(a.stdout, run)
	case f.report:
		err = a.printReport(run)
	case !f.quiet:
		err = a.printSummary(run)
	}
	return report, err
}

// write carries the plan out, with a progress bar.
func (a *app) write(ctx context.Context, plan *convert.Plan, output string, f *conversion) (*convert.Report, error) {
	opts := convert.WriteOptions{Force: f.force, Resume: f.resume}
	opts.Workers = f.workers
	opts.Measure = f.report || f.json
	f.html.gather(&opts.StreamOptions, len(plan.Tensors))
	bar := newProgress(a.stderr, f.quiet, "converting", plan.Bytes())
	defer bar.stop()
	opts.Progress = bar.update
	return plan.WriteFile(ctx, output, opts)
}

// hintUnweighted says which tensors the importance matrix has nothing for.
func (a *app) hintUnweighted(plan *convert.Plan) {
	const shown = 3
	names := make([]string, 0, shown)
	for _, name := range plan.Unweighted[:min(shown, len(plan.Unweighted))] {
		names = append(names, displayName(name))
	}
	switch rest := len(plan.Unweighted) - len(names); {
	case len(names) == 0:
	case rest > 0:
		a.hint("the importance matrix has no entry for %s and %d others; they are quantized without", strings.Join(names, ", "), rest)
	default:
		a.hint("the importance matrix has no entry for %s", strings.Join(names, ", "))
	}
}

// outputPath returns where the output goes: -o, or the model's name and the type in the current directory or in the
// directory that -o names.
func (f *conversion) outputPath(plan *convert.Plan) string {
	if f.output != "" && !isDirectory(f.output) {
		return f.output
	}
	return filepath.Join(f.output, plan.FileName(f.budget.label(plan)))
}

// specialTypes returns the names for -t that are no file type.
func specialTypes() []string { return []string{convert.Auto, convert.Copy} }

// isTypeName reports whether name is one that -t takes.
func isTypeName(name string) bool {
	if strings.EqualFold(name, convert.Auto) || strings.EqualFold(name, convert.Copy) {
		return true
	}
	_, err := quantize.ParseFileType(name)
	return err == nil
}

// typeNames returns the file types that can be written, in lower case.
func typeNames() []string {
	var names []string
	for _, ft := range quantize.FileTypes() {
		names = append(names, strings.ToLower(ft.String()))
	}
	return names
}

// completeTypes offers the names of types to a shell, in capitals to whoever began in capitals.
func completeTypes(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	names := append(specialTypes(), typeNames()...)
	if begun != strings.ToLower(begun) {
		for i, name := range names {
			names[i] = strings.ToUpper(name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
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
