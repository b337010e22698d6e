package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf/inspect"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/quantize"
)

type inspectFlags struct {
	tensors   bool
	json      bool
	context   int64
	cacheType string
	sandbox   bool
}

func (a *app) inspectCommand() *cobra.Command {
	var f inspectFlags
	cmd := &cobra.Command{
		Use:   "inspect FILE|DIR|org/name|NAME",
		Short: "Show what a model is and how much memory it takes to run",
		Long: `inspect shows what is in a GGUF file (of a split set, name the first file) or in
a model directory: architecture, parameters, size, bits per weight, context
length, layers, heads, vocabulary, special tokens; and how much memory it takes
to run at a given context. It reads headers, never weights.

A NAME that is no file, such as codellama-70b-python.Q4_K_S.gguf or 8x7B, is
taken apart.`,
		Example: `  nibble inspect fable-4m-Q4_K_M.gguf --tensors
  nibble inspect model-00001-of-00003.gguf --context 32768 --cache-type q8_0
  nibble inspect codellama-70b-python.Q4_K_S.gguf`,
		Args: oneArgument("model"),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.inspect(ctx, args[0], f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.tensors, "tensors", false, "list the tensors")
	flags.Int64Var(&f.context, "context", 0, "tokens of context to estimate the memory for; 0 means what the model was trained for")
	flags.StringVar(&f.cacheType, "cache-type", "f16", "type of the cache of keys and values: "+strings.Join(cacheTypeNames(), ", "))
	flags.BoolVar(&f.json, "json", false, "print JSON")
	addSandboxFlag(flags, &f.sandbox)
	_ = cmd.RegisterFlagCompletionFunc("cache-type", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return cacheTypeNames(), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// maxContext is far beyond any model's context, and small enough that the sizes computed from it do not overflow.
const maxContext = 1 << 32

func cacheTypeNames() []string {
	var names []string
	for _, t := range inspect.CacheTypes() {
		names = append(names, strings.ToLower(t.String()))
	}
	return names
}

func (a *app) inspect(ctx context.Context, arg string, f inspectFlags) error {
	if f.context < 0 || f.context > maxContext {
		return &usageError{err: fmt.Errorf("--context %d: want a number of tokens", f.context)}
	}
	cacheType, err := quantize.ParseType(f.cacheType)
	if err != nil {
		return &usageError{
			err:  fmt.Errorf("--cache-type %s: no such cache", f.cacheType),
			hint: "the types of a cache are " + strings.Join(cacheTypeNames(), ", "),
		}
	}
	path, err := findInput(arg, modelHint+"; a name that says what is in a file is taken apart, such as codellama-70b-python.Q4_K_S.gguf", os.Getenv)
	if errors.Is(err, errNoModel) && !isAddress(arg) {
		return a.inspectName(arg, f, err)
	}
	if err != nil {
		return err
	}
	report, err := readReport(ctx, path, f.sandbox)
	if err != nil {
		return err
	}
	memory, err := report.Memory(f.context, cacheType, cacheType)
	if errors.Is(err, inspect.ErrCacheType) {
		return &usageError{err: err}
	}
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(a.stdout, inspection{report, memory})
	}
	return a.printInspection(path, report, memory, f)
}

func readReport(ctx context.Context, path string, sandboxed bool) (*inspect.Report, error) {
	if sandboxed {
		return inspectSandboxed(ctx, path)
	}
	return inspect.Open(path)
}

// inspection is what inspect prints as JSON.
type inspection struct {
	*inspect.Report
	Memory *inspect.Memory `json:"memory"`
}

// inspectName reads a name that is no path. absent is the error to return where the name says nothing either.
func (a *app) inspectName(arg string, f inspectFlags, absent error) error {
	name := inspect.ParseName(arg)
	if name.SizeLabel == "" && name.Encoding == "" {
		return absent
	}
	if f.json {
		return writeJSON(a.stdout, name)
	}
	fmt.Fprintf(a.stdout, "%s is not here; its name says:\n", displayName(arg))
	l := list{app: a}
	l.text("organization", name.Organization)
	l.text("base", name.Base)
	l.text("size", name.SizeLabel)
	if name.Parameters > 0 {
		each := ""
		if name.ExpertCount > 0 {
			each = fmt.Sprintf(" in each of %d experts, less what they share", name.ExpertCount)
		}
		l.text("parameters", "about "+units.Count(name.Parameters)+each)
	}
	if name.ActiveParameters > 0 {
		l.text("active", "about "+units.Count(name.ActiveParameters)+" for a token")
	}
	l.text("fine-tune", name.FineTune)
	l.text("version", name.Version)
	l.text("encoding", name.Encoding)
	l.text("kind", name.Kind)
	if name.FileType != nil && name.Parameters > 0 && name.ExpertCount == 0 {
		bytesPerWeight := name.FileType.Default().BitsPerWeight() / 8
		l.text("rule of thumb", fmt.Sprintf("about %s of memory = parameters x %.3f bytes per weight x 1.2",
			units.Bytes(int64(float64(name.Parameters)*bytesPerWeight*1.2)), bytesPerWeight))
	}
	if name.SplitCount > 0 {
		l.text("split", fmt.Sprintf("%d of %d", name.Split, name.SplitCount))
	}
	return l.err
}

func (a *app) printInspection(path string, r *inspect.Report, m *inspect.Memory, f inspectFlags) error {
	if f.tensors {
		t := newTable("tensor", ">shape", "type", ">size", ">offset")
		for i := range r.Tensors {
			line := &r.Tensors[i]
			offset := fmt.Sprint(line.FileOffset)
			if r.Files > 1 {
				offset = fmt.Sprintf("%d:%d", line.File+1, line.FileOffset)
			}
			t.add(displayName(line.Name), units.Shape(line.Shape), line.Type, units.Bytes(line.Bytes), offset)
		}
		if err := t.write(a.stdout, terminalWidth(a.stdout)); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	l := list{app: a}
	l.text("file", path)
	l.text("format", formatName(r))
	l.text("kind", describeKind(r.Kind))
	l.text("name", r.Name)
	l.text("architecture", r.Architecture)
	l.text("type", r.FileType)
	if r.Kind != imatrixKind {
		l.text("parameters", units.Count(r.Parameters))
	}
	l.text("size", units.Bytes(r.FileBytes))
	if r.Kind != imatrixKind {
		l.text("bits per weight", fmt.Sprintf("%.2f", r.BitsPerWeight))
	}
	l.number("context length", r.ContextLength, "tokens")
	l.number("embedding length", r.EmbeddingLength, "")
	l.number("feed-forward", r.FeedForwardLength, "")
	l.number("layers", r.BlockCount, "")
	l.text("heads", formatHeads(r))
	l.number("sliding window", r.SlidingWindow, "tokens")
	if r.ExpertCount > 0 {
		l.text("experts", fmt.Sprintf("%d, %d for a token", r.ExpertCount, r.ExpertUsedCount))
	}
	l.text("vocabulary", formatVocabulary(r))
	for _, token := range r.SpecialTokens {
		if token.ID >= 0 {
			l.text(token.Role, fmt.Sprintf("%d %s", token.ID, displayName(token.Text)))
		} else {
			l.text(token.Role, displayName(token.Text))
		}
	}
	for _, total := range r.Types {
		l.text("tensors", fmt.Sprintf("%d %s, %s", total.Tensors, total.Type, units.Bytes(total.Bytes)))
	}
	for _, warning := range r.Warnings {
		l.text("warning", warning)
	}
	if r.Architecture != "" || m.ContextLength > 0 { // else nothing tells that it is a model, and not an importance matrix
		fmt.Fprintln(a.stdout)
		l.memory(m)
	}
	return l.err
}

// memory prints what it takes to run a model.
func (l *list) memory(m *inspect.Memory) {
	if m.ContextLength > 0 {
		l.text("memory", fmt.Sprintf("%s to run with a context of %d tokens and a cache of %s", units.Bytes(m.TotalBytes), m.ContextLength, m.KeyType))
		l.text("", fmt.Sprintf("%s weights + %s KV cache; buffers of the program come on top", units.Bytes(m.WeightBytes), units.Bytes(m.KVCacheBytes)))
	} else {
		l.text("memory", units.Bytes(m.WeightBytes)+" weights; what the program needs besides comes on top")
		l.text("", "the file tells no context length; --context gives one")
	}
	l.text("formula", m.Formula)
	for _, note := range m.Notes {
		l.text("note", note)
	}
	l.text("rule of thumb", fmt.Sprintf("%s = %s", units.Bytes(m.RuleOfThumbBytes), m.RuleOfThumbFormula))
}

// list prints labelled values; those that are empty are left out.
type list struct {
	app  *app
	last string
	err  error
}

func (l *list) text(label, value string) {
	if value == "" || l.err != nil {
		return
	}
	shown := label
	if label == l.last {
		shown = ""
	}
	l.last = label
	_, l.err = fmt.Fprintf(l.app.stdout, "%-16s  %s\n", printable(shown), printable(value))
}

func (l *list) number(label string, n int64, unit string) {
	if n != 0 {
		l.text(label, strings.TrimSpace(fmt.Sprintf("%d %s", n, unit)))
	}
}

// imatrixKind is the kind of a file whose tensors are not weights but what is known of a model's.
const imatrixKind = "imatrix"

// describeKind says what a file is that is no model, "" of a model.
func describeKind(kind string) string {
	switch kind {
	case "":
		return ""
	case imatrixKind:
		return "importance matrix, which convert and quantize take with --imatrix"
	}
	return displayName(kind)
}

func formatName(r *inspect.Report) string {
	s := r.Format
	if r.Version > 0 {
		s += fmt.Sprintf(" version %d, %s", r.Version, r.ByteOrder)
	}
	if r.Files > 1 {
		s += fmt.Sprintf(", %d files", r.Files)
	}
	return s
}

func formatHeads(r *inspect.Report) string {
	if r.HeadCount == 0 {
		return ""
	}
	s := fmt.Sprint(r.HeadCount)
	if r.HeadCountKV > 0 {
		s += fmt.Sprintf(", %d for keys and values", r.HeadCountKV)
	}
	return s
}

func formatVocabulary(r *inspect.Report) string {
	if r.VocabularySize == 0 {
		return ""
	}
	s := fmt.Sprintf("%d tokens", r.VocabularySize)
	if r.Tokenizer != "" {
		s += ", " + displayName(r.Tokenizer)
	}
	if r.Pretokenizer != "" {
		s += " (" + displayName(r.Pretokenizer) + ")"
	}
	return s
}
