package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nibble-go/nibble/tokenize"
)

type vocabFlags struct {
	tokenizer tokenizerFlags
	id        int64
	hasID     bool
	token     string
	hasToken  bool
	steps     string
	hasSteps  bool
	special   bool
	limit     int
	json      bool
}

func (a *app) vocabCommand() *cobra.Command {
	var f vocabFlags
	cmd := &cobra.Command{
		Use:   "vocab [TEXT]",
		Short: "Search a vocabulary, and show how its tokens are made",
		Long: `vocab shows what a vocabulary is: its format, its stages, its special tokens with
their roles. With a TEXT it lists the tokens that have it in them, as text or as
the vocabulary spells it; --id and --token show one token: its bytes and the
merge that makes it; --steps shows the merges of a word, one after the other.`,
		Example: `  nibble vocab
  nibble vocab -t path/to/tokenizer.json " token"
  nibble vocab --id 312
  nibble vocab --steps " understanding"`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			given := cmd.Flags().Changed
			f.hasID, f.hasToken, f.hasSteps = given("id"), given("token"), given("steps")
			return a.action(func(_ context.Context, args []string) error { return a.vocab(args, f) })(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.tokenizer.add(flags)
	flags.Int64Var(&f.id, "id", 0, "show the token of this id")
	flags.StringVar(&f.token, "token", "", "show the token that the vocabulary spells so")
	flags.StringVar(&f.steps, "steps", "", "show the merges that make tokens of this piece of text")
	flags.BoolVar(&f.special, "added", false, "list all added tokens")
	flags.IntVar(&f.limit, "limit", 50, "list no more tokens than this; 0 lists all")
	flags.BoolVar(&f.json, "json", false, "print JSON")
	cmd.MarkFlagsMutuallyExclusive("id", "token", "steps", "added")
	return cmd
}

func (a *app) vocab(args []string, f vocabFlags) error {
	t, err := f.tokenizer.open()
	if err != nil {
		return err
	}
	one := f.hasID || f.hasToken || f.hasSteps || f.special
	switch {
	case one && len(args) > 0:
		return &usageError{err: errors.New("a text to search for, and one token to show: give one of them")}
	case f.limit < 0:
		return &usageError{err: fmt.Errorf("--limit %d: want a number of tokens", f.limit)}
	case f.hasID:
		if f.id < 0 || f.id > 1<<32-1 {
			return &usageError{err: fmt.Errorf("--id %d: not the id of a token", f.id)}
		}
		return a.showToken(t, uint32(f.id), f.json)
	case f.hasToken && f.token == "":
		return &usageError{err: errors.New(`--token "": want a token`)}
	case f.hasToken:
		id, ok := t.ID(f.token)
		if !ok {
			return &usageError{
				err:  fmt.Errorf("%w: %s", errNoToken, strconv.Quote(f.token)),
				hint: "nibble vocab TEXT searches for tokens that have TEXT in them",
			}
		}
		return a.showToken(t, id, f.json)
	case f.hasSteps && f.steps == "":
		return &usageError{err: errors.New(`--steps "": want a piece of text`)}
	case f.hasSteps:
		return a.showSteps(t, f.steps, f.json)
	case f.special:
		return a.listAdded(t.Info().Added, f.json)
	case len(args) > 0:
		return a.searchVocab(t, args[0], f)
	}
	return a.showVocab(t, f.json)
}

// errNoToken: the vocabulary does not have what was asked for.
var errNoToken = errors.New("no such token")

// showVocab prints what a vocabulary is.
func (a *app) showVocab(t *tokenize.Tokenizer, asJSON bool) error {
	info := t.Info()
	if asJSON {
		return writeJSON(a.stdout, info)
	}
	l := list{app: a}
	l.text("format", info.Source)
	l.text("model", info.Model)
	l.number("tokens", int64(info.VocabSize), "")
	l.text("normalizer", info.Normalizer)
	l.text("pre-tokenizer", info.PreTokenizer)
	l.text("split pattern", info.Scanner)
	l.text("post-processor", info.PostProcessor)
	l.text("decoder", info.Decoder)
	l.number("context length", int64(info.ContextLength), "tokens")
	l.text("truncation", describeTruncation(t.Truncation()))
	l.text("padding", describePadding(t.Padding()))
	if info.ByteComplete {
		l.text("round trip", "every text decodes to itself, whatever its bytes")
	}
	for _, token := range info.Added {
		for _, role := range token.Roles {
			note := ""
			if slices.Contains(token.Guessed, role) {
				note = " (by its text; no file says so)"
			}
			l.text(role, fmt.Sprintf("%d %s%s", token.ID, displayName(token.Text), note))
		}
	}
	if n := len(info.Added); n > 0 {
		l.text("added tokens", fmt.Sprintf("%d; --added lists them", n))
	}
	for _, note := range info.Notes {
		l.text("note", note)
	}
	return l.err
}

// describeTruncation says what a vocabulary file's own truncation does, "" where it does nothing.
func describeTruncation(tr tokenize.Truncation) string {
	if tr.MaxLength == 0 {
		return ""
	}
	s := "to " + plural(tr.MaxLength, "token")
	switch tr.Strategy {
	case tokenize.OnlyFirst:
		s += ", of the first text only"
	case tokenize.OnlySecond:
		s += ", of the second text only"
	}
	if tr.Left {
		s += ", from the left"
	}
	if tr.Stride > 0 {
		s += fmt.Sprintf(", stride %d", tr.Stride)
	}
	return s + "; --max-length says otherwise"
}

// describePadding says what a vocabulary file's own padding does, "" where it does nothing.
func describePadding(p tokenize.Padding) string {
	var s string
	switch {
	case p.Longest:
		s = "to the longest of a batch"
	case p.Length > 0:
		s = "to " + plural(p.Length, "token")
	default:
		return ""
	}
	if p.MultipleOf > 1 {
		s += fmt.Sprintf(", a multiple of %d", p.MultipleOf)
	}
	if p.Left {
		s += ", on the left"
	}
	return s + fmt.Sprintf(", with %d %s; --pad-to says otherwise", p.ID, displayName(p.Token))
}

func (a *app) listAdded(tokens []tokenize.AddedToken, asJSON bool) error {
	if asJSON {
		return writeJSON(a.stdout, orEmpty(tokens))
	}
	table := newTable("token", ">id", "role", "kind", "rules")
	for _, token := range tokens {
		kind := "added"
		if token.Special {
			kind = "special"
		}
		var rules []string
		for _, rule := range []struct {
			on   bool
			name string
		}{{token.SingleWord, "single word"}, {token.LStrip, "strips left"}, {token.RStrip, "strips right"}, {token.Normalized, "normalized"}} {
			if rule.on {
				rules = append(rules, rule.name)
			}
		}
		table.add(displayName(token.Text), strconv.FormatUint(uint64(token.ID), 10), strings.Join(token.Roles, ", "), kind, strings.Join(rules, ", "))
	}
	return table.write(a.stdout, terminalWidth(a.stdout))
}

// tokenJSON is a token as --json prints it.
type tokenJSON struct {
	ID    uint32               `json:"id"`
	Token string               `json:"token"`
	Bytes []int                `json:"bytes"`
	Merge *mergeJSON           `json:"merge,omitempty"`
	Added *tokenize.AddedToken `json:"added,omitempty"`
}

type mergeJSON struct {
	Rank  int       `json:"rank"`
	Left  tokenPart `json:"left"`
	Right tokenPart `json:"right"`
}

type tokenPart struct {
	ID    uint32 `json:"id"`
	Token string `json:"token"`
}

func newTokenJSON(t *tokenize.Tokenizer, id uint32) *tokenJSON {
	out := &tokenJSON{ID: id, Bytes: []int{}}
	out.Token, _ = t.Token(id)
	for _, b := range t.TokenBytes(id) {
		out.Bytes = append(out.Bytes, int(b))
	}
	if merge, ok := t.Merge(id); ok {
		part := func(id uint32) tokenPart {
			token, _ := t.Token(id)
			return tokenPart{id, token}
		}
		out.Merge = &mergeJSON{merge.Rank, part(merge.Left), part(merge.Right)}
	}
	for _, added := range t.Info().Added {
		if added.ID == id {
			out.Added = &added
		}
	}
	return out
}

// showToken prints all there is to know of a token: the tree of merges that makes it, too.
func (a *app) showToken(t *tokenize.Tokenizer, id uint32, asJSON bool) error {
	if _, ok := t.Token(id); !ok {
		return &usageError{err: fmt.Errorf("%w: id %d", errNoToken, id)}
	}
	token := newTokenJSON(t, id)
	if asJSON {
		return writeJSON(a.stdout, token)
	}
	l := list{app: a}
	l.text("id", strconv.FormatUint(uint64(id), 10))
	l.text("token", displayName(token.Token))
	text := t.TokenBytes(id)
	l.text("text", quoteText(string(text)))
	l.text("bytes", fmt.Sprintf("% x", text))
	if token.Added != nil {
		kind := "added, found in the text before the model sees it"
		if token.Added.Special {
			kind = "special, " + kind
		}
		l.text("kind", kind)
		l.text("role", strings.Join(token.Added.Roles, ", "))
	}
	if token.Merge != nil {
		l.text("merges", "")
	}
	a.addMerges(&l, t, id)
	return l.err
}

// addMerges lists the merges that make a token, the last one first.
func (a *app) addMerges(l *list, t *tokenize.Tokenizer, id uint32) {
	merge, ok := t.Merge(id)
	if !ok {
		return
	}
	left, _ := t.Token(merge.Left)
	right, _ := t.Token(merge.Right)
	result, _ := t.Token(id)
	l.text("merges", fmt.Sprintf("%s + %s = %s, rank %d", displayName(left), displayName(right), displayName(result), merge.Rank))
	a.addMerges(l, t, merge.Left)
	a.addMerges(l, t, merge.Right)
}

// showSteps prints the merges of a piece of text, in the order in which they happen.
func (a *app) showSteps(t *tokenize.Tokenizer, piece string, asJSON bool) error {
	steps, err := t.MergeSteps(piece)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(a.stdout, steps)
	}
	table := newTable("tokens", ">rank")
	for i, step := range steps {
		var tokens []string
		for _, id := range step.IDs {
			token, _ := t.Token(id)
			tokens = append(tokens, displayName(token))
		}
		rank := ""
		if i > 0 {
			rank = strconv.Itoa(step.Rank)
		}
		table.add(strings.Join(tokens, " "), rank)
	}
	return table.write(a.stdout, 0)
}

// searchVocab lists the tokens that have text in them.
func (a *app) searchVocab(t *tokenize.Tokenizer, text string, f vocabFlags) error {
	var found []uint32
	total := 0
	for id, token := range t.Tokens() {
		if strings.Contains(token, text) || strings.Contains(string(t.TokenBytes(id)), text) {
			if total++; f.limit == 0 || total <= f.limit {
				found = append(found, id)
			}
		}
	}
	if f.json {
		tokens := make([]*tokenJSON, len(found))
		for i, id := range found {
			tokens[i] = newTokenJSON(t, id)
		}
		return writeJSON(a.stdout, tokens)
	}
	if total == 0 {
		a.hint("no token has %s in it", quoteText(text))
		return nil
	}
	table := newTable("token", ">id", "text", "bytes")
	for _, id := range found {
		token, _ := t.Token(id)
		bytes := t.TokenBytes(id)
		table.add(displayName(token), strconv.FormatUint(uint64(id), 10), quoteText(string(bytes)), hexBytes(bytes))
	}
	if err := table.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	if total > len(found) {
		a.hint("%d of %d tokens; --limit 0 lists all", len(found), total)
	}
	return nil
}
