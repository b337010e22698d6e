package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nibble-go/nibble/tokenize"
)

// encodingJSON is an encoding as --json prints it.
type encodingJSON struct {
	IDs               []uint32        `json:"ids"`
	Tokens            []string        `json:"tokens"`
	Offsets           [][2]int        `json:"offsets"`
	Words             []*int          `json:"words"`
	TypeIDs           []uint32        `json:"typeIds"`
	SpecialTokensMask []uint32        `json:"specialTokensMask"`
	AttentionMask     []uint32        `json:"attentionMask"`
	Overflowing       []*encodingJSON `json:"overflowing,omitempty"`
}

func newEncodingJSON(e *tokenize.Encoding) *encodingJSON {
	out := &encodingJSON{
		IDs: orEmpty(e.IDs), Tokens: orEmpty(e.Tokens), TypeIDs: orEmpty(e.TypeIDs),
		SpecialTokensMask: orEmpty(e.SpecialTokensMask), AttentionMask: orEmpty(e.AttentionMask),
		Offsets: make([][2]int, e.Len()), Words: make([]*int, e.Len()),
	}
	for i, span := range e.Offsets {
		out.Offsets[i] = [2]int{span.Start, span.End}
		if word := e.Words[i]; word >= 0 {
			out.Words[i] = &word
		}
	}
	for _, o := range e.Overflowing {
		out.Overflowing = append(out.Overflowing, newEncodingJSON(o))
	}
	return out
}

// orEmpty makes JSON print [] for a slice that is nil.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (a *app) printIDs(ids []uint32) error {
	out := bufio.NewWriter(a.stdout)
	var number []byte
	for i, id := range ids {
		if i > 0 {
			out.WriteByte(' ')
		}
		number = strconv.AppendUint(number[:0], uint64(id), 10)
		if _, err := out.Write(number); err != nil {
			return err
		}
	}
	out.WriteByte('\n')
	return out.Flush()
}

func (a *app) printPieces(e *tokenize.Encoding) error {
	out := bufio.NewWriter(a.stdout)
	for _, token := range e.Tokens {
		out.WriteString(strings.ReplaceAll(printable(token), "\n", `\n`))
		out.WriteByte('\n')
	}
	return out.Flush()
}

// printTokens prints a table of the tokens.
func (a *app) printTokens(t textEncoder, e *tokenize.Encoding) error {
	table := newTable("token", ">id", "text", "bytes", ">offsets", ">word", "note")
	for i, id := range e.IDs {
		text := t.TokenBytes(id)
		offsets, word := "", ""
		if e.Words[i] >= 0 {
			offsets = fmt.Sprintf("%d-%d", e.Offsets[i].Start, e.Offsets[i].End)
			word = strconv.Itoa(e.Words[i])
		}
		table.add(displayName(e.Tokens[i]), strconv.FormatUint(uint64(id), 10), quoteText(string(text)), hexBytes(text), offsets, word, tokenNote(e, i))
	}
	return table.write(a.stdout, terminalWidth(a.stdout))
}

// tokenNote says of a token that it is not of the text.
func tokenNote(e *tokenize.Encoding, i int) string {
	switch {
	case e.AttentionMask[i] == 0:
		return "padding"
	case e.SpecialTokensMask[i] == 1:
		return "added"
	}
	return ""
}

// quoteText quotes the text of a token. Bytes that are no character on their own are escaped.
func quoteText(s string) string { return strconv.Quote(s) }

// hexBytes returns bytes in hexadecimal, no more than fit in a column.
func hexBytes(b []byte) string {
	const most = 12
	s := fmt.Sprintf("% x", b[:min(len(b), most)])
	if len(b) > most {
		s += " …"
	}
	return s
}

// The colours of spans: dark text on light grounds, which can be read on dark terminals and on light ones.
var spanColours = []string{"\x1b[30;48;5;153m", "\x1b[30;48;5;157m", "\x1b[30;48;5;223m", "\x1b[30;48;5;218m", "\x1b[30;48;5;189m"}

const (
	specialColour = "\x1b[97;48;5;24m"
	noColour      = "\x1b[0m"
)

// printSpans prints the text with its tokens coloured and parted by a bar, since colour alone tells not everybody
// anything, and how many there are. NO_COLOR in the environment leaves the bars alone.
func (a *app) printSpans(t textEncoder, in tokenize.Input, e *tokenize.Encoding) error {
	colour := isTerminal(a.stdout) && os.Getenv("NO_COLOR") == ""
	special := make(map[uint32]bool)
	for _, token := range t.Info().Added {
		special[token.ID] = token.Special
	}
	out := bufio.NewWriter(a.stdout)
	for i, id := range e.IDs {
		var text, paint string
		switch {
		case e.Words[i] < 0, special[id]:
			text, paint = e.Tokens[i], specialColour
		default:
			text, paint = string(t.TokenBytes(id)), spanColours[i%len(spanColours)]
		}
		if i > 0 {
			out.WriteString("│")
		}
		writeSpan(out, visible(text), paint, colour)
	}
	bytes := len(in.Text) + len(in.Pair)
	fmt.Fprintf(out, "\n\n%s of %s", plural(e.Len(), "token"), plural(bytes, "byte"))
	if e.Len() > 0 && bytes > 0 {
		fmt.Fprintf(out, ", %.2f bytes a token", float64(bytes)/float64(e.Len()))
	}
	out.WriteByte('\n')
	return out.Flush()
}

// writeSpan writes a token in its colour; a line break ends the colour, so that it does not run to the margin.
func writeSpan(out *bufio.Writer, text, paint string, colour bool) {
	for line := range strings.Lines(text) {
		body, broken := strings.CutSuffix(line, "\n")
		if colour {
			body = paint + body + noColour
		}
		out.WriteString(body)
		if broken {
			out.WriteByte('\n')
		}
	}
}

// visible shows what would not be seen: line breaks as ↵ before the break, tabs as →, and what is not printable or
// only part of a character as escapes.
func visible(s string) string {
	s = printable(strings.NewReplacer("\n", "↵\n", "\t", "→").Replace(s))
	if !utf8.ValidString(s) {
		s = strconv.QuoteToASCII(s)
	}
	return s
}

// plural returns a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
