package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/tokenize"
)

type tokenizeFlags struct {
	tokenizer tokenizerFlags
	file      string
	pair      string
	hasPair   bool
	given     func(flag string) bool // whether the command line has the flag

	ids, pieces, table, spans, stages, json, jsonl, count bool

	noSpecial   bool
	special     string
	maxLength   int
	truncate    string
	cutSide     string
	stride      int
	padTo       string
	padMultiple int
	padSide     string
	runes       bool
	workers     int
	sandbox     bool
}

func (a *app) tokenizeCommand() *cobra.Command {
	var f tokenizeFlags
	cmd := &cobra.Command{
		Use:   "tokenize [TEXT...]",
		Short: "Show the tokens of a text",
		Long: `tokenize encodes a text, a file (-f) or standard input and prints the ids of its
tokens; on a terminal, the text with its tokens coloured. The special tokens that
the model expects around a text are added; --no-special leaves them out.`,
		Example: `  nibble tokenize "Hello, world"
  nibble tokenize -t path/to/tokenizer.json --table "naïve café"
  nibble tokenize -t meta-llama/Llama-3.1-8B --count -f book.txt
  nibble tokenize --jsonl --max-length 128 --pad-to longest -f lines.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			f.hasPair = f.given("pair")
			return a.action(func(ctx context.Context, args []string) error { return a.tokenize(ctx, args, f) })(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.tokenizer.add(flags)
	flags.StringVarP(&f.file, "file", "f", "", "read the text from a file; - is standard input")
	flags.StringVar(&f.pair, "pair", "", "second text, encoded into the same sequence")
	flags.BoolVar(&f.ids, "ids", false, "print the ids, also on a terminal")
	flags.BoolVar(&f.pieces, "pieces", false, "print the tokens as the vocabulary spells them, a line each")
	flags.BoolVar(&f.table, "table", false, "print a table: token, id, text, bytes, offsets")
	flags.BoolVar(&f.spans, "spans", false, "print the text with its tokens marked, also where it is no terminal")
	flags.BoolVar(&f.stages, "stages", false, `print what becomes of the text on its way: normalized, in pieces, as tokens,
with what is added around it; without truncation and padding`)
	flags.BoolVar(&f.json, "json", false, "print everything as JSON")
	flags.BoolVar(&f.jsonl, "jsonl", false, "encode every line as a text of its own, and print a line of JSON for each")
	flags.BoolVar(&f.count, "count", false, "print the number of tokens, without truncation and padding; the text may be of any length")
	flags.BoolVar(&f.noSpecial, "no-special", false, "do not add special tokens around the text")
	flags.StringVar(&f.special, "special", "auto", `special tokens that the text spells: parse, text, refuse, or auto: as the
vocabulary's own tools do by default`)
	flags.IntVar(&f.maxLength, "max-length", 0, `truncate to so many tokens, special ones included; what is cut off overflows;
0 cuts nothing off, whatever the vocabulary file says (default: as it says)`)
	flags.StringVar(&f.truncate, "truncate", "longest", "which of two texts is cut: longest, first, second")
	flags.StringVar(&f.cutSide, "truncate-side", "right", "where texts are cut: right, left")
	flags.IntVar(&f.stride, "stride", 0, "tokens by which overflowing parts overlap")
	flags.StringVar(&f.padTo, "pad-to", "", `pad to so many tokens, to the longest of a batch, or none: not at all, whatever
the vocabulary file says (default: as it says)`)
	flags.IntVar(&f.padMultiple, "pad-multiple", 0, "round the length to pad to up to a multiple of this")
	flags.StringVar(&f.padSide, "pad-side", "right", "where padding goes: right, left")
	flags.BoolVar(&f.runes, "runes", false, "count offsets in characters, not in bytes")
	addSandboxFlag(flags, &f.sandbox)
	flags.IntVarP(&f.workers, "jobs", "j", 0, "goroutines; 0 means as many as there are processors")
	cmd.MarkFlagsMutuallyExclusive("ids", "pieces", "table", "spans", "stages", "json", "jsonl", "count")
	return cmd
}

// options turns the flags into options.
func (f *tokenizeFlags) options() (tokenize.Options, error) {
	o := tokenize.Options{AddSpecial: !f.noSpecial, RuneOffsets: f.runes, Workers: f.workers}
	if f.workers < 0 {
		return o, &usageError{err: fmt.Errorf("-j %d: want a number of goroutines", f.workers)}
	}
	var err error
	if o.Special, err = choose("--special", f.special, map[string]tokenize.SpecialText{
		"auto": tokenize.SpecialByFormat, "parse": tokenize.ParseSpecial, "text": tokenize.PlainSpecial, "refuse": tokenize.RefuseSpecial,
	}); err != nil {
		return o, err
	}
	strategy, err := choose("--truncate", f.truncate, map[string]tokenize.TruncationStrategy{
		"longest": tokenize.LongestFirst, "first": tokenize.OnlyFirst, "second": tokenize.OnlySecond,
	})
	if err != nil {
		return o, err
	}
	cutLeft, err := choose("--truncate-side", f.cutSide, map[string]bool{"right": false, "left": true})
	if err != nil {
		return o, err
	}
	padLeft, err := choose("--pad-side", f.padSide, map[string]bool{"right": false, "left": true})
	if err != nil {
		return o, err
	}
	switch {
	case f.maxLength < 0:
		return o, &usageError{err: fmt.Errorf("--max-length %d: want a number of tokens", f.maxLength)}
	case f.maxLength > 0:
		o.Truncation = &tokenize.Truncation{MaxLength: f.maxLength, Strategy: strategy, Left: cutLeft, Stride: f.stride}
	default:
		for _, flag := range []string{"stride", "truncate", "truncate-side"} {
			if f.given(flag) {
				return o, &usageError{err: fmt.Errorf("--%s needs --max-length", flag)}
			}
		}
		if f.given("max-length") {
			o.Truncation = &tokenize.Truncation{}
		}
	}
	o.Padding, err = f.padding(padLeft)
	return o, err
}

// padding turns the flags into a padding, nil where they do not ask for any.
func (f *tokenizeFlags) padding(left bool) (*tokenize.Padding, error) {
	to, none := f.given("pad-to"), f.padTo == "none"
	switch {
	case none && f.given("pad-multiple"):
		return nil, &usageError{err: errors.New("--pad-multiple and --pad-to none: give one of them")}
	case f.given("pad-side") && (none || !to && f.padMultiple == 0):
		return nil, &usageError{err: errors.New("--pad-side needs --pad-to or --pad-multiple")}
	case none:
		return &tokenize.Padding{}, nil
	case !to && f.padMultiple == 0:
		return nil, nil
	}
	p := &tokenize.Padding{Left: left, MultipleOf: f.padMultiple, Longest: !to || f.padTo == "longest"}
	if !p.Longest {
		var err error
		if p.Length, err = strconv.Atoi(f.padTo); err != nil || p.Length <= 0 {
			return nil, &usageError{err: fmt.Errorf("--pad-to %s: want a number of tokens, longest or none", f.padTo)}
		}
	}
	return p, nil
}

// choose returns what a flag's word stands for.
func choose[T any](flag, word string, meaning map[string]T) (T, error) {
	v, ok := meaning[word]
	if !ok {
		return v, &usageError{err: fmt.Errorf("%s %s: want one of %s", flag, word, strings.Join(slices.Sorted(maps.Keys(meaning)), ", "))}
	}
	return v, nil
}

func (a *app) tokenize(ctx context.Context, args []string, f tokenizeFlags) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	if f.count {
		if o.Truncation != nil && *o.Truncation != (tokenize.Truncation{}) || o.Padding != nil && *o.Padding != (tokenize.Padding{}) {
			return &usageError{err: errors.New("--count counts what the text has, without truncation and padding")}
		}
		o.Truncation, o.Padding = &tokenize.Truncation{}, &tokenize.Padding{}
	}
	switch {
	case f.jsonl && f.hasPair:
		return &usageError{err: errors.New("--pair and --jsonl: a line is one text; give one of them")}
	case f.jsonl && len(args) > 0:
		return &usageError{err: errors.New("--jsonl takes its texts from the lines of a file or of standard input")}
	case f.stages && f.hasPair:
		return &usageError{err: errors.New("--stages shows the way of one text, not of a pair")}
	case f.stages && f.sandbox:
		return &usageError{err: errors.New("--stages and --sandbox: give one of them")}
	case f.sandbox && f.jsonl:
		return &usageError{err: errors.New("--sandbox encodes one text, not the lines of --jsonl")}
	case f.sandbox:
		return a.tokenizeSandboxed(ctx, args, f, o)
	}
	t, err := f.tokenizer.open()
	if err != nil {
		return err
	}
	switch {
	case f.jsonl:
		return a.tokenizeLines(ctx, t, f, o)
	case f.stages:
		return a.showStages(ctx, t, args, f, o)
	case f.count && !f.hasPair:
		return a.countTokens(ctx, t, args, f, o)
	}
	return a.tokenizeText(ctx, t, args, f, o)
}

