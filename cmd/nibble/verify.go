package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/gguf"
	"github.com/nibble-go/nibble/gguf/convert"
	"github.com/nibble-go/nibble/gguf/imatrix"
	"github.com/nibble-go/nibble/internal/units"
)

type verifyFlags struct {
	manifest string
	against  string
	imatrix  string
	rows     int64
	lenient  bool
	json     bool
	workers  int
	quiet    bool
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check that a GGUF file is whole and what it should be",
		Long: `verify checks a GGUF file, or a split set by its first file:

  header    the format is kept, to the letter: counts, types, offsets, and
            padding that is zero; no file of a split set is missing. --lenient
            lets pass what llama.cpp reads past
  values    no block of any tensor decodes to NaN or an infinity
  manifest  checksums of all tensors and of the whole file, from --manifest or,
            where there is one, from FILE.manifest beside the file. Renamed files
            are compared under the only name that the manifest has
  source    with --against: rows of the model that the file was made of, encoded
            anew, have the bytes that are in the file. What was made with an
            importance matrix takes the same --imatrix

Without a manifest, damage to metadata and quants that leaves them well formed
cannot be seen: any pattern of quants is a valid one. With --against it is seen
in the rows that are encoded, the same ones each time; --sample 0 takes all.

Damage is told by tensor, row, block and byte of the file; exit code 6.`,
		Example: `  nibble verify model-Q4_K_M.gguf
  nibble verify model-Q4_K_M.gguf --manifest sums.txt --json
  nibble verify model-Q4_K_M.gguf --against ./Qwen3-0.6B
  nibble verify model-IQ2_M.gguf --against model-BF16.gguf --imatrix imatrix.gguf --sample 0`,
		Args: arguments(1, 1),
		RunE: a.action(func(ctx context.Context, args []string) error { return a.verify(ctx, args[0], f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.manifest, "manifest", "", "manifest with the checksums of the file")
	flags.StringVar(&f.against, "against", "", "model directory or GGUF file that the file was made of")
	flags.StringVar(&f.imatrix, "imatrix", "", "importance matrix that the file was made with")
	flags.Int64Var(&f.rows, "sample", 16, "rows of each tensor to encode for --against; 0 means all")
	flags.BoolVar(&f.lenient, "lenient", false, "let pass what llama.cpp reads past")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	flags.IntVarP(&f.workers, "jobs", "j", 0, "number of processors to use; 0 means all")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress; print damage only")
	return cmd
}

// verification is what verify found, and what it prints as JSON.
type verification struct {
	*convert.Verification
	Manifest *manifestCheck       `json:"manifest,omitempty"`
	Source   *convert.SourceCheck `json:"source,omitempty"`
	OK       bool                 `json:"ok"`
}

func (a *app) verify(ctx context.Context, path string, f verifyFlags) error {
	if f.rows < 0 || f.workers < 0 {
		return &usageError{err: errors.New("--sample and -j take no negative numbers")}
	}
	if f.imatrix != "" && f.against == "" {
		return &usageError{err: errors.New("--imatrix is for encoding anew, and there is no --against")}
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return absent(path, "give a GGUF file, of a split set the first")
	}
	v, err := a.verifyAll(ctx, path, f)
	if err != nil {
		return err
	}
	v.OK = len(v.Damages) == 0
	if f.json {
		err = writeJSON(a.stdout, v)
	} else {
		err = a.printVerification(v, f)
	}
	switch {
	case err != nil:
		return err
	case v.OK:
		return nil
	case len(v.Damages) == 1:
		return fmt.Errorf("%w: %s is damaged", errVerify, path)
	}
	return fmt.Errorf("%w: %s is damaged in %d places", errVerify, path, len(v.Damages))
}

// verifyAll makes all checks that there is something for. One that cannot be made since another found the file
// unreadable is left out.
func (a *app) verifyAll(ctx context.Context, path string, f verifyFlags) (*verification, error) {
	v := &verification{}
	err := a.watched("checking", f, func(progress func(done, total int64)) (err error) {
		opts := convert.VerifyOptions{Lenient: f.lenient, Workers: f.workers, Progress: progress}
		v.Verification, err = convert.Verify(ctx, path, opts)
		return err
	})
	var split *convert.SplitError
	if errors.As(err, &split) {
		return nil, splitUsage(split)
	}
	if err != nil || v.Files == 0 {
		return v, err
	}
	if err := a.verifyManifest(ctx, path, f, v); err != nil {
		return nil, err
	}
	if f.against == "" {
		return v, nil
	}
	return v, a.verifySource(ctx, path, f, v)
}

// splitUsage says how to verify the set of which a file was named that does not stand for it.
func splitUsage(split *convert.SplitError) error {
	hint := "of a split set, name the first file; it checks all"
	if split.First != "" {
		hint = "nibble verify " + split.First + " checks all files of the set"
	}
	return &usageError{err: split, hint: hint}
}

// watched runs a part of the work with a progress bar.
func (a *app) watched(what string, f verifyFlags, work func(progress func(done, total int64)) error) error {
	bar := newProgress(a.stderr, f.quiet, what, 0)
	defer bar.stop()
	return work(bar.update)
}

// verifySource holds the file against what it was made of.
func (a *app) verifySource(ctx context.Context, path string, f verifyFlags, v *verification) error {
	source, err := findModel(f.against, os.Getenv)
	if err != nil {
		return err
	}
	opts := convert.SourceOptions{Rows: f.rows, Workers: f.workers}
	if f.imatrix != "" {
		if opts.Imatrix, err = imatrix.Open(f.imatrix); err != nil {
			return err
		}
		defer opts.Imatrix.Close()
	}
	err = a.watched("encoding", f, func(progress func(done, total int64)) (err error) {
		opts.Progress = progress
		v.Source, err = convert.VerifySource(ctx, path, source, opts)
		return err
	})
	if err != nil {
		return err
	}
	v.Damages = append(v.Damages, v.Source.Damages...)
	if len(v.Source.Damages) > 0 && f.imatrix == "" {
		a.hintImatrix(path)
	}
	return nil
}

// hintImatrix says that the file was made with an importance matrix, where it was.
func (a *app) hintImatrix(path string) {
	file, err := gguf.OpenSingle(path, gguf.ReaderOptions{HeaderOnly: true})
	if err != nil {
		return // what is wrong with it was said
	}
	defer file.Close()
	if v, ok := file.Metadata.Get("quantize.imatrix.file"); ok {
		a.hint("the file was made with an importance matrix, %s: give it with --imatrix", v)
	}
}

// shownDamages is how many are printed; JSON has all.
const shownDamages = 50

func (a *app) printVerification(v *verification, f verifyFlags) error {
	l := list{app: a}
	if !f.quiet {
		l.text("file", v.Path)
		if v.Files > 0 {
			size := fmt.Sprintf("%s, %d tensors", units.Bytes(v.Bytes), v.Tensors)
			if v.Files > 1 {
				size += fmt.Sprintf(", %d files", v.Files)
			}
			l.text("size", size)
		}
		l.text("header", v.state("damaged", convert.MissingFile, convert.DamagedHeader, convert.DamagedPadding))
		if v.Files > 0 {
			l.text("values", v.state("damaged", convert.DamagedValues))
		}
		if n := len(v.Unchecked); n > 0 {
			l.text("", fmt.Sprintf("not those of %d tensors, which are in an order or type that is not decoded", n))
		}
		if v.Manifest != nil {
			l.text("manifest", v.manifestLine())
		}
		if v.Source != nil {
			l.text("source", fmt.Sprintf("%s: %s; %d rows of %d tensors encoded", v.Source.Source, v.state("differs", convert.NotOfSource), v.Source.Rows, v.Source.Tensors))
		}
	}
	for i := range v.Damages {
		if i == shownDamages {
			l.text("damage", fmt.Sprintf("and in %d more places; --json lists all", len(v.Damages)-i))
			break
		}
		l.text("damage", describeDamage(&v.Damages[i], v.Files > 1))
	}
	return l.err
}

// state says in how many places damage of the given kinds was found; word is what is wrong there.
func (v *verification) state(word string, kinds ...convert.DamageKind) string {
	n := v.count(kinds...)
	if n == 0 {
		return "sound"
	}
	return word + " in " + plural(n, "place") + ", see below"
}

func (v *verification) count(kinds ...convert.DamageKind) int {
	n := 0
	for i := range v.Damages {
		if slices.Contains(kinds, v.Damages[i].Kind) {
			n++
		}
	}
	return n
}

// describeDamage says where the damage is and what it is.
func describeDamage(d *convert.Damage, files bool) string {
	var b strings.Builder
	if files {
		b.WriteString(d.File + ": ")
	}
	if d.Tensor != "" {
		b.WriteString(displayName(d.Tensor) + ": ")
	}
	if d.Block != nil {
		fmt.Fprintf(&b, "row %d, block %d: ", d.Block.Row, d.Block.Index)
	}
	b.WriteString(d.Text)
	if d.Count > 1 {
		fmt.Fprintf(&b, "; %d blocks in all", d.Count)
	}
	return b.String()
}
