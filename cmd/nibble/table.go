package main

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// table is text in columns. Its first column holds names: where the table is wider than the terminal, the columns move
// closer and names are shortened in their middle.
type table struct {
	header []string
	right  []bool // columns that are aligned on the right: numbers
	rows   [][]string
}

// newTable takes the columns' titles; a title that begins with '>' aligns its column on the right.
func newTable(titles ...string) *table {
	t := &table{header: make([]string, len(titles)), right: make([]bool, len(titles))}
	for i, title := range titles {
		t.header[i], t.right[i] = strings.CutPrefix(title, ">")
	}
	return t
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

const (
	wideGap, narrowGap = 2, 1 // spaces between columns

	minName = 12 // columns that a shortened name keeps
)

// write prints the table to w. A terminal width of 0 means no limit.
func (t *table) write(w io.Writer, width int) error {
	widths := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	gap := wideGap
	if width > 0 && lineWidth(widths, gap) > width {
		gap = narrowGap
		if over := lineWidth(widths, gap) - width; over > 0 {
			widths[0] = max(min(minName, widths[0]), widths[0]-over)
		}
	}
	out := bufio.NewWriter(w)
	t.writeRow(out, t.header, widths, gap)
	for _, row := range t.rows {
		t.writeRow(out, row, widths, gap)
	}
	return out.Flush()
}

// lineWidth returns the columns of the terminal that a row takes.
func lineWidth(widths []int, gap int) int {
	total := gap * (len(widths) - 1)
	for _, n := range widths {
		total += n
	}
	return total
}

func (t *table) writeRow(out *bufio.Writer, row []string, widths []int, gap int) {
	last := len(row) - 1
	for last > 0 && row[last] == "" {
		last--
	}
	for i, cell := range row[:last+1] {
		if i > 0 {
			out.WriteString(strings.Repeat(" ", gap))
		}
		if i == 0 {
			cell = shorten(cell, widths[0])
		}
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		switch {
		case t.right[i]:
			out.WriteString(pad + cell)
		case i == last:
			out.WriteString(cell)
		default:
			out.WriteString(cell + pad)
		}
	}
	out.WriteByte('\n')
}

// shorten makes a name fit in width columns. It gives up the ending that most tensors share first, then the middle.
func shorten(name string, width int) string {
	if utf8.RuneCountInString(name) <= width {
		return name
	}
	if stem, ok := strings.CutSuffix(name, ".weight"); ok {
		name = stem + "…"
	}
	runes := []rune(name)
	if len(runes) <= width {
		return name
	}
	head := (width - 1) / 2
	tail := width - 1 - head
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}