// tokenizeText encodes one text, or a pair.
func (a *app) tokenizeText(ctx context.Context, t textEncoder, args []string, f tokenizeFlags, o tokenize.Options) error {
	text, err := a.readText(ctx, args, f.file)
	if err != nil {
		return err
	}
	in := tokenize.Input{Text: text, HasPair: f.hasPair, Pair: f.pair}
	if err := checkStride(t, in.HasPair, o); err != nil {
		return err
	}
	e, err := t.EncodeInput(in, o)
	if err != nil {
		return tokenizeError(err)
	}
	if err := a.printEncoding(t, in, e, f); err != nil || f.json {
		return err
	}
	return a.hintCut(t, in, e, o)
}

// checkStride refuses a stride that leaves no step from one part of a text to the next, also where the text is short
// enough to stay in one part.
func checkStride(t textEncoder, pair bool, o tokenize.Options) error {
	cut := o.Truncation
	if cut == nil || cut.Stride == 0 {
		return nil
	}
	o.Truncation, o.Padding = &tokenize.Truncation{}, &tokenize.Padding{}
	template, err := t.EncodeInput(tokenize.Input{HasPair: pair}, o)
	if err != nil {
		return tokenizeError(err)
	}
	if left := cut.MaxLength - template.Len(); left > 0 && cut.Stride >= left {
		return &usageError{err: fmt.Errorf("%w: a stride of %d is not less than the %d tokens that are left", tokenize.ErrTruncation, cut.Stride, left)}
	}
	return nil
}

