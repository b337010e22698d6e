package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/internal/atomicfile"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

// budgetFlags are the flags that choose types without a recipe: for a budget, or as a plan file says.
type budgetFlags struct {
	bitsPerWeight float64
	size          string
	candidates    []string
	save          string
	plan          string

	given   func(flag string) bool // whether the command line has the flag; nil where there is none
	options convert.BudgetOptions  // what check has read
}

func (b *budgetFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	b.given = flags.Changed
	flags.Float64Var(&b.bitsPerWeight, "target-bpw", 0, "instead of a type: choose the mixture of types that loses least with at most this many bits per weight, such as 4.25")
	flags.StringVar(&b.size, "target-size", "", "instead of a type: the mixture that loses least in a file of at most this size, such as 4.6GiB or 500MB; of a split set, all files together")
	flags.StringSliceVar(&b.candidates, "candidates", nil, "types of tensors that a mixture is chosen from, such as q4_K,q5_K,q6_K")
	flags.StringVar(&b.save, "save-plan", "", "write the chosen mixture to this JSON file, to read, to edit, and for --plan")
	flags.StringVar(&b.plan, "plan", "", "instead of a type: the types that this file of --save-plan has for each tensor")
	choices := []string{"target-bpw", "target-size", "plan"}
	if flags.Lookup("type") != nil {
		choices = append(choices, "type")
	}
	cmd.MarkFlagsMutuallyExclusive(choices...)
	cmd.MarkFlagsMutuallyExclusive("pure", "target-bpw", "target-size", "plan")
	cmd.MarkFlagsMutuallyExclusive("plan", "save-plan")
	cmd.MarkFlagsMutuallyExclusive("plan", "candidates")
	for _, name := range []string{"leave-output-tensor", "output-tensor-type", "token-embedding-type", "tensor-type", "tensor-type-file"} {
		cmd.MarkFlagsMutuallyExclusive("plan", name)
	}
	_ = cmd.MarkFlagFilename("plan", "json")
	_ = cmd.MarkFlagFilename("save-plan", "json")
	_ = cmd.RegisterFlagCompletionFunc("candidates", completeTensorTypes)
}

// hasBudget reports whether a mixture is to be chosen.
func (b *budgetFlags) hasBudget() bool {
	return b.given != nil && (b.given("target-bpw") || b.given("target-size"))
}

// chooses reports whether the flags choose the types, so that there is no recipe.
func (b *budgetFlags) chooses() bool { return b.hasBudget() || b.plan != "" }

// check settles what can be settled before a file is opened.
func (b *budgetFlags) check(f *conversion) error {
	if !b.hasBudget() {
		if b.save != "" || len(b.candidates) > 0 {
			return &usageError{err: errors.New("--save-plan and --candidates are for mixtures that are chosen, and there is no --target-bpw or --target-size")}
		}
		return nil
	}
	if bpw := b.bitsPerWeight; b.given("target-bpw") && !(bpw > 0 && bpw <= math.MaxFloat64) {
		return &usageError{err: fmt.Errorf("--target-bpw %g: want a positive number", b.bitsPerWeight)}
	}
	b.options = convert.BudgetOptions{BitsPerWeight: b.bitsPerWeight}
	if b.given("target-size") {
		size, err := parseSize(b.size)
		if err != nil {
			return &usageError{err: fmt.Errorf("--target-size %s: %w", b.size, err)}
		}
		b.options.FileBytes = size
	}
	for _, name := range b.candidates {
		t, err := quantize.ParseType(name)
		if err != nil || !t.CanEncode() {
			return &usageError{err: fmt.Errorf("--candidates: nothing can be quantized to %s", name), hint: tensorTypeHint()}
		}
		b.options.Measure.Types = append(b.options.Measure.Types, t)
	}
	b.options.Measure.Workers = f.workers
	return nil
}

// parseSize reads a size: a number, a fraction perhaps, with a unit behind it. K, M, G and T count in thousands, as in
// --split-max-size, and KiB, MiB, GiB and TiB in 1024.
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "BIKMGTbikmgt")
	n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	unit := strings.ToUpper(s[len(digits):])
	base, prefix := 1000.0, strings.TrimSuffix(unit, "B")
	if stem, ok := strings.CutSuffix(prefix, "I"); ok && strings.HasSuffix(unit, "IB") {
		base, prefix = 1024, stem
	}
	power := strings.Index("KMGT", prefix)
	if prefix == "" {
		power = -1
	}
	valid := len(prefix) <= 1 && (prefix == "" && base == 1000 || power >= 0)
	bytes := n * math.Pow(base, float64(power+1))
	if err != nil || !valid || !(bytes >= 1 && bytes < 1<<62) {
		return 0, errors.New("want a size such as 500MB or 4.6GiB")
	}
	return int64(bytes), nil
}

// label returns what stands for the type in the name of the output.
func (b *budgetFlags) label(plan *convert.Plan) string {
	switch {
	case b.plan != "":
		return fmt.Sprintf("%.2fbpw", plan.BitsPerWeight())
	case b.bitsPerWeight != 0:
		return strconv.FormatFloat(b.bitsPerWeight, 'f', -1, 64) + "bpw"
	case b.size != "":
		return strings.ReplaceAll(b.size, " ", "")
	}
	return plan.FileType.String()
}

