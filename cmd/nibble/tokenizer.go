package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nibble-go/nibble/internal/modeldir"
	"github.com/nibble-go/nibble/internal/sample"
	"github.com/nibble-go/nibble/internal/units"
	"github.com/nibble-go/nibble/tokenize"
)

// tokenizerFlags name the vocabulary that a command works with.
type tokenizerFlags struct {
	path     string
	encoding string
	given    func(flag string) bool // whether the command line has the flag
}

func (f *tokenizerFlags) add(flags *pflag.FlagSet) {
	f.given = flags.Changed
	flags.StringVarP(&f.path, "tokenizer", "t", "", `vocabulary: tokenizer.json, .tiktoken, tokenizer.model, tekken.json, .gguf,
a model directory, or org/name in the Hugging Face cache (default: that of
the bundled model, `+sample.Name+`)`)
	flags.StringVar(&f.encoding, "encoding", "", "what a tiktoken file is, where its name does not say it: cl100k_base, o200k_base, ...")
}

// open opens the vocabulary.
func (f *tokenizerFlags) open() (*tokenize.Tokenizer, error) {
	if err := f.checkEncoding(); err != nil {
		return nil, err
	}
	o := tokenize.LoadOptions{Encoding: f.encoding}
	if f.path == "" && f.given("tokenizer") {
		return nil, &usageError{err: errors.New(`-t "": want a vocabulary`), hint: "without -t, the bundled model's serves"}
	}
	if f.path == "" {
		return tokenize.ReadFS(sample.FS(), o)
	}
	path, err := f.find()
	if err != nil {
		return nil, err
	}
	t, err := tokenize.OpenWith(path, o)
	if errors.Is(err, tokenize.ErrEncoding) {
		err = &hintedError{err: err, hint: "name it with --encoding: " + strings.Join(tokenize.Encodings(), ", ")}
	}
	return t, err
}

// checkEncoding refuses a name that is of no encoding, whether the vocabulary asks for one or not.
func (f *tokenizerFlags) checkEncoding() error {
	if f.encoding == "" || slices.Contains(tokenize.Encodings(), f.encoding) {
		return nil
	}
	return &usageError{
		err:  fmt.Errorf("--encoding %s: there is none of that name", f.encoding),
		hint: "the encodings are " + strings.Join(tokenize.Encodings(), ", "),
	}
}

// find returns the path of the vocabulary that is named.
func (f *tokenizerFlags) find() (string, error) {
	return findInput(f.path, "give a tokenizer.json, .tiktoken, tokenizer.model, tekken.json or .gguf, a directory with one of them, or org/name of a model in the local Hugging Face cache", os.Getenv)
}

// maxTextBytes bounds the text that is encoded as a whole.
const maxTextBytes = 1 << 30

// readText returns the text of a command: the arguments joined by spaces, a file, or standard input.
func (a *app) readText(ctx context.Context, args []string, file string) (string, error) {
	switch {
	case len(args) > 0 && file != "":
		return "", &usageError{err: errors.New("a text and a file: give one of them")}
	case len(args) == 1 && args[0] == "-":
		a.hint(`this is the text "-"; -f - reads standard input`)
		return args[0], nil
	case len(args) > 0:
		return strings.Join(args, " "), nil
	}
	r, err := a.openInput(ctx, file, "text")
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxTextBytes+1))
	if err == nil && len(data) > maxTextBytes {
		err = &hintedError{err: fmt.Errorf("more than %s of text", units.Bytes(maxTextBytes)), hint: "--count takes text of any length"}
	}
	return string(data), err
}

// openInput opens a file, or standard input for "" and "-", to read what it is said to have in it. Reading ends with
// ctx.
func (a *app) openInput(ctx context.Context, file, what string) (io.ReadCloser, error) {
	if file != "" && file != "-" {
		f, _, err := modeldir.OpenRegular(file)
		if errors.Is(err, modeldir.ErrNotRegular) {
			err = &hintedError{err: err, hint: "-f - reads standard input"}
		}
		if err != nil {
			return nil, err
		}
		return readUntil(ctx, f), nil
	}
	if f, ok := a.stdin.(*os.File); ok && isTerminal(f) {
		fmt.Fprintf(a.stderr, "nibble: reading %s from the terminal; Ctrl-D ends it\n", what)
	}
	return readUntil(ctx, io.NopCloser(a.stdin)), nil
}

// inputName is what errors call a file, or standard input for "" and "-".
func inputName(file string) string {
	if file == "" || file == "-" {
		return "standard input"
	}
	return file
}

// readAll reads a file, or standard input for "" and "-", to its end, which must come within most bytes.
func (a *app) readAll(ctx context.Context, file, what string, most int64) ([]byte, error) {
	r, err := a.openInput(ctx, file, what)
	if errors.Is(err, modeldir.ErrNotRegular) {
		err = &hintedError{err: err, hint: "- reads standard input"}
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%w: more than %s of %s", errTooLarge, units.Bytes(most), what)
	}
	return data, err
}

// errTooLarge: an input is longer than its reader takes.
var errTooLarge = errors.New("too large")

// interruptible is a reader whose Read returns when a context is done. A read of the system's that is under way goes on
// in a goroutine, since nothing ends it.
type interruptible struct {
	*io.PipeReader
	from io.Closer
	stop func() bool
}

func readUntil(ctx context.Context, from io.ReadCloser) io.ReadCloser {
	r, w := io.Pipe()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	go func() {
		_, err := io.Copy(w, from)
		w.CloseWithError(err) // nil: the end
	}()
	return &interruptible{r, from, stop}
}

func (r *interruptible) Close() error {
	r.stop()
	r.PipeReader.Close()
	return r.from.Close()
}
