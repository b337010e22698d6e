package main

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// table is text in columns. Its first column holds names: where the table is wider than the terminal, names are
// shortened in their middle.
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
	columnGap = 2
	minName   = 12 // columns that a shortened name keeps
)

// write prints the table to w. A terminal width of 0 means no limit.
func (t *table) write(w io.Writer, width int) error {
	widths := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	if width > 0 {
		total := columnGap * (len(widths) - 1)
		for _, n := range widths {
			total += n
		}
		if total > width {
			widths[0] = max(minName, widths[0]-(total-width))
		}
	}
	out := bufio.NewWriter(w)
	t.writeRow(out, t.header, widths)
	for _, row := range t.rows {
		t.writeRow(out, row, widths)
	}
	return out.Flush()
}

func (t *table) writeRow(out *bufio.Writer, row []string, widths []int) {
	last := len(row) - 1
	for last > 0 && row[last] == "" && !t.right[last] {
		last--
	}
	for i, cell := range row[:last+1] {
		if i > 0 {
			out.WriteString(strings.Repeat(" ", columnGap))
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

// shorten cuts the middle out of a name that is longer than width.
func shorten(name string, width int) string {
	runes := []rune(name)
	if len(runes) <= width {
		return name
	}
	head := (width - 1) / 2
	tail := width - 1 - head
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}
