package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/edit"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/tokenize/chat"
)

// ggufUpdateFlags are the flags of set and rm.
type ggufUpdateFlags struct {
	typ    string
	from   string
	output string
	dryRun bool
	force  bool
	quiet  bool
}

func (f *ggufUpdateFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "write the changed file here and leave FILE as it is")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what would be done and do nothing")
	flags.BoolVar(&f.force, "force", false, "change keys without which the file cannot be loaded, add keys against the specification; replace an existing output")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, no summary")
}

// howUpdated is what set and rm say about the way in which a file is changed.
const howUpdated = `
Where the bytes that change lie within one sector of 512 bytes, they are changed
in place: disks write a sector whole or not at all. In all other cases the file
is written anew beside the old one, and takes its name when it is complete; that
takes as much space as the file has. Either way the file is the old one or the
new one, whenever power or process fail. Of a split set, name the first file:
it holds the metadata of all.`

func (a *app) ggufSetCommand() *cobra.Command {
	var f ggufUpdateFlags
	cmd := &cobra.Command{
		Use:   "set FILE KEY [VALUE]",
		Short: "Set a key in the metadata of a GGUF file",
		Long: `set gives a key of the metadata a value. A key that is there keeps its type
unless --type gives another. The type of a new key follows from its value where
there is no --type: below general. it is str, but str[] for tags, languages and
datasets; else true and false are bool, whole numbers u32 or i32, other numbers
f32, arrays in brackets arrays of these or of str, and the rest str.

Types: u8, i8, u16, i16, u32, i32, u64, i64, f32, f64, bool, str, and with [] of
arrays: u32[], str[]. An array is given whole, in JSON: '[1, 2]', '["a", "b"]';
nibble gguf dump --json --full prints it so. A value that begins with a dash
stands behind --, as in nibble gguf set FILE KEY -- -1. A long value, such as a
chat template, comes from a file by --from, byte for byte.
` + howUpdated,
		Example: `  nibble gguf set model.gguf general.name "My model"
  nibble gguf set model.gguf tokenizer.ggml.add_bos_token false
  nibble gguf set model.gguf general.tags '["chat", "en"]'
  nibble gguf set model.gguf tokenizer.chat_template --from chat_template.jinja
  nibble gguf set model.gguf llama.rope.freq_base 1000000 --type f32 -o new.gguf
  nibble gguf set model.gguf tokenizer.ggml.eos_token_id 128009 --dry-run`,
		Args: arguments(2, 3),
		RunE: a.action(func(ctx context.Context, args []string) error {
			text, err := a.valueText(ctx, args[2:], f.from)
			if err != nil {
				return err
			}
			return a.ggufSet(ctx, args[0], args[1], text, f)
		}),
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.typ, "type", "", "type of the value")
	cmd.Flags().StringVar(&f.from, "from", "", "take the value from this file; - is standard input")
	_ = cmd.MarkFlagFilename("from")
	f.add(cmd)
	return cmd
}

func (a *app) ggufRemoveCommand() *cobra.Command {
	var f ggufUpdateFlags
	cmd := &cobra.Command{
		Use:   "rm FILE KEY...",
		Short: "Remove keys from the metadata of a GGUF file",
		Long:  "rm removes keys from the metadata. It removes all of them or, where one is not\nthere, none.\n" + howUpdated,
		Example: `  nibble gguf rm model.gguf general.url tokenizer.chat_template
  nibble gguf rm model.gguf general.url -o new.gguf`,
		Args: arguments(2, anyNumber),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.ggufRemove(ctx, args[0], args[1:], f) }),
	}
	cmd.Flags().SortFlags = false
	f.add(cmd)
	return cmd
}

// maxValueBytes bounds the text of a value: a longer string would be none that package gguf reads.
const maxValueBytes = 16 << 20

// valueText returns the text of a value, which the command line or a file has.
func (a *app) valueText(ctx context.Context, args []string, file string) (string, error) {
	switch {
	case len(args) > 0 && file != "":
		return "", &usageError{err: errors.New("a value and --from: give one of them")}
	case len(args) > 0:
		return args[0], nil
	case file == "":
		return "", &usageError{err: errors.New("the value is missing"), hint: "VALUE or --from gives it"}
	}
	data, err := a.readAll(ctx, file, "the value", maxValueBytes)
	return string(data), err
}

func (a *app) ggufSet(ctx context.Context, path, key, text string, f ggufUpdateFlags) error {
	if err := a.checkVital(key, &f); err != nil {
		return err
	}
	var done string
	outcome, err := a.update(ctx, path, f, func(meta *gguf.Metadata) error {
		v, err := newValue(meta, key, text, f.typ)
		if err != nil {
			return &usageError{err: err, hint: "nibble gguf set --help lists the types and how arrays are written"}
		}
		old, exists := meta.Get(key)
		if !exists {
			if err := a.checkNewKey(key, &f); err != nil {
				return err
			}
		}
		a.hintTemplate(key, v)
		meta.Set(key, v)
		done, err = describeSet(key, v, old, exists)
		return err
	})
	if err != nil {
		return err
	}
	return a.printOutcome(done, outcome, f)
}

