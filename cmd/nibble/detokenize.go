package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/tokenize"
)

type detokenizeFlags struct {
	tokenizer   tokenizerFlags
	file        string
	skipSpecial bool
}

func (a *app) detokenizeCommand() *cobra.Command {
	var f detokenizeFlags
	cmd := &cobra.Command{
		Use:   "detokenize [ID...]",
		Short: "Turn ids of tokens back into text",
		Long: `detokenize prints the text of ids, given as arguments, in a file (-f) or on
standard input: decimal numbers with spaces, tabs, line breaks, commas,
semicolons or square brackets between them. The text is printed as it is, byte
for byte; on a terminal, a line break follows.`,
		Example: `  nibble detokenize 39 368 79
  nibble detokenize "[50, 907]"
  nibble tokenize --no-special -f book.txt | nibble detokenize | cmp - book.txt`,
		RunE: a.action(func(ctx context.Context, args []string) error { return a.detokenize(ctx, args, f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.tokenizer.add(flags)
	flags.StringVarP(&f.file, "file", "f", "", "read the ids from a file; - is standard input")
	flags.BoolVar(&f.skipSpecial, "skip-special", false, "leave special tokens out")
	return cmd
}

func (a *app) detokenize(ctx context.Context, args []string, f detokenizeFlags) error {
	if len(args) > 0 && f.file != "" {
		return &usageError{err: errors.New("ids and a file: give one of them")}
	}
	t, err := f.tokenizer.open()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	decoder := t.NewDecoder(tokenize.DecodeOptions{SkipSpecial: f.skipSpecial})
	next := func(id uint32) error {
		if _, ok := t.Token(id); !ok {
			return fmt.Errorf("id %d: %w", id, errUnknownID)
		}
		_, err := out.WriteString(decoder.Next(id))
		return err
	}
	var in io.Reader = strings.NewReader(strings.Join(args, " "))
	if len(args) == 0 {
		r, err := a.openInput(ctx, f.file, "ids")
		if err != nil {
			return err
		}
		defer r.Close()
		in = r
	}
	if at, err := eachNumber(in, next); err != nil {
		switch isIDs := errors.Is(err, errNoID) || errors.Is(err, errUnknownID); {
		case isIDs && len(args) > 0:
			err = &usageError{err: err}
		case isIDs:
			err = fmt.Errorf("%s: byte %d: %w", inputName(f.file), at, err)
		}
		return err
	}
	out.WriteString(decoder.Flush())
	if isTerminal(a.stdout) {
		out.WriteByte('\n')
	}
	return out.Flush()
}

// What can be wrong with an id.
var (
	errNoID      = errors.New("want ids of tokens, parted by spaces, commas, semicolons or square brackets")
	errUnknownID = errors.New("the vocabulary has no such token")
)

// eachNumber calls do with each number in r. With an error it returns where the number stands that it is about.
func eachNumber(r io.Reader, do func(uint32) error) (at int64, err error) {
	in := bufio.NewReader(r)
	var digits []byte
	for pos := int64(0); ; pos++ {
		b, err := in.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return pos, err
		}
		at := pos - int64(len(digits))
		switch {
		case err == nil && '0' <= b && b <= '9' && len(digits) < 20:
			digits = append(digits, b)
			continue
		case err == nil && isIDSeparator(b):
		case err == nil:
			return at, fmt.Errorf("%q: %w", append(digits, b), errNoID)
		}
		if len(digits) > 0 {
			id, parseErr := strconv.ParseUint(string(digits), 10, 32)
			if parseErr != nil {
				return at, fmt.Errorf("id %s: %w", digits, errUnknownID)
			}
			if doErr := do(uint32(id)); doErr != nil {
				return at, doErr
			}
			digits = digits[:0]
		}
		if err != nil {
			return pos, nil
		}
	}
}

func isIDSeparator(b byte) bool {
	switch b {
	case ' ', '\t', '\r', '\n', ',', ';', '[', ']':
		return true
	}
	return false
}