// printEncoding prints an encoding as the flags say.
func (a *app) printEncoding(t textEncoder, in tokenize.Input, e *tokenize.Encoding, f tokenizeFlags) error {
	switch {
	case f.json:
		enc := json.NewEncoder(a.stdout)
		enc.SetEscapeHTML(false)
		return enc.Encode(newEncodingJSON(e))
	case f.count:
		_, err := fmt.Fprintln(a.stdout, e.Len())
		return err
	case f.pieces:
		return a.printPieces(e)
	case f.table:
		return a.printTokens(t, e)
	case f.spans || !f.ids && isTerminal(a.stdout):
		return a.printSpans(t, in, e)
	}
	return a.printIDs(e.IDs)
}

// hintCut tells that truncation took tokens off where the output does not show it.
func (a *app) hintCut(t textEncoder, in tokenize.Input, e *tokenize.Encoding, o tokenize.Options) error {
	if len(e.Overflowing) == 0 {
		return nil
	}
	by := fmt.Sprintf("the limit of %d in the vocabulary file", t.Truncation().MaxLength)
	if o.Truncation != nil {
		by = fmt.Sprintf("--max-length %d", o.Truncation.MaxLength)
	}
	// What overflows has tokens of the template in it, and those of a stride twice: the whole text is the measure.
	o.Truncation, o.Padding = &tokenize.Truncation{}, &tokenize.Padding{}
	whole, err := t.EncodeInput(in, o)
	if err != nil {
		return tokenizeError(err)
	}
	cut := whole.Len()
	for _, attended := range e.AttentionMask {
		cut -= int(attended)
	}
	were := "were"
	if cut == 1 {
		were = "was"
	}
	a.hint("%s %s cut off by %s; --json shows them, --max-length 0 cuts nothing off", plural(cut, "token"), were, by)
	return nil
}