// hintTemplate says what is wrong with a chat template that cannot be parsed. It is set all the same: other programs may
// read it otherwise.
func (a *app) hintTemplate(key string, v gguf.Value) {
	text, isText := v.Text()
	if name, ok := strings.CutPrefix(key, "tokenizer.chat_template"); !ok || name != "" && name[0] != '.' || !isText {
		return
	}
	if _, err := chat.Parse(key, text, nil, chat.Options{}); err != nil {
		a.hint("programs may refuse the template: %v", err)
	}
}

// describeSet says what a key has become and, where it was there, what it was.
func describeSet(key string, v, old gguf.Value, exists bool) (string, error) {
	now, err := newMetadataLine(key, v, false)
	if err != nil {
		return "", err
	}
	done := fmt.Sprintf("%s = %s (%s)", key, now.shown, now.typeName())
	if !exists {
		return done + ", new", nil
	}
	was, err := newMetadataLine(key, old, false)
	if err != nil {
		return "", err
	}
	done += ", was " + was.shown
	if was.typeName() != now.typeName() {
		done += " (" + was.typeName() + ")"
	}
	return done, nil
}

// newValue returns the value that text means for a key. typ is the name of its type, empty where it follows from what
// the key has or from the text.
func newValue(meta *gguf.Metadata, key, text, typ string) (gguf.Value, error) {
	old, exists := meta.Get(key)
	t := edit.TypeOf(old)
	switch {
	case typ != "":
		var err error
		if t, err = edit.ParseType(typ); err != nil {
			return gguf.Value{}, fmt.Errorf("--type: %w", err)
		}
	case !exists:
		var known bool
		if t, known = edit.GuessType(key, text); !known {
			return gguf.Value{}, fmt.Errorf("%s is new, and its type does not follow from %s; --type gives it", key, quoteShort(text, shownRunes))
		}
	}
	v, err := edit.ParseValue(t, text)
	if err != nil {
		return gguf.Value{}, fmt.Errorf("%s: %w", key, err)
	}
	return v, nil
}

func (a *app) ggufRemove(ctx context.Context, path string, keys []string, f ggufUpdateFlags) error {
	for _, key := range keys {
		if err := a.checkVital(key, &f); err != nil {
			return err
		}
	}
	outcome, err := a.update(ctx, path, f, func(meta *gguf.Metadata) error {
		for _, key := range keys {
			if _, ok := meta.Get(key); !ok {
				return fmt.Errorf("%s: %w: %s", path, errNoKey, key)
			}
			meta.Delete(key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.printOutcome("removed "+strings.Join(displayNames(keys), ", "), outcome, f)
}

// errNoKey: a key that is to be removed is not there.
var errNoKey = errors.New("there is no such key")

// checkVital refuses a key without which the file cannot be loaded, or, with --force, warns.
func (a *app) checkVital(key string, f *ggufUpdateFlags) error {
	why, vital := edit.Vital(key)
	switch {
	case !vital:
		return nil
	case f.force:
		a.hint("%s %s: if the file no longer loads, this is why", key, why)
		return nil
	}
	return &hintedError{
		err:  fmt.Errorf("%s %s: with another value the file may no longer load", key, why),
		hint: "--force changes it all the same; keep a copy",
	}
}

// checkNewKey refuses to add a key that breaks the specification, or, with --force, warns.
func (a *app) checkNewKey(key string, f *ggufUpdateFlags) error {
	warning := edit.KeyWarning(key)
	switch {
	case warning == "":
		return nil
	case f.force:
		a.hint("%s: %s: nibble verify will call the header damaged", key, warning)
		return nil
	}
	return &hintedError{
		err:  fmt.Errorf("%s: %s", key, warning),
		hint: "--force adds it all the same; programs read past it, and nibble verify calls the header damaged",
	}
}

func (a *app) update(ctx context.Context, path string, f ggufUpdateFlags, change func(*gguf.Metadata) error) (*edit.Outcome, error) {
	if err := refuseStdout(f.output); err != nil {
		return nil, err
	}
	opts := edit.UpdateOptions{Output: f.output, Force: f.force, DryRun: f.dryRun}
	bar := newProgress(a.stderr, f.quiet, "writing", 0)
	defer bar.stop()
	opts.Progress = bar.update
	return edit.Update(ctx, path, change, opts)
}

// printOutcome says what was done and how.
func (a *app) printOutcome(done string, o *edit.Outcome, f ggufUpdateFlags) error {
	if changed := !o.InPlace || o.Length > 0; changed && !f.dryRun {
		a.hintManifest(o.Path)
	}
	if f.quiet {
		return nil
	}
	var how string
	switch {
	case o.InPlace && o.Length == 0:
		how = "it says so already; nothing to write"
	case o.InPlace:
		how = fmt.Sprintf("in place, from byte %d to %d", o.Offset, o.Offset+o.Length-1)
	default:
		how = "by a new file of " + units.Bytes(o.Size)
	}
	if f.dryRun {
		how += " (dry run: nothing was written)"
	}
	_, err := fmt.Fprintf(a.stdout, "%s\n%s: %s\n", printable(done), printable(o.Path), how)
	return err
}

// hintManifest says that the manifest beside a changed file is of what it was, where there is one.
func (a *app) hintManifest(path string) {
	manifest := path + manifestSuffix
	if _, err := os.Stat(manifest); err == nil {
		a.hint("%s is of the file before the change; nibble gguf hash --xxh64 --file %s > %s makes it anew", manifest, path, manifest)
	}
}
