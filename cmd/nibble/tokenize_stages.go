package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/nibble-go/nibble/tokenize"
)

// showStages prints what becomes of a text from stage to stage: a row for each piece, and the ids that come out.
func (a *app) showStages(ctx context.Context, t *tokenize.Tokenizer, args []string, f tokenizeFlags, o tokenize.Options) error {
	text, err := a.readText(ctx, args, f.file)
	if err != nil {
		return err
	}
	x, err := t.Explain(text, o)
	if err != nil {
		return tokenizeError(err)
	}
	table := newTable("text", "normalized", "piece", ">offsets", "tokens", "ids")
	for _, s := range x.Segments {
		given, normalized := quoteText(text[s.Span.Start:s.Span.End]), quoteText(s.Normalized)
		if s.Added {
			normalized = "added token"
		}
		for _, p := range s.Pieces {
			table.add(given, normalized, quoteText(p.Text), fmt.Sprintf("%d-%d", p.Span.Start, p.Span.End), stageTokens(p.Tokens), stageIDs(p.IDs))
			given, normalized = "", ""
		}
	}
	if err := table.write(a.stdout, terminalWidth(a.stdout)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "\n%s: %s\n", plural(x.Encoding.Len(), "token"), stageIDs(x.Encoding.IDs))
	return err
}

func stageTokens(tokens []string) string {
	shown := make([]string, len(tokens))
	for i, token := range tokens {
		shown[i] = displayName(token)
	}
	return strings.Join(shown, " ")
}

func stageIDs(ids []uint32) string {
	var b []byte
	for i, id := range ids {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(id), 10)
	}
	return string(b)
}