// newPlan plans the conversion of the model at path, in the types of a recipe, of a plan file, or that a budget has room
// for.
func (a *app) newPlan(ctx context.Context, path string, f *conversion) (*convert.Plan, error) {
	switch b := &f.budget; {
	case b.plan != "":
		file, err := convert.LoadPlanFile(b.plan)
		if err != nil {
			return nil, err
		}
		return file.NewPlan(ctx, path, f.Options)
	case b.hasBudget():
		return a.choosePlan(ctx, path, f)
	}
	return convert.NewPlan(ctx, path, f.Options)
}

// choosePlan chooses a mixture, prints it, and saves it where it is to be saved.
func (a *app) choosePlan(ctx context.Context, path string, f *conversion) (*convert.Plan, error) {
	b := &f.budget
	if err := b.checkSave(path, f); err != nil {
		return nil, err
	}
	plan, file, err := a.measured(ctx, path, f)
	if short, ok := errors.AsType[*convert.BudgetError](err); ok && f.Quantize.Imatrix == nil && len(b.candidates) == 0 {
		return nil, &hintedError{err: short, hint: "with an importance matrix, --imatrix, there are smaller types"}
	}
	if err != nil {
		return nil, err
	}
	outputs := plan.Paths(f.outputPath(plan))
	switch {
	case b.save == "":
	case slices.ContainsFunc(outputs, func(output string) bool { return samePath(output, b.save) }):
		err = &usageError{err: fmt.Errorf("%s is the output too", b.save), hint: "give the plan file another name"}
	default:
		err = b.savePlan(file, f)
	}
	if err == nil && !f.quiet && !f.json {
		err = a.printMixture(file)
	}
	if err != nil {
		return nil, errors.Join(err, plan.Close())
	}
	return plan, nil
}

// checkSave makes sure, before anything is measured, that the plan file can be written.
func (b *budgetFlags) checkSave(source string, f *conversion) error {
	if b.save == "" {
		return nil
	}
	if err := refuseInPlace("plan file", f.inputs(source), []string{b.save}); err != nil {
		return err
	}
	out, err := atomicfile.Create(b.save, 0, atomicfile.Options{Force: f.force || f.resume})
	if err != nil {
		return err
	}
	return out.Abort()
}

// savePlan writes the plan file. One that the run which is resumed wrote may stand there already.
func (b *budgetFlags) savePlan(file *convert.PlanFile, f *conversion) error {
	if f.resume && !f.force {
		want, err := file.Encode()
		if err != nil {
			return err
		}
		if got, err := os.ReadFile(b.save); err == nil && bytes.Equal(got, want) {
			return nil
		}
	}
	return file.Save(b.save, f.force)
}

// measured measures the candidates, with a progress bar, and chooses among them.
func (a *app) measured(ctx context.Context, path string, f *conversion) (*convert.Plan, *convert.PlanFile, error) {
	bar := newProgress(a.stderr, f.quiet, "measuring", 0)
	defer bar.stop()
	const valueBytes = 4 // the bar counts bytes
	f.budget.options.Measure.Progress = func(done, total int64) { bar.update(valueBytes*done, valueBytes*total) }
	return convert.Budget(ctx, path, f.Options, f.budget.options)
}

// printMixture says which types were chosen, how much is in them, and what they lose.
func (a *app) printMixture(file *convert.PlanFile) error {
	type share struct {
		typ     quantize.Type
		tensors int
		bytes   int64
		loss    float64
	}
	var shares []share
	for _, t := range file.Tensors {
		i := slices.IndexFunc(shares, func(s share) bool { return s.typ == t.Type })
		if i < 0 {
			i = len(shares)
			shares = append(shares, share{typ: t.Type})
		}
		shares[i].tensors++
		shares[i].bytes += t.Bytes
		shares[i].loss += t.Loss
	}
	slices.SortStableFunc(shares, func(a, b share) int {
		return cmp.Compare(a.typ.BitsPerWeight(), b.typ.BitsPerWeight())
	})
	t := newTable("type", ">bpw", ">tensors", ">size", ">loss")
	for _, s := range shares {
		t.add(s.typ.String(), fmt.Sprintf("%.2f", s.typ.BitsPerWeight()), strconv.Itoa(s.tensors), units.Bytes(s.bytes), units.Error(s.loss))
	}
	t.add("all", fmt.Sprintf("%.2f", file.BitsPerWeight), strconv.Itoa(len(file.Tensors)), units.Bytes(file.TensorBytes), units.Error(file.Loss))
	if err := t.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	verdict := "no mixture within the budget loses less"
	if file.Gap > 0 {
		verdict = fmt.Sprintf("no mixture within the budget loses less by more than %.2g %%", 100*file.Gap/file.Loss)
	}
	_, err := fmt.Fprintf(a.stdout, "\nestimated from samples: %s\n", verdict)
	return err
}