// tokenizeError tells options that cannot be met, which are wrong usage, from other errors.
func tokenizeError(err error) error {
	switch {
	case errors.Is(err, tokenize.ErrTruncation), errors.Is(err, tokenize.ErrPadding):
		return &usageError{err: err}
	case errors.Is(err, tokenize.ErrSpecial):
		return &hintedError{err: err, hint: "--special parse makes a token of it, --special text makes text of it"}
	}
	return err
}

// countTokens counts the tokens of a text of any length.
func (a *app) countTokens(ctx context.Context, t *tokenize.Tokenizer, args []string, f tokenizeFlags, o tokenize.Options) error {
	if len(args) > 0 {
		text, err := a.readText(ctx, args, f.file)
		if err != nil {
			return err
		}
		n, err := t.Count(text, o)
		if err != nil {
			return tokenizeError(err)
		}
		_, err = fmt.Fprintln(a.stdout, n)
		return err
	}
	r, err := a.openInput(ctx, f.file, "text")
	if err != nil {
		return err
	}
	defer r.Close()
	n := 0
	err = t.EncodeReader(ctx, r, o, func(ids []uint32) error {
		n += len(ids)
		return nil
	})
	if err != nil {
		return tokenizeError(err)
	}
	_, err = fmt.Fprintln(a.stdout, n)
	return err
}

// lineError names the line that an error about a text of a batch is about.
func lineError(file string, before int, err error) error {
	var about *tokenize.TextError
	if !errors.As(err, &about) {
		return err
	}
	err = fmt.Errorf("line %d: %w", before+about.Index+1, about.Err)
	if file != "" && file != "-" {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return err
}

// linesPerBatch is how many lines are encoded at a time where none has to wait for the longest.
const linesPerBatch = 256

// tokenizeLines encodes every line as a text.
func (a *app) tokenizeLines(ctx context.Context, t *tokenize.Tokenizer, f tokenizeFlags, o tokenize.Options) error {
	r, err := a.openInput(ctx, f.file, "text")
	if err != nil {
		return err
	}
	defer r.Close()
	if err := checkStride(t, false, o); err != nil {
		return err
	}
	wait := t.Padding().Longest
	if o.Padding != nil {
		wait = o.Padding.Longest
	}
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var lines []string
	done := 0 // lines that are encoded and printed
	flush := func() error {
		batch, err := t.EncodeBatch(ctx, lines, o)
		if err != nil {
			return tokenizeError(lineError(f.file, done, err))
		}
		done += len(lines)
		lines = lines[:0]
		for _, e := range batch {
			if err := enc.Encode(newEncodingJSON(e)); err != nil {
				return err
			}
		}
		return out.Flush()
	}
	in := bufio.NewReader(r)
	for total := 0; ; {
		line, err := in.ReadString('\n')
		if line != "" {
			if total += len(line); wait && total > maxTextBytes {
				return fmt.Errorf("more than %s of text to wait for the longest line of", units.Bytes(maxTextBytes))
			}
			lines = append(lines, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
		}
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return err
		}
		if !wait && len(lines) >= linesPerBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}
